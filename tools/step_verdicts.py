"""What the results of a step allow to say of it, and of its variants.

A verdict is about the share of contacts after which something was cashed. It is given
only where the interval of the share, or of the difference of two, allows it; with few
contacts nothing is said. Contacts of one debtor are alike: callers count them for what
they are worth (:class:`.sampled_share.Clustered`).
"""

from .sampled_share import FEWEST, HIGHER, LOWER, TOO_FEW, UNDECIDED, compare, share

WEAK = "weak"
WORKS = "works"
BETTER = "better"
WORSE = "worse"
_WORDS = {HIGHER: BETTER, LOWER: WORSE, TOO_FEW: TOO_FEW, UNDECIDED: UNDECIDED}


def judge_step(paid, contacts, weak_share, fewest=FEWEST):
    """Return whether fewer than ``weak_share`` (0 to 1) of the contacts bring cash.

    :return: :data:`WEAK` when the whole interval is below, :data:`WORKS` when it is
        above, ``undecided`` or ``too_few``

    >>> judge_step(2, 400, 0.05), judge_step(80, 400, 0.05), judge_step(1, 12, 0.05)
    ('weak', 'works', 'too_few')
    """
    if contacts < fewest:
        return TOO_FEW
    estimate = share(paid, contacts)
    if estimate.high < weak_share:
        return WEAK
    return WORKS if estimate.low >= weak_share else UNDECIDED


def judge_change(now, before):
    """Return how a share compares with another: better, worse, undecided, too few.

    :param now, before: ``(with cash, contacts)``
    """
    return _WORDS[compare(now, before)]
