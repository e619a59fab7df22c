"""Until when a claim can be taken to court: terms of limitation, counted.

A term runs from the day the sum can be claimed. An act that interrupts it starts a
new one of the same length (Code civil, articles 2231, 2240, 2241 and 2244), an
enforceable title one of its own; a suspension adds its days (2230). An act after the
end of the term changes nothing. Whatever interrupts, it ends with the long stop (2232).

Terms are counted on the safe side: from the earliest day, never moved to a working day.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .deadlines import deadline

INTERRUPTION = "interruption"
TITLE = "title"
SUSPENSION = "suspension"
UNSET = "unset"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that changes the term.

    :ivar day: the day it happened; for a suspension its first day
    :ivar effect: :data:`INTERRUPTION`, :data:`TITLE`, :data:`SUSPENSION`, or
        :data:`UNSET` for a claim in court that was dropped, lapsed or was dismissed:
        the acts before it that can be undone (``is_court``) never were
    :ivar end: last day of a suspension, None while it lasts
    :ivar is_court: a claim in court, which can come undone
    """

    day: date
    effect: str
    end: date | None = None
    is_court: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """The last day counted, and what it comes from.

    :ivar end: last day, None while a suspension lasts
    :ivar start: the day it is counted from
    :ivar act: the act that started it, None for the claim itself
    :ivar late: acts after the end of their term, which changed nothing
    """

    end: date | None
    start: date
    act: Act | None = None
    late: tuple[Act, ...] = ()


def limitation_term(start, months, acts=(), *, title_months, long_stop_months):
    """Return the :class:`Term` of a claim.

    :param date start: the day the sum could be claimed
    :param int months: length of the term
    :param acts: :class:`Act` in any order

    >>> limitation_term(
    ...     date(2024, 1, 31), 12, title_months=120, long_stop_months=240
    ... ).end
    datetime.date(2025, 1, 31)
    """
    end, base, cause, late = _add(start, months), start, None, []
    stop = _add(start, long_stop_months)
    for act in _standing(acts):
        if end is not None and act.day > end:
            late.append(act)
        elif act.effect == SUSPENSION:
            if end is not None:
                end = act.end and end + (act.end - act.day) + timedelta(days=1)
        else:
            length = title_months if act.effect == TITLE else months
            end, base, cause = _add(act.day, length), act.day, act
    return Term(end and min(end, stop), base, cause, tuple(late))


def _standing(acts):
    """Return the acts in order, without the claims in court that came undone.

    Of those of one day a title comes last: its own term runs.
    """
    ordered = sorted(acts, key=lambda act: (act.day, act.effect == TITLE))
    undone = [act.day for act in ordered if act.effect == UNSET]
    return [
        act
        for act in ordered
        if act.effect != UNSET
        and not (act.is_court and any(act.day <= day for day in undone))
    ]


def _add(day, months):
    return deadline(day, months=months, extend=False)
