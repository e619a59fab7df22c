import unittest
from datetime import date, timedelta
from statistics import NormalDist

from odoo.addons.l10n_fr_debt_collection.tools import cash_forecast

MONDAY = date(2026, 3, 9)
WEEK = timedelta(days=7)


class Sure:
    """An instalment that comes on one of some days, each with its chance."""

    def __init__(self, debtor, amount, chances):
        self.debtor, self.amount, self.chances = debtor, amount, chances

    def paid_by(self, day):
        return sum(chance for when, chance in self.chances.items() if when <= day)


class TestAggregate(unittest.TestCase):
    def test_expected_cash_falls_in_its_week(self):
        sunday, next_monday = MONDAY + timedelta(days=6), MONDAY + WEEK
        items = [
            Sure("a", 100.0, {sunday: 0.5, next_monday: 0.25}),
            Sure("b", 40.0, {MONDAY: 1.0}),
            Sure("b", 7.0, {MONDAY - WEEK: 1.0}),
        ]
        weeks = cash_forecast.aggregate(items, MONDAY, weeks=3)
        self.assertEqual([week.expected for week in weeks], [90.0, 25.0, 0.0])
        self.assertEqual(
            [week.first_day for week in weeks],
            [MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK],
        )

    def margin(self, items, **options):
        options.setdefault("common_error", 0)
        (week,) = cash_forecast.aggregate(items, MONDAY, weeks=1, **options)
        self.assertAlmostEqual(week.high - week.expected, week.expected - week.low)
        return week.high - week.expected

    def test_interval(self):
        toss = {MONDAY: 0.5}
        two_debtors = [Sure("a", 30.0, toss), Sure("b", 40.0, toss)]
        one_debtor = [Sure("a", 30.0, toss), Sure("a", 40.0, toss)]
        reach = NormalDist().inv_cdf(0.95)
        # each has a standard deviation of half its amount
        self.assertAlmostEqual(self.margin(two_debtors, confidence=0.9), reach * 25)
        self.assertAlmostEqual(
            self.margin(one_debtor, confidence=0.9, correlation=1), reach * 35
        )
        self.assertAlmostEqual(
            self.margin(one_debtor, confidence=0.9, correlation=0), reach * 25
        )

    def test_common_error_does_not_even_out(self):
        sure = [Sure(number, 1.0, {MONDAY: 1.0}) for number in range(1000)]
        reach = NormalDist().inv_cdf(0.9)
        self.assertAlmostEqual(self.margin(sure, common_error=0.05), reach * 50)

    def test_what_is_sure_has_no_interval(self):
        self.assertEqual(self.margin([Sure("a", 30.0, {MONDAY: 1.0})]), 0.0)

    def test_nothing_open_brings_nothing(self):
        self.assertEqual(self.margin([]), 0.0)

    def test_refusals(self):
        for options in ({"confidence": 1}, {"correlation": -0.1}):
            with self.subTest(options), self.assertRaises(ValueError):
                cash_forecast.aggregate([], MONDAY, **options)
