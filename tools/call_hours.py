"""When a debtor may be called: hours of the week, where he is.

Plain Python on aware and naive moments: :class:`Hours` speak of local time, callers
convert with :func:`local_time` and :func:`utc_time`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytz

from .holidays import is_public_holiday

DEFAULT_ZONE = "Europe/Paris"
LOOK_AHEAD_DAYS = 31
MINUTES_PER_HOUR = 60
# Overseas France is France to the address, but not to the clock.
OVERSEAS_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours in which one may call, the same on each of some weekdays.

    :ivar weekdays: as ``date.weekday()``
    :ivar spans: ``(from, to)`` in minutes from midnight; ``to`` is not included
    :ivar skip_holidays: not on a public holiday of France
    """

    weekdays: frozenset
    spans: Sequence[tuple[int, int]]
    skip_holidays: bool = False

    def works_on(self, day):
        """Tell whether one may call at some hour of ``day``."""
        return day.weekday() in self.weekdays and not (
            self.skip_holidays and is_public_holiday(day)
        )


def spans_of(start, end, break_start=0.0, break_end=0.0):
    """Return the spans of a day given in hours, without its break.

    A break of no length, or outside the day, is none.

    >>> spans_of(10, 20, 13, 14)
    ((600, 780), (840, 1200))
    """
    start, end, pause, resume = (
        round(hour * MINUTES_PER_HOUR) for hour in (start, end, break_start, break_end)
    )
    if not start < pause < resume < end:
        return ((start, end),)
    return ((start, pause), (resume, end))


def zone_of(country_code, postcode="", preferred=""):
    """Return the name of the timezone of a debtor.

    Where a country has several, the ``preferred`` one if it is among them, else the
    first: the capital's or the most populated, as the tz database lists them.

    >>> zone_of("FR", "97400")
    'Indian/Reunion'
    """
    code = (country_code or "FR").upper()
    if code == "FR" and (overseas := OVERSEAS_ZONES.get((postcode or "")[:3])):
        return overseas
    zones = pytz.country_timezones.get(code, ())
    if preferred in zones:
        return preferred
    return zones[0] if zones else DEFAULT_ZONE


def local_time(moment, zone):
    """Return a naive UTC moment as the naive local one."""
    return (
        pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).replace(tzinfo=None)
    )


def utc_time(moment, zone):
    """Return a naive local moment as the naive UTC one."""
    aware = pytz.timezone(zone).localize(moment)
    return aware.astimezone(pytz.utc).replace(tzinfo=None)


def closing_time(hours, moment):
    """Return when the span that holds the local ``moment`` ends; ``None``: it is shut.

    Without any hours the day is open to its end.
    """
    if not hours:
        return datetime.combine(moment.date(), time.max)
    return max(
        (
            end
            for start, end in _spans_on(hours, moment.date())
            if start <= moment < end
        ),
        default=None,
    )


def next_opening(hours, moment):
    """Return the local moment from which one may call: ``moment`` when one may now.

    ``None`` when there is none within a month.
    """
    if closing_time(hours, moment):
        return moment
    for offset in range(LOOK_AHEAD_DAYS):
        day = moment.date() + timedelta(days=offset)
        starts = [start for start, _end in _spans_on(hours, day) if start > moment]
        if starts:
            return min(starts)
    return None


def _spans_on(hours, day):
    midnight = datetime.combine(day, time.min)
    for rule in hours:
        if rule.works_on(day):
            for start, end in rule.spans:
                yield (
                    midnight + timedelta(minutes=start),
                    midnight + timedelta(minutes=end),
                )
