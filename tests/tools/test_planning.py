import unittest
from datetime import date, timedelta

from odoo.addons.l10n_fr_debt_collection.tools import planning

TODAY = date(2026, 3, 10)


def step(number, delay, **values):
    return planning.Step(id=number, delay=delay, **values)


def line(number, late, residual=100.0, **values):
    due = TODAY - timedelta(days=late)
    return planning.Line(id=number, due=due, residual=residual, **values)


STEPS = (step(1, -5), step(2, 3), step(3, 15), step(4, 30))


def decide(*lines, steps=STEPS, day=TODAY, scenario=None, hand=False, **values):
    scenario = planning.Scenario(id=1, steps=steps, **(scenario or {}))
    case = planning.Case(id=1, scenario=scenario, lines=lines, **values)
    return planning.plan(case, day, ignore_timing=hand)


def code(decision):
    return decision.exclusions[0].code


class TestWhichStep(unittest.TestCase):
    def test_furthest_step_of_any_line(self):
        decision = decide(line(1, 4), line(2, 31))
        self.assertEqual(decision.step.id, 4)
        self.assertEqual({item.id for item in decision.lines}, {1, 2})
        self.assertEqual({k: v.id for k, v in decision.passed.items()}, {1: 2, 2: 4})

    def test_passed_step_is_not_taken_again(self):
        decision = decide(line(1, 16, passed_delay=15, passed_steps=frozenset({3})))
        self.assertIsNone(decision.step)
        self.assertEqual(decision.next_step.id, 4)
        self.assertEqual(decision.next_date, TODAY + timedelta(days=14))

    def test_earlier_step_of_another_scenario_is_behind(self):
        self.assertIsNone(decide(line(1, 16, passed_delay=20)).step)

    def test_moved_step_is_known_by_its_id(self):
        moved = (step(3, 16),)
        passed = line(1, 17, passed_delay=15, passed_steps=frozenset({3}))
        self.assertEqual(code(decide(passed, steps=moved)), "scenario_finished")

    def test_pre_due_step_covers_what_is_due_soon_only(self):
        decision = decide(line(1, -5), line(2, -6))
        self.assertEqual(decision.step.id, 1)
        self.assertEqual([item.id for item in decision.lines], [1])

    def test_pre_due_step_is_gone_once_overdue(self):
        decision = decide(line(1, 1))
        self.assertEqual(decision.next_step.id, 2)
        self.assertEqual(decision.next_date, TODAY + timedelta(days=2))

    def test_overdue_step_goes_before_a_pre_due_one(self):
        self.assertEqual(decide(line(1, -2), line(2, 3)).step.id, 2)

    def test_small_overdue_rest_does_not_hide_a_pre_due_step(self):
        scenario = {"minimum_amount": 10}
        decision = decide(line(1, 4, 2.0), line(2, -4), scenario=scenario)
        self.assertEqual(decision.step.id, 1)

    def test_step_that_does_not_suit_is_as_if_absent(self):
        steps = (step(1, 3), step(2, 10, minimum_amount=500))
        self.assertEqual(decide(line(1, 11), steps=steps).step.id, 1)
        self.assertEqual(decide(line(1, 11, 600.0), steps=steps).step.id, 2)

    def test_risk_band(self):
        steps = (step(1, 3, risk_max=49), step(2, 3, risk_min=50))
        self.assertEqual(decide(line(1, 4), steps=steps, risk_score=10).step.id, 1)
        self.assertEqual(decide(line(1, 4), steps=steps, risk_score=90).step.id, 2)


class TestHowMuch(unittest.TestCase):
    def test_credits_come_first(self):
        decision = decide(line(1, 20), line(2, 5, -30.0))
        self.assertAlmostEqual(decision.amount, 70.0)
        self.assertEqual([item.id for item in decision.credits], [2])

    def test_covered_by_credits(self):
        decision = decide(line(1, 20), line(2, 5, -100.0))
        self.assertEqual(code(decision), "covered_by_credits")
        self.assertIsNone(decision.next_step)

    def test_below_minimum(self):
        decision = decide(line(1, 20, 9.99), scenario={"minimum_amount": 10})
        self.assertEqual(code(decision), "below_minimum")

    def test_float_dust_is_nothing(self):
        lines = (line(1, 20, 0.1), line(2, 20, 0.2), line(3, 20, -0.3))
        self.assertEqual(code(decide(*lines)), "covered_by_credits")

    def test_excluded_line_is_not_claimed(self):
        held = line(1, 20, exclusions=(planning.Exclusion("hold_dispute"),))
        self.assertAlmostEqual(decide(held, line(2, 20, 40.0)).amount, 40.0)


class TestWhen(unittest.TestCase):
    def test_grace_days(self):
        scenario = {"grace_days": 5}
        self.assertIsNone(decide(line(1, 5), scenario=scenario).step)
        self.assertEqual(decide(line(1, 6), scenario=scenario).step.id, 2)
        decision = decide(line(1, 5), scenario=scenario)
        self.assertEqual(decision.next_date, TODAY + timedelta(days=1))

    def test_next_date_skips_week_end_and_holiday(self):
        steps = (step(1, 3, weekdays=frozenset(range(5)), skip_holidays=True),)
        # Due on Tuesday 28 April 2026: day 3 is 1 May, then a week-end follows.
        due = planning.Line(id=1, due=date(2026, 4, 28), residual=100.0)
        self.assertEqual(decide(due, steps=steps).next_date, date(2026, 5, 4))

    def test_days_since_last_contact(self):
        steps = (step(1, 3, min_days_since_contact=7),)
        contact = TODAY - timedelta(days=2)
        decision = decide(line(1, 4), steps=steps, last_contact=contact)
        self.assertEqual(code(decision), "contacted_recently")
        self.assertEqual(decision.next_date, TODAY + timedelta(days=5))

    def test_acted_on_the_same_day(self):
        decision = decide(line(1, 4), acted_on=True)
        self.assertEqual(code(decision), "already_acted")

    def test_a_person_may_act_whatever_the_calendar_says(self):
        steps = (step(1, 3, weekdays=frozenset()),)
        self.assertEqual(code(decide(line(1, 4), steps=steps)), "day_not_allowed")
        self.assertEqual(decide(line(1, 4), steps=steps, hand=True).step.id, 1)

    def test_pause_over_the_year_end(self):
        pause = planning.Pause("Year end", (12, 24), (1, 2))
        self.assertTrue(pause.covers(date(2026, 12, 24)))
        self.assertTrue(pause.covers(date(2027, 1, 2)))
        self.assertFalse(pause.covers(date(2027, 1, 3)))
        self.assertFalse(pause.covers(date(2026, 12, 23)))

    def test_no_allowed_day_at_all(self):
        steps = (step(1, 30, weekdays=frozenset()),)
        self.assertIsNone(decide(line(1, 4), steps=steps).next_date)


class TestByHand(unittest.TestCase):
    def test_cover_speaks_of_all_that_is_overdue(self):
        scenario = planning.Scenario(id=1, steps=STEPS)
        case = planning.Case(1, scenario, (line(1, 1), line(2, -20)))
        decision = planning.cover(case, TODAY, STEPS[3])
        self.assertEqual([item.id for item in decision.lines], [1])

    def test_cover_speaks_of_what_is_open_when_nothing_is_overdue(self):
        case = planning.Case(1, None, (line(2, -20),))
        self.assertEqual(len(planning.cover(case, TODAY, STEPS[3]).lines), 1)

    def test_cover_says_when_the_moment_of_a_pre_due_step_has_passed(self):
        case = planning.Case(1, None, (line(1, 3),))
        decision = planning.cover(case, TODAY, STEPS[0])
        self.assertIsNone(decision.step)
        self.assertEqual(code(decision), "moment_passed")

    def test_cover_of_a_held_case_keeps_the_reason_of_the_hold(self):
        held = line(1, 3, exclusions=(planning.Exclusion("hold_manual"),))
        decision = planning.cover(planning.Case(1, None, (held,)), TODAY, STEPS[3])
        self.assertEqual(code(decision), "nothing_to_chase")

    def test_cover_refuses_when_credits_cover(self):
        case = planning.Case(1, None, (line(1, 9), line(2, 9, -100.0)))
        decision = planning.cover(case, TODAY, STEPS[3])
        self.assertEqual(code(decision), "covered_by_credits")


class TestEntry(unittest.TestCase):
    """Complaint 17: where debts begin that are old when they are first seen."""

    ENTRY = {"entry_delay": 15}

    def test_complaint_17_old_line_begins_at_the_entry(self):
        self.assertEqual(decide(line(1, 90), scenario=self.ENTRY).step.id, 3)
        self.assertEqual(decide(line(1, 90)).step.id, 4)

    def test_entry_between_two_steps_is_the_one_before(self):
        decision = decide(line(1, 90), scenario={"entry_delay": 20})
        self.assertEqual(decision.step.id, 3)

    def test_entry_before_the_first_step_is_the_first(self):
        decision = decide(line(1, 90), scenario={"entry_delay": 1})
        self.assertEqual(decision.step.id, 2)

    def test_younger_line_is_where_it_is(self):
        self.assertEqual(decide(line(1, 5), scenario=self.ENTRY).step.id, 2)

    def test_then_one_step_after_the_other(self):
        steps = (*STEPS, step(5, 60))
        old = line(1, 200, passed_delay=15, passed_steps=frozenset({3}))
        decision = decide(old, steps=steps, scenario=self.ENTRY)
        self.assertEqual(decision.step.id, 4)

    def test_after_the_last_step_nothing_more(self):
        old = line(1, 200, passed_delay=30, passed_steps=frozenset({4}))
        decision = decide(old, scenario=self.ENTRY)
        self.assertEqual(code(decision), "scenario_finished")

    def test_a_pre_due_reminder_is_no_entry(self):
        old = line(1, 90, passed_delay=-5, passed_steps=frozenset({1}))
        self.assertEqual(decide(old, scenario=self.ENTRY).step.id, 3)

    def test_next_date_is_that_of_the_step_it_may_take(self):
        contact = TODAY - timedelta(days=1)
        steps = tuple(
            step(number, delay, min_days_since_contact=8)
            for number, delay in ((2, 3), (3, 15), (4, 30))
        )
        decision = decide(
            line(1, 90), steps=steps, scenario=self.ENTRY, last_contact=contact
        )
        self.assertEqual(decision.next_step.id, 3)
        self.assertEqual(decision.next_date, TODAY + timedelta(days=7))


class TestCap(unittest.TestCase):
    """Complaint 18: not more often than the company wants, whatever the scenario."""

    def _days_ago(self, *days):
        return tuple(TODAY - timedelta(days=day) for day in days)

    def test_complaint_18_cap_says_when_it_ends(self):
        decision = decide(
            line(1, 20), cap=planning.Cap(2, 30), contacts=self._days_ago(3, 10)
        )
        self.assertEqual(code(decision), "cap_reached")
        self.assertEqual(decision.exclusions[0].facts["date"], decision.next_date)
        self.assertEqual(decision.next_date, TODAY + timedelta(days=20))

    def test_room_again_once_the_oldest_is_out_of_the_period(self):
        cap = planning.Cap(2, 30)
        allowed = decide(line(1, 20), cap=cap, contacts=self._days_ago(3, 30))
        refused = decide(line(1, 20), cap=cap, contacts=self._days_ago(3, 29))
        self.assertEqual(allowed.step.id, 3)
        self.assertEqual(refused.next_date, TODAY + timedelta(days=1))

    def test_two_messages_of_a_day_are_one_contact(self):
        contacts = self._days_ago(3, 3)
        decision = decide(line(1, 20), cap=planning.Cap(2, 30), contacts=contacts)
        self.assertEqual(decision.step.id, 3)

    def test_no_cap_without_count_or_days(self):
        contacts = self._days_ago(1, 2, 3)
        for cap in (planning.Cap(0, 30), planning.Cap(1, 0)):
            decision = decide(line(1, 20), cap=cap, contacts=contacts)
            self.assertEqual(decision.step.id, 3)

    def test_a_person_is_not_capped(self):
        contacts = self._days_ago(3)
        cap = planning.Cap(1, 30)
        decision = decide(line(1, 20), cap=cap, contacts=contacts, hand=True)
        self.assertEqual(decision.step.id, 3)


class TestRequest(unittest.TestCase):
    """What somebody has decided comes before what the scenario says."""

    def _ask(self, *lines, day=TODAY, asked=STEPS[1], **values):
        return decide(*lines, request=planning.Request(asked, day), **values)

    def test_requested_step_is_taken_though_passed(self):
        passed = line(1, 31, passed_delay=30, passed_steps=frozenset({2, 3, 4}))
        decision = self._ask(passed, line(2, 1))
        self.assertEqual(decision.step.id, 2)
        self.assertEqual([item.id for item in decision.lines], [1, 2])

    def test_not_before_its_day(self):
        later = TODAY + timedelta(days=4)
        decision = self._ask(line(1, 31), day=later)
        self.assertEqual(code(decision), "requested_later")
        self.assertEqual((decision.next_step.id, decision.next_date), (2, later))

    def test_calendar_cap_and_holds_still_count(self):
        closed = step(9, 3, weekdays=frozenset())
        self.assertEqual(code(self._ask(line(1, 31), asked=closed)), "day_not_allowed")
        cap, contacts = planning.Cap(1, 30), (TODAY - timedelta(days=2),)
        capped = self._ask(line(1, 31), cap=cap, contacts=contacts)
        self.assertEqual(code(capped), "cap_reached")
        held = line(1, 31, exclusions=(planning.Exclusion("hold_dispute"),))
        self.assertEqual(code(self._ask(held)), "nothing_to_chase")

    def test_nothing_is_asked_for_that_credits_cover(self):
        decision = self._ask(line(1, 31), line(2, 5, -100.0))
        self.assertEqual(code(decision), "covered_by_credits")


class TestPartHeld(unittest.TestCase):
    def test_only_the_rest_is_claimed(self):
        held = line(1, 20, 60.0, held=40.0)
        self.assertAlmostEqual(decide(held).amount, 60.0)


class TestStepOfAMessage(unittest.TestCase):
    """What one of several messages to a debtor says."""

    def test_furthest_step_new_to_its_lines(self):
        young, old = line(1, 16), line(2, 31)
        decision = decide(young, old)
        self.assertEqual(decision.step_for([young]).id, 3)
        self.assertEqual(decision.step_for([young, old]).id, 4)

    def test_nothing_new(self):
        told = line(1, 16, passed_delay=15, passed_steps=frozenset({3}))
        decision = decide(told, line(2, 31))
        self.assertIsNone(decision.step_for([told]))

    def test_chosen_step_is_that_of_every_message(self):
        told = line(1, 16, passed_delay=15, passed_steps=frozenset({3}))
        case = planning.Case(1, planning.Scenario(id=1, steps=STEPS), (told,))
        decision = planning.cover(case, TODAY, STEPS[1])
        self.assertEqual(decision.step_for([told]).id, 2)
