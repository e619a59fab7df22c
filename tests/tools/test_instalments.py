import unittest
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools import instalments
from odoo.addons.l10n_fr_debt_collection.tools.amount_in_words import amount_in_words
from odoo.addons.l10n_fr_debt_collection.tools.instalments import (
    EVERY_N_DAYS,
    FORTNIGHTLY,
    MONTH_END,
    MONTHLY,
    WEEKLY,
    ScheduleError,
    due_dates,
    schedule,
    split_amount,
)

RHYTHMS = (WEEKLY, FORTNIGHTLY, MONTHLY, MONTH_END, EVERY_N_DAYS)
AMOUNTS = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def any_day(_day):
    return True


class TestAmounts(unittest.TestCase):
    @given(AMOUNTS, st.integers(1, 120), st.data())
    def test_sum_is_exact_and_nothing_is_negative(self, total, count, data):
        """Complaint: instalments that do not add up to the debt by a cent."""
        first = data.draw(st.integers(0, int(total * 100)).map(lambda c: Decimal(c)))
        try:
            amounts = split_amount(total, count=count, first_amount=first / 100)
        except ScheduleError:
            return
        self.assertEqual(sum(amounts), total)
        self.assertEqual(len(amounts), count)
        self.assertTrue(all(amount > 0 for amount in amounts))

    @given(AMOUNTS, AMOUNTS)
    def test_amount_per_instalment(self, total, each):
        try:
            amounts = split_amount(total, each=each)
        except ScheduleError as error:
            self.assertEqual(error.code, "count")
            self.assertGreater(total / each, 120)
            return
        self.assertEqual(sum(amounts), total)
        self.assertEqual(set(amounts[:-1]) - {each}, set())
        self.assertTrue(0 < amounts[-1] <= each)

    def test_rounding_is_in_the_last(self):
        self.assertEqual(
            split_amount(Decimal(1000), count=3),
            [Decimal("333.33"), Decimal("333.33"), Decimal("333.34")],
        )
        self.assertEqual(
            split_amount(Decimal(1000), count=3, unit=Decimal(1)),
            [Decimal(333), Decimal(333), Decimal(334)],
        )

    def test_first_payment(self):
        self.assertEqual(
            split_amount(Decimal(1000), count=4, first_amount=Decimal(400)),
            [Decimal(400), Decimal(200), Decimal(200), Decimal(200)],
        )
        self.assertEqual(
            split_amount(Decimal(1000), each=Decimal(250), first_amount=Decimal(400)),
            [Decimal(400), Decimal(250), Decimal(250), Decimal(100)],
        )
        self.assertEqual(
            split_amount(Decimal(90), count=1, first_amount=Decimal(90)),
            [Decimal(90)],
        )

    def test_impossible(self):
        for code, arguments in (
            ("total", {"total": Decimal(0), "count": 3}),
            ("first", {"total": Decimal(9), "count": 3, "first_amount": Decimal(10)}),
            ("first", {"total": Decimal(9), "count": 3, "first_amount": Decimal(9)}),
            ("first", {"total": Decimal(9), "count": 3, "first_amount": Decimal(-1)}),
            ("count", {"total": Decimal(9), "count": 0}),
            ("count", {"total": Decimal(9), "count": 121}),
            ("count", {"total": Decimal(9), "count": 1, "first_amount": Decimal(1)}),
            ("count", {"total": Decimal(9), "each": Decimal("0.01")}),
            ("share", {"total": Decimal("0.02"), "count": 3}),
            ("each", {"total": Decimal(9), "each": Decimal(0)}),
        ):
            with (
                self.subTest(code=code, **arguments),
                self.assertRaises(ScheduleError) as caught,
            ):
                split_amount(**arguments)
            self.assertEqual(caught.exception.code, code)


class TestDates(unittest.TestCase):
    @given(DAYS, st.integers(1, 60), st.sampled_from(RHYTHMS), st.integers(1, 90))
    def test_increasing_and_on_working_days(self, first, count, rhythm, days):
        dates = due_dates(first, count, rhythm, days)
        self.assertEqual(len(dates), count)
        self.assertEqual(dates, sorted(set(dates)))
        self.assertGreaterEqual(dates[0], first)
        self.assertTrue(all(map(instalments.is_working_day, dates)))

    def test_the_31st(self):
        """Months without a 31st take their last day; the others keep the 31st."""
        self.assertEqual(
            due_dates(date(2026, 1, 31), 4, MONTHLY, is_allowed=any_day),
            [
                date(2026, 1, 31),
                date(2026, 2, 28),
                date(2026, 3, 31),
                date(2026, 4, 30),
            ],
        )
        self.assertEqual(
            due_dates(date(2028, 2, 29), 13, MONTHLY, is_allowed=any_day)[-1],
            date(2029, 2, 28),
        )

    def test_month_ends(self):
        self.assertEqual(
            due_dates(date(2026, 12, 5), 3, MONTH_END, is_allowed=any_day),
            [date(2026, 12, 5), date(2027, 1, 31), date(2027, 2, 28)],
        )

    def test_weeks_and_days(self):
        first = date(2026, 6, 1)
        for rhythm, second in (
            (WEEKLY, date(2026, 6, 8)),
            (FORTNIGHTLY, date(2026, 6, 15)),
            (EVERY_N_DAYS, date(2026, 6, 11)),
        ):
            dates = due_dates(first, 2, rhythm, days=10, is_allowed=any_day)
            self.assertEqual(dates, [first, second])

    def test_moves_off_weekends_and_holidays(self):
        """1 May 2026 is a holiday and a Friday: the instalment moves to Monday."""
        self.assertEqual(
            due_dates(date(2026, 4, 1), 2, MONTHLY),
            [date(2026, 4, 1), date(2026, 5, 4)],
        )

    def test_a_move_displaces_no_later_instalment(self):
        self.assertEqual(
            due_dates(date(2026, 4, 1), 3, MONTHLY)[2],
            date(2026, 6, 1),
        )

    def test_no_days(self):
        with self.assertRaises(ScheduleError) as caught:
            due_dates(date(2026, 6, 1), 2, EVERY_N_DAYS, days=0)
        self.assertEqual(caught.exception.code, "days")


class TestSchedule(unittest.TestCase):
    def test_dates_and_amounts_go_together(self):
        plan = schedule(
            Decimal(1000),
            date(2026, 6, 1),
            MONTHLY,
            count=3,
            first_amount=Decimal(500),
        )
        self.assertEqual(
            [(part.date, part.amount) for part in plan],
            [
                (date(2026, 6, 1), Decimal(500)),
                (date(2026, 7, 1), Decimal(250)),
                (date(2026, 8, 3), Decimal(250)),
            ],
        )


class TestAmountInWords(unittest.TestCase):
    def test_words(self):
        for amount, currency, lang, words in (
            (
                "1234.56",
                "EUR",
                "fr_FR",
                "mille deux cent trente-quatre euros et cinquante-six centimes",
            ),
            ("200", "EUR", "fr", "deux cents euros"),
            ("1", "EUR", "fr", "un euro"),
            ("2000.01", "EUR", "fr", "deux mille euros et un centime"),
            ("1000000", "EUR", "fr", "un million d’euros"),
            ("2000000.50", "USD", "fr", "deux millions de dollars et cinquante cents"),
            ("1200000", "EUR", "fr", "un million deux cent mille euros"),
            ("80.00", "EUR", "en_US", "eighty euro"),
            ("21.05", "EUR", "de_DE", "twenty-one euro and five cents"),
            ("12.50", "CHF", "fr", "douze virgule cinq CHF"),
        ):
            with self.subTest(amount=amount, currency=currency, lang=lang):
                self.assertEqual(
                    amount_in_words(Decimal(amount), currency, lang), words
                )
