"""Test sessions: pytest without Odoo, pytest with Odoo, and what they found."""

import dataclasses
import os
from xml.etree import ElementTree

from . import paths, system

TESTS = paths.LINK / "tests"
PLAIN_TESTS = TESTS / "tools"
OPTIONS = (
    "-W",
    "ignore",
    "--tb=short",
    "--log-level=WARNING",
    f"--override-ini=cache_dir={paths.STATE / 'pytest'}",
)
NO_TESTS_RAN = 5
EXPECTED_EXITS = (0, 1, NO_TESTS_RAN)


@dataclasses.dataclass(frozen=True)
class Totals:
    """How the tests ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Totals(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text

    @property
    def successful(self):
        """Did tests run, and none fail?"""
        return self.passed > 0 and not self.failed


def run_plain(tools, chosen, options):
    """Run the tests of plain Python: no Odoo, no database."""
    plugins = ("-p", "no:odoo", "-p", "lib.plain_tests")
    variables = {"PYTHONPATH": str(paths.DEV)}
    return _run_pytest(tools, (*plugins, *options, *chosen), variables)


def run_odoo(tools, slot, chosen, options):
    """Run the tests that work in a database, with pytest-odoo."""
    arguments = (*odoo_options(slot), "--odoo-http", *options, *chosen)
    return _run_pytest(tools, arguments, {"COLLECTION_TEMPLATE_DB": slot.installed})


def odoo_options(slot):
    """The options that lead pytest-odoo to the test database."""
    return (
        f"--odoo-config={paths.ODOO_CONF}",
        f"--odoo-database={slot.test}",
        f"--ignore={PLAIN_TESTS}",
        # a mail server inside a test tells every line it hears
        "--odoo-extra=log-handler=mail.log:ERROR",
    )


def pytest_command(tools, *arguments):
    """A call of pytest on the module as it is mounted: by its link, from outside."""
    root = f"--rootdir={paths.LINK}"
    return (tools.python, "-m", "pytest", root, *OPTIONS, *arguments)


def _run_pytest(tools, arguments, variables):
    report = paths.STATE / f"report-{os.getpid()}.xml"
    command = pytest_command(tools, f"--junitxml={report}", *arguments)
    environment = tools.environment | variables
    try:
        with system.started(command, cwd=paths.ADDONS, env=environment) as process:
            code = process.wait()
        totals = read_report(report)
    finally:
        report.unlink(missing_ok=True)
    if code not in EXPECTED_EXITS and not totals.failed:
        print(f"pytest broke off with exit code {code}", flush=True)
        totals += Totals(failed=1)
    return totals


def read_report(report):
    """Count the tests of a JUnit report; one that fails twice is one failure."""
    if not report.is_file():
        return Totals()
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = (case.get("classname"), case.get("name"))
        outcomes.setdefault(name, set()).update(child.tag for child in case)
    failed = sum(bool(tags & {"failure", "error"}) for tags in outcomes.values())
    skipped = sum("skipped" in tags for tags in outcomes.values())
    return Totals(len(outcomes) - failed - skipped, failed, skipped)
