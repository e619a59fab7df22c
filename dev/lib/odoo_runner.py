"""Odoo's own test runner, and whether pytest sees the same tests."""

import re

from . import database, module_db, paths, sessions, system
from .odoo import odoo_command
from .sessions import Totals

LOGGER = rf"odoo\.addons\.{paths.MODULE}\.tests\.(?P<file>\w+): "
STARTED = re.compile(LOGGER + r"Starting (?P<test>\S+) \.\.\.")
SKIPPED = re.compile(LOGGER + r"skipped (?P<test>\S+) : ")
FAILED = re.compile(r" ERROR .*: (?:FAIL|ERROR): (?:Subtest )?(?P<test>\S+)")
NODE_ID = re.compile(r"tests/(?P<file>\w+)\.py::(?P<name>\w+)::(?P<method>\w+)")


def run(ready, slot):
    """Install the module and run its tests as Odoo does.

    :return: the totals, and what is wrong besides failing tests
    """
    result = _run_tests(ready, slot)
    log = result.stdout
    print("\n".join(module_db.read_problems(log)), flush=True)
    started = {(match["file"], match["test"]) for match in STARTED.finditer(log)}
    skipped = {(match["file"], match["test"]) for match in SKIPPED.finditer(log)}
    failed = {match["test"] for match in FAILED.finditer(log)}
    passed = len(started) - len(failed) - len(skipped)
    totals = Totals(max(passed, 0), len(failed), len(skipped))
    problems = _compare(started, _collect(ready.tools, slot))
    if result.returncode and not failed:
        problems.append(f"Odoo's test runner ended with code {result.returncode}")
    return totals, problems


def _run_tests(ready, slot):
    """Let Odoo install and test the module in a fresh database."""
    database.copy(ready.template, slot.test)
    tags = ("-i", paths.MODULE, "--test-tags", f"/{paths.MODULE}")
    quiet = ("--stop-after-init", "--log-level=warn", "--http-port")
    port = system.find_free_port()
    tests_logger = f"--log-handler=odoo.addons.{paths.MODULE}.tests:INFO"
    command = odoo_command(ready.tools, slot.test, *tags, *quiet, port, tests_logger)
    variables = {"COLLECTION_TEMPLATE_DB": slot.installed}
    environment = ready.tools.environment | variables
    return system.run(command, check=False, env=environment)


def _collect(tools, slot):
    """The tests that pytest would run in the test database."""
    options = (*sessions.odoo_options(slot), "--collect-only", "-q", sessions.TESTS)
    command = sessions.pytest_command(tools, *options)
    listing = system.run(
        command, check=False, cwd=paths.ADDONS, env=tools.environment
    ).stdout
    return {
        (match["file"], f"{match['name']}.{match['method']}")
        for match in NODE_ID.finditer(listing)
    }


def _compare(by_odoo, by_pytest):
    """Say which tests only one of both runners sees."""
    problems = []
    for here, there, names in (
        ("Odoo", "pytest", by_odoo - by_pytest),
        ("pytest", "Odoo", by_pytest - by_odoo),
    ):
        if names:
            tests = ", ".join(sorted(f"{file}:{test}" for file, test in names))
            problems.append(f"run by {here} and not by {there}: {tests}")
    return problems
