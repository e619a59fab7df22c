import unittest
from datetime import date

from odoo.addons.l10n_fr_debt_collection.tools import holidays


class TestHolidays(unittest.TestCase):
    def test_the_eleven_days_of_2026(self):
        expected = {
            date(2026, 1, 1),
            date(2026, 4, 6),
            date(2026, 5, 1),
            date(2026, 5, 8),
            date(2026, 5, 14),
            date(2026, 5, 25),
            date(2026, 7, 14),
            date(2026, 8, 15),
            date(2026, 11, 1),
            date(2026, 11, 11),
            date(2026, 12, 25),
        }
        self.assertEqual(holidays.public_holidays(2026), expected)

    def test_ascension_on_the_first_of_may_counts_once(self):
        self.assertEqual(len(holidays.public_holidays(2008)), 10)

    def test_first_allowed_day(self):
        monday = date(2026, 3, 9)
        found = holidays.first_allowed_day(
            date(2026, 3, 7), lambda day: day.weekday() < 5
        )
        self.assertEqual(found, monday)
        self.assertIsNone(holidays.first_allowed_day(monday, lambda day: False))
