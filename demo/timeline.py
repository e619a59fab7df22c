"""From the stories to dated documents: plain Python, no database.

The draws are seeded by the key of the story, so that the same day gives the same data.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .catalogue import fill_basket, free_line
from .story import Due, Story, Terms

HISTORY_DAYS = 730
SATURDAY = 5


@dataclass(frozen=True)
class PlannedInvoice:
    """An invoice to make; one of the past, paid in full, when it has no ``due``."""

    story: Story
    date: date
    terms: str
    lines: list = field(default_factory=list)
    reference: str = ""
    due: Due | None = None
    payment_delay: int = 0

    @property
    def addressee(self):
        """The key of the contact it is addressed to, empty for the debtor itself."""
        return self.due.to if self.due else ""


def plan_invoices(story, today):
    """Return the invoices of a story, oldest first."""
    rng = Random(story.key)
    planned = [*_plan_history(story, today, rng), *_plan_open(story, today, rng)]
    return sorted(planned, key=lambda invoice: invoice.date)


def payment_date(habit, due_date, delay):
    """Return the day on which a debtor of this habit pays what was due on a day."""
    day = due_date + timedelta(days=delay)
    if habit.pay_months:
        while day.month not in habit.pay_months:
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=4)
    if habit.pay_days:
        while day.day not in habit.pay_days:
            day += timedelta(days=1)
    return next_working_day(day)


def next_working_day(day):
    """Return ``day``, or the Monday after it at the weekend."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def previous_working_day(day):
    """Return ``day``, or the Friday before it at the weekend."""
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    return day


def _plan_history(story, today, rng):
    habit = story.habit
    if not habit:
        return
    for day in _issue_days(habit, today, rng):
        delay = _draw_delay(habit, day, today, rng)
        latest_due = day + timedelta(days=Terms.last_days(story.terms))
        amount = habit.amount * rng.uniform(0.7, 1.4)
        invoice = PlannedInvoice(
            story,
            day,
            story.terms,
            fill_basket(story.basket, amount, rng),
            _draw_reference(story, day, rng),
            payment_delay=delay,
        )
        if payment_date(habit, latest_due, delay) < today:
            yield invoice


def _issue_days(habit, today, rng):
    offsets = range(HISTORY_DAYS, habit.until, -habit.every)
    days = (today - timedelta(days=n - rng.randrange(6)) for n in offsets)
    for day in map(previous_working_day, days):
        if not habit.months or day.month in habit.months:
            yield day


def _draw_delay(habit, day, today, rng):
    progress = 1 - (today - day).days / HISTORY_DAYS
    usual = habit.delay + round(habit.drift * progress)
    return usual + rng.randint(-habit.spread, habit.spread)


def _plan_open(story, today, rng):
    for due in story.documents:
        if not isinstance(due, Due):
            continue
        terms = due.terms or story.terms
        day = today - timedelta(days=due.late + Terms.DAYS[terms])
        lines = (
            [free_line(due.label, due.amount)]
            if due.label
            else fill_basket(story.basket, due.amount, rng)
        )
        reference = "" if due.key == "no_order" else _draw_reference(story, day, rng)
        yield PlannedInvoice(
            story, previous_working_day(day), terms, lines, reference, due
        )


def _draw_reference(story, day, rng):
    """Return the customer's order number, or a public body's commitment number."""
    if story.kind == "consumer":
        return ""
    if story.kind == "public":
        return f"EJ {rng.randrange(10**9, 10**10)}"
    return f"BC {day:%Y}-{rng.randrange(100, 1000)}"
