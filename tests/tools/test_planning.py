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
        steps = (step(1, 3, weekdays=planning.WORKING_WEEK, skip_holidays=True),)
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
