"""``dev/faults``: the follow-up keeps its promises while things break around it."""

import argparse
import dataclasses
import json

from . import faults_cases, faults_world
from .faults_cases import FAULTS
from .setup import setup

DESCRIPTION = """\
Break what the module depends on while it works: kill it, stop its database, have its
mail server hang up. Each fault happens to a fresh database with {debtors} debtors, on a
PostgreSQL server and a mail server of its own; then the books are compared with what
the mail server has received. Without names all faults happen."""
COLUMNS = ("fault", "runs", "actions", "mails", "lost", "doubled", "in doubt", "ends")


def print_table(rows):
    """Print the rows, figures to the right, and what the logs say below."""
    lines = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print()
    for fault, *figures, end in lines:
        aligned = map(str.rjust, figures, widths[1:-1])
        print("  ".join((fault.ljust(widths[0]), *aligned, end)))
    print()
    for row in rows:
        for said in row.says:
            print(f"{row.fault}: {said}")
        for problem in row.problems:
            print(f"{row.fault}: WRONG: {problem}")


def _cells(row):
    figures = (row.runs, row.actions, row.mails, row.lost, row.doubled, row.in_doubt)
    return (row.fault, *map(str, figures), "WRONG" if row.problems else "as it should")


def main(arguments):
    """Have the faults happen that are asked for; 1 when one of them did harm."""
    options = _parse(arguments)
    ready = setup(brief=True)
    rows = []
    with faults_world.made(ready) as world:
        for name in options.faults or FAULTS:
            print(f"{name}: {FAULTS[name].title} ...", flush=True)
            rows.append(faults_cases.happen(world, name, options.runs))
    print_table(rows)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([dataclasses.asdict(row) for row in rows], file, indent=2)
            file.write("\n")
    return int(any(row.problems for row in rows))


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="dev/faults",
        description=DESCRIPTION.format(debtors=faults_world.DEBTORS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("faults", nargs="*", metavar="fault", help=", ".join(FAULTS))
    parser.add_argument(
        "--runs", type=int, default=50, help="how often to kill (default: 50)"
    )
    parser.add_argument("--json", metavar="FILE", help="write the table there too")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.faults) - set(FAULTS))
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}")
    return options
