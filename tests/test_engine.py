from odoo import fields
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestEngine(CollectionCommon):
    """The truth table: what is owed, what is asked, and why nothing is."""

    # === WHAT IS ASKED === #

    def test_overdue_invoice_is_claimed(self):
        self._invoice(1000, late=20)
        self.assertAsks(self.run_on(), 1000, step=15)

    def test_instalments_only_the_due_part_is_claimed(self):
        self._invoice(1000, late=20, days=(30, 90))
        self.assertAsks(self.run_on(), 500, step=15)

    def test_both_instalments_overdue_make_one_message(self):
        self._invoice(1000, late=60, days=(30, 60))
        action = self.assertAsks(self.run_on(), 1000, step=30)
        self.assertEqual(len(action.item_ids), 2)

    def test_part_payment_leaves_the_balance(self):
        invoice = self._invoice(1200, late=20)
        self._pay(invoice, 200)
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.item_ids.amount_total, 1200)
        self.assertEqual(action.item_ids.amount_residual_currency, 1000)

    def test_smaller_credit_note_reduces_the_claim(self):
        self._invoice(1000, late=20)
        self._credit_note(300)
        action = self.assertAsks(self.run_on(), 700)
        self.assertEqual(sorted(action.item_ids.mapped("amount")), [-300, 1000])

    def test_larger_credit_note_silences(self):
        self._invoice(1000, late=20)
        self._credit_note(1300)
        self.assertAsksNothing(self.run_on(), "covered_by_credits")

    def test_unallocated_payment_silences(self):
        self._invoice(1000, late=20)
        self._payment_on_account(1000)
        self.assertAsksNothing(self.run_on(), "covered_by_credits")

    def test_minimum_is_compared_with_what_remains(self):
        self._invoice(1000, late=20)
        self._payment_on_account(995)
        self.assertAsksNothing(self.run_on(), "below_minimum")

    def test_oldest_and_newest_go_in_one_message_at_the_furthest_step(self):
        self._invoice(1000, late=40)
        self._invoice(200, late=5)
        run = self.run_on()
        action = self.assertAsks(run, 1200, step=30)
        passed = {item.amount: item.step_id.delay_days for item in action.item_ids}
        self.assertEqual(passed, {1000: 30, 200: 3})

    def test_due_today_is_not_overdue(self):
        self._invoice(1000, late=0)
        case = self._case()
        self.assertEqual(case.amount_not_due, 1000)
        self.assertEqual(case.amount_overdue, 0)
        self.assertFalse(case.overdue_since)

    def test_pre_due_step_speaks_of_lines_not_yet_due(self):
        self._invoice(1000, late=-4)
        self._invoice(500, late=-60)
        action = self.assertAsks(self.run_on(), 1000, step=-5)
        self.assertEqual(action.item_ids.days_late, -4)

    def test_grace_days_hold_for_every_line(self):
        self.scenario.grace_days = 6
        self._invoice(1000, late=20)
        self._invoice(500, late=5)
        self.assertAsks(self.run_on(), 1000)

    # === WHO IS LEFT ALONE === #

    def test_no_followup_is_honoured(self):
        invoice = self._invoice(1000, late=20)
        invoice.no_followup = True
        run = self.run_on()
        self.assertAsksNothing(run, "no_followup")
        line = self._receivables(invoice)
        exclusions = self._case()._get_exclusions(self.today)
        self.assertEqual([code for code, _why in exclusions[line]], ["no_followup"])

    def test_blocked_invoice_is_left_out_and_the_rest_goes(self):
        blocked = self._invoice(1000, late=20)
        blocked.action_toggle_block_payment()
        self._invoice(300, late=20)
        self.assertEqual(blocked.payment_state, "blocked")
        self.assertAsks(self.run_on(), 300)

    def test_miscellaneous_entry_is_off_by_default_and_can_be_switched_on(self):
        line = self._opening_entry(1000)
        self.assertAsksNothing(self.run_on(), "no_followup")
        line.no_followup = False
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.item_ids.document_type, "entry")

    def test_entry_without_due_date_is_due_at_its_date(self):
        line = self._opening_entry(1000)
        line.no_followup = False
        self.assertFalse(line.date_maturity)
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.item_ids.date_due, self._day(-60))

    def test_archived_debtor_is_listed_but_not_written_to(self):
        self._invoice(1000, late=20)
        self.debtor.active = False
        run = self.run_on()
        self.assertAsksNothing(run, "debtor_archived")
        self.assertEqual(self._case().amount_overdue, 1000)

    def test_hold_on_one_item_lets_the_rest_go(self):
        disputed = self._invoice(1000, late=20)
        self._invoice(300, late=20)
        case = self._case()
        self.env["collection.hold"].create(
            {
                "case_id": case.id,
                "reason": "dispute",
                "name": "Broken lamps",
                "line_ids": [(6, 0, self._receivables(disputed).ids)],
                "date_to": self._day(10),
            }
        )
        self.assertAsks(self.run_on(), 300)
        exclusions = case._get_exclusions(self.today)[self._receivables(disputed)]
        self.assertEqual(exclusions[0][0], "hold_dispute")
        self.assertIn("Broken lamps", exclusions[0][1])

    def test_hold_ends_by_itself(self):
        self._invoice(1000, late=20)
        self.env["collection.hold"].create(
            {"case_id": self._case().id, "name": "Holiday", "date_to": self._day(4)}
        )
        self.assertAsksNothing(self.run_on(), "hold_manual")
        self.assertAsks(self.run_on(5), 1000)

    def test_case_in_legal_action_is_left_alone(self):
        self._invoice(1000, late=20)
        self._case().action_start_legal()
        self.assertAsksNothing(self.run_on(), "state_legal")

    def test_case_handed_over_is_left_alone(self):
        self._invoice(1000, late=20)
        self._case().action_hand_over()
        self.assertAsksNothing(self.run_on(), "state_handed_over")

    def test_no_scenario_is_said(self):
        self.company.collection_scenario_id = False
        self._invoice(1000, late=20)
        self.assertAsksNothing(self.run_on(), "no_scenario")

    # === CURRENCIES AND COMPANIES === #

    def test_two_currencies_make_one_message_with_a_total_each(self):
        dollar = self._dollar()
        self._invoice(1000, late=20)
        self._invoice(220, late=20, currency_id=dollar.id)
        action = self.assertAsks(self.run_on(), 1110)
        totals = {currency.name: total for currency, total in action._get_totals()}
        self.assertEqual(totals, {"EUR": 1000, "USD": 220})

    def test_minimum_is_in_company_currency(self):
        self.scenario.minimum_amount = 100
        self._invoice(190, late=20, currency_id=self._dollar().id)
        self.assertAsksNothing(self.run_on(), "below_minimum")

    def test_company_currency_only_leaves_dollars_to_the_collectors(self):
        self.scenario.currency_policy = "company"
        self._invoice(220, late=20, currency_id=self._dollar().id)
        self.assertAsksNothing(self.run_on(), "foreign_currency")
        self._invoice(500, late=20)
        self.assertAsks(self.run_on(), 500)

    def test_two_companies_sharing_a_debtor_have_a_case_each(self):
        other_data = self.setup_other_company(name="Autre SARL")
        other = other_data["company"]
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": other.id,
                "partner_id": self.debtor.id,
                "invoice_date": self._day(-20),
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": 77, "tax_ids": []})
                ],
            }
        ).action_post()
        self._invoice(1000, late=20)
        self.assertEqual(self._case().amount_due, 1000)
        self.assertEqual(self._case(company=other).amount_due, 77)
        self.assertAsks(self.run_on(), 1000)

    def test_child_contacts_roll_up(self):
        branch = self.env["res.partner"].create(
            {"name": "Agence", "parent_id": self.debtor.id}
        )
        self._invoice(400, late=20, partner=branch)
        self._invoice(600, late=20)
        self.assertAsks(self.run_on(), 1000)

    # === SCENARIOS THAT CHANGE === #

    def test_step_added_to_a_running_scenario(self):
        self._invoice(1000, late=20)
        self.run_on()
        self.scenario.write(
            {
                "step_ids": [
                    (0, 0, self._step_values(10, "email")),
                    (0, 0, self._step_values(22, "email")),
                ]
            }
        )
        self.assertFalse(self._actions(self.run_on(1)))
        self.assertAsks(self.run_on(2), 1000, step=22)

    def test_scenario_changed_mid_way_repeats_and_goes_back_to_nothing(self):
        self._invoice(1000, late=20)
        self.run_on()
        other = self._make_scenario(
            "Other", [(5, "email"), (15, "email"), (28, "email")]
        )
        self._case().scenario_id = other
        self.assertFalse(self._actions(self.run_on(1)))
        self.assertAsks(self.run_on(8), 1000, step=28)

    def test_step_moved_to_a_later_day_is_not_repeated(self):
        self._invoice(1000, late=20)
        step = self.assertAsks(self.run_on(), 1000).step_id
        step.delay_days = 21
        self.assertFalse(self._actions(self.run_on(2)))

    def test_new_invoice_is_not_hidden_by_an_older_one(self):
        self._invoice(1000, late=35)
        self.run_on().action_ids.action_mark_posted()
        self._invoice(200, late=1)
        self.assertAsks(self.run_on(3), 1200, step=3)

    def test_due_date_put_off_begins_the_scenario_anew(self):
        invoice = self._invoice(1000, late=20)
        self.run_on()
        self._receivables(invoice).date_maturity = self._day(40)
        self.assertFalse(self._actions(self.run_on(30)))
        self.assertAsks(self.run_on(36), 1000, step=-5)
        self.assertAsks(self.run_on(44), 1000, step=3)

    def test_due_date_corrected_by_a_day_repeats_nothing(self):
        invoice = self._invoice(1000, late=20)
        self.run_on()
        self._receivables(invoice).date_maturity = self._day(-19)
        self.assertFalse(self._actions(self.run_on(1)))

    # === WHAT HAPPENS BETWEEN === #

    def test_paid_between_preview_and_execution(self):
        invoice = self._invoice(1000, late=20)
        run = self.run_on(execute=False)
        action = self.assertAsks(run, 1000)
        self._pay(invoice)
        run.action_execute()
        self.assertEqual(action.state, "cancelled")
        self.assertTrue(action.failure_reason)
        self.assertFalse(action.mail_id)

    def test_part_paid_between_preview_and_execution(self):
        invoice = self._invoice(1000, late=20)
        run = self.run_on(execute=False)
        self._pay(invoice, 700)
        run.action_execute()
        action = self.assertAsks(run, 300)
        self.assertEqual(action.state, "sent")
        self.assertIn("300", action.mail_id.body_html)

    def test_reset_to_draft_after_a_reminder(self):
        invoice = self._invoice(1000, late=20)
        action = self.assertAsks(self.run_on(), 1000)
        invoice.button_draft()
        self.assertFalse(self._actions(self.run_on(1)))
        self.assertEqual(self._case().amount_due, 0)
        self.assertEqual(action.item_ids.name, action.item_ids.move_id.name)
        invoice.action_post()
        self.assertFalse(self._actions(self.run_on(2)), "no step is repeated")
        self.assertAsks(self.run_on(10), 1000, step=30)

    def test_refund_after_a_reminder(self):
        invoice = self._invoice(1000, late=20)
        self.run_on()
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        reversal.refund_moves()
        self.env["account.move"].browse(invoice.reversal_move_ids.ids).filtered(
            lambda move: move.state == "draft"
        ).action_post()
        (
            self._receivables(invoice) + self._receivables(invoice.reversal_move_ids)
        ).filtered(lambda line: not line.reconciled).reconcile()
        self.assertFalse(self._actions(self.run_on(10)))
        self.assertEqual(self._case().amount_due, 0)

    def test_run_twice_creates_nothing_twice(self):
        self._invoice(1000, late=20)
        first = self.run_on()
        second = self.run_on()
        self.assertAsks(first, 1000)
        self.assertFalse(self._actions(second))
        first.action_execute()
        self.assertEqual(
            self.env["mail.mail"].search_count(
                [("model", "=", "collection.case"), ("res_id", "=", self._case().id)]
            ),
            1,
        )

    def test_waiting_letter_is_not_overtaken(self):
        self._invoice(1000, late=35)
        letter = self.assertAsks(self.run_on(), 1000, step=30)
        self.assertEqual(letter.state, "todo")
        self.assertAsksNothing(self.run_on(5), "action_pending")

    # === CALENDAR === #

    def test_step_waits_for_an_allowed_day(self):
        self.scenario.step_ids.write(
            dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), False)
            | {"mon": True}
        )
        self._invoice(1000, late=20)
        monday = fields.Date.start_of(self._day(7), "week")
        days = (monday - self.today).days
        self.assertAsksNothing(self.run_on(days + 1), "day_not_allowed")
        self.assertAsks(self.run_on(days + 7), 1000)

    def test_step_waits_over_a_public_holiday(self):
        self.scenario.step_ids.skip_holidays = True
        self._invoice(1000, late=20)
        christmas = fields.Date.to_date(f"{self.today.year + 1}-12-25")
        days = (christmas - self.today).days
        self.assertAsksNothing(self.run_on(days), "day_not_allowed")
        self.assertAsks(self.run_on(days + 1), 1000)

    def test_pause_of_the_year_end(self):
        self.scenario.pause_ids = [
            (
                0,
                0,
                {
                    "name": "Year end",
                    "from_day": 24,
                    "from_month": "12",
                    "to_day": 2,
                    "to_month": "1",
                },
            )
        ]
        self._invoice(1000, late=20)
        new_year = fields.Date.to_date(f"{self.today.year + 1}-01-01")
        days = (new_year - self.today).days
        self.assertAsksNothing(self.run_on(days), "paused")
        self.assertAsks(self.run_on(days + 2), 1000)

    def test_days_since_last_contact(self):
        self.scenario.step_ids.min_days_since_contact = 7
        self._invoice(1000, late=14)
        self.run_on()
        self.assertAsksNothing(self.run_on(1), "contacted_recently")
        self.assertAsks(self.run_on(7), 1000, step=15)

    # === HELPERS === #

    def _dollar(self):
        return self.setup_other_currency("USD", rates=[("2016-01-01", 2.0)])
