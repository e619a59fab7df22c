import unittest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools import deadlines
from odoo.addons.l10n_fr_debt_collection.tools.deadlines import deadline

# event, months, days -> the day before anything moves it
COUNTED = (
    (date(2026, 3, 10), 1, 0, date(2026, 4, 10)),
    (date(2026, 1, 31), 1, 0, date(2026, 2, 28)),
    (date(2028, 1, 31), 1, 0, date(2028, 2, 29)),
    (date(2028, 2, 29), 12, 0, date(2029, 2, 28)),
    (date(2026, 2, 28), 1, 0, date(2026, 3, 28)),
    (date(2026, 8, 31), 6, 0, date(2027, 2, 28)),
    (date(2026, 12, 31), 2, 0, date(2027, 2, 28)),
    (date(2026, 11, 30), 1, 0, date(2026, 12, 30)),
    (date(2026, 12, 1), 0, 15, date(2026, 12, 16)),
    (date(2026, 12, 31), 0, 1, date(2027, 1, 1)),
    (date(2026, 1, 31), 1, 3, date(2026, 3, 3)),
    (date(2026, 3, 10), 0, 0, date(2026, 3, 10)),
)
# what would be the end -> the working day it moves to
MOVED = (
    (date(2026, 3, 13), date(2026, 3, 13)),
    (date(2026, 3, 14), date(2026, 3, 16)),
    (date(2026, 3, 15), date(2026, 3, 16)),
    (date(2026, 4, 4), date(2026, 4, 7)),
    (date(2026, 5, 1), date(2026, 5, 4)),
    (date(2026, 12, 25), date(2026, 12, 28)),
    (date(2027, 1, 1), date(2027, 1, 4)),
)


class TestDeadline(unittest.TestCase):
    def test_counting(self):
        for event, months, days, expected in COUNTED:
            with self.subTest(event=event, months=months, days=days):
                end = deadline(event, months=months, days=days, extend=False)
                self.assertEqual(end, expected)

    def test_moved_to_a_working_day(self):
        holidays = deadlines.holidays_after(date(2026, 1, 1))
        for end, expected in MOVED:
            with self.subTest(end=end):
                self.assertEqual(deadline(end, holidays=holidays), expected)

    def test_holidays_are_those_given(self):
        first_of_may = date(2026, 5, 1)
        self.assertEqual(deadline(date(2026, 4, 1), months=1), first_of_may)
        moved = deadline(date(2026, 4, 1), months=1, holidays={first_of_may})
        self.assertEqual(moved, date(2026, 5, 4))

    def test_holidays_of_the_next_year_count(self):
        holidays = deadlines.holidays_after(date(2026, 12, 1))
        moved = deadline(date(2026, 12, 1), months=1, holidays=holidays)
        self.assertEqual(moved, date(2027, 1, 4))


days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
departments = st.sampled_from(["", "57", "67", "69", "971", "974", "976"])


class TestLaws(unittest.TestCase):
    @given(event=days, months=st.integers(1, 24))
    def test_months_end_in_their_own_month(self, event, months):
        end = deadline(event, months=months, extend=False)
        passed = (end.year - event.year) * 12 + end.month - event.month
        self.assertEqual(passed, months)
        self.assertLessEqual(end.day, event.day)

    @given(event=days, months=st.integers(0, 24), number=st.integers(0, 60))
    def test_what_is_moved_ends_on_a_working_day_and_never_earlier(
        self, event, months, number
    ):
        holidays = deadlines.holidays_after(event, years=3)
        met = deadline(event, months=months, days=number, extend=False)
        moved = deadline(event, months=months, days=number, holidays=holidays)
        self.assertGreaterEqual(moved, met)
        self.assertLess(moved.weekday(), deadlines.SATURDAY)
        self.assertNotIn(moved, holidays)

    @given(event=days, later=st.integers(0, 40), months=st.integers(0, 12))
    def test_what_starts_later_does_not_end_earlier(self, event, later, months):
        first = deadline(event, months=months, extend=False)
        second = deadline(event + timedelta(days=later), months=months, extend=False)
        self.assertGreaterEqual(second, first)

    @given(event=days, department=departments)
    def test_more_places_never_make_it_shorter(self, event, department):
        at_home = deadlines.holidays_after(event, years=2)
        both = deadlines.holidays_after(event, years=2, departments=("", department))
        self.assertLessEqual(at_home, both)
        self.assertGreaterEqual(
            deadline(event, months=1, holidays=both),
            deadline(event, months=1, holidays=at_home),
        )
