"""The databases of ``dev/bench``: a large ledger with the module on it, kept.

Filling one takes minutes, so it is named after what fills it and used until nobody has
used it for days. The module in it is brought up to date with the code.
"""

from pathlib import Path

from . import database, module_db, paths, system
from .odoo import odoo_command
from .odoo_script import run_scripts
from .system import digest, run

PREFIX = "bench_"
LOGIN = PASSWORD = "admin"
HERE = Path(__file__).parent
GENERATOR = (
    HERE / "bench_population.py",
    HERE / "settlement_book.py",
    HERE / "in_odoo/prepare_company.py",
    HERE / "in_odoo/fill_ledger.py",
    *sorted((HERE / "bench_ledger").glob("*.py")),
)


def ensure(ready, size, counts, rebuild=False):
    """The name of a database with a ledger of that size, up to date and computed.

    :param ready: the ``Setup``
    :param counts: how many debtors and how many invoices
    :param rebuild: fill it anew even if it is there
    """
    contents = (path.read_bytes() for path in GENERATOR)
    key = digest(paths.CHECKOUT, ready.template, counts, *contents)
    name = f"{PREFIX}{size}_{key}"
    with system.locked(name):
        stamp = paths.STAMPS / name
        key = module_db.source_digest()
        if rebuild or not (stamp.is_file() and database.exists(name)):
            _build(ready, name, *counts)
        elif stamp.read_text(encoding="utf-8") != key:
            _update(ready.tools, name)
        paths.STAMPS.mkdir(parents=True, exist_ok=True)
        stamp.write_text(key, encoding="utf-8")
    return name


def tidy(name):
    """Take away what measuring has left behind: the dead rows of what it wrote."""
    database.execute("VACUUM ANALYZE collection_case", name)
    database.execute("VACUUM ANALYZE collection_payment_fact", name)


def _build(ready, name, debtors, invoices):
    """Fill it under a passing name, so that it is whole or not there."""
    building = f"{name}_building"
    progress = system.Progress(4)
    tools = ready.tools
    with progress.step("French company, the module"):
        database.copy(ready.template, building)
        company = {"login": LOGIN, "password": PASSWORD}
        run_scripts(tools, building, {"prepare_company": company})
        _odoo(tools, building, "-i", paths.MODULE)
    with progress.step(f"Ledger of {debtors:,} debtors"):
        print(flush=True)
        size = {"debtor_count": debtors, "invoice_count": invoices}
        run_scripts(tools, building, {"fill_ledger": size}, show=True)
    with progress.step("Observatory"):
        _compute(tools, building)
    with progress.step("Completion"):
        database.rename(building, name)


def _update(tools, name):
    """Bring the module up to date, and what the observatory has computed."""
    progress = system.Progress(2)
    with progress.step("Update of the module"):
        _odoo(tools, name, "-u", paths.MODULE)
    with progress.step("Observatory"):
        _compute(tools, name)


def _compute(tools, name):
    """Have the observatory computed, on tables without dead rows."""
    database.execute("VACUUM ANALYZE", name)
    run_scripts(tools, name, {"bench_prepare": {}})
    database.execute("VACUUM ANALYZE", name)


def _odoo(tools, name, *arguments):
    options = ("--no-http", "--stop-after-init")
    run(odoo_command(tools, name, *arguments, *options), env=tools.environment)
