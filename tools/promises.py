"""Judge promises to pay from the payments that came in.

Plain Python on plain facts. Amounts are ``Decimal`` in one currency, days ``date``. A
payment counts for a promise when it is of one of its lines and comes between the day
the promise was made and its limit, both included. One payment keeps no two promises:
what is promised first is paid first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

OPEN, KEPT, PARTIAL, BROKEN, CANCELLED = (
    "open",
    "kept",
    "partial",
    "broken",
    "cancelled",
)


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised: ``amount`` on some lines for ``due``, with grace ``limit``."""

    id: int
    made: date
    due: date
    limit: date
    amount: Decimal
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class Payment:
    """What came in for one line on one day."""

    line: int
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a promise, what was paid for it and the day that decided it."""

    state: str
    paid: Decimal
    day: date | None


def allot(
    promises: Iterable[Promise], payments: Iterable[Payment]
) -> dict[int, list[Payment]]:
    """Share the payments out among the promises; return ``{promise id: payments}``.

    A payment in excess of a promise goes on to the next one on the same line.
    """
    by_line: dict[int, list[Promise]] = {}
    shares: dict[int, list[Payment]] = {}
    missing = {}
    for promise in sorted(promises, key=lambda promise: (promise.due, promise.id)):
        shares[promise.id] = []
        missing[promise.id] = promise.amount
        for line in promise.lines:
            by_line.setdefault(line, []).append(promise)
    for payment in sorted(payments, key=lambda payment: (payment.day, payment.line)):
        left = payment.amount
        for promise in by_line.get(payment.line, ()):
            if not promise.made <= payment.day <= promise.limit:
                continue
            share = min(left, missing[promise.id])
            if share > 0:
                missing[promise.id] -= share
                left -= share
                shares[promise.id].append(Payment(payment.line, payment.day, share))
    return shares


def payable(
    promise: Promise,
    residual: Decimal,
    payments: Mapping[int, Iterable[Payment]],
    shares: Mapping[int, Iterable[tuple[int, Payment]]],
) -> Decimal:
    """Return what money could pay of a promise's lines since it was made.

    That is what is open plus what was paid; but what was paid for another promise is no
    longer there to pay this one.

    :param residual: what is open of its lines
    :param payments: ``{line: payments}``
    :param shares: ``{line: (promise id, payment)}``, see :func:`by_line`
    """
    paid = sum(
        payment.amount
        for line in promise.lines
        for payment in payments.get(line, ())
        if payment.day >= promise.made
    )
    taken = sum(
        payment.amount
        for line in promise.lines
        for owner, payment in shares.get(line, ())
        if owner != promise.id and payment.day >= promise.made
    )
    return residual + paid - taken


def by_line(
    shares: Mapping[int, Iterable[Payment]],
) -> dict[int, list[tuple[int, Payment]]]:
    """Turn ``{promise id: payments}`` into ``{line: (promise id, payment)}``."""
    found: dict[int, list[tuple[int, Payment]]] = {}
    for owner, payments in shares.items():
        for payment in payments:
            found.setdefault(payment.line, []).append((owner, payment))
    return found


def judge(
    promise: Promise,
    payments: Sequence[Payment],
    possible: Decimal,
    today: date,
    kept_share: Decimal = Decimal(1),
) -> Verdict:
    """Say what became of a promise.

    :param payments: the payments that :func:`allot` gives it
    :param possible: what :func:`payable` says; credit notes lower it
    :param kept_share: the part of the amount, above 0 and up to 1, that is enough
    """
    expected = min(promise.amount, possible) * kept_share
    paid = Decimal(0)
    for payment in sorted(payments, key=lambda payment: payment.day):
        paid += payment.amount
        if paid >= expected:
            return Verdict(KEPT, sum(p.amount for p in payments), payment.day)
    if possible <= 0:
        return Verdict(CANCELLED, paid, today)
    if today <= promise.limit:
        return Verdict(OPEN, paid, None)
    return Verdict(PARTIAL if paid > 0 else BROKEN, paid, promise.limit)
