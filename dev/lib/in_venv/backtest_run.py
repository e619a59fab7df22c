"""Back-test the delay model and print what it is worth.

Run by the Python of the environment: ``backtest_run.py DEBTORS [steady]``.
"""

import importlib
import resource
import sys
import time
from datetime import date

from lib import paths, plain_tests, settlement_book

END = date(2026, 6, 30)
INVOICES_EACH = 20
KIB_IN_MIB = 1024


def _tool(name):
    return importlib.import_module(f"odoo.addons.{paths.MODULE}.tools.{name}")


def print_scores(report):
    """Print how wrong each predictor was."""
    model = report.model
    first, last = report.origins[0], report.origins[-1]
    print(
        f"\n{len(report.origins)} origins from {first} to {last}: {model.items:,} open"
    )
    print(f"instalments predicted, {model.paid:,} of them paid in the days followed.\n")
    print(f"{'':14}{'error, days':>12}{'if paid, days':>15}{'Brier':>9}")
    for score in report.scores:
        figures = f"{score.error:12.2f}{score.error_if_paid:15.2f}{score.brier:9.4f}"
        print(f"{score.name:14}{figures}")


def print_calibration(score):
    """Print what was predicted and what came, by tenth of probability."""
    print(f"\n{'paid within 30 days':20}{'predicted':>11}{'observed':>10}{'items':>10}")
    for number, tenth in enumerate(score.tenths):
        span = f"{number * 10} to {number * 10 + 10} %"
        if tenth.items:
            shares = f"{tenth.predicted:11.1%}{tenth.observed:10.1%}"
            print(f"{span:20}{shares}{tenth.items:10,}")


def print_cash(cash):
    """Print how the weekly forecasts turned out."""
    print(f"\ncash: {cash.expected:,.0f} expected, {cash.received:,.0f} received;")
    print(f"{cash.inside} of {cash.weeks} weeks in the interval of 80 %")


def measure(rows):
    """Learn the whole book and predict what is open, timed."""
    begin = time.perf_counter()
    model = _tool("payment_delay").fit(rows, END)
    learnt = time.perf_counter()
    items = 0
    for debtor, segment, issued, due, paid, amount in rows:
        if paid is None:
            prediction = model.predict(debtor, segment, issued, due, amount, END)
            _dates = prediction.expected_date, prediction.probability_of_default()
            items += 1
    seconds = time.perf_counter() - learnt
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB
    print(f"\n{len(rows):,} settlements learnt in {learnt - begin:.1f} s,")
    print(f"{items:,} predicted in {seconds:.1f} s; peak {peak:.0f} MiB with the book")


def main(debtors, is_steady):
    """Draw a book, back-test it, measure."""
    back = _tool("payment_backtest")
    invoices = debtors * INVOICES_EACH
    rows = list(
        settlement_book.settlements(debtors, invoices, END, is_steady=is_steady)
    )
    print(f"{debtors:,} debtors, {len(rows):,} instalments over two years", flush=True)
    measure(rows)
    report = back.back_test(rows, back.month_ends(END))
    print_scores(report)
    print_calibration(report.model)
    print_cash(report.cash)


if __name__ == "__main__":
    plain_tests.pytest_configure()
    main(int(sys.argv[1]), "steady" in sys.argv[2:])
