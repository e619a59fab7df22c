"""``dev/bench``: the steps of the module's work, each measured in its own process."""

import argparse
import dataclasses
import json
import os
import subprocess

from . import paths, system
from .bench_row import Row
from .setup import setup

DESCRIPTION = """\
Measure steps of the module's work on a generated population.

Each step runs in a process of its own: its peak of memory is its own too. Without
names all steps are measured."""

# How many customers each size has.
SIZES = {"small": 500, "medium": 10_000, "large": 50_000}
STEPS = {
    "clean": "telephones, e-mails, numbers, names and addresses cleaned",
    "duplicates": "contacts matched with each other",
    "watch": "SIRENs watched through a week of official announcements",
}
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
    tools = setup(brief=True).tools
    rows = []
    for step in options.steps or STEPS:
        print(f"{step}: {STEPS[step]} ...", flush=True)
        rows.append(measure(tools, step, SIZES[options.size]))
    print_table(rows)
    if options.json:
        written = [dataclasses.asdict(row) | {"size": options.size} for row in rows]
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(written, file, indent=2)
            file.write("\n")
    return 0


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
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.steps) - set(STEPS))
    if unknown:
        parser.error(f"no such step: {', '.join(unknown)}")
    return options
