"""Indicators of trade receivables, by the formulas that credit managers use.

Amounts are ``Decimal`` or numbers of one currency, all with tax or all without: the two
are never mixed. Days are calendar days, rates are percent. What has no meaning (nothing
invoiced, nothing due) is ``None``, never zero.
"""

from dataclasses import dataclass
from decimal import Decimal

# Below a month the ratio of a balance to its turnover says nothing of a delay.
SHORTEST_PERIOD_DAYS = 30
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Turnover:
    """What was invoiced in a month, by invoice date, credit notes deducted.

    :ivar amount: company currency, with tax
    :ivar days: calendar days of the month, or of its part that counts
    """

    amount: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class CountBack:
    """Days of turnover that a balance stands for.

    :ivar days: number of days, with a fraction
    :ivar is_exhausted: the turnover known did not use up the balance: the number is
        more than ``days``, by how much is unknown
    """

    days: Decimal
    is_exhausted: bool = False


def balance_days(balance, turnover, days):
    """Return how many days of ``turnover`` the ``balance`` is worth: accounting DSO.

    With what is not yet due as balance it is the best possible DSO. ``None`` without
    turnover or for a period under a month.

    >>> balance_days(Decimal(2500), Decimal(9000), 90)
    Decimal('25')
    """
    if turnover <= 0 or days < SHORTEST_PERIOD_DAYS:
        return None
    return balance * days / turnover


def count_back(balance, months):
    """Return the days of turnover that ``balance`` stands for, whole months first.

    :param months: :class:`Turnover` from the latest month backwards. A month whose
        credit notes outweigh its invoices uses nothing up and counts whole.

    >>> count_back(Decimal(1600), [Turnover(Decimal(1200), 30), Turnover(800, 31)]).days
    Decimal('45.5')
    """
    left, days = max(balance, 0), Decimal(0)
    for month in months:
        if not left:
            break
        amount = max(month.amount, 0)
        if amount > left:
            return CountBack(days + Decimal(left) * month.days / Decimal(amount))
        left -= amount
        days += month.days
    return CountBack(days, is_exhausted=bool(left))


def average_days_delinquent(dso, best_possible_dso):
    """Return the days of the DSO that come from lateness, ``None`` if unknown."""
    if dso is None or best_possible_dso is None:
        return None
    return dso - best_possible_dso


def collection_effectiveness(opening, turnover, closing, closing_not_due):
    """Return the collection effectiveness index (CEI): percent cashed of what could be.

    :param opening: receivables when the period began, in ``turnover``'s tax mode
    :param closing_not_due: what of ``closing`` is not yet due
    """
    return percentage(
        opening + turnover - closing, opening + turnover - closing_not_due
    )


def percentage(part, whole):
    """Return ``part`` as percent of ``whole``, ``None`` when there is no whole."""
    return part * PERCENT / whole if whole > 0 else None


def weighted_mean(pairs):
    """Return the mean of ``(value, weight)`` pairs, ``None`` without any weight."""
    total = weighed = 0
    for value, weight in pairs:
        total += weight
        weighed += value * weight
    return weighed / total if total > 0 else None


def roll_rates(opening, closing):
    """Return which share of each class of age grew a class older, percent.

    :param opening: amounts by class, youngest first, when the month began
    :param closing: the same when it ended: what is in a class came from the one before.
        The last class also keeps its own, so it has no rate.

    >>> roll_rates([Decimal(1000), Decimal(400), 0], [0, Decimal(250), Decimal(100)])
    [Decimal('25'), Decimal('25')]
    """
    return [
        percentage(older, younger)
        for younger, older in zip(opening[:-1], closing[1:], strict=True)
    ]
