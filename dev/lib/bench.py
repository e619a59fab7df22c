"""``dev/bench``: the steps of the module's work, each measured in its own process."""

import argparse
import dataclasses
import json
import os
import subprocess

from . import bench_database, paths, system
from .bench_row import Row
from .odoo_script import read_script
from .setup import setup

DESCRIPTION = """\
Measure steps of the module's work on a generated population.

Each step runs in a process of its own: its peak of memory is its own too. Without
names all steps are measured.

Those of the observatory work on a ledger with twenty invoices per customer and roll
back what they write. Its database is filled once and kept. Their floor is what plain
SQL takes to read the same rows and write as many."""

# How many customers each size has.
SIZES = {"small": 500, "medium": 10_000, "large": 50_000}
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
    environment = os.environ | {"PYTHONPATH": str(paths.DEV), "PYTHONHASHSEED": "0"}
    with system.started(
        command, stdout=subprocess.PIPE, text=True, cwd=paths.ADDONS, env=environment
    ) as process:
        output, _nothing = process.communicate()
    if process.returncode:
        raise system.DevError(f"Step {step} failed with code {process.returncode}")
    return Row(**json.loads(output.splitlines()[-1]))


def measure_on_ledger(tools, database_name, step):
    """The :class:`Row` of a step that works on a ledger; show what else it says."""
    *said, figures = read_script(tools, database_name, "bench_step", {"step": step})
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
        name = bench_database.ensure(ready, options.size, items, options.rebuild)
    for step in steps:
        print(f"{step}: {STEPS[step]} ...", flush=True)
        if step in LEDGER_STEPS:
            bench_database.tidy(name)
            yield measure_on_ledger(ready.tools, name, step)
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
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.steps) - set(STEPS))
    if unknown:
        parser.error(f"no such step: {', '.join(unknown)}")
    return options
