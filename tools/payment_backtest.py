"""Measure what predictions of payment dates are worth, on a book whose end is known.

It walks forward in time: at each *origin*, a day of the past, a predictor learns what
was known then and predicts every instalment that was open; what came after tells how
wrong it was. All is judged on the same items, followed for the same number of days.

- ``error``: mean absolute error of the expected date, in days. An item that is still
  open when the follow-up ends has an unknown date; both dates are then cut at that end,
  for all items and all predictors alike, so that none is left out and none is guessed
  (the restricted time of survival analysis: P. Royston and M. Parmar, BMC Medical
  Research Methodology 13:152, 2013).
- ``error_if_paid``: the same over the items that were paid during the follow-up, with
  the date that is expected if they are. It is known afterwards only which those are.
- ``brier``: mean square of the difference between the probability to be paid within
  :data:`SOON` days and what came (1 or 0): 0 is perfect, 0.25 what tossing a coin gets
  (G. Brier, Monthly Weather Review 78, 1950).

The baselines are what one does without a model. They predict a date, never in the past,
and a probability: how often past payments came as late after that date, given how late
it is already. They learn from what was paid, as one does who looks at paid invoices.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from . import cash_forecast, payment_delay
from .payment_delay import Settlement

ORIGINS = 12
FOLLOW_UP = 90
SOON = 30
TENTHS = 10
CONFIDENCE = 0.8


def month_ends(end, count=ORIGINS, follow_up=FOLLOW_UP):
    """Return the last ``count`` month ends that can be followed until ``end``."""
    first = (end - timedelta(days=follow_up - 1)).replace(day=1)
    days = []
    while len(days) < count:
        days.append(first - timedelta(days=1))
        first = days[-1].replace(day=1)
    return days[::-1]


# === PREDICTORS: made from settlements and an origin, asked for an item === #


class Answer(NamedTuple):
    """When an item is expected, when if it is paid in the follow-up, and how surely.

    ``soon`` is the probability to be paid within :data:`SOON` days.
    """

    expected: date
    if_paid: date
    soon: float


class Model:
    """The delay model."""

    name = "model"

    def __init__(self, settlements, origin):
        self.origin = origin
        self.model = payment_delay.fit(settlements, origin)

    def ask(self, item):
        """Return the :class:`Answer` for an item."""
        prediction = self.predict(item)
        soon = prediction.paid_by(self.origin + timedelta(days=SOON))
        return Answer(prediction.expected_date, prediction.date_if_paid(), soon)

    def predict(self, item):
        """Return the prediction of the model."""
        debtor, segment, issued, due, _paid, amount = item
        return self.model.predict(debtor, segment, issued, due, amount, self.origin)


class DueDate:
    """Everything is paid when it is due."""

    name = "due date"

    def __init__(self, settlements, origin):
        self.origin = origin
        paid = [item for item in settlements if item.paid and item.paid <= origin]
        self.learn(paid)
        self.misses = sorted(_delay(item) - self.usual_delay(item) for item in paid)

    def learn(self, paid):
        """Learn from what was paid."""

    def usual_delay(self, _item):
        """Return the predicted delay, in days after the due date."""
        return 0

    def ask(self, item):
        """Return the :class:`Answer` for an item."""
        usual = item.due + timedelta(days=self.usual_delay(item))
        expected = max(usual, self.origin + timedelta(days=1))
        return Answer(expected, expected, self._soon(usual))

    def _soon(self, usual):
        reached = (self.origin - usual).days
        before = bisect_right(self.misses, reached)
        soon = bisect_right(self.misses, reached + SOON)
        later = len(self.misses) - before
        return (soon - before) / later if later else 0.0


class GlobalMean(DueDate):
    """Everything is paid as late as the mean of all."""

    name = "global mean"

    def learn(self, paid):
        self.mean = _mean(map(_delay, paid))

    def usual_delay(self, item):
        return self.mean


class DebtorMean(DueDate):
    """A debtor pays as late as its own mean; of all when it never paid."""

    name = "debtor's mean"

    def learn(self, paid):
        self.mean = _mean(map(_delay, paid))
        delays = defaultdict(list)
        for item in paid:
            delays[item.debtor].append(_delay(item))
        self.means = {debtor: _mean(values) for debtor, values in delays.items()}

    def usual_delay(self, item):
        return self.means.get(item.debtor, self.mean)


PREDICTORS = (Model, DueDate, DebtorMean, GlobalMean)


def _delay(item):
    return (item.paid - item.due).days


def _mean(values):
    values = list(values)
    return round(sum(values) / len(values)) if values else 0


# === SCORES === #


@dataclass(slots=True)
class Tenth:
    """Items that have about the same probability to be paid soon."""

    items: int = 0
    _predicted: float = 0.0
    _paid: int = 0

    def add(self, probability, came):
        """Count an item."""
        self.items += 1
        self._predicted += probability
        self._paid += came

    @property
    def predicted(self):
        """The mean probability that was predicted."""
        return self._predicted / self.items

    @property
    def observed(self):
        """The share that was paid."""
        return self._paid / self.items


@dataclass(slots=True)
class Score:
    """How wrong a predictor was; see the module for the figures."""

    name: str
    items: int = 0
    paid: int = 0
    tenths: list[Tenth] = field(
        default_factory=lambda: [Tenth() for _number in range(TENTHS)]
    )
    _error: int = 0
    _error_if_paid: int = 0
    _square: float = 0.0

    def add(self, answer, item, origin, follow_up):
        """Count how wrong an answer was."""
        end = origin + timedelta(days=follow_up)
        paid = item.paid or date.max
        self.items += 1
        self._error += _days_between(min(answer.expected, end), min(paid, end))
        if paid <= end:
            self.paid += 1
            self._error_if_paid += _days_between(min(answer.if_paid, end), paid)
        came = (paid - origin).days <= SOON
        self._square += (answer.soon - came) ** 2
        self.tenths[min(int(answer.soon * TENTHS), TENTHS - 1)].add(answer.soon, came)

    @property
    def error(self):
        """Days between the expected and the true date, cut at the follow-up's end."""
        return self._error / self.items

    @property
    def error_if_paid(self):
        """The same days over what was paid; 0 when nothing was."""
        return self._error_if_paid / self.paid if self.paid else 0.0

    @property
    def brier(self):
        """The mean squared error of the probability to be paid soon."""
        return self._square / self.items


def _days_between(day, other):
    return abs((day - other).days)


@dataclass(slots=True)
class Coverage:
    """How often the cash of a week lay in the interval that was forecast.

    Amounts are summed over weeks and origins.
    """

    weeks: int = 0
    inside: int = 0
    expected: float = 0.0
    received: float = 0.0


@dataclass(slots=True)
class Report:
    """What a back-test found: the score of each predictor, the model's first."""

    origins: list[date]
    scores: list[Score]
    cash: Coverage = field(default_factory=Coverage)

    @property
    def model(self):
        """The score of the delay model."""
        return self.scores[0]


def back_test(settlements, origins, follow_up=FOLLOW_UP):
    """Return the :class:`Report` of all predictors at these origins.

    :param settlements: settlements as they stand ``follow_up`` days after the last of
        the origins or later
    :raise ValueError: when nothing was open at any origin
    """
    settlements = [Settlement(*row) for row in settlements]
    report = Report(origins, [Score(kind.name) for kind in PREDICTORS])
    for origin in origins:
        items = [item for item in settlements if _is_open(item, origin)]
        for score, kind in zip(report.scores, PREDICTORS, strict=True):
            predictor = kind(settlements, origin)
            for item in items:
                score.add(predictor.ask(item), item, origin, follow_up)
            if kind is Model:
                _compare_cash(report.cash, predictor, items, follow_up)
    if not report.model.items:
        raise ValueError("Nothing was open at any of the origins")
    return report


def _is_open(item, day):
    return item.issued <= day and (item.paid is None or item.paid > day)


def _compare_cash(coverage, model, items, follow_up):
    """Compare what each week brought with its forecast, on what was open."""
    received = [0.0] * (follow_up // 7)
    for item in items:
        week = (item.paid - model.origin).days - 1 if item.paid else follow_up
        if week // 7 < len(received):
            received[week // 7] += item.amount
    forecast = cash_forecast.aggregate(
        map(model.predict, items),
        model.origin + timedelta(days=1),
        len(received),
        CONFIDENCE,
    )
    for week, amount in zip(forecast, received, strict=True):
        coverage.weeks += 1
        coverage.inside += week.low <= amount <= week.high
        coverage.expected += week.expected
        coverage.received += amount
