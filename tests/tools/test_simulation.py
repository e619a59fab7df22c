import random
import unittest
from dataclasses import replace
from datetime import date, timedelta

from odoo.addons.l10n_fr_debt_collection.tools import planning, simulation

DAY = date(2026, 3, 2)
STEPS = (
    planning.Step(id=1, delay=-5),
    planning.Step(id=2, delay=3),
    planning.Step(id=3, delay=15),
)
SCENARIO = planning.Scenario(id=1, steps=STEPS, minimum_amount=10)


def _item(number, late, amount=100.0, settlements=(), posted=None):
    """Return an item ``late`` days late on ``DAY``."""
    due = DAY - timedelta(days=late)
    return simulation.Item(
        number, posted or due - timedelta(days=30), due, amount, settlements
    )


def _account(*items, **values):
    return simulation.Account(planning.Case(id=7, scenario=SCENARIO, **values), items)


def _run(account, days=29):
    return [
        ((message.day - DAY).days, message.step_id, message.amount)
        for message in simulation.simulate(account, DAY, DAY + timedelta(days=days))
    ]


class TestSimulation(unittest.TestCase):
    """Thirty days of a debtor, known by hand."""

    def test_steps_follow_each_other_and_are_not_repeated(self):
        self.assertEqual(_run(_account(_item(1, 1))), [(2, 2, 100.0), (14, 3, 100.0)])

    def test_old_debt_takes_the_furthest_step_on_the_first_day(self):
        self.assertEqual(_run(_account(_item(1, 90))), [(0, 3, 100.0)])

    def test_what_was_paid_meanwhile_was_claimed_until_then(self):
        paid = ((DAY + timedelta(days=10), 100.0),)
        self.assertEqual(_run(_account(_item(1, 1, settlements=paid))), [(2, 2, 100.0)])

    def test_part_payment_lowers_the_claim(self):
        paid = ((DAY + timedelta(days=10), 40.0),)
        self.assertEqual(
            _run(_account(_item(1, 1, settlements=paid))),
            [(2, 2, 100.0), (14, 3, 60.0)],
        )

    def test_invoice_of_a_later_day_begins_then(self):
        late = simulation.Item(
            1, DAY + timedelta(days=4), DAY + timedelta(days=20), 100.0
        )
        self.assertEqual(_run(_account(late)), [(15, 1, 100.0), (23, 2, 100.0)])

    def test_credit_covers_the_debt_from_its_day_on(self):
        credit = _item(2, 0, -100.0, posted=DAY + timedelta(days=5))
        self.assertEqual(_run(_account(_item(1, 1), credit)), [(2, 2, 100.0)])

    def test_steps_passed_before_are_behind(self):
        known = replace(_item(1, 20), passed_delay=15)
        self.assertEqual(_run(_account(known)), [])

    def test_cap_puts_a_message_off(self):
        account = _account(_item(1, 1), cap=planning.Cap(count=1, days=20))
        self.assertEqual(_run(account), [(2, 2, 100.0), (22, 3, 100.0)])

    def test_days_left_out_are_days_without_a_message(self):
        """Looking at every day finds the same messages."""
        for seed in range(60):
            draw = random.Random(seed)
            items = [
                simulation.Item(
                    number,
                    DAY + timedelta(days=draw.randint(-60, 25)),
                    DAY + timedelta(days=draw.randint(-40, 35)),
                    draw.choice((-80.0, 50.0, 120.0, 300.0)),
                    ((DAY + timedelta(days=draw.randint(-20, 28)), 20.0),)
                    * draw.randint(0, 1),
                )
                for number in range(draw.randint(1, 4))
            ]
            found = _run(_account(*items))
            with self.subTest(seed=seed):
                self.assertEqual(found, _run_day_by_day(_account(*items)))


def _run_day_by_day(account):
    messages = []
    for number in range(30):
        day = DAY + timedelta(days=number)
        decision = planning.plan(
            replace(account.case, lines=account.lines_on(day)), day
        )
        if decision.step:
            messages.append((number, decision.step.id, decision.amount))
            account.remember(decision, day)
    return messages
