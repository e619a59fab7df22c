"""Groups of duplicates less what somebody has said: these two are not the same."""

from dataclasses import replace
from itertools import combinations, product


def split_group(group, refused):
    """Cut ``group`` so that no part holds a pair of ``refused``; singles are dropped.

    Contacts are joined along the reasons, in their order, as long as that brings no
    refused pair together.

    :param group: a ``DuplicateGroup``
    :param refused: set of frozensets of two ids
    :return: list of groups, ``[group]`` when nothing of it was refused
    """
    if not any(frozenset(pair) in refused for pair in combinations(group.ids, 2)):
        return [group]
    parts = {id_: {id_} for id_ in group.ids}
    for one, other, _code, _detail in group.reasons:
        left, right = parts[one], parts[other]
        if left is right or _are_refused(left, right, refused):
            continue
        left |= right
        parts.update(dict.fromkeys(right, left))
    distinct = {id(part): part for part in parts.values() if len(part) > 1}
    return [_restrict(group, part) for part in distinct.values()]


def _are_refused(left, right, refused):
    return any(frozenset(pair) in refused for pair in product(left, right))


def _restrict(group, part):
    return replace(
        group,
        ids=type(group.ids)(id_ for id_ in group.ids if id_ in part),
        reasons=tuple(
            reason for reason in group.reasons if part.issuperset(reason[:2])
        ),
    )
