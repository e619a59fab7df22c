"""``dev/lifecycle``: upgrade from the first release, removal, a large installation."""

import argparse
import io
import json
import shutil
import tarfile
import time

from . import (
    database,
    lifecycle_locks,
    lifecycle_marks,
    module_db,
    paths,
    system,
)
from .odoo import odoo_command
from .odoo_script import run_scripts
from .setup import setup

DESCRIPTION = """\
Check the module's life on a database.

upgrade: the first release is installed, works, and is upgraded to this one.
uninstall: the module is installed, works and is removed; nothing of it stays.
install: the module is installed on a copy of the database --ledger, which has invoices
and not the module; time and locks are measured."""
# 19.0.1.0.0 as it was before work on the next one began.
FIRST_RELEASE = "f343db298ff9"
QUIET = ("--no-http", "--stop-after-init", "--log-level=info")
DEBTORS = 12
FIGURES = """
SELECT json_build_object(
    'cases', (SELECT count(*) FROM collection_case),
    'due', (SELECT sum(amount_due) FROM collection_case),
    'runs', (SELECT count(*) FROM collection_run),
    'actions', (SELECT json_object_agg(state, n) FROM
        (SELECT state, count(*) AS n FROM collection_action GROUP BY state) states),
    'claimed', (SELECT sum(amount) FROM collection_action),
    'mails', (SELECT count(*) FROM collection_action WHERE mail_id IS NOT NULL))
"""


def main(arguments):
    """Do the checks that are asked for; 1 when one of them fails."""
    options = _parse(arguments)
    ready = setup(brief=True)
    problems = []
    for name in options.checks or ("upgrade", "uninstall"):
        print(f"{name} ...", flush=True)
        problems += CHECKS[name](ready, options)
    print("\n".join(problems) or "All is as it should be.")
    return int(bool(problems))


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="dev/lifecycle",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("checks", nargs="*", metavar="check", help=", ".join(CHECKS))
    parser.add_argument("--ledger", metavar="DATABASE", help="for install")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.checks) - set(CHECKS)):
        parser.error(f"no such check: {', '.join(unknown)}")
    if "install" in options.checks and not options.ledger:
        parser.error("install needs --ledger")
    return options


def _odoo(tools, name, *options):
    """Run Odoo on a database; return what its log says that is worth reading."""
    command = odoo_command(tools, name, *options, *QUIET)
    return module_db.read_problems(system.run(command, env=tools.environment).stdout)


def _work(tools, name, *options):
    """Have debtors, a run and its actions."""
    calls = {"lifecycle_work": {"debtors": DEBTORS}}
    run_scripts(tools, name, calls, options=options)


def _figures(name):
    return json.loads(database.execute(FIGURES, name))


# === CHECKS === #


def check_upgrade(ready, _options):
    """The first release's database is the same one after the upgrade."""
    name = paths.database_name("lifecycle")
    addons = _unpack_first_release()
    places = ",".join(map(str, (addons, *ready.tools.source.addons)))
    old = (f"--addons-path={places}",)
    database.copy(ready.template, name)
    _odoo(ready.tools, name, "-i", paths.MODULE, *old)
    _work(ready.tools, name, *old)
    before = _figures(name)
    begin = time.monotonic()
    problems = _odoo(ready.tools, name, "-u", paths.MODULE)
    print(f"  upgraded in {time.monotonic() - begin:.0f} s: {before}", flush=True)
    after = _figures(name)
    if after != before:
        problems.append(f"upgrade: {before} became {after}")
    problems += _compare_with_fresh(ready, name)
    database.drop(name)
    return problems


def _unpack_first_release():
    """The tree of the first release, from the history of the repository."""
    archive = paths.STATE / "first_release.tar"
    system.run(("git", "archive", "-o", archive, FIRST_RELEASE), cwd=paths.ROOT)
    addons = paths.STATE / "first_release"
    shutil.rmtree(addons, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as tar:
        tar.extractall(addons / paths.MODULE, filter="data")
    archive.unlink()
    return addons


def _compare_with_fresh(ready, name):
    """Columns, constraints and indexes are those of a fresh installation."""
    slot, lock = module_db.acquire_slot()
    with lock:
        module_db.install(ready, slot, reuse=True)
        fresh = lifecycle_marks.read(slot.installed)
    kinds = ("column ", "constraint ", "index ", "table ")
    upgraded = lifecycle_marks.read(name)
    return [
        f"upgrade: {word} {mark}"
        for word, marks in (("lacks", fresh - upgraded), ("has", upgraded - fresh))
        for mark in sorted(marks)
        if mark.startswith(kinds)
    ]


def check_uninstall(ready, _options):
    """A database that the module has left is as it was before it came."""
    name = paths.database_name("lifecycle")
    slot, lock = module_db.acquire_slot()
    before = lifecycle_marks.read(ready.template)
    with lock:
        module_db.install(ready, slot, reuse=True)
        database.copy(slot.installed, name)
    _work(ready.tools, name)
    run_scripts(ready.tools, name, {"bench_leave": {"module": paths.MODULE}})
    after = lifecycle_marks.read(name)
    database.drop(name)
    return [
        f"uninstall: {word} {mark}"
        for word, marks in (("left", after - before), ("took", before - after))
        for mark in sorted(marks)
        if _is_ours(word, mark)
    ]


def _is_ours(word, mark):
    """Leave out what the debtors of the check bring themselves.

    Their company has taken another chart of accounts, with other defaults.
    """
    if word == "took":
        return not mark.startswith(("record account.1_", "default "))
    return "collection" in mark


def check_install(ready, options):
    """Installing on a large ledger is quick and lets accounting work."""
    name = paths.database_name("lifecycle")
    database.copy(options.ledger, name)
    invoices = database.execute(
        "SELECT count(*) FROM account_move WHERE move_type LIKE 'out%'", name
    )
    begin = time.monotonic()
    with lifecycle_locks.Watch(name) as watch:
        problems = _odoo(ready.tools, name, "-i", paths.MODULE)
    print(f"  {int(invoices):,} invoices: {time.monotonic() - begin:.0f} s")
    for (table, mode), seconds in sorted(watch.seconds.items()):
        print(f"  {table}: {mode} for {seconds:.1f} s")
    database.drop(name)
    return problems


CHECKS = {
    "upgrade": check_upgrade,
    "uninstall": check_uninstall,
    "install": check_install,
}
