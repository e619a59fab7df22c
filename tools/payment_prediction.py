"""When one open instalment will be paid: a probability for each day to come."""

from bisect import bisect_left
from datetime import date
from itertools import accumulate
from math import expm1
from operator import mul

from .life_table import DAYS, FIRST_DAY, PHASE_BOUNDS, PHASE_OF

# How far after the due date, or today if that is later, a date is looked for.
HORIZON = 3 * 365
LAST_ORDINAL = date.max.toordinal()


class DelayCurve:
    """The rates at which usual debtors pay, day by day; see :mod:`.life_table`.

    After the last day the mean rate of the last phase goes on.
    """

    __slots__ = ("rates", "totals", "phases", "tail")

    def __init__(self, rates):
        self.rates = rates
        self.totals = list(accumulate(rates, initial=0.0))
        bounds = [self.totals[bound] for bound in PHASE_BOUNDS]
        self.phases = [b - a for a, b in zip(bounds, bounds[1:], strict=False)]
        self.tail = self.phases[-1] / (PHASE_BOUNDS[-1] - PHASE_BOUNDS[-2])

    def hastened(self, paces):
        """Return the curve of those who have these paces, one for each phase."""
        rates = enumerate(self.rates)
        return DelayCurve([rate * paces[PHASE_OF[place]] for place, rate in rates])


class DebtorCurve:
    """A :class:`DelayCurve` walked at a debtor's paces."""

    __slots__ = ("_curve", "_paces", "_starts")

    def __init__(self, curve, paces):
        self._curve = curve
        self._paces = paces
        self._starts = tuple(accumulate(map(mul, curve.phases, paces), initial=0.0))

    def total(self, day):
        """Return the sum of the rates until the end of a day after the due date."""
        bound = day - FIRST_DAY + 1
        if bound <= 0:
            return 0.0
        curve, beyond = self._curve, 0
        if bound > DAYS:
            bound, beyond = DAYS, bound - DAYS
        phase = PHASE_OF[bound - 1]
        inside = curve.totals[bound] - curve.totals[PHASE_BOUNDS[phase]]
        inside += beyond * curve.tail
        return self._starts[phase] + inside * self._paces[phase]


class Prediction:
    """When an instalment will be paid that is open at the end of a day.

    Not before the day after, nor before it is issued. ``amount`` is what is open of it,
    in company currency; ``debtor`` is who owes it. Made by ``DelayModel.predict``;
    ``due`` and ``since``, the last day on which it is known to be open, are ordinals.
    """

    __slots__ = ("debtor", "amount", "_curve", "_due", "_since", "_passed")

    def __init__(self, debtor, amount, due, since, curve):
        self.debtor = debtor
        self.amount = amount
        self._curve = curve
        self._due = due
        self._since = since
        self._passed = curve.total(self._since - self._due)

    def paid_by(self, day):
        """Return the probability that it is paid on ``day`` or before."""
        return self._paid_by(day.toordinal())

    def _paid_by(self, ordinal):
        if ordinal <= self._since:
            return 0.0
        return -expm1(self._passed - self._curve.total(ordinal - self._due))

    def probability_of_default(self, days=90):
        """Return the probability that it is still open ``days`` after its due date.

        It is 1 when that day has passed.
        """
        return 1.0 - self._paid_by(self._due + days)

    def quantile(self, probability):
        """Return the first day on which it is paid with ``probability`` or more.

        When the probability is not reached before, that day is the last that is looked
        at: :data:`HORIZON` days after the due date, or after today when it is overdue.

        :raise ValueError: when ``probability`` is not between 0 and 1, both excluded
        """
        if not 0 < probability < 1:
            raise ValueError("A probability between 0 and 1 is needed")
        last = min(max(self._since, self._due) + HORIZON, LAST_ORDINAL)
        days = range(self._since + 1, last)
        place = bisect_left(days, probability, key=self._paid_by)
        return date.fromordinal(min(self._since + 1 + place, last))

    @property
    def expected_date(self):
        """The day by which it is as likely paid as not: the median.

        Half of such instalments are paid by then. A mean would tell nothing where some
        are never paid.
        """
        return self.quantile(0.5)

    def date_if_paid(self, days=90):
        """Return the median date of those that are paid in the next ``days`` days.

        It answers "when, if it comes soon", and leaves aside what never comes.
        """
        soon = self._paid_by(min(self._since + days, LAST_ORDINAL))
        return self.quantile(soon / 2) if soon else self.expected_date

    def interval(self, confidence=0.8):
        """Return the days between which it is paid with probability ``confidence``.

        :raise ValueError: when ``confidence`` is not between 0 and 1, both excluded
        """
        tail = (1 - confidence) / 2
        return self.quantile(tail), self.quantile(1 - tail)
