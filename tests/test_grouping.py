from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models import collection_run
from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestGrouping(CollectionCommon):
    """Several messages to one debtor, on several channels, never too many of them."""

    def _amounts(self, run, partner=None):
        return sorted(self._actions(run, partner).mapped("amount"))

    # === ONE MESSAGE PER ... === #

    def test_complaint_18_one_message_per_debtor_by_default(self):
        self._invoice(500, 20)
        self._invoice(300, 40)
        self.assertEqual(self._amounts(self.run_on()), [800])

    def test_one_message_per_invoice(self):
        first, second = self._invoice(500, 20), self._invoice(300, 25)
        self.scenario.grouping = "invoice"
        actions = self._actions(self.run_on())
        self.assertEqual(
            {action.item_ids.move_id: action.amount for action in actions},
            {first: 500, second: 300},
        )
        self.assertEqual(set(actions.mapped("state")), {"sent"})

    def test_one_message_per_invoicing_contact_goes_to_that_contact(self):
        north, south = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": self.debtor.id,
                    "type": "other",
                    "email": f"{name.lower()}@example.com",
                }
                for name in ("Nord", "Sud")
            ]
        )
        self._invoice(500, 20, partner=north)
        self._invoice(300, 20, partner=south)
        self._invoice(200, 20, partner=south)
        self.scenario.grouping = "contact"
        actions = self._actions(self.run_on())
        self.assertEqual(
            {action.recipient_address: action.amount for action in actions},
            {"nord@example.com": 500, "sud@example.com": 500},
        )

    def test_one_message_per_currency(self):
        dollars = self.setup_other_currency("USD", rates=[("2020-01-01", 1.25)])
        self._invoice(500, 20)
        self._invoice(250, 20, currency_id=dollars.id)
        self.scenario.grouping = "currency"
        actions = self._actions(self.run_on())
        self.assertEqual(
            {action.item_ids.currency_id.name: action.amount for action in actions},
            {"EUR": 500, "USD": 200},
        )

    def test_credits_are_deducted_once(self):
        self._invoice(500, 40)
        self._invoice(300, 20)
        self._credit_note(600, 5)
        self.scenario.grouping = "invoice"
        run = self.run_on()
        [action] = self._actions(run)
        self.assertEqual(action.amount, 200)
        self.assertEqual(sum(action.item_ids.mapped("amount")), 200)
        shown = {item.document_type: item.amount for item in action.item_ids}
        self.assertEqual(shown, {"invoice": 300, "credit_note": -100})

    def test_messages_of_a_run_survive_batches_and_a_second_run(self):
        for amount in (500, 300, 200):
            self._invoice(amount, 20)
        self.scenario.grouping = "invoice"
        with patch.object(collection_run, "EXECUTE_BATCH", 1):
            run = self.run_on()
        self.assertEqual(self._amounts(run), [200, 300, 500])
        self.assertEqual(set(self._actions(run).mapped("state")), {"sent"})
        again = self.run_on()
        self.assertAsksNothing(again, "no_step_reached")
        self.assertAsksNothing(self.run_on(1), "no_step_reached")

    def test_each_message_takes_the_step_of_its_own_items(self):
        old, young = self._invoice(500, 40), self._invoice(300, 20)
        self.scenario.grouping = "invoice"
        actions = self._actions(self.run_on())
        self.assertEqual(
            {action.item_ids.move_id: action.step_id.delay_days for action in actions},
            {old: 30, young: 15},
        )

    def test_complaint_18_what_has_been_said_is_not_said_again_for_another(self):
        told, young = self._invoice(500, 20), self._invoice(300, 12)
        self.scenario.grouping = "invoice"
        self.run_on()
        [action] = self._actions(self.run_on(4))
        self.assertEqual(action.item_ids.move_id, young)
        self.assertNotEqual(action.item_ids.move_id, told)

    def test_messages_too_small_one_by_one_are_explained(self):
        self._invoice(8, 20)
        self._invoice(7, 20)
        self.scenario.grouping = "invoice"
        self.assertAsksNothing(self.run_on(), "parcels_too_small")

    def test_waiting_for_a_person_each_message_keeps_its_step(self):
        self._invoice(500, 40)
        self._invoice(300, 20)
        self.scenario.grouping = "invoice"
        self.scenario.step_ids.mode = "validate"
        actions = self._actions(self.run_on())
        actions.action_approve()
        self.assertEqual(
            {action.step_id.delay_days: action.amount for action in actions},
            {30: 500, 15: 300},
        )
        self.assertNotIn("to_validate", actions.mapped("state"))

    def test_paid_between_preview_and_execution(self):
        paid = self._invoice(500, 20)
        self._invoice(300, 20)
        self.scenario.grouping = "invoice"
        run = self.run_on(execute=False)
        self._pay(paid)
        run.action_execute()
        self.assertEqual(self._amounts(run), [300])

    def test_by_hand_too(self):
        self._invoice(500, 20)
        self._invoice(300, 20)
        self.scenario.grouping = "invoice"
        case = self._case()
        actions, _left_out = case._prepare_follow_up()
        self.assertEqual(sorted(actions.mapped("amount")), [300, 500])
        actions._deliver_still_due()
        self.assertEqual(set(actions.mapped("state")), {"sent"})

    def test_follow_up_wizard_shows_messages_channels_and_what_waits(self):
        first, second = self._invoice(500, 20), self._invoice(300, 20)
        self.scenario.grouping = "invoice"
        self.scenario.step_ids[2].mode = "validate"
        self.scenario.step_ids[3].channel = "email"
        waiting = self._actions(self.run_on())
        self.assertEqual(set(waiting.mapped("state")), {"to_validate"})
        case = self._case()
        wizard = self.env["collection.follow.up"].browse(
            case.action_follow_up()["res_id"]
        )
        self.assertEqual((wizard.waiting_count, wizard.amount), (2, 800))
        self.assertEqual(wizard.channel_note, "2 × E-mail")
        self.assertTrue(wizard.has_parcels)
        self.assertEqual(
            set(wizard.action_ids.mapped("parcel_name")), {first.name, second.name}
        )
        self.assertEqual(wizard.pending_note.count("still waits (To validate)"), 2)

    # === CHANNELS === #

    def test_complaint_19_mail_and_letter_in_one_step(self):
        self._invoice(500, 20)
        step = self.scenario.step_ids[2]
        step.second_channel = "letter"
        run = self.run_on()
        actions = self._actions(run)
        self.assertEqual(
            {action.channel: action.state for action in actions},
            {"email": "sent", "letter": "todo"},
        )
        self.assertEqual(actions.mapped("amount"), [500, 500])
        actions.filtered(lambda action: action.state == "todo").action_mark_posted()
        self.assertAsksNothing(self.run_on(1), "no_step_reached")

    def test_one_of_two_channels_is_enough(self):
        self._invoice(500, 20)
        self.scenario.step_ids[2].second_channel = "letter"
        self.debtor.street = False
        run = self.run_on()
        states = {action.channel: action.state for action in self._actions(run)}
        self.assertEqual(states, {"email": "sent", "letter": "failed"})
        self.assertFalse(self._case().is_unreachable)
        self.assertAsksNothing(self.run_on(1), "no_step_reached")

    def test_both_ways_by_letter_are_one_letter(self):
        self._invoice(500, 20)
        self.scenario.step_ids[2].write(
            {"second_channel": "letter", "fallback_channel": "letter"}
        )
        self.debtor.email = False
        [action] = self._actions(self.run_on())
        self.assertEqual(action.channel, "letter")

    def test_the_same_channel_twice_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "send the same twice"):
            self.scenario.step_ids[2].second_channel = "email"

    def test_three_channels_one_after_the_other(self):
        self._invoice(500, 20)
        step = self.scenario.step_ids[2]
        step.write({"fallback_channel": "letter", "last_channel": "task"})
        self.debtor.write({"email": False, "street": False})
        [action] = self._actions(self.run_on())
        self.assertEqual((action.channel, action.state), ("task", "todo"))

    def test_refused_mail_goes_on_by_letter(self):
        self._invoice(500, 20)
        step = self.scenario.step_ids[2]
        step.fallback_channel = "letter"
        [action] = self._actions(self.run_on())
        self.assertEqual(action.delivery_state, "queued")
        self._fail_mail(action)
        self.assertEqual((action.state, action.delivery_state), ("failed", "refused"))
        [again] = self._actions(self.run_on(1))
        self.assertEqual(again.channel, "letter")

    def test_refused_mail_is_tried_again_where_the_step_says_so(self):
        self._invoice(500, 20)
        step = self.scenario.step_ids[2]
        step.write({"fallback_channel": "letter", "cascade_on_bounce": False})
        [action] = self._actions(self.run_on())
        self._fail_mail(action)
        [again] = self._actions(self.run_on(1))
        self.assertEqual(again.channel, "email")

    # === NOT TOO OFTEN, NOT TOO SOON === #

    def test_complaint_18_contacts_are_capped_over_everything(self):
        self.company.write({"collection_cap_count": 1, "collection_cap_days": 20})
        self._invoice(500, 3)
        self.assertAsks(self.run_on(), 500)
        self.assertAsksNothing(self.run_on(12), "cap_reached")
        case = self._case()
        case._review()
        self.assertEqual(case.next_action_date, self._day(20))
        self.assertAsks(self.run_on(20), 500)

    def test_mail_and_letter_of_a_day_are_one_contact(self):
        self.company.write({"collection_cap_count": 2, "collection_cap_days": 60})
        self.scenario.step_ids[1].second_channel = "task"
        self._invoice(500, 3)
        first = self._actions(self.run_on())
        first.filtered(lambda action: action.state == "todo")._close("done")
        self.assertAsks(self.run_on(12), 500)
        self.assertAsksNothing(self.run_on(40), "cap_reached")

    def test_complaint_17_old_debts_begin_where_the_scenario_says(self):
        self.scenario.entry_delay_days = 5
        self._invoice(500, 200)
        self.assertAsks(self.run_on(), 500, step=3)
        self.assertAsks(self.run_on(1), 500, step=15)
        self.assertAsks(self.run_on(2), 500, step=30)

    def test_old_debts_begin_at_the_furthest_step_without_it(self):
        self._invoice(500, 200)
        self.assertAsks(self.run_on(), 500, step=30)

    # === NEXT BY DECISION === #

    def test_requested_step_comes_first_and_once(self):
        self._invoice(500, 5)
        case = self._case()
        letter = self.scenario.step_ids[3]
        case._request_step(letter, self._day(2), "He broke his promise")
        self.assertAsksNothing(self.run_on(), "requested_later")
        case._review()
        self.assertEqual(
            (case.next_step_id, case.next_action_date), (letter, self._day(2))
        )
        action = self.assertAsks(self.run_on(2), 500, step=30)
        self.assertEqual(case.requested_step_id, letter)
        action.action_mark_posted()
        self.assertFalse(case.requested_step_id)

    def test_released_request_gives_way_to_the_scenario(self):
        self._invoice(500, 5)
        case = self._case()
        case._request_step(self.scenario.step_ids[3])
        case.action_release_request()
        self.assertAsks(self.run_on(), 500, step=3)

    # === PARTS === #

    def _hold_part(self, invoice, amount, **values):
        return self.env["collection.hold"].create(
            {
                "case_id": self._case().id,
                "line_ids": [Command.set(self._receivables(invoice).ids)],
                "reason": "dispute",
                "name": "Two lamps are broken",
                "amount": amount,
                "date_to": self._day(90),
                **values,
            }
        )

    def test_only_the_rest_of_an_item_is_claimed(self):
        invoice = self._invoice(500, 20)
        self._hold_part(invoice, 120)
        action = self.assertAsks(self.run_on(), 380)
        item = action.item_ids
        self.assertEqual((item.amount_residual_currency, item.amount_held), (380, 120))
        self.assertIn("not claimed", action._render_mails()[action.id])

    def test_parts_add_up_and_may_hold_it_all(self):
        invoice = self._invoice(500, 20)
        self._hold_part(invoice, 120)
        self._hold_part(invoice, 380)
        self.assertAsksNothing(self.run_on(), "held_entirely")

    def test_part_in_a_foreign_currency(self):
        dollars = self.setup_other_currency("USD", rates=[("2020-01-01", 1.25)])
        invoice = self._invoice(500, 20, currency_id=dollars.id)
        self._hold_part(invoice, 100)
        item = self.assertAsks(self.run_on(), 300).item_ids
        self.assertEqual((item.amount_residual_currency, item.amount_held), (375, 125))

    def test_part_belongs_to_one_item_and_fits_it(self):
        invoice = self._invoice(500, 20, days=(0, 5))
        with self.assertRaisesRegex(ValidationError, "the one item"):
            self._hold_part(invoice, 100)
        with self.assertRaisesRegex(ValidationError, "no more than that"):
            self._hold_part(self._invoice(50, 20), 100)

    # === COST === #

    def test_queries_do_not_grow_with_the_debtors(self):
        step = self.scenario.step_ids[2]
        step.second_channel = "letter"
        self.scenario.grouping = "invoice"
        for number in range(6):
            debtor = self._make_debtor(f"Client{number}")
            self._invoice(500, 20, debtor)
            self._invoice(300, 20, debtor)
        cases = self.env["collection.case"].search(
            [("company_id", "=", self.company.id), ("amount_overdue", ">", 0)]
        )
        self._commit()
        counts = []
        for group in (cases[:2], cases):
            steps = dict.fromkeys(group, step)
            self.env.flush_all()
            self.env.invalidate_all()
            planner = self.env["collection.planner"]
            before = self.env.cr.sql_log_count
            decisions = planner._plan(group, self.today)
            self.env["collection.action"]._make_previews(
                steps, decisions, self.today + timedelta(days=1)
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4)
