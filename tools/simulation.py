"""What reminders would have left on past days, had the engine run then.

Plain Python on plain facts, as :mod:`planning`, which decides about each day. Nothing
is read, written or sent. What is open on a day is what was posted by then, less what
was matched by then; a step taken on one day of the simulation is behind its items on
the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from . import planning


@dataclass(frozen=True, slots=True)
class Item:
    """A receivable, or a credit when ``amount`` is negative, over its life.

    ``posted`` is the day it entered the books, ``settlements`` are ``(day, amount)`` of
    what took its amount towards zero. Amounts are in company currency.
    """

    id: int
    posted: date
    due: date
    amount: float
    settlements: Sequence[tuple] = ()
    passed_delay: int | None = None
    passed_steps: frozenset = frozenset()
    exclusions: Sequence[planning.Exclusion] = ()
    foreign_currency: bool = False

    def residual_on(self, day):
        """Return what was open of it when ``day`` was over."""
        if self.posted > day:
            return 0.0
        settled = sum(amount for when, amount in self.settlements if when <= day)
        return self.amount - settled


@dataclass(slots=True)
class Account:
    """A debtor: the facts that do not change, and what the simulation remembers."""

    case: planning.Case
    items: Sequence[Item]
    passed: dict = field(default_factory=dict)

    def lines_on(self, day):
        """Return the ``planning.Line`` of what was open on ``day``."""
        return [
            planning.Line(
                id=item.id,
                due=item.due,
                residual=residual,
                passed_delay=self.passed.get(item.id, item.passed_delay),
                passed_steps=item.passed_steps,
                exclusions=item.exclusions,
                foreign_currency=item.foreign_currency,
            )
            for item in self.items
            if abs(residual := item.residual_on(day)) >= planning.NOTHING
        ]

    def days_of_change(self):
        """Return the days on which its receivables change."""
        days = {item.posted for item in self.items}
        for item in self.items:
            days.update(when for when, _amount in item.settlements)
        return days

    def remember(self, decision, day):
        """Note that a message has left."""
        for line_id, step in decision.passed.items():
            known = self.passed.get(line_id)
            self.passed[line_id] = (
                step.delay if known is None else max(known, step.delay)
            )
        self.case = replace(
            self.case, last_contact=day, contacts=(*self.case.contacts, day)
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A contact that would have taken place."""

    case_id: int
    day: date
    step_id: int
    amount: float
    oldest_due: date
    item_count: int


def simulate(account, first_day, last_day):
    """Yield the :class:`Message` of one debtor from ``first_day`` to ``last_day``.

    A day on which nothing has changed since the last look, and for which nothing was
    expected, is not looked at.
    """
    changes = account.days_of_change()
    expected = day = first_day
    while day <= last_day:
        if day >= expected or day in changes:
            decision = _decide(account, day)
            if decision.step:
                yield _message(account, decision, day)
                account.remember(decision, day)
                decision = _decide(account, day + timedelta(days=1))
            expected = decision.next_date or date.max
            expected = max(expected, day + timedelta(days=1))
        day += timedelta(days=1)


def _decide(account, day):
    return planning.plan(replace(account.case, lines=account.lines_on(day)), day)


def _message(account, decision, day):
    return Message(
        account.case.id,
        day,
        decision.step.id,
        decision.amount,
        min(line.due for line in decision.lines),
        len(decision.lines),
    )
