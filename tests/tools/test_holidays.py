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

    def test_alsace_and_moselle_have_two_more(self):
        """Good Friday and 26 December (Code du travail, L3134-13)."""
        more = {date(2026, 4, 3), date(2026, 12, 26)}
        for department in ("57", "67", "68"):
            found = holidays.public_holidays(2026, department)
            self.assertEqual(found - holidays.public_holidays(2026), more)

    def test_overseas_departments_have_the_day_of_the_abolition(self):
        for department, day in (
            ("971", date(2026, 5, 27)),
            ("972", date(2026, 5, 22)),
            ("973", date(2026, 6, 10)),
            ("974", date(2026, 12, 20)),
            ("976", date(2026, 4, 27)),
        ):
            self.assertTrue(holidays.is_public_holiday(day, department), department)
            self.assertFalse(holidays.is_public_holiday(day), department)

    def test_other_departments_have_the_eleven(self):
        self.assertEqual(
            holidays.public_holidays(2026, "69"), holidays.public_holidays(2026)
        )
