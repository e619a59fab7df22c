"""``dev/core-tests``: Odoo's own tests and posting, without and with the module."""

import argparse
import contextlib
import dataclasses
import json

from . import core_databases, core_posting, core_results, database, paths, system
from .core_databases import SIDES
from .odoo import odoo_command
from .setup import setup

DESCRIPTION = """\
Run Odoo's own tests in two databases that differ by the module alone, compare what
fails, and what posting and reconciling invoices costs.

Tests that Odoo runs while it installs run afterwards here, when the module is there.
What fails in one database only is run again, alone, in both: the second word counts.
Without names all suites run, then the posting; that takes hours."""

SUITES = {
    "account": "/account",
    "sale": "/sale",
    "portal": "/portal",
    "sms": "/sms",
    "click": "click_all/web,/web:TestMenusAdminLight,/web:TestMenusDemoLight",
}
POSTING = "posting"
COLUMNS = ("suite", "tests", "failures without", "failures with", "only with")
RUNNER = paths.DEV / "lib/in_venv/core_runner.py"
LOGS = paths.STATE / "core"
NICENESS = ("nice", "-n", "10")


def run_suite(ready, names, suite, tags):
    """The :class:`~core_results.Comparison` of a suite; both databases at once."""
    comparison = _run_both(ready, names, suite, tags)
    doubtful = comparison.only_with + comparison.only_without
    if not doubtful:
        return comparison
    print(f"{suite}: again, alone: {', '.join(doubtful)}", flush=True)
    alone = ",".join(sorted(set(map(core_results.tag_of, doubtful))))
    again = _run_both(ready, names, f"{suite}_again", alone)
    return core_results.Comparison(
        suite,
        comparison.without.updated(again.without, doubtful),
        comparison.with_module.updated(again.with_module, doubtful),
    )


def _run_both(ready, names, suite, tags):
    with contextlib.ExitStack() as stack:
        runs = {
            side: stack.enter_context(_running(ready, names[side], suite, side, tags))
            for side in SIDES
        }
        for process in runs.values():
            process.wait()
    without, with_module = (
        core_results.parse(_file(suite, side, "jsonl").read_text().splitlines())
        for side in SIDES
    )
    return core_results.Comparison(suite, without, with_module)


@contextlib.contextmanager
def _running(ready, name, suite, side, tags):
    """Odoo's tests in a copy of a database; its log and outcomes go to files."""
    copy = f"{name}_run"
    database.copy(name, copy)
    options = ("--stop-after-init", "--http-port", system.find_free_port())
    python, _m, _odoo, *rest = odoo_command(
        ready.tools, copy, "--test-tags", tags, *options
    )
    outcomes = _file(suite, side, "jsonl")
    outcomes.touch()
    command = (*NICENESS, python, RUNNER, outcomes, *rest)
    with (
        open(_file(suite, side, "log"), "w", encoding="utf-8") as log,
        system.started(
            command,
            cwd=paths.ADDONS,
            env=ready.tools.environment,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        yield process


def _file(suite, side, extension):
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{suite}_{side}.{extension}"


# === REPORT === #


def print_table(lines):
    """Print rows as a table that a document can take over."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    head, *rows = lines
    rule = ["-" * width for width in widths]
    print()
    for first, *figures in (head, rule, *rows):
        aligned = map(str.rjust, figures, widths[1:])
        print(f"| {' | '.join((first.ljust(widths[0]), *aligned))} |")


def _tell(comparison):
    """Name the tests that fail, and why."""
    groups = {
        "fail only with the module": comparison.only_with,
        "fail only without the module": comparison.only_without,
        "fail in both": comparison.both,
    }
    for words, tests in groups.items():
        for test in tests:
            messages = comparison.with_module.messages | comparison.without.messages
            reason = messages.get(test, "").partition("\n")[0]
            print(f"{comparison.suite}: {words}: {test}: {reason}", flush=True)


def _to_json(comparison):
    return {
        "tests": comparison.tests,
        "only_with": comparison.only_with,
        "only_without": comparison.only_without,
        "both": comparison.both,
        "without": comparison.without.outcomes,
        "with": comparison.with_module.outcomes,
    }


# === ENTRY POINT === #


def main(arguments):
    """Run what is asked for; fail when the module is what makes the difference."""
    options = _parse(arguments)
    chosen = options.names or [*SUITES, POSTING]
    ready = setup(brief=True)
    written, is_good = {}, True
    suites = [name for name in chosen if name != POSTING]
    if suites:
        written, is_good = _compare_suites(ready, suites)
    if POSTING in chosen:
        plan = core_posting.Plan(options.parts)
        parts = core_posting.measure(ready, plan)
        lines, percent = core_posting.describe(parts)
        print_table(lines)
        print(f"\n{plan.invoices:,} invoices: {percent:+.1f} % with the module")
        written[POSTING] = {"plan": dataclasses.asdict(plan), "parts": parts}
        is_good = is_good and percent <= core_posting.LIMIT_PERCENT
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(written, file, indent=2)
            file.write("\n")
    return 0 if is_good else 1


def _compare_suites(ready, suites):
    """Run suites; return what to write of them, and whether the module is unharmful."""
    names = core_databases.ensure(ready)
    comparisons = []
    for suite in suites:
        print(f"{suite}: Odoo's tests {SUITES[suite]} ...", flush=True)
        comparisons.append(run_suite(ready, names, suite, SUITES[suite]))
        _tell(comparisons[-1])
    print_table([COLUMNS, *(comparison.to_row() for comparison in comparisons)])
    is_good = all(
        comparison.tests and not comparison.only_with for comparison in comparisons
    )
    return {each.suite: _to_json(each) for each in comparisons}, is_good


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="dev/core-tests",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = (*SUITES, POSTING)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(known))
    parser.add_argument("--json", metavar="FILE", help="write all outcomes there too")
    parser.add_argument(
        "--parts",
        type=int,
        default=core_posting.Plan.parts,
        help="turns of 1,000 invoices to post; default: %(default)s",
    )
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.names) - set(known)):
        parser.error(f"no such suite: {', '.join(unknown)}")
    return options
