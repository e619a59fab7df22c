"""Test sessions: pytest without Odoo, pytest with Odoo, and what they found."""

import contextlib
import dataclasses
import os
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from . import database, paths, shares_of_tests, system

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
    """Run the tests that work in a database, side by side on as many as cores.

    What the first session says is shown as it comes, the others' words at their end.
    """
    shares = shares_of_tests.share_out(chosen, os.cpu_count() or 1)
    variables = {"COLLECTION_TEMPLATE_DB": slot.installed}
    for number in range(1, len(shares)):
        database.copy(slot.test, slot.get_test(number))
    with contextlib.ExitStack() as stack:
        sessions = [
            stack.enter_context(
                _Session(
                    tools,
                    (*odoo_options(slot, number), "--odoo-http", *options, *files),
                    variables,
                    is_shown=number == 0,
                )
            )
            for number, files in enumerate(shares)
        ]
        return sum((session.finish() for session in sessions), Totals())


def odoo_options(slot, share=0):
    """The options that lead pytest-odoo to the database of a share of the tests."""
    return (
        f"--odoo-config={paths.ODOO_CONF}",
        f"--odoo-database={slot.get_test(share)}",
        f"--ignore={PLAIN_TESTS}",
        # a mail server inside a test tells every line it hears
        "--odoo-extra=log-handler=mail.log:ERROR",
    )


def pytest_command(tools, *arguments):
    """A call of pytest on the module as it is mounted: by its link, from outside."""
    root = f"--rootdir={paths.LINK}"
    return (tools.python, "-m", "pytest", root, *OPTIONS, *arguments)


def _run_pytest(tools, arguments, variables):
    with _Session(tools, arguments, variables) as session:
        return session.finish()


class _Session(contextlib.ExitStack):
    """One process of pytest."""

    def __init__(self, tools, arguments, variables, is_shown=True):
        super().__init__()
        folder = Path(self.enter_context(tempfile.TemporaryDirectory()))
        self.report = folder / "report.xml"
        self.output = None if is_shown else (folder / "output").open("w+b")
        if self.output:
            self.enter_context(self.output)
        self.process = self.enter_context(
            system.started(
                pytest_command(tools, f"--junitxml={self.report}", *arguments),
                cwd=paths.ADDONS,
                env=tools.environment | variables,
                stdout=self.output,
                stderr=self.output and subprocess.STDOUT,
            )
        )

    def finish(self):
        """Wait for the end, show what was not shown, and return the totals."""
        code = self.process.wait()
        if self.output:
            self.output.seek(0)
            print(self.output.read().decode(errors="replace"), flush=True)
        totals = read_report(self.report)
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
