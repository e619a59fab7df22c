"""Odoo's server, its tests run after loading and their outcomes written down.

``core_runner.py RESULTS [options of Odoo]``. A test that Odoo marks ``at_install``
would run before the module is loaded, whatever is installed: here it runs afterwards,
with all there is, as those marked ``post_install`` do.
"""

import json
import sys
import time

import odoo.cli
from odoo.tests import loader
from odoo.tests.result import OdooTestResult
from odoo.tests.suite import OdooSuite

make_suite = loader.make_suite


def _make_suite(module_names, position="at_install"):
    """All tests at once, after loading."""
    if position == "at_install":
        return OdooSuite([])
    return make_suite(module_names, "at_install,post_install")


def _record_into(file):
    """Have each start and each outcome of a test written to ``file``, one a line."""

    def write(test, outcome, message=""):
        test = getattr(test, "test_case", None) or test
        line = {"test": test.id(), "outcome": outcome, "at": round(time.time(), 1)}
        file.write(json.dumps(line | {"message": message}) + "\n")
        file.flush()

    def observe(name, outcome, describe):
        original = getattr(OdooTestResult, name)

        def observed(self, test, *details):
            if not self._soft_fail:
                write(test, outcome, describe(*details))
            return original(self, test, *details)

        setattr(OdooTestResult, name, observed)

    observe("startTest", "started", str)
    observe("stopTest", "ended", str)
    observe("addSkip", "skipped", str)
    observe("addFailure", "failed", _describe)
    observe("addError", "error", _describe)


def _describe(error):
    """The last line of what went wrong, not to fill the file."""
    text = f"{error[0].__name__}: {error[1]}"
    return text[:2000]


def main():
    """Run Odoo with what is given."""
    results, *arguments = sys.argv[1:]
    loader.make_suite = _make_suite
    with open(results, "w", encoding="utf-8") as file:
        _record_into(file)
        sys.argv[1:] = arguments
        odoo.cli.main()


if __name__ == "__main__":
    main()
