"""Recognise the type of payer a debtor is, and keep what is its own.

A debtor of whom ``E`` instalments were expected to be paid in a phase of the delay, and
who paid ``e``, has the *pace* ``e / E`` in that phase: 1 is usual, 2 twice as quick.
With three instalments that figure is mostly luck. So it is drawn to what payers of the
same type do, as if :data:`STRENGTH` instalments of theirs were its own.

The types are found in the data, not given: those shares and paces are taken that make
what all debtors did most likely. One type pays on the day, another late but surely,
another late or never. How likely each type is for a debtor follows from what it did.

Sources. Types of unknown number and place instead of a formula for how debtors differ:
J. Heckman and B. Singer, "A Method for Minimizing the Impact of Distributional
Assumptions in Econometric Models for Duration Data", Econometrica 52 (1984), 271-320.
How they are found: A. Dempster, N. Laird and D. Rubin, "Maximum Likelihood from
Incomplete Data via the EM Algorithm", Journal of the Royal Statistical Society B 39
(1977), 1-38. Shrinkage (empirical Bayes): H. Robbins, "An Empirical Bayes Approach to
Statistics", Third Berkeley Symposium (1956), 157-163; counts are taken as Poisson and
their paces as gamma distributed.
"""

from dataclasses import dataclass
from math import exp, log

from .life_table import PHASES

# Where the types begin with, as shares of the debtors from quick to slow.
FIRST_BOUNDS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
TYPES = len(FIRST_BOUNDS) - 1
# Instalments of the level above that count as the debtor's or the segment's own.
STRENGTH = 5.0
# Types are looked for in that many debtors at most, taken evenly from quick to slow.
SAMPLE = 4000
ROUNDS = 12
# With fewer debtors, or debtors of whom less is expected, there is nothing to compare.
FEWEST_DEBTORS = 30
LEAST_EXPECTED = 0.5
NEGLIGIBLE = 1e-3


def pace(paid, expected, usual=1.0, strength=STRENGTH):
    """Return how quick a group pays, drawn towards ``usual``; 1 is as expected."""
    return (paid + strength) / (expected + strength / usual)


@dataclass(frozen=True, slots=True)
class PayerType:
    """How frequent a type of payer is, and its pace in each phase."""

    share: float
    paces: tuple[float, ...]
    log_share: float
    log_paces: tuple[float, ...]

    @classmethod
    def of(cls, members, count):
        """Return the type that suits its members best.

        :param members: figures of debtors, each with its probability of being of the
            type
        :param int count: of how many debtors they are
        """
        paid, expected = [1.0] * PHASES, [1.0] * PHASES
        for weight, (debtor_paid, debtor_expected) in members:
            for phase in range(PHASES):
                paid[phase] += weight * debtor_paid[phase]
                expected[phase] += weight * debtor_expected[phase]
        total = sum(weight for weight, _figures in members)
        share = (total + 1) / (count + TYPES)
        paces = tuple(a / b for a, b in zip(paid, expected, strict=True))
        return cls(share, paces, log(share), tuple(map(log, paces)))

    def log_likelihood(self, paid, expected):
        """The logarithm of how likely a debtor of this type does that."""
        phases = zip(paid, expected, self.paces, self.log_paces, strict=True)
        return self.log_share + sum(
            count * log_pace - usual * pace for count, usual, pace, log_pace in phases
        )


class PayerTypes:
    """The types of payer among debtors.

    :param figures: for each debtor, what was paid and what was expected, by phase
    """

    def __init__(self, figures):
        self._types = ()
        sample = _sample(figures)
        if len(sample) >= FEWEST_DEBTORS:
            self._types = _first_types(sample)
            for _round in range(ROUNDS):
                self._types = self._better_types(sample)

    def _better_types(self, sample):
        members = [[] for _type in self._types]
        for figures in sample:
            for place, probability in enumerate(self.probabilities(*figures)):
                if probability > NEGLIGIBLE:
                    members[place].append((probability, figures))
        return tuple(PayerType.of(group, len(sample)) for group in members)

    def probabilities(self, paid, expected):
        """Return how likely a debtor is of each type."""
        logs = [kind.log_likelihood(paid, expected) for kind in self._types]
        highest = max(logs)
        weights = [exp(value - highest) for value in logs]
        total = sum(weights)
        return [weight / total for weight in weights]

    def paces(self, paid, expected):
        """Return the pace of a debtor in each phase."""
        phases = zip(paid, expected, self._usual_paces(paid, expected), strict=True)
        return [pace(count, total, usual) for count, total, usual in phases]

    def _usual_paces(self, paid, expected):
        if not self._types:
            return (1.0,) * PHASES
        usual = [0.0] * PHASES
        shares = self.probabilities(paid, expected)
        for share, kind in zip(shares, self._types, strict=True):
            if share > NEGLIGIBLE:
                for phase, value in enumerate(kind.paces):
                    usual[phase] += share * value
        return usual


def _sample(figures):
    """Debtors from quick to slow, whatever their order was."""
    known = [pair for pair in figures if sum(pair[1]) >= LEAST_EXPECTED]
    known.sort(key=lambda pair: (pace(sum(pair[0]), sum(pair[1])), pair))
    step = -(-len(known) // SAMPLE) or 1
    return known[step // 2 :: step]


def _first_types(sample):
    """Debtors from quick to slow; the extremes are few, and not lost in a crowd."""
    bounds = [round(len(sample) * share) for share in FIRST_BOUNDS]
    return tuple(
        PayerType.of([(1.0, figures) for figures in sample[begin:end]], len(sample))
        for begin, end in zip(bounds, bounds[1:], strict=False)
    )
