"""Puts cases into groups by chance, the same case always into the same group.

Nothing is stored and nothing is drawn: the group follows from the name of the trial and
the number of the case, so that a run that is killed and run again, or a case that comes
back months later, finds the same answer. Two trials are independent of each other.
"""

from hashlib import sha256
from itertools import accumulate

_RANGE = 1 << 64


def pick_group(trial, case_id, weights):
    """Return the position in ``weights`` of the group of ``case_id``.

    :param trial: name of the trial; another name draws anew
    :param weights: share of each group, of any scale, as whole numbers (9 and 1, or 90
        and 10); a group of weight 0 gets nobody
    :raises ValueError: when a weight is negative or all are 0

    >>> pick_group("reminder", 12, [1])
    0
    """
    bounds = list(accumulate(weights))
    if not bounds or bounds[-1] <= 0 or min(weights) < 0:
        raise ValueError(f"no group can be picked by the weights {weights}")
    point = _draw(trial, case_id) * bounds[-1]
    return next(group for group, bound in enumerate(bounds) if point < bound * _RANGE)


def _draw(trial, case_id):
    digest = sha256(f"{trial}\n{case_id}".encode()).digest()
    return int.from_bytes(digest[:8])
