"""French public holidays and the days on which a debtor may be contacted."""

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

ONE_DAY = timedelta(days=1)
LOOK_AHEAD_DAYS = 370

_FIXED_DAYS = (
    (1, 1),
    (5, 1),
    (5, 8),
    (7, 14),
    (8, 15),
    (11, 1),
    (11, 11),
    (12, 25),
)
_DAYS_AFTER_EASTER = (1, 39, 50)


@lru_cache(maxsize=64)
def public_holidays(year):
    """Return the eleven legal holidays of metropolitan France as a frozenset of dates.

    Source: Code du travail, article L3133-1. The two more days of Moselle, Bas-Rhin
    and Haut-Rhin are not among them.

    >>> date(2026, 5, 14) in public_holidays(2026)
    True
    """
    moving = (easter(year) + timedelta(days=days) for days in _DAYS_AFTER_EASTER)
    return frozenset(moving).union(date(year, *fixed) for fixed in _FIXED_DAYS)


def is_public_holiday(day):
    """Tell whether ``day`` is a legal holiday in metropolitan France."""
    return day in public_holidays(day.year)


def first_allowed_day(day, is_allowed):
    """Return the first day from ``day`` on for which ``is_allowed`` holds.

    Returns ``None`` when none is found within a year: the calendar allows no day.
    """
    for offset in range(LOOK_AHEAD_DAYS):
        candidate = day + offset * ONE_DAY
        if is_allowed(candidate):
            return candidate
    return None
