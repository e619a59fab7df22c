"""Splitting what a debtor is asked for into messages, each with its items and credits.

A *parcel* is what one message speaks of: the items of one invoicing contact, of one
currency, of one invoice. Credits are deducted once: first from the parcel of their own
key, then from the oldest debts. A parcel whose net is nothing, or below the minimum, is
left out. Amounts are in company currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from .planning import NOTHING


@dataclass(slots=True)
class Parcel:
    """What one message speaks of; ``amount`` is the net that it asks for.

    ``credits`` are the lines shown in it; a credit that several parcels share is cut:
    each holds the part that it uses.
    """

    key: str
    lines: list = field(default_factory=list)
    credits: list = field(default_factory=list)
    amount: float = 0.0

    @property
    def oldest(self):
        """The first due date of its items."""
        return min((line.due for line in self.lines), default=date.max)


def split(lines: Sequence, credits: Sequence, key_of, minimum=0.0):
    """Return the parcels of ``lines`` net of ``credits``, the oldest debt first.

    :param lines: what is owed, each with ``due`` and a positive ``residual``
    :param credits: the same with a negative ``residual``
    :param key_of: function of a line, and of a credit, that gives its parcel's key
    :param minimum: parcels of less are left out
    """
    parcels = {}
    for line in sorted(lines, key=lambda line: (line.due, line.id)):
        parcels.setdefault(key_of(line), Parcel(key_of(line))).lines.append(line)
    ordered = sorted(parcels.values(), key=lambda parcel: parcel.oldest)
    for parcel in ordered:
        parcel.amount = sum(line.residual for line in parcel.lines)
    left = _use_on_own(parcels, credits, key_of)
    for parcel in ordered:
        left = _use(parcel, left)
    return [parcel for parcel in ordered if parcel.amount >= max(minimum, NOTHING)]


def _use_on_own(parcels, credits, key_of):
    """Deduct each credit from the parcel of its key; return what is left of them."""
    left = []
    for credit in sorted(credits, key=lambda credit: (credit.due, credit.id)):
        parcel = parcels.get(key_of(credit))
        left += _use(parcel, [credit]) if parcel else [credit]
    return left


def _use(parcel, credits):
    """Deduct ``credits`` from ``parcel`` as far as they go; return what is left."""
    left = []
    for credit in credits:
        used = min(parcel.amount, -credit.residual)
        if used < NOTHING:
            left.append(credit)
            continue
        parcel.credits.append(replace(credit, residual=-used))
        parcel.amount -= used
        if -credit.residual - used >= NOTHING:
            left.append(replace(credit, residual=credit.residual + used))
    return left
