"""Interest on a sum that is paid late: simple interest, day by day, never compounded.

Interest runs from the day after the due date to the last day, both included: a sum due
on the 1st and paid on the 11th bears ten days of interest. It is cut into segments, one
per rate and per balance, and each segment is rounded to the cent, halves up.

A payment bears on interest first and on the principal with the rest (article 1343-1 of
the Code civil), unless the contract says otherwise. A credit is no payment: it cuts the
principal. Amounts are ``Decimal`` in one currency, rates are percent per year.
"""

from bisect import bisect_right
from calendar import isleap
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)
# Days of the year that a rate is divided by: always 365, or what the year has.
BASIS_365 = 365
BASIS_EXACT = 366
BASES = (BASIS_365, BASIS_EXACT)

PAYMENT = "payment"
CREDIT = "credit"
INVOICED = "invoiced"
WAIVER = "waiver"
# What happens first on one day: a waiver is about what the day's payments leave.
_RANKS = {CREDIT: 0, PAYMENT: 1, INVOICED: 2, WAIVER: 3}


class MissingRateError(LookupError):
    """No rate is in force on ``day``."""

    def __init__(self, day):
        super().__init__(f"no rate of interest is known on {day.isoformat()}")
        self.day = day


@dataclass(frozen=True, slots=True)
class Segment:
    """Days, both included, during which neither the rate nor the balance changes."""

    start: date
    end: date
    rate: Decimal
    base: Decimal
    interest: Decimal
    year_days: int = BASIS_365

    @property
    def days(self):
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Split:
    """What a payment, a credit, an invoice of interest or a waiver has settled.

    ``rest`` is the part that found nothing to settle.
    """

    day: date
    kind: str
    amount: Decimal
    to_interest: Decimal = ZERO
    to_principal: Decimal = ZERO

    @property
    def rest(self):
        return self.amount - self.to_interest - self.to_principal


@dataclass(frozen=True, slots=True)
class InterestStatement:
    segments: tuple[Segment, ...]
    splits: tuple[Split, ...]
    interest_left: Decimal
    principal_left: Decimal
    total_interest: Decimal = field(init=False)

    def __post_init__(self):
        total = sum((segment.interest for segment in self.segments), ZERO)
        object.__setattr__(self, "total_interest", total)

    def settled_interest(self, kind):
        """Return the interest that splits of this kind have settled."""
        return sum((s.to_interest for s in self.splits if s.kind == kind), ZERO)

    def rest(self, kind):
        """Return what splits of this kind have left over."""
        return sum((s.rest for s in self.splits if s.kind == kind), ZERO)


def late_interest(
    principal,
    due,
    stop,
    rates,
    payments=(),
    basis=BASIS_365,
    interest_first=True,
    *,
    credits=(),
    invoiced=(),
    waivers=(),
    runs_from=None,
):
    """Return the :class:`InterestStatement` of a sum due on ``due``, up to ``stop``.

    A payment counts at the end of its day. What comes after ``stop`` is left out.

    :param principal: the sum, ``Decimal``
    :param stop: last day that bears interest
    :param rates: ``(first_day, percent_per_year)``, each in force from that day on
    :param payments: ``(day, amount)``
    :param basis: :data:`BASIS_365`, or :data:`BASIS_EXACT` for the days of the year
    :param interest_first: whether payments bear on interest before the principal
    :param credits: ``(day, amount)`` that cut the principal, credit notes for instance
    :param invoiced: ``(day, amount)`` of interest that has become an invoice of its own
    :param waivers: days; the interest run until then and still open is given up
    :param runs_from: first day that may bear interest, if later than the day after
        ``due``; ``due`` does not move for payments
    :raise MissingRateError: a day that bears interest has no rate
    :raise ValueError: unknown basis

    >>> statement = late_interest(
    ...     Decimal(1000), date(2026, 1, 31), date(2026, 3, 2),
    ...     [(date(2026, 1, 1), Decimal("12.15"))],
    ... )
    >>> str(statement.total_interest)  # 1000 x 12.15 % x 30 / 365
    '9.99'
    """
    if basis not in BASES:
        raise ValueError(f"unknown basis: {basis}")
    first = max(due + ONE_DAY, runs_from or date.min)
    account = _Account(principal, first, RateTable(rates), basis, interest_first)
    events = [
        *((day, CREDIT, amount) for day, amount in credits),
        *((day, PAYMENT, amount) for day, amount in payments),
        *((day, INVOICED, amount) for day, amount in invoiced),
        *((day, WAIVER, None) for day in waivers),
    ]
    for day, kind, amount in sorted(events, key=lambda e: (e[0], _RANKS[e[1]])):
        if day <= stop:
            account.run_to(day)
            account.settle(day, kind, amount)
    account.run_to(stop)
    return account.close()


class RateTable:
    """The rates of successive periods."""

    def __init__(self, rates):
        ordered = sorted(rates)
        self._days = [day for day, _percent in ordered]
        self._percents = [Decimal(percent) for _day, percent in ordered]

    def find(self, day):
        """Return the rate on ``day`` and the last day on which it holds.

        :raise MissingRateError: no rate is in force on that day
        """
        index = bisect_right(self._days, day)
        if not index:
            raise MissingRateError(day)
        end = self._days[index] - ONE_DAY if index < len(self._days) else date.max
        return self._percents[index - 1], end


class _Account:
    """A debt that grows by interest and shrinks by what is paid."""

    def __init__(self, principal, first, rates, basis, interest_first):
        self._principal = Decimal(principal)
        self._interest = ZERO
        self._next = first
        self._rates = rates
        self._basis = basis
        self._interest_first = interest_first
        self._segments = []
        self._splits = []

    def run_to(self, last):
        """Add the interest of the days up to ``last``, included."""
        while self._next <= last and self._principal > 0:
            rate, end = self._rates.find(self._next)
            end = min(end, last)
            year_days = BASIS_365
            if self._basis == BASIS_EXACT:
                year_days += isleap(self._next.year)
                end = min(end, date(self._next.year, 12, 31))
            self._add_segment(end, rate, year_days)
        self._next = max(self._next, min(last, date.max - ONE_DAY) + ONE_DAY)

    def _add_segment(self, end, rate, year_days):
        interest = simple_interest(
            self._principal, rate, (end - self._next).days + 1, year_days
        )
        self._segments.append(
            Segment(self._next, end, rate, self._principal, interest, year_days)
        )
        self._interest += interest
        self._next = end + ONE_DAY

    def settle(self, day, kind, amount):
        if amount is None:
            amount = self._interest
        to_interest, to_principal = self._split(kind, amount)
        self._interest -= to_interest
        self._principal -= to_principal
        self._splits.append(Split(day, kind, amount, to_interest, to_principal))

    def _split(self, kind, amount):
        if kind == CREDIT:
            return ZERO, min(amount, self._principal)
        if kind in (INVOICED, WAIVER):
            return min(amount, self._interest), ZERO
        if self._interest_first:
            to_interest = min(amount, self._interest)
            return to_interest, min(amount - to_interest, self._principal)
        to_principal = min(amount, self._principal)
        return min(amount - to_principal, self._interest), to_principal

    def close(self):
        return InterestStatement(
            tuple(self._segments),
            tuple(self._splits),
            self._interest,
            self._principal,
        )


def simple_interest(base, rate, days, year_days=BASIS_365):
    """Return the interest on ``base`` for so many days, to the cent, halves up."""
    exact = base * rate * days / (100 * year_days)
    return exact.quantize(CENT, ROUND_HALF_UP)


def to_decimal(amount):
    """Return an amount of the books as an exact ``Decimal`` of cents."""
    return Decimal(repr(amount or 0.0)).quantize(CENT)
