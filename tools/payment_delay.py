"""Say when an open instalment will be paid, from how its debtor paid so far.

The chance to be paid on each day, counted from the due date, is estimated at levels
that lean on each other:

1. All settlements give the usual chance of each day (:mod:`.life_table`, Kaplan and
   Meier 1958). What is open counts as "not paid so far".
2. A segment has a *pace* for each phase of the delay (before the due date, the first
   days, ... half a year and later): how many instalments it paid in that phase, divided
   by how many the usual chances let expect.
3. A debtor has paces of its own, relative to those of its segment. They are drawn to
   those of the type of payer that it resembles (:mod:`.payer_types`, empirical Bayes),
   the more so the less is known of it: a new debtor behaves as its segment, one with
   hundreds of invoices as itself.

With no history at all a cautious prior is left: half is paid on the due date.

What happened some days before the day of estimation counts half: behaviour of a while
ago fades. It is the day on which an instalment was open or paid that counts, not that
of the invoice: what is still unpaid says so today. How everybody pays is known from
thousands of days, so it fades quickly and follows the season and the economy
(``trend_half_life``); a debtor's own habit needs a longer memory (``half_life``), and
is compared with how everybody paid meanwhile.

A prediction is conditional: what is open on the day of asking has not been paid so far,
and only the days after it are possible. Days are calendar days, amounts in company
currency, probabilities numbers from 0 to 1. Nothing is random, and the order of the
settlements changes nothing. What the model is worth is measured by
:mod:`.payment_backtest`; :mod:`.cash_forecast` adds predictions up.
"""

from array import array
from datetime import date
from math import fsum
from operator import mul
from typing import NamedTuple

from .life_table import (
    DAYS,
    FIRST_DAY,
    PHASES,
    LifeTable,
    by_phase,
    expected_if_paid,
    rate,
)
from .payer_types import PayerTypes, pace
from .payment_prediction import DebtorCurve, DelayCurve, Prediction
from .settlement_file import Expectation, Fading, SettlementFile

# In days, of the habit of a debtor: payers are usually judged by half a year.
HALF_LIFE = 182
# Of how everybody pays.
TREND_HALF_LIFE = 60
SHORTEST_HALF_LIFE = 30

# The chance of a day before anything is known, until the day that begins each line:
# nothing before the due date, half on it, then 5 % of the rest a day for a month, 1 % a
# day until three months and one in five hundred after.
PRIOR = ((0, 0.0), (1, 0.5), (31, 0.05), (91, 0.01), (FIRST_DAY + DAYS, 0.002))
# It counts as that many instalments.
PRIOR_WEIGHT = 1.0

USUAL_PACES = (1.0,) * PHASES
UNKNOWN = object()


class Settlement(NamedTuple):
    """A receivable instalment; ``paid`` is None while it is open.

    ``debtor`` and ``segment`` are any hashable values. Without a due date it is due
    when it is issued. The amount changes no probability; forecasts add it up.
    """

    debtor: object
    segment: object
    issued: date
    due: date
    paid: date | None
    amount: float


def fit(settlements, as_of, half_life=HALF_LIFE, trend_half_life=TREND_HALF_LIFE):
    """Return the :class:`DelayModel` of what was known at the end of ``as_of``.

    What was issued later is ignored, what was paid later counts as open.

    :param settlements: :class:`Settlement` or rows of the same six values, read once
    :param int half_life: days after which the behaviour of a debtor counts half
    :param int trend_half_life: days after which that of everybody counts half
    :raise ValueError: when one is less than :data:`SHORTEST_HALF_LIFE`
    """
    if min(half_life, trend_half_life) < SHORTEST_HALF_LIFE:
        raise ValueError(f"A half-life of {SHORTEST_HALF_LIFE} days or more is needed")
    known = SettlementFile(as_of)
    known.keep(settlements)
    return DelayModel(known, Fading(half_life), Fading(trend_half_life))


class DelayModel:
    """How the debtors of a company pay; made by :func:`fit`."""

    def __init__(self, known, habit, trend):
        self._usual, self._segments = _common_curves(known, trend)
        _usual, meanwhile = _common_curves(known, habit)
        self._paces = _debtor_paces(known, meanwhile, habit)
        self._curves = {}

    def predict(self, debtor, segment, issued, due, amount, as_of):
        """Return the :class:`Prediction` of an instalment open at the end of ``as_of``.

        A debtor or a segment without history is taken for a usual one. What is issued
        after ``as_of`` is predicted from its issue.
        """
        due = (due or issued).toordinal()
        since = max(as_of.toordinal(), issued.toordinal() - 1)
        return Prediction(debtor, amount, due, since, self._curve(debtor, segment))

    def _curve(self, debtor, segment):
        key = (
            debtor if debtor in self._paces else UNKNOWN,
            segment if segment in self._segments else UNKNOWN,
        )
        if key not in self._curves:
            self._curves[key] = DebtorCurve(
                self._segments.get(segment, self._usual),
                self._paces.get(debtor, USUAL_PACES),
            )
        return self._curves[key]


def _common_curves(known, fading):
    """How all debtors pay, and those of each segment."""
    tables = known.life_tables(fading)
    usual = _usual_curve(tables.values(), fading.days)
    return usual, {
        segment: _segment_curve(usual, table, fading.days)
        for segment, table in tables.items()
    }


def _usual_curve(tables, fading):
    """How all debtors pay, with the prior where nobody was seen."""
    everybody = LifeTable()
    for table in tables:
        everybody.merge(table)
    paid, at_risk = map(mul, everybody.paid(), fading), everybody.at_risk()
    days = zip(paid, map(mul, at_risk, fading), _prior(), strict=True)
    return DelayCurve(
        [
            rate((count + PRIOR_WEIGHT * prior) / (total + PRIOR_WEIGHT))
            for count, total, prior in days
        ]
    )


def _prior():
    """The chance of each day before anything is known."""
    chances = []
    for end, chance in PRIOR:
        chances += [chance] * (end - FIRST_DAY - len(chances))
    return chances


def _segment_curve(usual, table, fading):
    """How a segment pays, close to usual when little is known of it."""
    days = zip(table.paid(), table.at_risk(), usual.rates, fading, strict=True)
    paid, expected = [], []
    for count, at_risk, usual_rate, weight in days:
        stay_open = (at_risk - count) * usual_rate
        paid.append(weight * count)
        expected.append(weight * (count * expected_if_paid(usual_rate) + stay_open))
    phases = zip(by_phase(paid), by_phase(expected), strict=True)
    return usual.hastened([pace(count, total) for count, total in phases])


def _debtor_paces(known, curves, fading):
    """The paces of each debtor, relative to its segments."""
    expectations = {
        segment: Expectation(curve.rates, fading) for segment, curve in curves.items()
    }
    figures = {
        debtor: _sums(
            [
                known.figures(packed, expectations[segment])
                for segment, packed in segments.items()
            ]
        )
        for debtor, segments in known.debtors.items()
    }
    types = PayerTypes(figures.values())
    return {
        debtor: array("d", types.paces(paid, expected))
        for debtor, (paid, expected) in figures.items()
    }


def _sums(parts):
    """What was paid and expected in all segments, whatever their order."""
    if len(parts) == 1:
        return parts[0]
    return tuple(
        [fsum(values) for values in zip(*part, strict=True)]
        for part in zip(*parts, strict=True)
    )
