import base64
from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import CollectionCommon

PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJ"
    b"RU5ErkJggg=="
)
GROUP = "l10n_fr_debt_collection.group_collection_"


class PlanCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "collection_plan_grace_days": 5,
                "collection_plan_notice_days": 8,
                "collection_plan_reminder_days": 3,
            }
        )
        # Debts of a whole year may be spread, whatever the day.
        cls.collector, cls.accountant = (
            new_test_user(
                cls.env,
                login,
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login, groups in (
                ("plan_collector", f"base.group_user,{GROUP}user"),
                (
                    "plan_accountant",
                    "base.group_user,account.group_account_invoice",
                ),
            )
        )

    def _make_plan(self, amount=900, count=3, late=40, partner=None, **values):
        """Return a proposed plan over one invoice, its first instalment in a week."""
        invoice = self._invoice(amount, late, partner)
        plan = self._case(partner)._propose_plan(count=count, origin="phone")
        plan.write(values)
        self.assertEqual(plan.item_ids.move_id, invoice)
        return plan

    def _start_plan(self, *args, **values):
        plan = self._make_plan(*args, **values)
        plan.action_send()
        plan._sign("Paul Garcin", PIXEL, "203.0.113.9")
        self.assertEqual(plan.state, "active")
        return plan

    def _judge_on(self, day):
        """Do what the nightly job does on ``day``."""
        with self.freeze(f"{day} 03:30:00"):
            self.env["collection.balance"]._refresh_companies(self.company)
            self.env["collection.plan"].search(
                [("state", "in", ("active", "late"))]
            )._judge_and_remind()

    def _miss(self, plan):
        """Let the grace of the first instalment run out; return the day."""
        day = plan.first_date + timedelta(days=plan.grace_days + 1)
        self._judge_on(day)
        return day

    def _is_held(self, plan, day=None):
        return plan.hold_id.active and plan.hold_id._covers(day or self.today)

    def _messages(self, plan, kind):
        return plan.action_ids.filtered(lambda action: action.plan_message == kind)

    def _wizard(self, case, **values):
        context = case.action_make_plan()["context"]
        form = Form(self.env["collection.plan.make"].with_context(**context))
        for name, value in values.items():
            setattr(form, name, value)
        return form


@tagged("post_install", "-at_install")
class TestPlan(PlanCommon):
    """From the proposal to the signature."""

    # === DRAWING UP === #

    def test_requirement_d30_wizard_shows_the_instalments(self):
        self._invoice(1000, 40)
        form = self._wizard(self._case(), count=3, first_amount=400)
        amounts = [line["amount"] for line in form.line_ids._records]
        self.assertEqual(amounts, [400, 300, 300])
        form.by = "each"
        form.each = 250
        amounts = [line["amount"] for line in form.line_ids._records]
        self.assertEqual(amounts, [400, 250, 250, 100])
        self.assertFalse(form.problem)
        action = form.save().action_make()
        plan = self.env["collection.plan"].browse(action["res_id"])
        self.assertEqual(plan.line_ids.mapped("amount"), [400, 250, 250, 100])
        self.assertEqual((plan.amount, plan.amount_difference), (1000, 0))
        self.assertEqual(plan.state, "draft")

    def test_wizard_instalments_may_be_changed_by_hand(self):
        self._invoice(1000, 40)
        form = self._wizard(self._case(), count=2)
        with form.line_ids.edit(0) as line:
            line.amount = 600
        self.assertEqual(form.amount_difference, -100)
        with self.assertRaisesRegex(UserError, "add up"):
            form.save().action_make()
        with form.line_ids.edit(1) as line:
            line.amount = 400
        plan = self.env["collection.plan"].browse(form.save().action_make()["res_id"])
        self.assertEqual(plan.line_ids.mapped("amount"), [600, 400])

    def test_wizard_says_what_is_wrong(self):
        self._invoice(100, 40)
        form = self._wizard(self._case())
        form.first_date = self._day(-1)
        self.assertIn("past", form.problem)
        form.first_date = self._day(7)
        form.count = 0
        self.assertIn("instalments", form.problem)
        form.count = 3
        self.assertFalse(form.problem)
        self.assertIn("50", form.warning, "33.33 is below the smallest instalment")

    def test_one_plan_has_one_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        euros = self._invoice(500, 40)
        dollars = self._invoice(700, 40, currency_id=dollar.id)
        case = self._case()
        self.assertEqual(case._get_plannable_lines().move_id, euros)
        with self.assertRaisesRegex(UserError, "one currency"):
            case._propose_plan(self._receivables(euros | dollars))
        plan = case._propose_plan(self._receivables(dollars), origin="phone")
        self.assertEqual((plan.currency_id, plan.amount), (dollar, 700))

    def test_items_are_in_one_plan_only(self):
        plan = self._make_plan()
        with self.assertRaisesRegex(UserError, plan.name):
            self._case()._propose_plan(plan.item_ids.line_id)
        plan.action_cancel()
        again = self._case()._propose_plan(plan.item_ids.line_id, origin="phone")
        self.assertEqual(again.state, "draft")

    def test_strangers_and_settled_items_are_refused(self):
        other = self._make_debtor("Autre SARL")
        foreign = self._receivables(self._invoice(100, 40, other))
        self._invoice(100, 40)
        with self.assertRaisesRegex(UserError, "no open debt"):
            self._case()._propose_plan(foreign)
        paid = self._invoice(300, 40, self._make_debtor("Payeur SARL"))
        case = self._case(paid.partner_id)
        self._pay(paid)
        with self.assertRaisesRegex(UserError, "nothing to pay"):
            case._propose_plan()

    def test_disputed_items_are_left_out(self):
        disputed, other = self._invoice(500, 40), self._invoice(300, 30)
        case = self._case()
        self.env["collection.hold"].create(
            {
                "case_id": case.id,
                "name": "Broken lamps",
                "reason": "dispute",
                "date_to": self._day(30),
                "line_ids": [Command.set(self._receivables(disputed).ids)],
            }
        )
        self.env.flush_all()
        self.assertEqual(case._get_plannable_lines().move_id, other)

    def test_requests_beyond_the_limits_become_a_task(self):
        self._invoice(900, 40)
        case = self._case()
        for terms in (
            {"count": 13},
            {"count": 2, "first_date": self._day(400)},
            {"count": 10, "first_amount": 860},
        ):
            with self.subTest(**terms):
                before = case.activity_ids
                self.assertFalse(case._propose_plan(note="I am ill", **terms))
                task = case.activity_ids - before
                self.assertIn("I am ill", task.note)
                self.assertEqual(task.user_id, case._get_collector())
        self.assertFalse(case.plan_ids)

    def test_request_on_the_debtors_page_waits_for_the_collector(self):
        self._invoice(900, 40)
        plan = self._case()._propose_plan(count=3, note="Slow month")
        self.assertEqual((plan.state, plan.origin), ("draft", "portal"))
        self.assertEqual(plan.activity_ids.user_id, plan._get_collector())

    def test_consumers_get_a_longer_notice(self):
        person = self._make_debtor("Jeanne Petit", is_company=False)
        self.assertEqual(self._make_plan(partner=person).notice_days, 15)
        self.assertEqual(self._make_plan().notice_days, 8)

    # === AGREEMENT === #

    def test_requirement_d31_proposal_is_an_action_with_the_agreement(self):
        plan = self._make_plan()
        plan.action_send()
        action = self._messages(plan, "agreement")
        self.assertEqual((action.state, action.channel), ("sent", "email"))
        self.assertEqual(action.attachment_ids.mimetype, "application/pdf")
        self.assertEqual(action.mail_id.attachment_ids, action.attachment_ids)
        self.assertIn("300.00", action.body)
        self.assertEqual(action.item_ids.move_id, plan.item_ids.move_id)
        with self.assertRaisesRegex(UserError, "terms stay"):
            plan.line_ids[0].amount = 1
        with self.assertRaisesRegex(UserError, "terms stay"):
            plan.notice_days = 1

    def test_proposal_keeps_reminders_back_until_it_lapses(self):
        plan = self._make_plan()
        plan.action_send()
        self.assertEqual(plan.hold_id.reason, "plan")
        self.assertEqual(plan.hold_id.date_to, self._day(15))
        self.assertAsksNothing(self.run_on(1), "hold_plan")
        with self.freeze(f"{self._day(16)} 03:30:00"):
            with self.assertRaisesRegex(UserError, "open until"):
                plan._sign("Paul Garcin", PIXEL)
            self.env["collection.plan"]._end_proposals()
        self.assertEqual(plan.state, "cancelled")
        self.assertFalse(self._is_held(plan, self._day(16)))

    def test_signature_freezes_the_agreement_and_starts_the_plan(self):
        plan = self._make_plan()
        plan.action_send()
        plan._sign(" Paul Garcin ", PIXEL, "203.0.113.9")
        self.assertEqual((plan.state, plan.signed_by), ("active", "Paul Garcin"))
        self.assertEqual(plan.agreement_id.mimetype, "application/pdf")
        self.assertNotIn("203.0.113.9", plan.sudo().signed_ip_hash)
        self.assertEqual(
            plan.hold_id.date_to, plan.last_date + timedelta(days=plan.grace_days)
        )
        with self.assertRaisesRegex(UserError, "does not wait"):
            plan._sign("Somebody else", PIXEL)
        self.assertEqual(plan.signed_by, "Paul Garcin")

    def test_a_signature_has_a_name_and_a_drawing(self):
        plan = self._make_plan()
        plan.action_send()
        for name, image in (("", PIXEL), ("  ", PIXEL), ("Paul", False)):
            with self.subTest(name=name), self.assertRaises(UserError):
                plan._sign(name, image)
        self.assertEqual(plan.state, "sent")

    def test_a_signature_is_a_drawing_of_bounded_size(self):
        plan = self._make_plan()
        plan.action_send()
        drawings = {
            "script": base64.b64encode(b"<svg onload='alert(1)'/>"),
            "no base64": "<img src=x>",
            "number": "12345",
            "cut": PIXEL[:24],
            "long": PIXEL + b"A" * 1_000_000,
        }
        for kind, image in drawings.items():
            with self.subTest(kind=kind), self.assertRaisesRegex(UserError, "draw"):
                plan._sign("Paul Garcin", image)
        self.assertFalse(plan.signature)
        self.assertEqual(plan.state, "sent")

    def test_signed_copy_is_the_proof(self):
        plan = self._make_plan()
        wizard = self.env["collection.plan.agree"].create({"plan_id": plan.id})
        self.assertEqual(wizard.signed_by, self.debtor.name)
        with self.assertRaisesRegex(UserError, "signed copy"):
            wizard.action_agree()
        wizard.agreed_by = "phone"
        with self.assertRaisesRegex(UserError, "has to be signed"):
            wizard.action_agree()
        wizard.write(
            {
                "agreed_by": "scan",
                "signed_copy": base64.b64encode(b"%PDF-1.4 signed"),
                "signed_copy_name": "signed.pdf",
            }
        )
        wizard.action_agree()
        self.assertEqual(plan.state, "active")
        self.assertEqual(plan.agreement_id.raw, b"%PDF-1.4 signed")

    def test_agreed_by_telephone_where_no_signature_is_required(self):
        self.company.collection_plan_signature_required = False
        plan = self._make_plan()
        self.env["collection.plan.agree"].create(
            {"plan_id": plan.id, "agreed_by": "phone", "note": "Called at noon"}
        ).action_agree()
        self.assertEqual((plan.state, plan.agreed_by), ("active", "phone"))
        self.assertEqual(plan.agreement_note, "Called at noon")

    def test_instalments_add_up_before_they_are_proposed(self):
        plan = self._make_plan()
        plan.line_ids[0].amount = 100
        self.assertEqual(plan.amount_difference, 200)
        with self.assertRaisesRegex(UserError, "add up"):
            plan.action_send()
        self.assertEqual(plan.state, "draft")

    def test_a_proposal_can_be_taken_back_and_changed(self):
        plan = self._make_plan()
        plan.action_send()
        plan.action_take_back()
        self.assertEqual(plan.state, "draft")
        self.assertFalse(self._is_held(plan))
        plan.line_ids[0].amount = 400
        plan.line_ids[1].amount = 200
        plan.action_send()
        self.assertTrue(self._is_held(plan))
        with self.assertRaises(UserError):
            plan.unlink()

    def test_agreement_says_what_the_law_asks_for(self):
        """Law, section 9: sum in words and figures, acceleration, no novation."""
        plan = self._make_plan(1234.56, 2)
        html = self._agreement(plan)
        for words in (
            "one thousand, two hundred and thirty-four euro and fifty-six cents",
            plan.item_ids.name,
            "Acceleration",
            "No novation",
            "two originals",
            "Good for acknowledgement",
            "L441-10",
            "article 1376",
        ):
            self.assertIn(words, html)
        plan.has_acceleration = False
        self.assertNotIn("whole rest of the debt becomes due", self._agreement(plan))
        self.company.collection_plan_extra_clause = "<p>Lyon courts only.</p>"
        self.assertIn("Lyon courts only.", self._agreement(plan))

    def test_agreement_with_a_consumer_has_no_terms_of_trade(self):
        person = self._make_debtor("Jeanne Petit", is_company=False)
        html = self._agreement(self._make_plan(partner=person))
        self.assertNotIn("L441-10", html)
        self.assertNotIn("recovery costs", html)

    def _agreement(self, plan):
        report = self.env["ir.actions.report"]._get_report(plan._agreement_report())
        html = self.env["collection.pdf"]._render_html(report, plan)
        return " ".join(html.split())

    # === WHO MAY === #

    def test_access(self):
        plan = self._make_plan()
        self.assertEqual(plan.with_user(self.collector).amount, 900)
        self.assertEqual(plan.with_user(self.accountant).amount, 900)
        with self.assertRaises(AccessError):
            plan.with_user(self.accountant).note = "x"
        with self.assertRaises(AccessError):
            plan.with_user(new_test_user(self.env, "plan_stranger")).mapped("amount")

    def test_negative_settings_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "negative"):
            self.company.collection_plan_grace_days = -1

    def test_collector_makes_and_sends_a_plan(self):
        self._invoice(900, 40)
        case = self._case().with_user(self.collector)
        plan = case._propose_plan(count=3, origin="phone")
        plan.action_send()
        self.assertEqual(self._messages(plan, "agreement").state, "sent")


@tagged("post_install", "-at_install")
class TestPlanFollowed(PlanCommon):
    """Instalments held against real payments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What the agreement looks like is the other class's business.
        cls.startClassPatcher(
            patch.object(
                cls.registry["collection.pdf"],
                "_render",
                lambda _self, _report, records: dict.fromkeys(records.ids, b"%PDF-1.4"),
            )
        )

    def _states(self, plan):
        return plan.line_ids.mapped("state")

    def test_payments_fill_the_oldest_instalment_first(self):
        plan = self._start_plan()
        self.assertEqual(self._states(plan), ["upcoming"] * 3)
        self._pay(plan.item_ids.move_id, 350)
        plan._judge()
        self.assertEqual(plan.line_ids.mapped("amount_paid"), [300, 50, 0])
        self.assertEqual(self._states(plan), ["paid", "part_paid", "upcoming"])
        self.assertEqual((plan.amount_paid, plan.amount_open), (350, 550))
        self.assertEqual(plan.line_ids[0].date_paid, self.today)
        self.assertAlmostEqual(plan.progress, 38.89, 2)

    def test_plan_over_several_invoices(self):
        first, second = self._invoice(300, 60), self._invoice(600, 30)
        plan = self._case()._propose_plan(count=3, origin="phone")
        plan.action_send()
        plan._sign("Paul Garcin", PIXEL)
        # Paid in whatever order: what counts is what has come in.
        self._pay(second, 600)
        plan._judge()
        self.assertEqual(self._states(plan), ["paid", "paid", "upcoming"])
        self._pay(first)
        plan._judge()
        self.assertEqual(plan.state, "kept")
        self.assertEqual(plan.kept_rate, 100)
        self.assertFalse(self._is_held(plan))

    def test_partial_payment_before_the_plan_is_no_instalment(self):
        invoice = self._invoice(1200, 40)
        self._pay(invoice, 300)
        plan = self._case()._propose_plan(count=3, origin="phone")
        self.assertEqual(plan.amount, 900)
        plan.action_send()
        plan._sign("Paul Garcin", PIXEL)
        self.assertEqual(plan.amount_paid, 0)

    def test_a_bounced_payment_opens_the_instalment_again(self):
        plan = self._start_plan()
        payment = self._pay(plan.item_ids.move_id, 300)
        plan._judge()
        self.assertEqual(self._states(plan)[0], "paid")
        payment.move_id.line_ids.remove_move_reconcile()
        plan._judge()
        self.assertEqual(self._states(plan)[0], "upcoming")
        self.assertFalse(plan.line_ids[0].date_paid)

    def test_items_are_left_alone_and_new_ones_are_not(self):
        plan = self._start_plan()
        self.assertAsksNothing(self.run_on(1), "hold_plan")
        self._invoice(70, 3)
        self.assertAsks(self.run_on(2), 70)
        self.assertEqual(plan.state, "active")

    def test_requirement_d40_missed_instalment_brings_notice(self):
        plan = self._start_plan()
        self._judge_on(plan.first_date + timedelta(days=5))
        self.assertEqual((plan.state, self._states(plan)[0]), ("active", "due"))
        day = self._miss(plan)
        self.assertEqual((plan.state, self._states(plan)[0]), ("late", "missed"))
        notice = self._messages(plan, "notice")
        self.assertEqual(notice.state, "sent")
        self.assertIn("formal notice", notice.body)
        self.assertEqual(plan.date_notice_end, day + timedelta(days=8))
        self.assertGreater(plan.hold_id.date_to, plan.date_notice_end)
        self.assertIn(
            plan._get_collector(), plan.activity_ids.user_id, "the collector is told"
        )
        self._judge_on(day + timedelta(days=3))
        self.assertEqual(len(self._messages(plan, "notice")), 1, "one notice only")

    def test_paid_within_the_notice_saves_the_plan(self):
        plan = self._start_plan()
        day = self._miss(plan)
        self._pay(plan.item_ids.move_id, 300)
        self._judge_on(day + timedelta(days=4))
        self.assertEqual(plan.state, "active")
        self.assertFalse(plan.date_notice)
        self._judge_on(day + timedelta(days=9))
        self.assertEqual(plan.state, "active")

    def test_unpaid_notice_makes_all_due_again(self):
        step = self.scenario.step_ids[-1]
        self.scenario.broken_plan_step_id = step
        plan = self._start_plan()
        day = self._miss(plan)
        self._judge_on(day + timedelta(days=8))
        self.assertEqual(plan.state, "late", "the last day of the notice is theirs")
        self._judge_on(day + timedelta(days=9))
        self.assertEqual((plan.state, plan.kept_rate), ("broken", 0))
        self.assertFalse(self._is_held(plan, day + timedelta(days=9)))
        end = self._messages(plan, "broken")
        self.assertEqual((end.state, end.amount), ("sent", 900))
        self.assertEqual(plan.case_id.requested_step_id, step)

    def test_without_the_clause_nothing_is_accelerated(self):
        """Law, section 11: acceleration only if the clause is present."""
        plan = self._make_plan(has_acceleration=False)
        plan.action_send()
        plan._sign("Paul Garcin", PIXEL)
        day = self._miss(plan)
        self.assertNotIn("whole rest", self._messages(plan, "notice").body)
        self._judge_on(day + timedelta(days=9))
        self.assertEqual(plan.state, "late")
        self.assertTrue(self._is_held(plan))
        self.assertFalse(self._messages(plan, "broken"))
        self.assertIn("may be claimed", " ".join(plan.activity_ids.mapped("note")))

    def test_money_not_allocated_yet_holds_the_notice_back(self):
        plan = self._start_plan()
        self._payment_on_account(300)
        day = self._miss(plan)
        self.assertEqual((plan.state, plan.amount_unallocated), ("active", 300))
        self.assertEqual(self._states(plan)[0], "missed", "it has paid nothing yet")
        self.assertEqual(plan.amount_paid, 0)
        self._payment_on_account(10)
        self._judge_on(plan.line_ids[1].date + timedelta(days=6))
        self.assertEqual(plan.state, "late", "310 are less than 600")
        self.assertGreater(plan.date_notice, day)

    def test_insolvent_debtors_get_no_notice(self):
        plan = self._start_plan()
        self.env["collection.hold"].create(
            {
                "case_id": plan.case_id.id,
                "name": "Receivership",
                "reason": "insolvency",
                "date_to": self._day(365),
            }
        )
        self._miss(plan)
        self.assertEqual((plan.state, self._states(plan)[0]), ("active", "missed"))
        self.assertFalse(self._messages(plan, "notice"))

    def test_no_address_no_notice_and_a_person_is_asked(self):
        plan = self._start_plan()
        self.debtor.write({"email": False, "street": False})
        day = self._miss(plan)
        self.assertEqual(plan.state, "late")
        self.assertFalse(plan.date_notice)
        self._judge_on(day + timedelta(days=30))
        self.assertEqual(plan.state, "late", "no notice, no acceleration")
        with self.freeze(f"{day + timedelta(days=31)} 09:00:00"):
            plan.action_note_notice()
        self._judge_on(day + timedelta(days=40))
        self.assertEqual(plan.state, "broken")

    def test_notice_by_post_runs_once_it_is_posted(self):
        plan = self._start_plan()
        self.debtor.email = False
        day = self._miss(plan)
        letter = self._messages(plan, "notice")
        self.assertEqual((letter.channel, letter.state), ("letter", "todo"))
        self._judge_on(day + timedelta(days=20))
        self.assertEqual(plan.state, "late", "nobody has posted it")
        with self.freeze(f"{day + timedelta(days=20)} 09:00:00"):
            letter.action_mark_posted()
        self._judge_on(day + timedelta(days=28))
        self.assertEqual(plan.state, "late")
        self._judge_on(day + timedelta(days=29))
        self.assertEqual(plan.state, "broken")

    def test_reminder_of_the_next_instalment(self):
        plan = self._start_plan()
        for days in (4, 3, 2):
            self._judge_on(plan.first_date - timedelta(days=days))
        reminder = self._messages(plan, "reminder")
        self.assertEqual(len(reminder), 1)
        self.assertIn("300.00", reminder.body)
        self.assertEqual(
            plan.line_ids[0].reminded_on, plan.first_date - timedelta(days=3)
        )

    def test_no_reminder_of_what_is_paid_or_where_none_is_wanted(self):
        plan = self._start_plan()
        self._pay(plan.item_ids.move_id, 300)
        self._judge_on(plan.first_date - timedelta(days=3))
        self.assertFalse(self._messages(plan, "reminder"))
        self.company.collection_plan_reminder_days = 0
        self._judge_on(plan.line_ids[1].date - timedelta(days=3))
        self.assertFalse(self._messages(plan, "reminder"))

    def test_message_that_is_no_longer_true_does_not_leave(self):
        plan = self._start_plan()
        self._miss(plan)
        notice = self._messages(plan, "notice")
        self.assertEqual(notice._recheck_before_sending(), notice)
        self._pay(plan.item_ids.move_id, 900)
        plan._judge()
        self.assertFalse(notice._recheck_before_sending())
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(notice.mail_id.state, "cancel")

    def test_cancelled_invoice_is_owed_no_more(self):
        plan = self._start_plan()
        plan.item_ids.move_id.button_draft()
        plan._judge()
        self.assertEqual((plan.state, plan.amount_open), ("kept", 0))

    def test_success_in_number_and_amount(self):
        """Requirements E37 and E38: kept or not, and at what cost."""
        self.company.write(
            {
                "collection_plan_cost": 25,
                "collection_plan_follower_id": self._make_debtor("Etude Roche").id,
            }
        )
        kept = self._start_plan()
        broken = self._start_plan(300, partner=self._make_debtor("Autre SARL"))
        self._pay(kept.item_ids.move_id)
        kept._judge()
        broken.action_break()
        [(rate, amount, received, cost)] = self.env["collection.plan"]._read_group(
            [("id", "in", (kept | broken).ids)],
            [],
            ["kept_rate:avg", "amount:sum", "amount_paid:sum", "cost:sum"],
        )
        self.assertEqual((rate, amount, received, cost), (50, 1200, 900, 50))
        self.assertEqual(kept.follower_id.name, "Etude Roche")

    # === WAIVER === #

    def _make_waiver(self):
        self.company.collection_plan_waiver_user_id = self.accountant
        self._invoice(1000, 40)
        form = self._wizard(self._case(), count=2, amount_waiver=100)
        form.waiver_note = "Late delivery"
        plan = self.env["collection.plan"].browse(form.save().action_make()["res_id"])
        self.assertEqual((plan.amount_debt, plan.amount), (1000, 900))
        return plan

    def test_requirement_d35_waiver_waits_for_accounting(self):
        plan = self._make_waiver()
        self.assertEqual(plan.waiver_state, "proposed")
        self.assertEqual(plan.activity_ids.user_id, self.accountant)
        with self.assertRaisesRegex(UserError, "waits for accounting"):
            plan.action_send()
        with self.assertRaisesRegex(AccessError, "accounting rights"):
            plan.with_user(self.collector).action_approve_waiver()
        plan.with_user(self.accountant).action_approve_waiver()
        self.assertEqual(plan.waiver_decided_by_id, self.accountant)
        plan.action_send()
        self.assertEqual(plan.state, "sent")

    def test_approved_waiver_is_drafted_when_the_rest_is_paid(self):
        plan = self._make_waiver()
        plan.action_approve_waiver()
        plan.action_send()
        plan._sign("Paul Garcin", PIXEL)
        self._pay(plan.item_ids.move_id, 900)
        plan._judge()
        self.assertEqual(plan.state, "kept")
        draft = plan.credit_note_ids
        self.assertEqual((draft.state, draft.move_type), ("draft", "out_refund"))
        self.assertEqual(draft.amount_total, 100)
        self.assertTrue(self._is_held(plan), "what is waived is not chased")

    def test_refused_waiver_goes_to_the_last_instalment(self):
        plan = self._make_waiver()
        plan.action_refuse_waiver()
        self.assertEqual(plan.line_ids.mapped("amount"), [450, 550])
        self.assertEqual((plan.amount, plan.amount_difference), (1000, 0))

    # === TOGETHER WITH THE REST === #

    def test_night_costs_no_query_per_plan(self):
        debtors = [self._make_debtor(f"Client{n} SARL") for n in range(6)]
        plans = self.env["collection.plan"].union(
            *(self._start_plan(partner=debtor) for debtor in debtors)
        )
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._judge()
            return self.env.cr.sql_log_count - before

        count(plans)
        self.assertLessEqual(count(plans), count(plans[:1]) + 1)

    def test_scheduled_job(self):
        plan = self._start_plan()
        self._pay(plan.item_ids.move_id)
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_judge_plans"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(plan.state, "kept")

    def test_plans_follow_a_merge_of_contacts(self):
        plan = self._start_plan()
        target = self._make_debtor("Menuiserie Garcin SAS")
        self._invoice(10, 5, target)
        self._commit()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.debtor | target).ids, target
        )
        self.env.invalidate_all()
        self.assertEqual(plan.partner_id, target)
        self.assertEqual(plan.case_id, self._case(target))
        self.assertEqual(plan.line_ids.case_id, plan.case_id)

    def test_personal_data_of_plans(self):
        person = self._make_debtor("Jeanne Petit", is_company=False)
        plan = self._start_plan(partner=person)
        sheet = person._get_collection_data_sheet()
        self.assertIn(plan.name, str(sheet["sections"]))
        self._pay(plan.item_ids.move_id)
        plan._judge()
        plan.note = "Is ill"
        agreement = plan.agreement_id
        self.assertTrue(agreement)
        with self.freeze(f"{self.today + relativedelta(years=12)} 10:00:00"):
            self.env["collection.eraser"]._erase(person, "request")
        self.assertFalse(
            plan.signed_by or plan.signature or plan.note or plan.agreement_id
        )
        self.assertFalse(agreement.exists())
        self.assertEqual(plan.amount, 900)
