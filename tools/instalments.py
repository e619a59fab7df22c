"""The dates and amounts of a payment plan.

Amounts are ``Decimal`` in one currency, ``unit`` is its smallest coin. What does not
divide evenly is in the last instalment, so that the sum is exact.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal

from .deadlines import SATURDAY
from .holidays import ONE_DAY, first_allowed_day, is_public_holiday

WEEKLY = "weekly"
FORTNIGHTLY = "fortnightly"
MONTHLY = "monthly"
MONTH_END = "month_end"
EVERY_N_DAYS = "days"

CENT = Decimal("0.01")
MOST_INSTALMENTS = 120
_DAYS_BETWEEN = {WEEKLY: 7, FORTNIGHTLY: 14}


class ScheduleError(ValueError):
    """A schedule that cannot be; ``code`` says why.

    ``total``: nothing to pay. ``first``: the first payment is negative or leaves
    nothing for the others. ``count``: fewer than one instalment, or more than
    :data:`MOST_INSTALMENTS`. ``share``: an instalment would be zero. ``each``: the
    amount per instalment is not positive. ``days``: less than a day between payments.
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Instalment:
    date: date
    amount: Decimal


def is_working_day(day):
    """Tell whether banks move money on ``day`` in metropolitan France."""
    return day.weekday() < SATURDAY and not is_public_holiday(day)


def schedule(
    total,
    first_date,
    rhythm,
    *,
    count=None,
    each=None,
    first_amount=Decimal(0),
    days=30,
    unit=CENT,
    is_allowed=is_working_day,
):
    """Return the :class:`Instalment` list of a plan over ``total``.

    Either ``count``, the number of payments in all, or ``each``, the amount of the
    payments after the first, is given. A ``first_amount`` of 0 means that the first
    payment is like the others. Dates that ``is_allowed`` refuses move to the next
    allowed day, never onto each other.

    :raise ScheduleError: there is no such schedule

    >>> plan = schedule(Decimal(100), date(2026, 1, 31), MONTHLY, count=3)
    >>> [(str(part.date), str(part.amount)) for part in plan]
    [('2026-02-02', '33.33'), ('2026-03-02', '33.33'), ('2026-03-31', '33.34')]
    """
    amounts = split_amount(
        total, count=count, each=each, first_amount=first_amount, unit=unit
    )
    dates = due_dates(first_date, len(amounts), rhythm, days, is_allowed)
    return [Instalment(*pair) for pair in zip(dates, amounts, strict=True)]


def split_amount(total, *, count=None, each=None, first_amount=Decimal(0), unit=CENT):
    """Return the amounts of a plan, see :func:`schedule`."""
    if total <= 0:
        raise ScheduleError("total")
    if first_amount < 0 or first_amount > total:
        raise ScheduleError("first")
    head = [first_amount] if first_amount else []
    rest = total - first_amount
    shares = _share_each(rest, each) if each is not None else None
    if shares is None:
        shares = _share_count(rest, (count or 0) - len(head), unit)
    if len(head) + len(shares) > MOST_INSTALMENTS:
        raise ScheduleError("count")
    return head + shares


def due_dates(first, count, rhythm, days=30, is_allowed=is_working_day):
    """Return the dates of ``count`` payments from ``first`` on, see :func:`schedule`.

    By the month a payment keeps the day of the first, or the last of a shorter month.
    At the end of months the first date stays as it is and the others follow on the
    last days of the months after.
    """
    if rhythm == EVERY_N_DAYS and days < 1:
        raise ScheduleError("days")
    dates = []
    for index in range(count):
        day = _nth_date(first, index, rhythm, days)
        if dates and day <= dates[-1]:
            day = dates[-1] + ONE_DAY
        dates.append(first_allowed_day(day, is_allowed) or day)
    return dates


def _share_each(rest, each):
    if each <= 0:
        raise ScheduleError("each")
    if not rest:
        return []
    number = int((rest / each).to_integral_value(rounding=ROUND_CEILING))
    if number > MOST_INSTALMENTS:
        raise ScheduleError("count")
    return [each] * (number - 1) + [rest - each * (number - 1)]


def _share_count(rest, number, unit):
    if not rest and number == 0:
        return []
    if not rest:
        raise ScheduleError("first")
    if not 1 <= number <= MOST_INSTALMENTS:
        raise ScheduleError("count")
    share = (rest / number / unit).to_integral_value(rounding=ROUND_DOWN) * unit
    if not share:
        raise ScheduleError("share")
    return [share] * (number - 1) + [rest - share * (number - 1)]


def _nth_date(first, index, rhythm, days):
    if rhythm == MONTHLY:
        return _in_months(first, index)
    if rhythm == MONTH_END:
        return _in_months(first, index, at_end=True) if index else first
    return first + timedelta(days=index * _DAYS_BETWEEN.get(rhythm, days))


def _in_months(day, months, at_end=False):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if at_end else min(day.day, last))
