from datetime import datetime

from odoo.addons.l10n_fr_debt_collection.tools.call_hours import (
    Hours,
    closing_time,
    local_time,
    next_opening,
    spans_of,
    utc_time,
    zone_of,
)

WEEK = frozenset(range(5))
FRENCH = (Hours(WEEK, spans_of(10, 20, 13, 14), skip_holidays=True),)
SATURDAY = Hours(frozenset({5}), spans_of(10, 12))


class TestHours:
    def test_open_until_the_break_and_until_the_evening(self):
        assert closing_time(FRENCH, datetime(2026, 3, 12, 10)) == datetime(
            2026, 3, 12, 13
        )
        assert closing_time(FRENCH, datetime(2026, 3, 12, 19, 59)) == datetime(
            2026, 3, 12, 20
        )

    def test_shut_before_during_the_break_and_after(self):
        for hour in (9, 13, 20):
            assert closing_time(FRENCH, datetime(2026, 3, 12, hour)) is None

    def test_opens_after_the_break(self):
        assert next_opening(FRENCH, datetime(2026, 3, 12, 13, 20)) == datetime(
            2026, 3, 12, 14
        )

    def test_opens_now_when_it_is_open(self):
        now = datetime(2026, 3, 12, 11, 7)
        assert next_opening(FRENCH, now) == now

    def test_friday_evening_waits_for_monday(self):
        assert next_opening(FRENCH, datetime(2026, 3, 13, 20)) == datetime(
            2026, 3, 16, 10
        )

    def test_public_holiday_is_skipped(self):
        # The first of May 2026 is a Friday.
        assert next_opening(FRENCH, datetime(2026, 5, 1, 11)) == datetime(
            2026, 5, 4, 10
        )

    def test_hours_of_several_rules_add_up(self):
        assert next_opening((*FRENCH, SATURDAY), datetime(2026, 3, 13, 21)) == datetime(
            2026, 3, 14, 10
        )

    def test_without_hours_it_is_always_open(self):
        sunday = datetime(2026, 3, 15, 3)
        assert closing_time((), sunday).date() == sunday.date()
        assert next_opening((), sunday) == sunday

    def test_hours_that_never_come_are_said(self):
        never = (Hours(frozenset(), spans_of(9, 18)),)
        assert next_opening(never, datetime(2026, 3, 12, 11)) is None

    def test_break_of_no_length_is_none(self):
        assert spans_of(9, 18) == ((540, 1080),)
        assert spans_of(9, 18, 12, 12) == ((540, 1080),)


class TestZones:
    def test_zone_of_a_country(self):
        assert zone_of("DE") == "Europe/Berlin"
        assert zone_of(None) == "Europe/Paris"

    def test_overseas_france_has_its_own_clock(self):
        assert zone_of("FR", "97110") == "America/Guadeloupe"
        assert zone_of("RE") == "Indian/Reunion"

    def test_country_with_several_zones(self):
        assert zone_of("US", preferred="America/Chicago") == "America/Chicago"
        assert zone_of("US", preferred="Europe/Paris") == "America/New_York"

    def test_unknown_country_keeps_the_creditors_clock(self):
        assert zone_of("XX") == "Europe/Paris"

    def test_moments_go_there_and_back_over_the_change_of_clocks(self):
        for moment in (datetime(2026, 1, 5, 9), datetime(2026, 7, 6, 9)):
            there = local_time(moment, "Europe/Paris")
            assert utc_time(there, "Europe/Paris") == moment
        assert local_time(datetime(2026, 7, 6, 9), "Europe/Paris").hour == 11
