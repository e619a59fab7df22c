"""Indicators of trade receivables, by the formulas that credit managers use.

Amounts are ``Decimal`` or numbers of one currency, all with tax or all without: the two
are never mixed. Days are calendar days, rates are percent. What has no meaning (nothing
invoiced, nothing due) is ``None``, never zero.
"""

from dataclasses import dataclass, field
from decimal import Decimal

# Below a month the ratio of a balance to its turnover says nothing of a delay.
SHORTEST_PERIOD_DAYS = 30
PERCENT = 100
# From which class of age what rolls: 1-30 days late to 31-60, and so on.
ROLLS = ("roll_1_30", "roll_31_60", "roll_61_90")


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


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What the ledger says of a month, when the month was over.

    :ivar days: calendar days of the period of the DSO
    :ivar period_turnover: what was invoiced in these days
    :ivar turnover: what was invoiced in the month
    :ivar history: :class:`Turnover` of the month and those before, latest first
    :ivar opening, closing: receivables when it began and ended, credits deducted
    :ivar not_due, overdue, unpaid, over_90: of those at its end: not due; late; late
        beyond the days after which it counts as unpaid; more than 90 days late
    :ivar year_turnover: what was invoiced in the twelve months that end with it
    :ivar due, due_credited, due_paid: what fell due in it; of that, until its end:
        credited or moved to another receivable, and cashed
    :ivar paid, paid_days, paid_days_late: cashed in it; the same times the days from
        the invoice, and from the due date, to each payment
    :ivar opening_classes, closing_classes: what was 1-30, 31-60, 61-90 and 91-120 days
        late when it began and ended
    """

    days: int
    period_turnover: Decimal = Decimal(0)
    turnover: Decimal = Decimal(0)
    year_turnover: Decimal = Decimal(0)
    history: list = field(default_factory=list)
    opening: Decimal = Decimal(0)
    closing: Decimal = Decimal(0)
    not_due: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)
    unpaid: Decimal = Decimal(0)
    over_90: Decimal = Decimal(0)
    due: Decimal = Decimal(0)
    due_credited: Decimal = Decimal(0)
    due_paid: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    paid_days: Decimal = Decimal(0)
    paid_days_late: Decimal = Decimal(0)
    opening_classes: tuple = ()
    closing_classes: tuple = ()


@dataclass(frozen=True, slots=True)
class MonthWork:
    """What collecting did in a month, and what it led to.

    :ivar debtors, reachable: debtors who owe something; of them, those whom a channel
        reaches
    :ivar owed, owed_reachable: what they owe, and what those owe whom a channel reaches
    :ivar attempts, reached: calls whose end is known; those that reached the debtor
    :ivar promises: promises made
    :ivar matured, kept: promises whose last day was in the month; of them, kept whole
    :ivar matured_amount, kept_amount: what they promised, and what of it was paid
    :ivar cost: contacts, proceedings and fees of providers, company currency
    :ivar cashed: cashed of receivables in the month
    :ivar open_amount, disputed_amount: open at its end, and what of it in dispute
    """

    debtors: int = 0
    reachable: int = 0
    owed: Decimal = Decimal(0)
    owed_reachable: Decimal = Decimal(0)
    attempts: int = 0
    reached: int = 0
    promises: int = 0
    matured: int = 0
    kept: int = 0
    matured_amount: Decimal = Decimal(0)
    kept_amount: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    cashed: Decimal = Decimal(0)
    open_amount: Decimal = Decimal(0)
    disputed_amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure and what it was made of.

    :ivar value: days or percent, ``None`` where it has no meaning
    :ivar is_more: the value is more than this, by how much is unknown
    """

    value: Decimal | None
    numerator: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)
    is_more: bool = False


def month_indicators(figures):
    """Return ``{code: Indicator}`` of a month's :class:`MonthFigures`."""
    dso = balance_days(figures.closing, figures.period_turnover, figures.days)
    best = balance_days(figures.not_due, figures.period_turnover, figures.days)
    counted = count_back(figures.closing, figures.history)
    claimable = figures.due - figures.due_credited
    collectable = figures.opening + figures.turnover
    return {
        "dso": Indicator(dso, figures.closing, figures.period_turnover),
        "dso_count_back": Indicator(
            counted.days, figures.closing, is_more=counted.is_exhausted
        ),
        "best_possible_dso": Indicator(best, figures.not_due, figures.period_turnover),
        "average_days_delinquent": Indicator(average_days_delinquent(dso, best)),
        "collection_effectiveness": Indicator(
            collection_effectiveness(
                figures.opening, figures.turnover, figures.closing, figures.not_due
            ),
            collectable - figures.closing,
            collectable - figures.not_due,
        ),
        "payment_delay": _mean(figures.paid_days, figures.paid),
        "days_late": _mean(figures.paid_days_late, figures.paid),
        "recovery_rate": _rate(figures.due_paid, claimable),
        "unpaid_rate": _rate(figures.unpaid, figures.year_turnover),
        "overdue_share": _rate(figures.overdue, figures.closing),
        "over_90_share": _rate(figures.over_90, figures.closing),
        **_roll_indicators(figures.opening_classes, figures.closing_classes),
    }


def work_indicators(work):
    """Return ``{code: Indicator}`` of a :class:`MonthWork`."""
    return {
        "reachability": _rate(work.reachable, work.debtors),
        "reachability_amount": _rate(work.owed_reachable, work.owed),
        "contact_rate": _rate(work.reached, work.attempts),
        "promise_rate": _rate(work.promises, work.reached),
        "promise_kept_rate": _rate(work.kept, work.matured),
        "promise_paid_rate": _rate(work.kept_amount, work.matured_amount),
        "cost_rate": _rate(work.cost, work.cashed),
        "dispute_rate": _rate(work.disputed_amount, work.open_amount),
    }


def _roll_indicators(opening, closing):
    return {
        code: Indicator(rate, older, younger)
        for code, rate, younger, older in zip(
            ROLLS, roll_rates(opening, closing), opening, closing[1:], strict=False
        )
    }


def _rate(part, whole):
    return Indicator(percentage(part, whole), part, whole)


def _mean(weighed, total):
    value = weighed / total if total > 0 else None
    return Indicator(value, weighed, total)


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
