"""French public holidays and the days on which a debtor may be contacted."""

from datetime import timedelta
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)
LOOK_AHEAD_DAYS = 370

# Departments and collectivities with days of their own, as the library names them.
_REGIONS = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "977": "BL",
    "978": "MF",
    "984": "TF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}


@lru_cache(maxsize=256)
def public_holidays(year, department=""):
    """Return the legal holidays of ``year`` as a frozenset of dates.

    The eleven of metropolitan France (Code du travail, article L3133-1), and the days
    of its own where ``department`` has some: in Moselle, Bas-Rhin and Haut-Rhin Good
    Friday and 26 December (L3134-13), overseas the day of the abolition of slavery
    (L3422-2). Good Friday is one only in towns with a Protestant church; it counts
    everywhere there, as what is a holiday somewhere may be argued about.

    :param department: its number, such as ``"67"`` or ``"974"``; others change nothing

    >>> date(2026, 5, 14) in public_holidays(2026)
    True
    """
    region = _REGIONS.get(department)
    return frozenset(holidays.France(years=year, subdiv=region))


def is_public_holiday(day, department=""):
    """Tell whether ``day`` is a legal holiday, see :func:`public_holidays`."""
    return day in public_holidays(day.year, department)


def first_allowed_day(day, is_allowed):
    """Return the first day from ``day`` on for which ``is_allowed`` holds.

    Returns ``None`` when none is found within a year: the calendar allows no day.
    """
    for offset in range(LOOK_AHEAD_DAYS):
        candidate = day + offset * ONE_DAY
        if is_allowed(candidate):
            return candidate
    return None
