"""The cash that open instalments will bring, week by week.

What a week brings is a sum of amounts, each of which comes or does not with its own
probability (a Poisson-binomial sum weighted by amounts). Its mean is exact. Its
interval takes the sum as normal, which holds when no few instalments are most of it.
Debtors pay independently of each other, the instalments of one debtor do not: one
transfer pays several, and who is short pays none. They are given a correlation, from 0
(each for itself) to 1 (all or none). What all debtors have in common (a strike of the
banks, the economy, an error of the model) does not even out however many they are: it
is a share of the expected amount. Amounts are in company currency.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import hypot, sqrt
from statistics import NormalDist

WEEK = timedelta(days=7)
# Between the instalments of one debtor: rather too wide an interval than too narrow.
CORRELATION = 0.3
# The standard deviation of what all have in common, as a share of the expected amount.
COMMON_ERROR = 0.1


@dataclass(frozen=True, slots=True)
class WeekForecast:
    """What the seven days from ``first_day`` bring.

    It is between ``low`` and ``high`` with the confidence that was asked for.
    """

    first_day: date
    expected: float
    low: float
    high: float


def aggregate(
    predictions,
    first_day,
    weeks=13,
    confidence=0.8,
    correlation=CORRELATION,
    common_error=COMMON_ERROR,
):
    """Return the :class:`WeekForecast` of each of the weeks from ``first_day``.

    :param predictions: predictions of a delay model, read once
    :param float correlation: between the instalments of one debtor, from 0 to 1
    :param float common_error: standard deviation that all have in common, as a share of
        the expected amount
    :raise ValueError: when ``confidence`` is not between 0 and 1, both excluded, or
        ``correlation`` not from 0 to 1
    """
    if not 0 < confidence < 1:
        raise ValueError("A confidence between 0 and 1 is needed")
    if not 0 <= correlation <= 1:
        raise ValueError("A correlation from 0 to 1 is needed")
    sums = [_WeekSums() for _week in range(weeks)]
    for prediction in predictions:
        _add(sums, prediction, first_day)
    reach = NormalDist().inv_cdf((1 + confidence) / 2)
    return [
        week.forecast(first_day + number * WEEK, reach, correlation, common_error)
        for number, week in enumerate(sums)
    ]


class _WeekSums:
    """What is known of a week while predictions are read."""

    __slots__ = ("expected", "variance", "deviations")

    def __init__(self):
        self.expected = 0.0
        self.variance = 0.0
        # debtor -> sum of the standard deviations of its instalments
        self.deviations = {}

    def add(self, debtor, amount, chance):
        """Count an instalment that comes with this chance."""
        variance = amount * amount * chance * (1 - chance)
        self.expected += amount * chance
        self.variance += variance
        self.deviations[debtor] = self.deviations.get(debtor, 0.0) + sqrt(variance)

    def forecast(self, first_day, reach, correlation, common_error):
        """Return the forecast, ``reach`` standard deviations to both sides."""
        together = sum(value * value for value in self.deviations.values())
        variance = correlation * together + (1 - correlation) * self.variance
        margin = reach * hypot(sqrt(variance), common_error * self.expected)
        low, high = self.expected - margin, self.expected + margin
        return WeekForecast(first_day, self.expected, low, high)


def _add(weeks, prediction, first_day):
    last_day = first_day - timedelta(days=1)
    before = prediction.paid_by(last_day)
    for week in weeks:
        last_day += WEEK
        after = prediction.paid_by(last_day)
        week.add(prediction.debtor, prediction.amount, after - before)
        before = after
