import importlib
import unittest
from datetime import date, timedelta

import pytest

from odoo.addons.l10n_fr_debt_collection.tools import payment_backtest
from odoo.addons.l10n_fr_debt_collection.tools.payment_delay import Settlement

settlement_book = importlib.import_module("lib.settlement_book")

END = date(2026, 6, 30)
ORIGIN = date(2026, 1, 31)
FEWEST_IN_TENTH = 150


def days(number):
    return timedelta(days=number)


def bill(due, late, debtor="a"):
    paid = None if late is None else due + days(late)
    return Settlement(debtor, None, due - days(30), due, paid, 10.0)


class TestScores(unittest.TestCase):
    """A book small enough to be judged by hand."""

    def report(self, *open_items):
        learnt = [bill(ORIGIN - days(100), 10), bill(ORIGIN - days(100), 20, "b")]
        return payment_backtest.back_test([*learnt, *open_items], [ORIGIN])

    def errors(self, *open_items):
        scores = self.report(*open_items).scores[1:]
        return {score.name: (score.error, score.error_if_paid) for score in scores}

    def test_error_in_days(self):
        # paid in 25 days: expected in 5, in 5 + 10 and in 5 + 15
        self.assertEqual(
            self.errors(bill(ORIGIN + days(5), 20)),
            {"due date": (20, 20), "debtor's mean": (10, 10), "global mean": (5, 5)},
        )

    def test_open_item_is_judged_on_the_days_that_were_followed(self):
        errors = self.errors(bill(ORIGIN + days(5), None), bill(ORIGIN + days(5), 200))
        self.assertEqual(errors["due date"], (85, 0))

    def test_no_baseline_predicts_the_past(self):
        errors = self.errors(bill(ORIGIN - days(60), 65))
        self.assertEqual(set(errors.values()), {(4, 4)})

    def test_brier_and_tenths(self):
        score = self.report(bill(ORIGIN + days(5), 20)).scores[1]
        # both learnt delays lie between 5 days before and 25 after the due date
        self.assertEqual(score.brier, 0.0)
        self.assertEqual(score.tenths[9].items, 1)
        self.assertEqual(score.tenths[9].observed, 1.0)

    def test_cash_that_came(self):
        cash = self.report(bill(ORIGIN + days(5), 20), bill(ORIGIN, None)).cash
        self.assertEqual(cash.received, 10.0)
        self.assertEqual(cash.weeks, 12)

    def test_nothing_open(self):
        with pytest.raises(ValueError, match="open"):
            self.report()


class TestMonthEnds(unittest.TestCase):
    def test_all_can_be_followed(self):
        ends = payment_backtest.month_ends(END, 3)
        self.assertEqual(
            ends, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
        )
        self.assertEqual(
            payment_backtest.month_ends(date(2026, 6, 28), 1), [date(2026, 2, 28)]
        )


class TestBook(unittest.TestCase):
    def test_book_is_what_it_says(self):
        book = list(settlement_book.settlements(400, 8_000, END))
        self.assertEqual(book, list(settlement_book.settlements(400, 8_000, END)))
        self.assertGreater(len({row[0] for row in book}), 380)
        items = [Settlement(*row) for row in book]
        self.assertTrue(
            all(
                item.issued <= item.paid <= END
                for item in items
                if item.paid is not None
            )
        )
        unpaid = sum(item.paid is None for item in items)
        self.assertAlmostEqual(
            unpaid / len(items), settlement_book.OPEN_SHARE, delta=0.03
        )


def report_on(is_steady):
    book = settlement_book.settlements(600, 12_000, END, is_steady=is_steady)
    return payment_backtest.back_test(book, payment_backtest.month_ends(END)[::3])


class TestWorth:
    @pytest.fixture(scope="class")
    def report(self):
        return report_on(is_steady=False)

    @pytest.mark.parametrize("figure", ["error", "error_if_paid", "brier"])
    def test_model_beats_every_baseline(self, report, figure):
        model, *baselines = report.scores
        assert len(baselines) == 3
        for baseline in baselines:
            assert getattr(model, figure) < 0.95 * getattr(baseline, figure)

    def test_error_is_a_third_of_the_best_baseline(self, report):
        model, *baselines = report.scores
        assert 3 * model.error < min(baseline.error for baseline in baselines)
        assert model.brier < 0.1

    def test_probabilities_mean_what_they_say(self):
        report = report_on(is_steady=True)
        full = [t for t in report.model.tenths if t.items >= FEWEST_IN_TENTH]
        assert len(full) >= 6
        for tenth in full:
            assert abs(tenth.predicted - tenth.observed) < 0.08
        assert abs(report.cash.expected / report.cash.received - 1) < 0.1
        assert report.cash.inside >= 0.75 * report.cash.weeks
