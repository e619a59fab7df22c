"""Tell debtors that pay later than they used to, before what they owe gets old.

Each debtor is compared with its own past: what fell due in the last 90 days against the
two years before. What is unpaid takes part with what it says today, "not paid at this
age" (it is *censored*), so that a debtor that stops paying is seen while its unpaid
instalments are young: one that is unpaid at an age at which the debtor had paid 99 of
99 has a chance of 1 in 100 to be so by luck, and that is its p-value.

**Observations.** Instalments settled on one day are one decision of the debtor, not
several: they are one observation, due on the mean of their due dates. What is open is
taken together as far as the debtor usually settles together.

**Test.** The log-rank test: N. Mantel, "Evaluation of Survival Data and Two New Rank
Order Statistics Arising in Its Consideration", Cancer Chemotherapy Reports 50 (1966),
163-170; R. Peto and J. Peto, "Asymptotically Efficient Rank Invariant Test Procedures",
Journal of the Royal Statistical Society A 135 (1972), 185-207. Each observation has a
score, the payments to be expected of it less its own (0 or 1), from all of them
together; the sum of the recent ones is what is missing of them. The p-value is the
share of all choices of as many observations that miss as much: a permutation test,
exact for any number of observations. The choices are counted, not drawn, by the method
of M. Pagano and D. Tritchler, "On Obtaining Permutation Distributions in Polynomial
Time", Journal of the American Statistical Association 78 (1983), 435-440. Recent
observations are censored sooner than the older ones. Their scores then spread less
than those they are compared with (they are a martingale that is stopped sooner), which
makes the test say less, not more.

Recent delays are :data:`MARGIN` days shortened: a week-end or a slow bank is nothing
to be alarmed at, even of a debtor that never was a day late.

**Many debtors.** Of the signals raised, no more than ``level`` are to be expected to be
false: Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate", Journal of
the Royal Statistical Society B 57 (1995), 289-300. A debtor with few observations has
few possible p-values and can be a false signal at some of them only: each debtor is
counted with its own chance to be one, which finds more (S. Döhler, G. Durand and E.
Roquain, "New FDR Bounds for Discrete and Heterogeneous Tests", Electronic Journal of
Statistics 12 (2018), 1867-1900, their step-up procedure). Debtors of whom too little is
known for a p-value as low as ``level`` are not tested.

What it does not see: everybody paying later in August, or since a crisis, is a signal
for each debtor that does; a debtor that pays late for half a year has a new habit, and
the signal ends.

Days are whole numbers on any calendar (``date.toordinal``). Nothing is random, and the
order of the instalments changes nothing.
"""

from collections import Counter, defaultdict
from itertools import chain
from math import comb, erfc, exp, floor, fsum, pi, sqrt
from operator import itemgetter
from typing import NamedTuple

# Days. An observation is recent when it fell due less than so many days ago, and part
# of the history for two years.
RECENT = 90
HISTORY = 730
MARGIN = 3
# False signals among those raised.
LEVEL = 0.05
# Fewer observations tell no habit.
FEWEST_USUAL = 6

# Scores are counted in parts of one.
GRID = 64
# A rough p-value above this one is exact enough: it raises nothing.
UNREMARKABLE = 0.1
# Most bit operations for an exact p-value; above, samples are large enough for a
# normal approximation.
EXACT_WORK = 2 * 10**8


class Observation(NamedTuple):
    """Instalments settled together, or open together: how long it took, so far."""

    due: float
    days: int
    is_paid: bool


class Habit(NamedTuple):
    """How some observations were paid.

    ``days`` is the median delay; when fewer than half of them are paid, what it is at
    least, and ``is_reached`` is False.
    """

    days: int
    is_reached: bool
    count: int


class Verdict(NamedTuple):
    """What is to be said of one debtor; delays are days after the due date.

    ``p_slower`` or ``p_faster`` is 1, or both are; p-values are multiples of 1 in
    ``choices``, the ways to choose as many observations. ``recent_count`` instalments
    fell due in the last 90 days, ``unpaid_count`` of them are unpaid, the oldest for
    ``oldest_unpaid`` days: an age at which ``paid_by_then`` of the ``usual.count``
    older observations were paid.
    """

    p_slower: float
    p_faster: float
    choices: int
    usual: Habit
    recent: Habit
    recent_count: int
    unpaid_count: int
    oldest_unpaid: int
    paid_by_then: int


class Signals(NamedTuple):
    """Debtors that raise a signal, and the highest p-value that does."""

    slower: frozenset
    faster: frozenset
    threshold: float


# === ONE DEBTOR === #


def examine(instalments, as_of, level=LEVEL):
    """Return the :class:`Verdict` on a debtor, None when too little is known.

    :param instalments: its ``(due, paid or None)``; what is paid after ``as_of`` is
        open. Those not due yet matter for what they are settled with.
    :param int as_of: the day of asking
    :param float level: see :func:`raise_signals`
    """
    instalments = list(instalments)
    usual, recent = _split(_observe(instalments, as_of), as_of)
    if not _can_tell(len(usual), len(recent), level):
        return None
    unpaid = [
        as_of - due
        for due, paid in instalments
        if as_of - RECENT < due < as_of and (paid is None or paid > as_of)
    ]
    oldest = max(unpaid, default=0)
    return Verdict(
        _p_value(_scores(usual, recent, -MARGIN)),
        _p_value(_opposite(_scores(usual, recent, MARGIN))),
        comb(len(usual) + len(recent), len(recent)),
        _habit(usual),
        _habit(recent),
        sum(as_of - RECENT < due <= as_of for due, _paid in instalments),
        len(unpaid),
        oldest,
        sum(item.is_paid and item.days <= oldest for item in usual),
    )


def _observe(instalments, as_of):
    """Return the observations, those that were settled together as one."""
    settled, unpaid = defaultdict(list), []
    for due, paid in instalments:
        if paid is None or paid > as_of:
            unpaid.append(due)
        else:
            settled[paid].append(due)
    together = _split_dues(unpaid, _usual_span(settled.values()))
    return [
        Observation(mean, round(day - mean), is_paid)
        for dues, day, is_paid in chain(
            ((dues, day, True) for day, dues in settled.items()),
            ((dues, as_of, False) for dues in together),
        )
        for mean in (sum(dues) / len(dues),)
    ]


def _usual_span(settled):
    """From the first to the last due date of what is settled at once, in 3 of 4."""
    spans = sorted(max(dues) - min(dues) for dues in settled)
    return spans[(3 * len(spans)) // 4] if spans else 0


def _split_dues(dues, span):
    """Take due dates together that lie ``span`` days apart at most."""
    groups = []
    for due in sorted(dues):
        if groups and due - groups[-1][0] <= span:
            groups[-1].append(due)
        else:
            groups.append([due])
    return groups


def _split(observations, as_of):
    """Return the older and the recent observations."""
    usual, recent = [], []
    for item in observations:
        age = as_of - item.due
        if 0 <= age < RECENT:
            recent.append(item)
        elif RECENT <= age < HISTORY:
            usual.append(item)
    return usual, recent


def _can_tell(usual_count, recent_count, level):
    """Could the most striking figures be a signal?"""
    if usual_count < FEWEST_USUAL or not recent_count:
        return False
    return level * comb(usual_count + recent_count, recent_count) >= 1


def _habit(observations):
    """Return the median by the estimator of Kaplan and Meier (1958)."""
    open_share, at_risk = 1.0, len(observations)
    last = 0
    for last, items in _by_day(observations):
        open_share *= 1 - sum(item.is_paid for item in items) / at_risk
        at_risk -= len(items)
        if open_share <= 0.5:
            return Habit(last, True, len(observations))
    return Habit(last, False, len(observations))


def _by_day(observations):
    return _grouped(observations, itemgetter(1))


def _grouped(items, key):
    """Return ``(key, items)`` from the lowest key to the highest."""
    groups = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return sorted(groups.items())


# === LOG-RANK TEST === #


def _scores(usual, recent, shift):
    """Return the scores of the older and of the recent observations.

    Recent delays are ``shift`` days longer. A score is the payments to be expected of
    an observation by its day, less the one that came.
    """
    return log_rank_scores(
        [(item.days, item.is_paid) for item in usual],
        [(item.days + shift, item.is_paid) for item in recent],
    )


def log_rank_scores(usual, recent):
    """Return two lists: payments expected less payments made, of each observation.

    The sum of the second is the ``E - O`` of the log-rank test.

    :param usual: ``(days, is_paid)`` of the observations compared with
    :param recent: ``(days, is_paid)`` of those in question
    """
    pooled = [*usual, *recent]
    expected, at_risk, sum_so_far = {}, len(pooled), 0.0
    for day, items in _grouped(pooled, itemgetter(0)):
        paid = [is_paid for _day, is_paid in items]
        sum_so_far += sum(paid) / at_risk
        expected[day] = sum_so_far
        at_risk -= len(paid)
    return tuple(
        [expected[day] - is_paid for day, is_paid in sample]
        for sample in (usual, recent)
    )


def _opposite(scores):
    return tuple([-score for score in sample] for sample in scores)


def _p_value(scores):
    """Return the share of all choices whose scores add up to the recent ones' or more.

    1 when the recent ones do not add up to more than nothing.
    """
    usual, recent = scores
    total = sum(recent)
    if total <= 1e-9:
        return 1.0
    rough = _approximate(usual + recent, len(recent), total)
    if rough > UNREMARKABLE:
        return rough
    exact = share_of_choices(
        [round(score * GRID) for score in usual],
        [round(score * GRID) for score in recent],
    )
    return rough if exact is None else exact


def share_of_choices(others, chosen):
    """Return the share of choices of ``len(chosen)`` numbers that add up to as much.

    The numbers are whole; all of both lists are chosen from. Exact: choices are counted
    by their sum, in the bits of one large number for each count of numbers chosen. None
    when that is too much work.
    """
    pool, count = [*others, *chosen], len(chosen)
    highest = max(pool)
    # Choices that add up to as much are those whose gaps to the highest are as small.
    room = count * highest - sum(chosen)
    choices = comb(len(pool), count)
    width = choices.bit_length() + 1
    if len(pool) * count * (room + 1) * width > EXACT_WORK:
        return None
    mask = (1 << (room + 1) * width) - 1
    ways = [1] + [0] * count
    for seen, number in enumerate(sorted(pool, reverse=True), start=1):
        step = (highest - number) * width
        for size in range(min(seen, count), 0, -1):
            ways[size] += (ways[size - 1] << step) & mask
    # The sum of the digits of a number, in base 2 ** width.
    return (ways[count] % ((1 << width) - 1)) / choices


def _approximate(pool, count, total):
    """Return about the share of choices that add up to ``total`` or more.

    The normal distribution with the variance of Peto and Peto, made larger where the
    numbers lean to the high side (first term of Edgeworth).
    """
    size = len(pool)
    mean = sum(pool) / size
    moments = [sum((x - mean) ** power for x in pool) / size for power in (2, 3)]
    variance = count * (size - count) / (size - 1) * moments[0]
    if variance <= 0:
        return 1.0
    z = (total - count * mean) / sqrt(variance)
    lean = moments[1] / moments[0] ** 1.5 * (size - 2 * count) / (size - 2)
    lean *= sqrt((size - 1) / (count * (size - count)))
    tail = erfc(z / sqrt(2)) / 2
    correction = lean / 6 * (z * z - 1) * exp(-z * z / 2) / sqrt(2 * pi)
    return min(1.0, max(tail, tail + correction))


# === MANY DEBTORS === #


def raise_signals(verdicts, level=LEVEL):
    """Return the :class:`Signals` of all debtors tested at once.

    ``level`` is the share of signals that may be false. ``threshold`` is for a debtor
    that is tested alone before all are tested again.

    :param dict verdicts: ``{debtor: Verdict}``
    """
    slower, threshold = _discoveries(verdicts, itemgetter(0), level)
    faster, _threshold = _discoveries(verdicts, itemgetter(1), level)
    return Signals(slower, faster, threshold)


def _discoveries(verdicts, p_value, level):
    """Return the debtors found, and the highest p-value at which one is."""
    if not verdicts:
        return frozenset(), 0.0
    p_values = {debtor: p_value(verdict) for debtor, verdict in verdicts.items()}
    choices = Counter(verdict.choices for verdict in verdicts.values())
    threshold = max(
        _step_up(sorted(p for p in p_values.values() if p <= level), choices, level),
        level / len(verdicts),
    )
    return frozenset(d for d, p in p_values.items() if p <= threshold), threshold


def _step_up(p_values, choices, level):
    """Return the highest p-value with few enough false signals to be expected, or 0.

    :param list p_values: those worth looking at, the lowest first
    :param Counter choices: numbers of choices of all debtors
    """
    for rank in range(len(p_values), 0, -1):
        p = p_values[rank - 1]
        false = fsum(
            debtors * min(p, floor(p * count * (1 + 1e-9)) / count)
            for count, debtors in choices.items()
        )
        if false <= level * (1 - level) * rank:
            return p
    return 0.0
