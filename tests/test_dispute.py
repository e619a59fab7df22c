from ast import literal_eval
from datetime import datetime, time

from lxml.etree import fromstring

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CollectionCommon

MODULE = "l10n_fr_debt_collection."


@tagged("post_install", "-at_install")
class TestDispute(CollectionCommon):
    """Disputes: opened, answered by their owner, closed by themselves; delay reasons.

    1,000 and 300 are overdue; the salesperson of the 1,000 is no collector.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = {
            role: new_test_user(
                cls.env,
                f"dispute_{role}",
                groups=f"base.group_user,{group}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
                email=f"{role}@atelier.example",
            )
            for role, group in (
                ("salesperson", "base.group_user"),
                ("colleague", "base.group_user"),
                ("collector", MODULE + "group_collection_user"),
                ("superior", MODULE + "group_collection_manager"),
            )
        }
        cls.salesperson, cls.colleague = users["salesperson"], users["colleague"]
        cls.collector, cls.superior = users["collector"], users["superior"]
        cls.company.collection_dispute_escalation_user_id = cls.superior
        cls.reason = cls.env.ref(MODULE + "dispute_reason_price")

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(1000, late=20, invoice_user_id=self.salesperson.id)
        self.other = self._invoice(300, late=18)
        self.case = self._case()

    def _dispute(self, amount=0, moves=None, **values):
        lines = self._receivables(moves or self.invoice)
        return self.case._dispute(self.reason, lines, amount, **values)

    def _on(self, days):
        return self.freeze(datetime.combine(self._day(days), time(12)))

    def _judge(self, dispute, days=0):
        with self._on(days):
            self.env.invalidate_all()
            dispute._judge()
        return dispute.state

    def _credit(self, amount, days=1, invoice=None):
        with self._on(days):
            refund = self._credit_note(amount, age=0)
            self._receivables(refund | (invoice or self.invoice)).reconcile()
        return refund

    def _tasks(self, dispute, xmlid):
        activity_type = self.env.ref(MODULE + xmlid)
        return dispute.activity_ids.filtered(
            lambda task: task.activity_type_id == activity_type
        )

    # === OPENED === #

    def test_complaint_6_the_disputed_invoice_stays_out_the_rest_goes(self):
        dispute = self._dispute()
        self.assertRegex(dispute.name, r"^LIT/\d{4}/\d{4}$")
        self.assertEqual(dispute.amount, 1000)
        action = self.assertAsks(self.run_on(0), 300)
        self.assertEqual(action.line_ids.move_id, self.other)

    def test_a_part_of_an_invoice_in_dispute_leaves_the_rest_to_pay(self):
        dispute = self._dispute(200)
        self.assertTrue(dispute.is_partial)
        self.assertEqual(dispute.hold_id.amount, 200)
        self.assertAsks(self.run_on(0), 1100)

    def test_a_reason_may_leave_the_reminders_alone(self):
        self.reason.holds_items = False
        dispute = self._dispute()
        self.assertFalse(dispute.hold_id)
        self.assertAsks(self.run_on(0), 1300)

    def test_complaint_41_the_pause_of_a_dispute_has_an_end(self):
        self.company.collection_dispute_max_days = 30
        self.assertEqual(self._dispute().hold_id.date_to, self._day(30))

    def test_it_goes_to_whom_the_reason_names(self):
        quality = self.env.ref(MODULE + "dispute_reason_quality")
        lines = self._receivables(self.invoice)
        for rule, owner in (
            ("salesperson", self.salesperson),
            ("collector", self.case._get_collector()),
            ("product", self.case._get_collector()),
            ("user", self.colleague),
        ):
            quality.write({"owner_rule": rule, "user_id": self.colleague.id})
            with self.subTest(rule):
                self.assertEqual(quality._get_owner(self.case, lines), owner)

    def test_deadline_task_and_follower(self):
        dispute = self._dispute(description="Two lamps arrived broken")
        self.assertEqual(dispute.deadline, self._day(self.reason.response_days))
        task = self._tasks(dispute, "activity_type_answer_dispute")
        self.assertEqual(task.user_id, self.salesperson)
        self.assertEqual(task.date_deadline, dispute.deadline)
        self.assertIn(self.salesperson.partner_id, dispute.message_partner_ids)

    def test_what_cannot_be_disputed_names_the_remedy(self):
        both = self.invoice | self.other
        for words, dispute in (
            ("cannot be in dispute", lambda: self._dispute(1001)),
            ("one item at a time", lambda: self._dispute(100, both)),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                dispute()
        first = self._dispute()
        with self.assertRaisesRegex(UserError, first.name):
            self._dispute(moves=both)

    def test_a_collector_opens_it_from_case_invoice_and_items(self):
        lines = self._receivables(self.invoice | self.other)
        for opener in (
            self.case.with_user(self.collector).action_dispute,
            self.invoice.with_user(self.collector).action_collection_dispute,
            lines.with_user(self.collector).action_collection_dispute,
        ):
            context = opener()["context"]
            self.assertEqual(context["default_case_id"], self.case.id)
        form = Form(
            self.env["collection.dispute.open"]
            .with_user(self.collector)
            .with_context(**context)
        )
        form.reason_id = self.reason
        self.assertEqual(form.amount_open, 1300)
        self.assertEqual(form.user_id, self.salesperson)
        form.description = "Not what we ordered"
        form.attachment_ids.add(
            self.env["ir.attachment"]
            .with_user(self.collector)
            .create({"name": "photo.jpg", "raw": b"jpeg"})
        )
        form.save().action_save()
        dispute = self.case.dispute_ids
        self.assertEqual(dispute.amount, 1300)
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", dispute._name), ("res_id", "=", dispute.id)]
        )
        self.assertEqual(kept.name, "photo.jpg")
        self.assertIn(kept, dispute.message_ids.attachment_ids)

    def test_items_of_several_debtors_are_refused(self):
        stranger = self._invoice(50, 5, self._make_debtor("Autre"))
        self._commit()
        with self.assertRaisesRegex(UserError, "one debtor"):
            (self.invoice | stranger).action_collection_dispute()

    # === WHO SEES IT === #

    def test_an_owner_outside_collection_sees_and_answers_his_own(self):
        own = self._dispute()
        foreign = self._dispute(moves=self.other, user=self.colleague)
        disputes = self.env["collection.dispute"].with_user(self.salesperson)
        self.env.invalidate_all()
        self.assertEqual(disputes.search([]), own)
        self.assertIn("1,000", own.with_user(self.salesperson).items_note)
        own.with_user(self.salesperson).action_wait_debtor()
        self.assertEqual(own.state, "waiting_debtor")
        own.with_user(self.salesperson).message_post(body="I called them")
        answer = Form(
            self.env["collection.dispute.answer"]
            .with_user(self.salesperson)
            .with_context(default_dispute_id=own.id)
        )
        answer.resolution = "rejected"
        answer.note = "The price is that of the order"
        answer.save().action_save()
        self.assertEqual(own.state, "rejected")
        self.assertEqual(own.resolution_note, "The price is that of the order")
        with self.assertRaises(AccessError):
            foreign.with_user(self.salesperson).action_investigate()
        with self.assertRaises(AccessError):
            own.with_user(self.salesperson).write({"amount": 1})
        with self.assertRaises(AccessError):
            self.case.with_user(self.salesperson).read(["amount_due"])

    def test_the_form_of_an_owner_shows_nothing_he_may_not_read(self):
        own = self._dispute().with_user(self.salesperson)
        self.env.invalidate_all()
        with Form(own) as form:
            self.assertEqual(form.name, own.name)

    def test_another_owner_gets_the_task(self):
        dispute = self._dispute()
        dispute.user_id = self.colleague
        task = self._tasks(dispute, "activity_type_answer_dispute")
        self.assertEqual(task.user_id, self.colleague)

    # === CLOSED === #

    def test_credit_note_closes_it(self):
        dispute = self._dispute()
        Form.from_action(self.env, dispute.action_credit_note()).save().reverse_moves()
        refund = self.invoice.reversal_move_ids
        refund.action_post()
        if not self.invoice.line_ids.filtered("reconciled"):
            self._receivables(refund | self.invoice).reconcile()
        self.assertEqual(self._judge(dispute, 1), "accepted")
        self.assertEqual(dispute.resolution, "credit_note")
        self.assertFalse(dispute.activity_ids)

    def test_a_price_reduction_of_the_disputed_part_closes_it(self):
        dispute = self._dispute(200)
        dispute._decide("price_cut", "20 % as on the order")
        self.assertEqual(dispute.state, "investigating")
        self.assertTrue(self._tasks(dispute, "activity_type_credit_dispute"))
        self._credit(150)
        self.assertEqual(self._judge(dispute, 1), "investigating")
        self.assertEqual(dispute.amount_settled, 150)
        self._credit(50)
        self.assertEqual(self._judge(dispute, 1), "accepted")
        self.assertEqual(dispute.resolution, "price_cut")
        with self._on(2):
            self._case()._review()
            self.assertAsks(self.run_on(2), 1100)

    def test_payment_closes_it_at_the_next_review(self):
        dispute = self._dispute()
        self._pay(self.invoice)
        self._case()._review()
        self.assertEqual(dispute.state, "withdrawn")
        self.assertEqual(dispute.resolution, "paid")

    def test_paying_what_is_not_disputed_leaves_it_open(self):
        dispute = self._dispute(200)
        self._pay(self.invoice, 800)
        self.assertEqual(self._judge(dispute), "new")

    def test_turned_down_it_is_claimed_again_and_the_debtor_told_why(self):
        dispute = self._dispute()
        wizard = self.env["collection.dispute.answer"].create(
            {
                "dispute_id": dispute.id,
                "resolution": "rejected",
                "note": "Signed delivery note of 3 March",
                "template_id": self.env.ref(
                    MODULE + "mail_template_dispute_rejected"
                ).id,
            }
        )
        wizard.action_save()
        self.assertEqual(dispute.state, "rejected")
        action = self.case.action_ids
        self.assertEqual(action.state, "sent")
        self.assertIn("Signed delivery note of 3 March", action.body)
        self.assertIn(dispute.name, action.subject)
        self.assertEqual(action.item_ids.move_id, self.invoice)
        with self._on(1):
            self.assertAsks(self.run_on(1), 1300)

    def test_turned_down_without_facts_is_refused(self):
        wizard = self.env["collection.dispute.answer"].create(
            {"dispute_id": self._dispute().id, "resolution": "rejected", "note": " "}
        )
        with self.assertRaisesRegex(UserError, "facts"):
            wizard.action_save()

    def test_reopened_it_is_left_alone_again(self):
        dispute = self._dispute()
        dispute._decide("withdrawn")
        dispute.action_reopen()
        self.assertEqual(dispute.state, "investigating")
        self.assertAsks(self.run_on(0), 300)

    def test_core_flags_stay_untouched(self):
        self._dispute()
        self.assertFalse(any(self._receivables(self.invoice).mapped("no_followup")))
        self.assertEqual(self.invoice.payment_state, "not_paid")

    # === LATE === #

    def test_late_it_is_escalated_once_for_each_level(self):
        dispute = self._dispute()
        late = dispute.deadline - self.today
        levels = []
        for days in (-3, -1, 1, 2, 8, 9):
            with self._on(late.days + days):
                self.env["collection.dispute"]._escalate()
            tasks = self._tasks(dispute, "activity_type_late_dispute")
            levels.append((dispute.is_reminded, dispute.late_level, len(tasks)))
        self.assertEqual(
            levels,
            [
                (False, 0, 0),
                (True, 0, 0),
                (True, 1, 1),
                (True, 1, 1),
                (True, 2, 2),
                (True, 2, 2),
            ],
        )
        self.assertEqual(tasks.user_id, self.superior)

    def test_the_nightly_job_closes_and_measures(self):
        dispute = self._dispute(moves=self.other)
        self._dispute(250)
        self._pay(self.other)
        with self.enter_registry_test_mode():
            self.env.ref(MODULE + "ir_cron_judge_disputes").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(dispute.state, "withdrawn")

    def test_d46_dispute_rate_of_the_month_by_salesperson(self):
        self._dispute(250)
        months = self.env["collection.dispute.month"]
        months._refresh(self.company)
        months._refresh(self.company)
        [[amount, disputed, rate, number]] = months._read_group(
            [("company_id", "=", self.company.id)],
            [],
            [
                "amount_open:sum",
                "amount_disputed:sum",
                "dispute_rate:avg",
                "dispute_count_rate:avg",
            ],
        )
        self.assertEqual((amount, disputed), (1300, 250))
        self.assertAlmostEqual(float(rate), 100 * 250 / 1300, 2)
        self.assertEqual(float(number), 50)
        mine = months.search([("user_id", "=", self.salesperson.id)])
        self.assertEqual(mine.dispute_rate, 25)

    def test_disputes_by_reason_and_product(self):
        product = self.env["product.product"].create({"name": "Lampe"})
        invoice = self._invoice(
            500,
            late=9,
            invoice_line_ids=[
                Command.create(
                    {"product_id": product.id, "price_unit": 500, "tax_ids": []}
                )
            ],
        )
        self._commit()
        self._dispute(moves=invoice)
        [[found, amount]] = self.env["collection.dispute"]._read_group(
            [("reason_id", "=", self.reason.id)], ["product_ids"], ["amount:sum"]
        )
        self.assertEqual((found, amount), (product, 500))

    def test_the_profile_counts_the_invoice_not_the_whole_call(self):
        action = self.case._make_manual_action("phone")
        self._dispute(action=action)
        action._close("disputed")
        self.env["collection.payment.fact"]._rebuild(self.company)
        self.env["collection.profile"]._refresh(self.company)
        self.assertEqual(self.case.dispute_rate, 50)

    # === REASONS FOR DELAY === #

    def _delay(self, code):
        return self.env.ref(f"{MODULE}delay_reason_{code}")

    def test_s4_invoice_not_received_sends_it_again(self):
        call = self.case._make_manual_action("phone")
        self._delay("invoice_not_received")._apply(self.case, action=call)
        sent = self.case.action_ids - call
        self.assertEqual(sent.state, "sent")
        self.assertFalse(sent.step_id)
        self.assertEqual(sent.item_ids.move_id, self.invoice | self.other)
        self.assertEqual(len(sent.attachment_ids), 2)
        self.assertEqual(call.delay_reason_id, self.case.delay_reason_id)
        self.assertEqual(self.case.delay_reason_date, self.today)

    def test_nobody_to_send_it_to_is_said(self):
        self.debtor.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.case._resend_invoices()

    def test_s4_contested_opens_a_dispute_and_difficulty_a_plan(self):
        opened = self._delay("contested")._apply(self.case)
        self.assertEqual(opened["res_model"], "collection.dispute.open")
        opened = self._delay("difficulty")._apply(self.case)
        self.assertEqual(opened["res_model"], "collection.plan.make")

    def test_s4_another_scenario_another_step_or_a_pause(self):
        other = self._make_scenario("Firm", [(1, "letter")])
        reason = self._delay("bad_faith")
        reason.company_id = self.company
        reason.write({"consequence": "scenario", "scenario_id": other.id})
        self.assertFalse(reason._apply(self.case))
        self.assertEqual(self.case.scenario_id, other)
        self.assertIn("Standard", self.case.message_ids[0].body)
        reason.write({"consequence": "step", "step_id": other.step_ids.id})
        reason._apply(self.case)
        self.assertEqual(self.case.requested_step_id, other.step_ids)
        reason.write({"consequence": "none", "pause_days": 5})
        reason._apply(self.case)
        self.assertEqual(self.case.active_hold_ids.date_to, self._day(5))
        self.assertEqual(self.case.active_hold_ids.name, reason.name)

    def test_s2_the_cases_nobody_has_asked_are_listed(self):
        self.case._review()
        arch = self.env["collection.case"].get_view(view_type="search")["arch"]
        [listed] = fromstring(arch).xpath("//filter[@name='no_delay_reason']")
        domain = literal_eval(listed.get("domain"))
        self.assertIn(self.case, self.env["collection.case"].search(domain))
        self._delay("oversight")._apply(self.case)
        self.assertNotIn(self.case, self.env["collection.case"].search(domain))

    def test_the_reason_goes_with_the_debt_and_stays_with_the_call(self):
        call = self.case._make_manual_action("phone")
        self._delay("other")._apply(self.case, action=call)
        self._pay(self.invoice | self.other)
        self._case()._review()
        self.assertFalse(self.case.delay_reason_id)
        self.assertEqual(call.delay_reason_id, self._delay("other"))

    def test_a_collector_notes_the_reason_in_the_window(self):
        context = self.case.with_user(self.collector).action_delay_reason()["context"]
        form = Form(
            self.env["collection.delay.note"]
            .with_user(self.collector)
            .with_context(**context)
        )
        form.reason_id = self._delay("internal_process")
        form.save().action_save()
        self.assertEqual(self.case.active_hold_ids.date_to, self._day(7))
