"""``dev/test``: checks, a fresh database, the tests, one closing line."""

import argparse
import contextlib
import time

from . import database, lint, module_db, odoo_runner, selection, sessions, system
from .sessions import Totals
from .setup import setup
from .system import DevError

DESCRIPTION = """\
Check the code, install the module in a fresh database and run its tests.

A selector is a test file, with or without what follows in pytest's node ids:
test_engine, test_engine.py::TestEngine::test_one_action. With selectors only those
tests run, and the checks are left out. Unknown options are passed on to pytest."""


class TestRun:
    """One call of ``dev/test``."""

    def __init__(self, options, pytest_options):
        self.options = options
        self.pytest_options = pytest_options
        self.phases = []
        self.problems = []
        self.totals = Totals()
        self.ready = self.slot = self.lock = None

    @contextlib.contextmanager
    def phase(self, title):
        """Announce a phase of the run and take its time."""
        print(f"\n=== {title} ===", flush=True)
        begin = time.monotonic()
        yield
        duration = system.format_duration(time.monotonic() - begin)
        self.phases.append(f"{title.lower()} {duration}")

    @property
    def is_selective(self):
        """Does it run some tests only?"""
        return bool(self.options.selectors or self.options.keyword)

    def run(self):
        """Go through the phases and return the exit code."""
        self._set_up()
        plain, in_odoo = selection.split(self.options.selectors)
        checked = not (self.is_selective or self.options.no_lint)
        if checked:
            self._lint()
        if plain or not in_odoo:
            self._test_plain(plain)
        if (in_odoo or not plain) and self._install():
            if checked:
                self._check_translations()
            self._test_odoo(in_odoo)
        return self._close()

    # === PHASES === #

    def _set_up(self):
        with self.phase("Set-up"):
            self.ready = setup(brief=True)
            self.slot, self.lock = module_db.acquire_slot()

    def _lint(self):
        with self.phase("Checks"):
            self.problems += lint.check(self.ready.tools)

    def _test_plain(self, chosen):
        if not sessions.PLAIN_TESTS.is_dir():
            return
        with self.phase("Plain tests"):
            self.totals += sessions.run_plain(
                self.ready.tools,
                chosen or [sessions.PLAIN_TESTS],
                self.pytest_options,
            )

    def _install(self):
        """Install the module; False when there is nothing to run tests on."""
        with self.phase("Installation"):
            try:
                logged = module_db.install(self.ready, self.slot, self.is_selective)
            except DevError as error:
                print(error, flush=True)
                self.totals += Totals(failed=1)
                self.problems.append("the module cannot be installed")
                return False
            if logged:
                print("\n".join(logged), flush=True)
                self.problems.append("the installation logs warnings or errors")
            database.copy(self.slot.installed, self.slot.test)
            if not self.options.odoo:
                module_db.prepare_tests(self.ready.tools, self.slot)
        return True

    def _check_translations(self):
        with self.phase("Translations"):
            self.problems += lint.check_translations(self.ready.tools, self.slot)

    def _test_odoo(self, chosen):
        if self.options.odoo:
            with self.phase("Odoo's own test runner"):
                totals, problems = odoo_runner.run(self.ready, self.slot)
            self.problems += problems
        else:
            with self.phase("Odoo tests"):
                totals = sessions.run_odoo(
                    self.ready.tools,
                    self.slot,
                    chosen or [sessions.TESTS],
                    self.pytest_options,
                )
        self.totals += totals

    def _close(self):
        """Sum up; the totals are the last line."""
        print(f"\nTime: {', '.join(self.phases)}")
        for problem in self.problems:
            print(f"Failed: {problem}")
        if not (self.totals.passed or self.totals.failed):
            print("Failed: no test ran")
        print(self.totals, flush=True)
        return 0 if self.totals.successful and not self.problems else 1


def main(arguments):
    """Run ``dev/test``."""
    options, pytest_options = _parser().parse_known_args(arguments)
    if options.keyword:
        pytest_options += ["-k", options.keyword]
    if options.odoo and (options.selectors or pytest_options):
        _parser().error("--odoo runs all tests: it takes no selector and no option")
    return TestRun(options, pytest_options).run()


def _parser():
    parser = argparse.ArgumentParser(
        prog="dev/test",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("selectors", nargs="*", metavar="selector")
    parser.add_argument("-k", dest="keyword", metavar="EXPRESSION", help="as in pytest")
    parser.add_argument("--no-lint", action="store_true", help="leave out the checks")
    parser.add_argument(
        "--odoo", action="store_true", help="use Odoo's own test runner, the reference"
    )
    return parser
