"""The two databases of ``dev/core-tests``: they differ by the module alone."""

from . import database, module_db, paths
from .odoo import odoo_command
from .odoo_script import run_scripts
from .system import Progress, digest, run

MODULES = ("sale_management",)
SIDES = ("without", "with")


def ensure(ready, is_french=False):
    """The databases without and with the module, made anew when the code changed.

    :param ready: the ``Setup``
    :param is_french: give the company the French chart of accounts
    :return: the name of each, by side
    """
    kind = "french" if is_french else "core"
    key = digest(ready.template, MODULES, is_french, module_db.source_digest())
    names = {side: paths.database_name(f"{kind}_{side}") for side in SIDES}
    stamp = paths.STATE / f"{kind}.key"
    if not (_read(stamp) == key and all(map(database.exists, names.values()))):
        stamp.unlink(missing_ok=True)
        _build(ready, names, is_french)
        stamp.write_text(key, encoding="utf-8")
    return names


def _read(stamp):
    return stamp.read_text(encoding="utf-8") if stamp.is_file() else None


def _build(ready, names, is_french):
    progress = Progress(2)
    with progress.step("Database without the module"):
        database.copy(ready.template, names["without"])
        _install(ready.tools, names["without"], *MODULES)
        if is_french:
            people = {"login": "admin", "password": "admin"}
            run_scripts(ready.tools, names["without"], {"prepare_company": people})
    with progress.step("Database with the module"):
        database.copy(names["without"], names["with"])
        _install(ready.tools, names["with"], paths.MODULE)


def _install(tools, name, *modules):
    options = ("-i", ",".join(modules), "--no-http", "--stop-after-init")
    run(odoo_command(tools, name, *options), env=tools.environment)
