"""What is to be expected of open instalments: when, how surely, and how late by then.

A prediction of the delay model is turned into the figures that people read: a date, the
risk of default, the cash of the next weeks and months, the ageing balance of a day to
come. What is *frozen*, because the law or the end of the debtor keeps it from being
paid, is expected never: no date, no cash, a default for certain.

Amounts are in company currency, probabilities from 0 to 1, days are calendar days.
"""

from datetime import date, timedelta
from math import fsum
from typing import NamedTuple

# The ends, in days, of the periods in which cash is expected.
PERIODS = (30, 60, 90)
# How late what is unpaid counts as a default.
DEFAULT_DAYS = 90
CONFIDENCE = 0.8
# A date is told when half of such instalments are paid within so many days.
FORESEEABLE = timedelta(days=365)
HALF = 0.5

# The last day late of each bucket of the ageing balance but the last.
AGEING_BOUNDS = (0, 30, 60, 90, 120)
AGEING_BUCKETS = ("not_due", "1_30", "31_60", "61_90", "91_120", "over_120")


class OpenItem(NamedTuple):
    """An open instalment; ``amount`` is what is open of it, credits deducted."""

    id: int
    case: int
    debtor: int
    segment: object
    issued: date
    due: date
    amount: float
    is_frozen: bool


class Outlook(NamedTuple):
    """What is to be expected of an :class:`OpenItem`.

    ``chances`` are the probabilities to be paid within each of the ``PERIODS``.
    ``expected``, ``earliest`` and ``latest`` are None where it is more likely than not
    to be unpaid in a year.
    ``prediction`` is None for what is frozen.
    """

    item: OpenItem
    prediction: object
    chances: tuple
    default: float
    expected: date | None
    expected_if_paid: date | None
    earliest: date | None
    latest: date | None


class CaseOutlook(NamedTuple):
    """The same for all that a debtor owes; the four periods add up to ``open``."""

    open: float
    cash: tuple
    at_risk: float
    expected: date | None


def foresee(model, item, today):
    """Return the :class:`Outlook` of an item from ``today`` on, today included.

    :param model: of :func:`payment_delay.fit`, that knows what was before today
    """
    if item.is_frozen:
        never = (0.0,) * len(PERIODS)
        return Outlook(item, None, never, 1.0, None, None, None, None)
    yesterday = today - timedelta(days=1)
    prediction = model.predict(
        item.debtor, item.segment, item.issued, item.due, item.amount, yesterday
    )
    is_likely = prediction.paid_by(today + FORESEEABLE) >= HALF
    return Outlook(
        item,
        prediction,
        tuple(prediction.paid_by(today + timedelta(days=days)) for days in PERIODS),
        prediction.probability_of_default(DEFAULT_DAYS),
        prediction.expected_date if is_likely else None,
        prediction.date_if_paid(),
        *(prediction.interval(CONFIDENCE) if is_likely else (None, None)),
    )


def by_case(outlooks):
    """Return ``{case: CaseOutlook}``."""
    grouped = {}
    for outlook in outlooks:
        grouped.setdefault(outlook.item.case, []).append(outlook)
    return {case: _sum_case(members) for case, members in grouped.items()}


def _sum_case(outlooks):
    total = fsum(outlook.item.amount for outlook in outlooks)
    paid_by = [
        fsum(outlook.item.amount * outlook.chances[period] for outlook in outlooks)
        for period in range(len(PERIODS))
    ]
    bounds = [0.0, *paid_by, total]
    dates = [
        outlook.expected
        for outlook in outlooks
        if outlook.expected and outlook.item.amount > 0
    ]
    return CaseOutlook(
        total,
        tuple(
            after - before for before, after in zip(bounds, bounds[1:], strict=False)
        ),
        fsum(outlook.item.amount * outlook.default for outlook in outlooks),
        min(dates, default=None),
    )


def predicted_ageing(outlooks, today, days):
    """Return ``{bucket: amount}`` of what is expected to be open ``days`` from today.

    What is open today grows ``days`` older; new invoices are not foreseen.
    """
    day = today + timedelta(days=days)
    amounts = dict.fromkeys(AGEING_BUCKETS, 0.0)
    for outlook in outlooks:
        chance = outlook.prediction.paid_by(day) if days and outlook.prediction else 0.0
        bucket = ageing_bucket((day - outlook.item.due).days)
        amounts[bucket] += outlook.item.amount * (1 - chance)
    return amounts


def ageing_bucket(days_late):
    """Return the bucket of the ageing balance; what is due today is not due."""
    for bound, bucket in zip(AGEING_BOUNDS, AGEING_BUCKETS, strict=False):
        if days_late <= bound:
            return bucket
    return AGEING_BUCKETS[-1]
