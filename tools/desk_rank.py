"""How much it is worth to contact a debtor now, and why.

Expected cash: what is claimed, times the chance that this debtor pays, times the chance
that the contact reaches him, less what the contact costs. What cannot wait weighs more:
each urgency adds its share of the expected cash.

Amounts are floats in company currency, chances are shares between 0 and 1.
"""

from dataclasses import dataclass

# Before the forecast has been computed: as likely paid as not.
UNKNOWN_CHANCE = 0.5
# What is left of the chance to reach somebody whose details do not work: he may still
# be found while looking.
UNREACHABLE_CHANCE = 0.05
# How many attempts a contact rate weighs that is not the debtor's own.
PRIOR_ATTEMPTS = 3

# Share of the expected cash that each urgency adds. A broken promise and a missed
# instalment lose their force with every day; the others are duties of a day.
URGENCIES = {
    "promise_broken": 0.5,
    "plan_late": 0.4,
    "answer": 0.4,
    "promise_due": 0.3,
    "dispute_late": 0.3,
    "expiring": 0.25,
}


@dataclass(frozen=True, slots=True)
class Stake:
    """What is known of one contact to be made.

    :ivar amount: what is claimed, credits deducted
    :ivar chance: that the debtor pays what he owes; ``None`` while unknown
    :ivar attempts: calls made to this debtor lately
    :ivar reached: those of them that reached him
    :ivar usual_rate: share of the calls that reach somebody, all debtors together
    :ivar is_reachable: the details of this channel are there and not known as wrong
    :ivar is_answered: the channel needs somebody to pick up
    :ivar cost: of the contact
    :ivar urgencies: codes of :data:`URGENCIES`
    """

    amount: float
    chance: float | None = None
    attempts: int = 0
    reached: int = 0
    usual_rate: float = UNKNOWN_CHANCE
    is_reachable: bool = True
    is_answered: bool = False
    cost: float = 0.0
    urgencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a contact stands, and what put it there.

    :ivar value: expected cash less the cost, urgencies included; the larger, the sooner
    """

    value: float
    amount: float
    chance: float
    reach: float
    cost: float
    urgency: float


def contact_rate(attempts, reached, usual_rate):
    """Return the share of calls that reach this debtor.

    A debtor who was never called is as easy to reach as the others; his own calls count
    the more, the more there are.

    >>> contact_rate(0, 0, 0.6)
    0.6
    >>> contact_rate(3, 0, 0.6)
    0.3
    """
    return (reached + PRIOR_ATTEMPTS * usual_rate) / (attempts + PRIOR_ATTEMPTS)


def rank(stake):
    """Return the :class:`Rank` of a contact.

    An unknown urgency is ignored: it belongs to a version of the books to come.

    >>> rank(Stake(1000, chance=0.8, cost=4)).value
    796.0
    """
    chance = UNKNOWN_CHANCE if stake.chance is None else min(1.0, max(0, stake.chance))
    reach = _reach(stake)
    urgency = sum(URGENCIES.get(code, 0.0) for code in set(stake.urgencies))
    expected = max(0.0, stake.amount) * chance * reach
    return Rank(
        value=round(expected * (1 + urgency) - stake.cost, 2),
        amount=stake.amount,
        chance=chance,
        reach=reach,
        cost=stake.cost,
        urgency=urgency,
    )


def _reach(stake):
    if not stake.is_reachable:
        return UNREACHABLE_CHANCE
    if not stake.is_answered:
        return 1.0
    return contact_rate(stake.attempts, stake.reached, stake.usual_rate)
