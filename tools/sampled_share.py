"""Shares seen in samples, and how far two of them may be told apart.

A step that 3 of 4 debtors paid after is not known to be better than one that 300 of 500
paid after: a share comes with its interval, a comparison with its own.

Sources: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
Inference", Journal of the American Statistical Association 22 (1927), 209-212, for the
interval of a share; R. G. Newcombe, "Interval Estimation for the Difference Between
Independent Proportions", Statistics in Medicine 17 (1998), 873-890, method 10, for the
difference of two; J. N. K. Rao and A. J. Scott, "A Simple Method for the Analysis of
Clustered Binary Data", Biometrics 48 (1992), 577-585, for trials of which several are
of one debtor.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
# With fewer in either sample a comparison says nothing, whatever its interval.
FEWEST = 30

TOO_FEW = "too_few"
UNDECIDED = "undecided"
HIGHER = "higher"
LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the interval that holds the true one with the confidence asked for.

    :ivar value: a share between 0 and 1, or a difference of two between -1 and 1
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Clustered:
    """Trials of which several are of one debtor: who has paid once pays again.

    :ivar debtors: how many there are
    :ivar successes, trials: sums over the debtors
    :ivar trials_squared, successes_squared, product: sums over the debtors of trials
        squared, successes squared, trials times successes
    """

    debtors: int
    successes: int
    trials: int
    trials_squared: int
    successes_squared: int
    product: int

    @property
    def design_effect(self):
        """How many trials of this sample say as much as one independent trial."""
        if self.debtors in (0, self.trials):
            return 1.0
        value = self.successes / self.trials
        if self.debtors < FEWEST or value in (0, 1):
            # Nothing tells how alike the trials of a debtor are: they count once.
            return self.trials / self.debtors
        spread = (
            self.debtors
            / (self.debtors - 1)
            * (
                self.successes_squared
                - 2 * value * self.product
                + value * value * self.trials_squared
            )
        )
        return max(1.0, spread / (self.trials * value * (1 - value)))

    @property
    def independent(self):
        """``(successes, trials)`` of as many independent trials that say as much."""
        effect = self.design_effect
        return self.successes / effect, self.trials / effect


def share(successes, trials, confidence=CONFIDENCE):
    """Return the :class:`Estimate` of ``successes`` out of ``trials``.

    :raises ValueError: when there is no trial, or more successes than trials

    >>> estimate = share(3, 4)
    >>> round(estimate.low, 2), round(estimate.high, 2)
    (0.3, 0.95)
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    value = successes / trials
    scale = 1 + z * z / trials
    middle = (value + z * z / (2 * trials)) / scale
    width = z * sqrt((value * (1 - value) + z * z / (4 * trials)) / trials) / scale
    # Where all or none succeed the bound is the value itself, rounding aside.
    low = 0.0 if not successes else middle - width
    high = 1.0 if successes == trials else middle + width
    return Estimate(value, low, high)


def difference(one, other, confidence=CONFIDENCE):
    """Return the :class:`Estimate` of how much higher the share of ``one`` is.

    :param one, other: ``(successes, trials)`` of two samples that share nobody
    :raises ValueError: as :func:`share`
    """
    first, second = share(*one, confidence), share(*other, confidence)
    value = first.value - second.value
    below = sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    above = sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Estimate(value, value - below, value + above)


def compare(one, other, confidence=CONFIDENCE, fewest=FEWEST):
    """Return whether the share of ``one`` is :data:`HIGHER` or :data:`LOWER`.

    :data:`UNDECIDED` when the interval of the difference holds zero, :data:`TOO_FEW`
    when a sample has less than ``fewest`` trials.

    >>> compare((60, 100), (30, 100))
    'higher'
    """
    if min(one[1], other[1]) < fewest:
        return TOO_FEW
    found = difference(one, other, confidence)
    if found.low > 0:
        return HIGHER
    return LOWER if found.high < 0 else UNDECIDED
