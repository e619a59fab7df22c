"""``dev/bench``: the steps of the module's work, each measured in its own process."""

import argparse
import dataclasses
import json
import os
import subprocess

from . import bench_database, bench_rival, paths, system
from .bench_row import Row
from .odoo_script import read_script
from .setup import setup

DESCRIPTION = """\
Measure steps of the module's work on a generated population.

Each step runs in a process of its own: its peak of memory is its own too. Without
names all steps are measured.

Those that need a ledger work on one with ten invoices per customer (twenty when
large) and roll back what they write. Its database is filled once and kept. Their floor
is what plain SQL takes to read the same rows and write as many."""

# How many customers each size has, and how many invoices.
SIZES = {"small": 500, "medium": 10_000, "large": 50_000}
INVOICES = {"small": 5_000, "medium": 100_000, "large": 1_000_000}
PLAIN_STEPS = {
    "clean": "telephones, e-mails, numbers, names and addresses cleaned",
    "duplicates": "contacts matched with each other",
    "watch": "SIRENs watched through a week of official announcements",
}
LEDGER_STEPS = {
    "facts": "payment facts made from the ledger",
    "facts_again": "payment facts compared with the ledger, nothing having changed",
    "facts_read": "the slowest group or page of the payment facts, on screen",
    "profile": "behaviour of all debtors",
    "forecast": "payment dates and cash of all that is open",
    "risk": "risk of all debtors",
    "credit": "credit limits proposed to all debtors",
    "observatory": "all of it, one after the other, nothing being there yet",
    "dashboard": "figures of the overview",
}
ENGINE_STEPS = {
    "cases": "set-up of the cases of all debtors, by one statement",
    "balances": "nightly check of the balances of all cases",
    "review": "nightly review: segment, type, risk, state, next step",
    "plan": "preview of a run over a book that nobody has chased yet",
    "pass_with_pdf": "that run planned and executed, mails with a statement each",
    "mails": "delivery of 1,000 mails to the outbox",
    "mails_with_pdf": "delivery of 400 mails with a statement each",
    "letters": "delivery of 400 letters, and all of them in one file",
    "score": "risk of all debtors",
    "matching": "contacts of the book matched with each other, groups stored",
    "screens": "the slowest of the main screens, opened",
}
LEDGER_STEPS |= ENGINE_STEPS
RIVAL_STEPS = {"plan", "pass_with_pdf", "mails", "mails_with_pdf", "letters"}
STEERING_STEPS = {
    "kpi": "all indicators of a month",
    "ageing_at_date": "ageing balance of half a year ago",
    "results": "what the contacts of two years have led to",
    "home": "figures of the home of managers",
}
LEDGER_STEPS |= STEERING_STEPS
STEPS = PLAIN_STEPS | LEDGER_STEPS
SCRIPT = paths.DEV / "lib/in_venv/bench_step.py"
COLUMNS = (
    "step",
    "items",
    "seconds",
    "CPU",
    "floor",
    "rival",
    "queries",
    "peak MiB",
)


def measure(tools, step, items):
    """The :class:`Row` of a step, measured in a process of its own."""
    command = (tools.python, SCRIPT, step, str(items))
    places = {"PYTHONPATH": str(paths.DEV), "PYTHONHASHSEED": "0"}
    environment = tools.environment | places
    with system.started(
        command, stdout=subprocess.PIPE, text=True, cwd=paths.ADDONS, env=environment
    ) as process:
        output, _nothing = process.communicate()
    if process.returncode:
        raise system.DevError(f"Step {step} failed with code {process.returncode}")
    return Row(**json.loads(output.splitlines()[-1]))


def measure_on_ledger(tools, database_name, step, profile=None):
    """The :class:`Row` of a step that works on a ledger; show what else it says.

    :param profile: the folder to write where the time goes
    """
    parameters = {"step": step}
    if profile:
        parameters["profile"] = os.path.abspath(os.path.join(profile, f"{step}.txt"))
    *said, figures = read_script(tools, database_name, "bench_step", parameters)
    print("\n".join(said), end="\n" if said else "", flush=True)
    return Row(**json.loads(figures))


def print_table(rows):
    """Print the rows, figures to the right."""
    lines = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print()
    for step, *figures in lines:
        aligned = map(str.rjust, figures, widths[1:])
        print("  ".join((step.ljust(widths[0]), *aligned)))


def _cells(row):
    return (
        row.step,
        f"{row.items:,}",
        *map(_seconds, _durations(row)),
        "" if row.queries is None else f"{row.queries:,}",
        "" if row.peak_mib is None else f"{row.peak_mib:.0f}",
    )


def _durations(row):
    return row.seconds, row.cpu_seconds, row.floor_seconds, row.rival_seconds


def _seconds(seconds):
    return "" if seconds is None else f"{seconds:.2f}"


def main(arguments):
    """Measure the steps that are asked for."""
    options = _parse(arguments)
    ready = setup(brief=True)
    rows = list(_measure_all(ready, options))
    print_table(rows)
    if options.json:
        written = [dataclasses.asdict(row) | {"size": options.size} for row in rows]
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(written, file, indent=2)
            file.write("\n")
    return 0


def _measure_all(ready, options):
    steps = options.steps or list(STEPS)
    items = SIZES[options.size]
    if not LEDGER_STEPS.keys().isdisjoint(steps):
        name = bench_database.ensure(
            ready, options.size, (items, INVOICES[options.size]), options.rebuild
        )
    figures = None
    if not options.no_rival and not RIVAL_STEPS.isdisjoint(steps):
        print(f"{bench_rival.MODULE}: the rival, on a copy ...", flush=True)
        figures = bench_rival.measure(ready, name)
        print(bench_rival.describe(figures), flush=True)
    for step in steps:
        print(f"{step}: {STEPS[step]} ...", flush=True)
        if step in LEDGER_STEPS:
            bench_database.tidy(name)
            row = measure_on_ledger(ready.tools, name, step, options.profile)
            yield bench_rival.add(row, figures) if figures else row
        else:
            yield measure(ready.tools, step, items)


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="dev/bench",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("steps", nargs="*", metavar="step", help=", ".join(STEPS))
    parser.add_argument(
        "--size", choices=SIZES, default="medium", help="default: medium"
    )
    parser.add_argument("--rebuild", action="store_true", help="fill the ledger anew")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--no-rival",
        action="store_true",
        help="do not measure OCA account_credit_control beside it",
    )
    parser.add_argument(
        "--profile",
        metavar="DIR",
        help="write there where the time goes; slows the measures down",
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.steps) - set(STEPS))
    if unknown:
        parser.error(f"no such step: {', '.join(unknown)}")
    return options
