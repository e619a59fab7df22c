"""A book of settlements, drawn with a fixed seed: nobody's real customers.

Every debtor has a habit of paying: a log-normal delay around the median of its kind,
and an appetite for not paying at all. What is not paid by the end of the book is open.
"""

import dataclasses
import math
import random
from datetime import timedelta
from itertools import accumulate

DAYS = 720
EARLIEST = 3  # days before the due date at which the quickest pay
OPEN_SHARE = 0.20  # of the invoices at the end of the book
SAMPLE = 20_000
# days from the invoice to each of its instalments, and how frequent they are
TERMS = ((30,), (45,), (60,), (30, 60))
TERM_SHARES = (45, 20, 25, 10)
SEGMENTS = {"company": (0.7, 600), "person": (0.3, 150)}


@dataclasses.dataclass(frozen=True)
class Kind:
    """Debtors that pay alike: median delay in days, its spread, how often never."""

    share: float
    median: float
    spread: float
    default: float


KINDS = (
    Kind(0.55, 3.0, 0.80, 0.5),
    Kind(0.30, 14.0, 0.60, 1.0),
    Kind(0.12, 40.0, 0.70, 2.4),
    Kind(0.03, 90.0, 0.80, 5.0),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Debtor:
    """Who pays, and how: the logarithm of the delay and of the amount."""

    number: int
    segment: str
    term: tuple[int, ...]
    kind: Kind
    habit: float
    amount: float

    def delay(self, draw):
        """Draw how many days after the due date an invoice is paid."""
        return int(draw.lognormvariate(self.habit, self.kind.spread)) - EARLIEST


def settlements(debtors, invoices, end, seed=20_260_101, is_steady=False):
    """Yield rows of debtor, segment, issued, due, paid (or None) and amount.

    :param date end: the last day of the book; nothing is known after it
    :param bool is_steady: old invoices are as often unpaid as recent ones; else fewer
        are, for they were paid in the end or written off
    """
    appetite = _steady_appetite if is_steady else _growing_appetite
    draw = random.Random(seed)
    files = [_debtor(draw, number) for number in range(debtors)]
    counts = _counts(draw, debtors, invoices)
    default_rate = _default_rate(files, counts, seed, appetite)
    for debtor, count in zip(files, counts, strict=True):
        for _invoice in range(count):
            age = draw.randrange(DAYS)
            default = default_rate * appetite(debtor, age)
            yield from _rows(draw, debtor, end - timedelta(days=age), default, end)


def _debtor(draw, number):
    (kind,) = draw.choices(KINDS, [kind.share for kind in KINDS])
    (term,) = draw.choices(TERMS, TERM_SHARES)
    shares = [share for share, _amount in SEGMENTS.values()]
    (segment,) = draw.choices(list(SEGMENTS), shares)
    habit = math.log(kind.median) + draw.gauss(0, 0.25)
    amount = math.log(SEGMENTS[segment][1]) + draw.gauss(0, 0.6)
    return Debtor(number, segment, term, kind, habit, amount)


def _counts(draw, debtors, invoices):
    """How many invoices each debtor has: a few have many."""
    weights = list(
        accumulate(draw.lognormvariate(0, 1.1) for _debtor in range(debtors))
    )
    ends = [round(weight * invoices / weights[-1]) for weight in weights]
    return [end - begin for begin, end in zip([0, *ends], ends, strict=False)]


def _default_rate(files, counts, seed, appetite):
    """The share never paid that leaves :data:`OPEN_SHARE` open at the end."""
    draw = random.Random(seed + 1)
    not_yet, hungry = 0, 0.0
    for debtor in draw.choices(files, counts, k=SAMPLE):
        age = draw.randrange(DAYS)
        if age < debtor.term[-1] + debtor.delay(draw):
            not_yet += 1
        else:
            hungry += appetite(debtor, age)
    return max(0.0, (OPEN_SHARE * SAMPLE - not_yet) / hungry)


def _steady_appetite(debtor, _age):
    return debtor.kind.default


def _growing_appetite(debtor, age):
    return debtor.kind.default * 2 * (1 - age / DAYS)


def _rows(draw, debtor, issued, default, end):
    """The instalments of an invoice; the last is left unpaid by chance ``default``."""
    amount = round(draw.lognormvariate(debtor.amount, 0.9) * 1.2 / len(debtor.term), 2)
    is_unpaid = draw.random() < default
    delay = debtor.delay(draw)
    for days in debtor.term:
        due = issued + timedelta(days=days)
        paid = max(due + timedelta(days=delay), issued)
        if paid > end or (is_unpaid and days == debtor.term[-1]):
            paid = None
        yield debtor.number, debtor.segment, issued, due, paid, amount
