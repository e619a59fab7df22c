"""Count, day by day, how many instalments were still open and how many were paid.

A day is counted from the due date of its instalment: 0 on that date, negative before
it. Of the instalments open at the beginning of a day, the share paid on that day is the
*hazard* of the day; the chance to be still open after several days is the product of
what the hazards leave. An instalment that is still open when the counting stops says
what it knows, that it was not paid so far, and is never taken for paid nor left out.
This is the estimator of Kaplan and Meier, "Nonparametric Estimation from Incomplete
Observations", Journal of the American Statistical Association 53 (1958), 457-481, with
instalments that enter when they are issued.

Days are kept from :data:`FIRST_DAY` to :data:`LAST_DAY`; what lies outside is counted
on the nearest of the two. Weights are whole numbers, so that the order of counting
changes nothing, not even the last digit.
"""

from itertools import accumulate
from math import expm1, fsum, log1p

FIRST_DAY = -90
LAST_DAY = 720
DAYS = LAST_DAY - FIRST_DAY + 1

# Where a phase of the delay begins. Debtors are compared phase by phase: who pays late
# is slow at first and quick later.
PHASE_STARTS = (FIRST_DAY, -15, -7, -3, 0, 1, 4, 8, 15, 22, 31, 46, 61, 91, 181)
PHASES = len(PHASE_STARTS)
# The same as positions in a list of days, with the end of the last phase.
PHASE_BOUNDS = (*(start - FIRST_DAY for start in PHASE_STARTS), DAYS)
PHASE_OF = tuple(
    phase
    for phase in range(PHASES)
    for _position in range(PHASE_BOUNDS[phase], PHASE_BOUNDS[phase + 1])
)

# A hazard of one would say that nobody is ever later.
HIGHEST_HAZARD = 0.99


class LifeTable:
    """Weighted counts of instalments by day; all are at the same moment of history."""

    __slots__ = ("_entered", "_left", "_paid")

    def __init__(self):
        self._entered = [0] * DAYS
        self._left = [0] * (DAYS + 1)
        self._paid = [0] * DAYS

    def add(self, first, last, is_paid, weight):
        """Count an instalment open from position ``first`` to ``last``, both included.

        With ``is_paid`` it was paid on ``last``, else it was still open at its end.
        """
        self._entered[first] += weight
        self._left[last + 1] += weight
        if is_paid:
            self._paid[last] += weight

    def merge(self, other):
        """Add the counts of another table."""
        for name in self.__slots__:
            mine, more = getattr(self, name), getattr(other, name)
            setattr(self, name, [a + b for a, b in zip(mine, more, strict=True)])

    def at_risk(self):
        """Return how many were open on each day."""
        left = self._left[:-1]
        changes = (a - b for a, b in zip(self._entered, left, strict=True))
        return list(accumulate(changes))

    def paid(self):
        """Return how many were paid on each day."""
        return list(self._paid)


def rate(hazard):
    """Return the rate of a daily hazard: ``exp(-rate)`` is the chance to stay open."""
    return -log1p(-min(hazard, HIGHEST_HAZARD))


def expected_if_paid(rate):
    """Return how much of a payment was to be expected on the very day of a payment.

    What stays open through a day was expected to be paid by the rate of that day. With
    this for what is paid, as many payments are expected as come on average.
    """
    hazard = -expm1(-rate)
    return 1 - (1 - hazard) * rate / hazard if hazard else 0.0


def by_phase(values):
    """Return the sums of a list of days over each phase."""
    bounds = zip(PHASE_BOUNDS, PHASE_BOUNDS[1:], strict=False)
    return [fsum(values[begin:end]) for begin, end in bounds]
