"""Decide what a debtor is sent on a given day, and why nothing is.

Plain Python on plain facts: no database, no clock, no text on screen. The caller
gathers the facts of many cases in one go, asks :func:`plan` for each of them and turns
the codes of :class:`Exclusion` into sentences.

Words. A *line* is an open receivable with its own due date. *Days late* are counted
from the due date: 0 on that date, negative before it. A step *reaches* a line when the
line is at least ``delay`` days late. A line *passes* a step when a contact that covers
it has left the house. Amounts are floats in company currency, already rounded by the
caller's books.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from .holidays import first_allowed_day, is_public_holiday

EVERY_DAY = frozenset(range(7))
UNLIMITED = 10**6
# Half a cent is nothing in any currency.
NOTHING = 0.005


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a case or a line is left alone: a code and the facts that explain it."""

    code: str
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pause:
    """A period of the year, both ends included, in which nothing leaves.

    ``start`` and ``end`` are ``(month, day)``; a pause may run over the year end.
    """

    name: str
    start: tuple[int, int]
    end: tuple[int, int]

    def covers(self, day):
        """Tell whether ``day`` lies in the pause."""
        here = (day.month, day.day)
        if self.start <= self.end:
            return self.start <= here <= self.end
        return here >= self.start or here <= self.end


@dataclass(frozen=True, slots=True)
class Step:
    """When and under which conditions one contact of a scenario takes place.

    ``delay`` is in days from the due date; zero or less speaks of lines not yet
    overdue. ``minimum_amount`` is in company currency. ``weekdays`` follows
    ``date.weekday()``.
    """

    id: int
    delay: int
    minimum_amount: float = 0.0
    risk_min: int = 0
    risk_max: int = 100
    min_days_since_contact: int = 0
    weekdays: frozenset = EVERY_DAY
    skip_holidays: bool = False

    @property
    def is_pre_due(self):
        """Tell whether the step speaks of lines that are not overdue yet."""
        return self.delay <= 0

    def suits(self, amount, risk_score):
        """Tell whether the step is meant for a debtor of this amount and risk."""
        return (
            amount >= self.minimum_amount
            and self.risk_min <= risk_score <= self.risk_max
        )

    def works_on(self, day):
        """Tell whether the step may leave on this day of the week."""
        if day.weekday() not in self.weekdays:
            return False
        return not (self.skip_holidays and is_public_holiday(day))


@dataclass(frozen=True, slots=True)
class Scenario:
    """An ordered set of steps and the conditions they share.

    With an ``entry_delay`` (days late, 0 for none) a line that is later than that and
    has passed no step begins at the last step up to that delay, and then takes one step
    after the other, however late it is.
    """

    id: int
    steps: Sequence[Step]
    minimum_amount: float = 0.0
    grace_days: int = 0
    company_currency_only: bool = False
    pauses: Sequence[Pause] = ()
    entry_delay: int = 0

    def pause_on(self, day):
        """Return the pause that covers ``day``, or ``None``."""
        return next((pause for pause in self.pauses if pause.covers(day)), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One open receivable, or credit when ``residual`` is negative.

    ``passed_delay`` is the largest delay among the steps the line has passed. ``held``
    is what of it may not be claimed; ``residual`` is what is left to claim.
    """

    id: int
    due: date
    residual: float
    passed_delay: int | None = None
    passed_steps: frozenset = frozenset()
    exclusions: Sequence[Exclusion] = ()
    foreign_currency: bool = False
    held: float = 0.0

    def days_late(self, day):
        """Return the days from the due date to ``day``; negative before it."""
        return (day - self.due).days

    def has_passed(self, step):
        """Tell whether ``step`` or a later one is behind this line."""
        if step.id in self.passed_steps:
            return True
        return self.passed_delay is not None and step.delay <= self.passed_delay


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``count`` days with a contact within any ``days`` days; 0 is no cap."""

    count: int = 0
    days: int = 0

    def opens_on(self, contacts, day):
        """Return the first day from ``day`` on that another contact is allowed.

        :param contacts: the days on which the debtor was contacted
        """
        if not (self.count and self.days):
            return day
        past = sorted({contact for contact in contacts if contact < day})
        if len(past) < self.count:
            return day
        return max(day, past[-self.count] + timedelta(days=self.days))


NO_CAP = Cap()


@dataclass(frozen=True, slots=True)
class Request:
    """A step that somebody or something has decided to be the next, from a day on."""

    step: Step
    day: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """All that decides about one debtor of one company on one day."""

    id: int
    scenario: Scenario | None
    lines: Sequence[Line] = ()
    risk_score: int = 0
    last_contact: date | None = None
    acted_on: bool = False
    exclusions: Sequence[Exclusion] = ()
    contacts: Sequence[date] = ()
    cap: Cap = NO_CAP
    request: Request | None = None


@dataclass(slots=True)
class Decision:
    """What to do with a case: a step and the lines it covers, or the reasons why not.

    ``passed`` maps the id of each covered line to the step it passes itself, which may
    be an earlier one than the step of the action when the line is less late.
    ``is_chosen``: somebody wants this very step, whatever the lines have passed.
    """

    case: Case
    step: Step | None = None
    lines: Sequence[Line] = ()
    credits: Sequence[Line] = ()
    amount: float = 0.0
    passed: dict = field(default_factory=dict)
    exclusions: list = field(default_factory=list)
    next_step: Step | None = None
    next_date: date | None = None
    is_chosen: bool = False

    def step_for(self, lines):
        """Return the step that a message about ``lines`` alone takes, or ``None``.

        The furthest one that is new to one of them, unless somebody has chosen it.
        """
        if self.is_chosen:
            return self.step
        new = [
            self.passed[line.id]
            for line in lines
            if line.id in self.passed and not line.has_passed(self.passed[line.id])
        ]
        return max(new, key=_by_delay, default=None)

    def has_overdue(self, day):
        """Tell whether something, chaseable or not, is overdue on ``day``."""
        return any(
            line.residual > 0 and line.days_late(day) > 0 for line in self.case.lines
        )


def plan(case, day, ignore_timing=False):
    """Decide about ``case`` on ``day``.

    The furthest step that a chaseable line has newly reached is taken, and it covers
    all overdue lines of the case. Credits come first: nothing leaves unless what
    remains is positive and reaches the scenario's minimum. With ``ignore_timing`` (a
    person acts by hand) the calendar, the time since the last contact and the day's
    other action do not count.
    """
    decision = Decision(case, exclusions=list(case.exclusions))
    if case.scenario is None:
        decision.exclusions.append(Exclusion("no_scenario"))
    if decision.exclusions:
        return decision
    return _Planner(case, day, ignore_timing).decide(decision)


def cover(case, day, step):
    """Decide to take ``step`` on ``day`` because a person wants it.

    Only what may be chased counts: the overdue lines, else all that is open. The
    decision has no step when nothing is left to claim. Calendar and steps already
    passed do not count.
    """
    decision = Decision(case)
    planner = _Planner(case, day, ignore_timing=True)
    planner.fill_by_hand(decision, step)
    return decision


class _Planner:
    """The reasoning of :func:`plan`, one short question per method."""

    def __init__(self, case, day, ignore_timing):
        self.case = case
        self.day = day
        self.scenario = case.scenario or Scenario(id=0, steps=())
        self.ignore_timing = ignore_timing
        self.credits = [line for line in case.lines if line.residual < 0]
        self.credit = -sum(line.residual for line in self.credits)
        self.debts = [
            line for line in case.lines if line.residual > 0 and self._may_chase(line)
        ]

    def decide(self, decision):
        """Complete ``decision`` with a step and its lines, or with a reason."""
        if not self.debts:
            decision.exclusions.append(Exclusion("nothing_to_chase"))
            return decision
        if self.case.request:
            return self._decide_requested(decision)
        step = self._furthest_step()
        blocked = self._timing_exclusion(step) if step else self._refusal()
        if step and not blocked:
            self._fill(decision, step)
        else:
            decision.next_step, decision.next_date = self._next(self.day)
            decision.exclusions.append(blocked or self._nothing_reached(decision))
        return decision

    def _decide_requested(self, decision):
        """Complete ``decision`` with the step that was asked for, or say why not."""
        request = self.case.request
        lines = self._covered_by_hand(request.step)
        amount = self._net(lines)
        blocked = self._timing_exclusion(request.step)
        if not lines:
            decision.exclusions.append(Exclusion("moment_passed"))
        elif _is_nothing(amount):
            decision.exclusions.append(self._covered_by_credits(lines))
        elif self.day < request.day and not self.ignore_timing:
            decision.exclusions.append(
                Exclusion(
                    "requested_later",
                    {"step_id": request.step.id, "date": request.day},
                )
            )
        elif blocked:
            decision.exclusions.append(blocked)
        else:
            self._fill_chosen(decision, request.step, lines, amount)
            return decision
        decision.next_step = request.step
        decision.next_date = self._first_day(request.step, request.day)
        return decision

    def _fill(self, decision, step):
        decision.step = step
        decision.lines = self._covered(step)
        decision.credits = self.credits
        decision.amount = self._net(decision.lines)
        decision.passed = {
            line.id: passed
            for line in decision.lines
            if (passed := self._passed_by(line, step))
        }
        decision.next_step, decision.next_date = step, self.day

    def fill_by_hand(self, decision, step):
        """Complete ``decision`` for ``step`` whatever the calendar says."""
        lines = self._covered_by_hand(step)
        amount = self._net(lines)
        if not self.debts:
            decision.exclusions.append(Exclusion("nothing_to_chase"))
        elif not lines:
            decision.exclusions.append(Exclusion("moment_passed"))
        elif _is_nothing(amount):
            decision.exclusions.append(self._covered_by_credits(lines))
        else:
            self._fill_chosen(decision, step, lines, amount)

    def _fill_chosen(self, decision, step, lines, amount):
        self._fill(decision, step)
        decision.lines, decision.amount = lines, amount
        decision.is_chosen = True

    def _covered_by_hand(self, step):
        """Return what ``step`` may speak of when a person takes it out of its time."""
        if not step.is_pre_due:
            return self._overdue() or self.debts
        not_due = [line for line in self.debts if line.days_late(self.day) <= 0]
        return self._covered(step) or not_due

    @staticmethod
    def _nothing_reached(decision):
        if decision.next_step is None:
            return Exclusion("scenario_finished")
        return Exclusion(
            "no_step_reached",
            {"step_id": decision.next_step.id, "date": decision.next_date},
        )

    # --- what may be chased -------------------------------------------------

    def _may_chase(self, line):
        if line.exclusions:
            return False
        return not (line.foreign_currency and self.scenario.company_currency_only)

    def _is_overdue(self, line, day=None):
        return line.days_late(day or self.day) > max(self.scenario.grace_days, 0)

    def _overdue(self):
        return [line for line in self.debts if self._is_overdue(line)]

    def _net(self, lines):
        return sum(line.residual for line in lines) - self.credit

    def _refusal(self):
        """Return why no step at all may leave for what is overdue or soon due."""
        lines = self._overdue() or self.debts
        net = self._net(lines)
        if _is_nothing(net):
            return self._covered_by_credits(lines)
        if net < self.scenario.minimum_amount:
            return Exclusion(
                "below_minimum",
                {"amount": net, "minimum": self.scenario.minimum_amount},
            )
        return None

    def _covered_by_credits(self, lines):
        gross = sum(line.residual for line in lines)
        return Exclusion("covered_by_credits", {"amount": gross, "credit": self.credit})

    # --- which step ---------------------------------------------------------

    def _covered(self, step):
        """Return the lines that a contact of ``step`` speaks of."""
        if step.is_pre_due:
            return [line for line in self.debts if self._reaches(step, line, self.day)]
        return self._overdue()

    def _reaches(self, step, line, day):
        late = line.days_late(day)
        if step.is_pre_due:
            return step.delay <= late <= 0
        if late < step.delay or not self._is_overdue(line, day):
            return False
        return step.delay <= self._furthest_delay(line)

    def _furthest_delay(self, line):
        """Return the delay up to which ``line`` may go by the scenario's entry."""
        if not self.scenario.entry_delay:
            return UNLIMITED
        delays = sorted(
            step.delay for step in self.scenario.steps if not step.is_pre_due
        )
        passed = line.passed_delay
        if passed is None or passed <= 0:
            early = [delay for delay in delays if delay <= self.scenario.entry_delay]
            return max(early, default=min(delays, default=UNLIMITED))
        return next((delay for delay in delays if delay > passed), passed)

    def _is_new(self, step, lines):
        return any(
            self._reaches(step, line, self.day) and not line.has_passed(step)
            for line in lines
        )

    def _is_worth(self, step, amount):
        return self._is_claimable(amount) and step.suits(amount, self.case.risk_score)

    def _is_claimable(self, amount):
        return not _is_nothing(amount) and amount >= self.scenario.minimum_amount

    def _furthest_step(self):
        """Return the furthest step a line has reached and not passed, or ``None``."""
        for step in sorted(self.scenario.steps, key=_by_delay, reverse=True):
            lines = self._covered(step)
            if self._is_new(step, lines) and self._is_worth(step, self._net(lines)):
                return step
        return None

    def _passed_by(self, line, action_step):
        """Return the step ``line`` itself passes when ``action_step`` covers it."""
        reached = [
            step
            for step in self.scenario.steps
            if step.delay <= action_step.delay
            and step.is_pre_due == action_step.is_pre_due
            and self._reaches(step, line, self.day)
        ]
        return max(reached, key=_by_delay, default=None)

    # --- when ---------------------------------------------------------------

    def _timing_exclusion(self, step):
        """Return what in the calendar keeps ``step`` from leaving, or ``None``."""
        if self.ignore_timing:
            return None
        if self.case.acted_on:
            return Exclusion("already_acted")
        if pause := self.scenario.pause_on(self.day):
            return Exclusion("paused", {"pause": pause.name})
        if not step.works_on(self.day):
            return Exclusion("day_not_allowed", {"step_id": step.id})
        if self.day < (opening := self.case.cap.opens_on(self.case.contacts, self.day)):
            return Exclusion("cap_reached", {"date": opening})
        if self.day < (earliest := self._earliest_after_contact(step)):
            return Exclusion(
                "contacted_recently",
                {"last_contact": self.case.last_contact, "date": earliest},
            )
        return None

    def _earliest_after_contact(self, step):
        if self.case.last_contact is None:
            return date.min
        return self.case.last_contact + timedelta(days=step.min_days_since_contact)

    def _next(self, day):
        """Return the step that comes next and the day it may leave, or two ``None``."""
        dated = [
            (self._leaving_day(step, line, day), step)
            for step in self._next_steps()
            for line in self.debts
            if not line.has_passed(step)
            and (step.is_pre_due or step.delay <= self._furthest_delay(line))
        ]
        dated = [(when, step) for when, step in dated if when]
        if not dated:
            return None, None
        when, step = min(dated, key=lambda pair: (pair[0], -pair[1].delay))
        return step, when

    def _next_steps(self):
        """Return the steps meant for this debtor once all his lines are overdue."""
        amount = self._net(self.debts)
        return [step for step in self.scenario.steps if self._is_worth(step, amount)]

    def _leaving_day(self, step, line, day):
        """Return the first day from ``day`` on that ``step`` may leave for ``line``."""
        delay = step.delay
        if not step.is_pre_due:
            delay = max(delay, self.scenario.grace_days + 1)
        reached = line.due + timedelta(days=delay)
        if step.is_pre_due and line.days_late(day) > 0:
            return None
        leaving = self._first_day(step, max(reached, day))
        if leaving and step.is_pre_due and leaving > line.due:
            return None
        return leaving

    def _first_day(self, step, day):
        """Return the first day from ``day`` on that the calendar lets ``step`` leave.

        ``None`` when it never does.
        """
        today = self.day
        tomorrow = today + timedelta(days=1) if self.case.acted_on else today
        start = max(day, tomorrow, self._earliest_after_contact(step))
        return first_allowed_day(
            self.case.cap.opens_on(self.case.contacts, start),
            lambda candidate: (
                step.works_on(candidate) and not self.scenario.pause_on(candidate)
            ),
        )


def _by_delay(step):
    return step.delay


def _is_nothing(amount):
    """Tell whether nothing is left to claim."""
    return amount < NOTHING
