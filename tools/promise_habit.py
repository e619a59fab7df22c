"""Does a debtor keep its promises less than it used to?

Fisher's exact test on kept and broken promises, before and lately (R. A. Fisher,
"Statistical Methods for Research Workers", 1934, section 21.02): were they all of one
habit, how likely would so few be kept lately?
"""

from math import comb
from typing import NamedTuple


class Kept(NamedTuple):
    """How many promises were kept, of how many that were judged."""

    kept: int
    count: int


def chance(before, lately):
    """Return how likely as few are kept lately by chance, from 0 to 1.

    1 when there is nothing to compare.
    """
    if not before.count or not lately.count:
        return 1.0
    kept, count = before.kept + lately.kept, before.count + lately.count
    ways = sum(
        comb(kept, few) * comb(count - kept, lately.count - few)
        for few in range(lately.kept + 1)
    )
    return ways / comb(count, lately.count)


def is_worse(before, lately, level):
    """Return whether promises are kept less than before, beyond chance.

    :param level: chance to be wrong that is accepted, from 0 to 1
    """
    return chance(before, lately) <= level
