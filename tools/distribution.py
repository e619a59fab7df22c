"""Shares cases among collectors.

Plain Python: cases and collectors are ids, amounts are floats in company currency.
"""

import heapq
from itertools import count, cycle, islice

METHODS = ("load", "round_robin", "amount")


def share(cases, collectors, method, *, loads=None, after=None):
    """Return ``{case: collector}``, each case given to exactly one.

    :param cases: ``[(case, amount)]`` in the order in which they came
    :param collectors: in their order of preference; none: nobody gets anything
    :param method: ``round_robin``: in turn, beginning with the one that follows
        ``after``; ``load``: to the one with the fewest cases; ``amount``: to the one
        with the smallest amount, the largest cases first
    :param loads: ``{collector: cases or amount he has already}``
    :raises ValueError: when the method is unknown

    >>> share([("a", 10), ("b", 5), ("c", 5)], ["x", "y"], "amount")
    {'a': 'x', 'b': 'y', 'c': 'y'}
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}")
    if not collectors:
        return {}
    if method == "round_robin":
        return _in_turn(cases, collectors, after)
    if method == "load":
        return _to_the_least_loaded([(case, 1) for case, _ in cases], collectors, loads)
    largest_first = sorted(cases, key=lambda case: -case[1])
    return _to_the_least_loaded(largest_first, collectors, loads)


def _in_turn(cases, collectors, after):
    first = collectors.index(after) + 1 if after in collectors else 0
    turns = islice(cycle(collectors), first, None)
    return {case: next(turns) for case, _amount in cases}


def _to_the_least_loaded(cases, collectors, loads):
    rank = count()
    heap = [((loads or {}).get(who, 0), next(rank), who) for who in collectors]
    heapq.heapify(heap)
    shares = {}
    for case, weight in cases:
        load, place, who = heap[0]
        shares[case] = who
        heapq.heapreplace(heap, (load + weight, place, who))
    return shares
