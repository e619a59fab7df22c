"""Procedural deadlines (Code de procédure civile, articles 640 to 642).

Two sorts, which the law counts alike and prudence does not. A *waiting period* runs
against somebody else, such as the month in which the debtor may oppose: it is over for
certain once moved to a working day. A *deadline to meet* is ours: the day before the
law moves it is always in time, the day after may not be, as what moves it is sometimes
argued. So ``deadline`` moves by default; who asks for a deadline to meet says not to.
"""

from calendar import monthrange
from datetime import date, timedelta

from .holidays import ONE_DAY, public_holidays

SATURDAY = 5


def deadline(event, *, months=0, days=0, extend=True, holidays=frozenset()):
    """Return the last day of a period that starts with ``event``.

    Months end on the day of the same number, or else on the last day of the month;
    then days are counted, that of the event left out (CPC 641). ``extend`` moves an
    end on a Saturday, a Sunday or one of ``holidays`` to the next working day (CPC
    642): :func:`holidays_after` gives those of metropolitan France.

    >>> deadline(date(2026, 12, 31), months=2, extend=False)
    datetime.date(2027, 2, 28)
    """
    end = _add_months(event, months) + timedelta(days=days)
    while extend and (end.weekday() >= SATURDAY or end in holidays):
        end += ONE_DAY
    return end


def holidays_after(event, years=1, departments=("",)):
    """Return the legal holidays of the year of ``event`` and the ``years`` after.

    :param departments: of all these places together: what ends on a holiday of one of
        them is not over for certain
    """
    found = (
        public_holidays(event.year + year, department)
        for year in range(years + 1)
        for department in departments
    )
    return frozenset().union(*found)


def _add_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
