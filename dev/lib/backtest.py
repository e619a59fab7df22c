"""``dev/backtest``: predict the past, and compare with what came."""

import argparse
import os

from . import paths, system
from .bench import SIZES
from .setup import setup

DESCRIPTION = """\
Back-test the predictions of payment dates on a generated book of two years.

The whole book is learnt and what is open is predicted, timed. Then, at twelve month
ends of the past, the model learns what was known and predicts what was open. What came
in the ninety days after tells how wrong it was, beside what one does without it."""

SCRIPT = paths.DEV / "lib/in_venv/backtest_run.py"


def main(arguments):
    """Run the back-test in the environment of the module."""
    options = _parse(arguments)
    tools = setup(brief=True).tools
    command = [tools.python, SCRIPT, str(SIZES[options.size])]
    if options.steady:
        command.append("steady")
    environment = os.environ | {"PYTHONPATH": str(paths.DEV)}
    with system.started(command, cwd=paths.ADDONS, env=environment) as process:
        return process.wait()


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="dev/backtest",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sizes = ", ".join(f"{name} {count:,}" for name, count in SIZES.items())
    parser.add_argument(
        "--size",
        choices=SIZES,
        default="medium",
        help=f"debtors, twenty invoices each: {sizes} (default: medium)",
    )
    parser.add_argument(
        "--steady",
        action="store_true",
        help="a book in which the share left unpaid does not grow",
    )
    return parser.parse_args(arguments)
