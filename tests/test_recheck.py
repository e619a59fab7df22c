from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestRecheck(MockEmail, CollectionCommon):
    """Between the outbox and the mail server the books are looked at once more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.body_html = (
            '<p>Please pay <t t-out="object.amount"/> within eight days.</p>'
        )
        cls.other = cls._make_debtor("Serrurerie Vidal")

    def _queue(self, partner=None, days=0):
        """Return the reminders to ``partner`` that a run has put in the outbox."""
        actions = self._actions(self.run_on(days), partner)
        self.assertEqual(set(actions.mapped("delivery_state")), {"queued"})
        return actions

    def _leave(self, actions):
        """Have the queue hand the mails of ``actions`` over; return what left."""
        self._commit()
        with self.mock_mail_gateway():
            actions.mail_id.sudo().send()
        return self._mails

    def _count_recheck_queries(self, actions):
        self._commit()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        leaving = actions._recheck_before_sending()
        self.assertEqual(leaving, actions)
        return self.env.cr.sql_log_count - before

    def _hold(self, lines=None, amount=0):
        return self.env["collection.hold"].create(
            {
                "case_id": self._case().id,
                "line_ids": lines and lines.ids,
                "amount": amount,
                "name": "Broken on arrival",
            }
        )

    def assertLeft(self, action, amount, *words):
        """Assert that the mail of ``action`` left, about ``amount``, as recorded."""
        [mail] = self._leave(action)
        self.assertEqual((action.state, action.delivery_state), ("sent", "handed_over"))
        self.assertAlmostEqual(action.amount, amount)
        self.assertAlmostEqual(sum(action.item_ids.mapped("amount")), amount)
        self.assertIn(f"Please pay {amount}", mail["body"])
        for word in words:
            self.assertIn(word, mail["body"])
        return mail

    def assertStayed(self, action, reason):
        """Assert that nothing left, and that action, mail and history say why."""
        self.assertFalse(self._leave(action))
        self.assertEqual((action.state, action.mail_id.state), ("cancelled", "cancel"))
        self.assertFalse(action.delivery_state)
        self.assertIn(reason, action.failure_reason)
        self.assertIn(reason, action.case_id.message_ids[:1].body)

    # === WHAT HAPPENED MEANWHILE === #

    def test_nothing_happened(self):
        self._invoice(1000, late=20)
        action = self._queue()
        body = action.body
        self.assertLeft(action, 1000.0)
        self.assertEqual(action.body, body)

    def test_complaint_30_what_is_paid_in_the_outbox_does_not_leave(self):
        invoice = self._invoice(1000, late=20)
        action = self._queue()
        self._pay(invoice)
        self.assertStayed(action, "Nothing of it is due any more.")
        self.assertTrue(action.case_id.review_pending)
        action.case_id._review()
        self.assertFalse(action.case_id.last_contact_date)

    def test_one_of_two_invoices_paid(self):
        paid, owed = self._invoice(1000, late=20), self._invoice(400, late=20)
        action = self._queue()
        self._pay(paid)
        mail = self.assertLeft(action, 400.0, owed.name)
        self.assertNotIn(paid.name, mail["body"])
        self.assertEqual(action.item_ids.move_id, owed)

    def test_part_payment(self):
        invoice = self._invoice(1000, late=20)
        action = self._queue()
        self._pay(invoice, 200)
        self.assertLeft(action, 800.0, invoice.name)

    def test_payment_on_account(self):
        self._invoice(1000, late=20)
        action = self._queue()
        self._payment_on_account(250)
        self.assertLeft(action, 750.0)

    def test_credit_note_for_a_part(self):
        self._invoice(1000, late=20)
        action = self._queue()
        note = self._credit_note(300)
        self.assertLeft(action, 700.0, note.name)

    def test_credit_note_for_all_of_it(self):
        self._invoice(1000, late=20)
        action = self._queue()
        self._credit_note(1000)
        self.assertStayed(action, "Nothing of it is due any more.")

    def test_rest_below_the_minimum(self):
        invoice = self._invoice(1000, late=20)
        action = self._queue()
        self._pay(invoice, 995)
        self.assertStayed(action, "minimum")

    def test_hold_on_the_case(self):
        self._invoice(1000, late=20)
        action = self._queue()
        self._hold()
        self.assertStayed(action, "Broken on arrival")

    def test_hold_on_one_invoice(self):
        held, owed = self._invoice(1000, late=20), self._invoice(400, late=20)
        action = self._queue()
        self._hold(self._receivables(held))
        self.assertLeft(action, 400.0, owed.name)

    def test_hold_on_a_part(self):
        invoice = self._invoice(1000, late=20)
        action = self._queue()
        self._hold(self._receivables(invoice), 150)
        self.assertLeft(action, 850.0, "not claimed")
        self.assertEqual(action.item_ids.amount_held, 150)

    def test_complaint_06_what_is_disputed_meanwhile_drops_out(self):
        disputed, owed = self._invoice(1000, late=20), self._invoice(400, late=20)
        action = self._queue()
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        action.case_id._dispute(reason, self._receivables(disputed))
        self.assertLeft(action, 400.0, owed.name)

    def test_what_became_due_meanwhile_is_not_added(self):
        self._invoice(1000, late=20)
        action = self._queue()
        self._invoice(500, late=30)
        self.assertLeft(action, 1000.0)

    def test_complaint_24_only_the_instalment_that_was_due(self):
        self._invoice(1000, late=20, days=(0, 60))
        action = self._queue()
        self._payment_on_account(100)
        self.assertLeft(action, 400.0)

    # === WORDS AND DOCUMENTS === #

    def test_documents_are_made_again(self):
        invoice = self._invoice(1000, late=20)
        action = self._queue_with_statement()
        before = action.attachment_ids
        self._pay(invoice, 200)
        mail = self.assertLeft(action, 800.0)
        self.assertFalse(before.exists())
        self.assertEqual(len(action.attachment_ids), 1)
        [(name, content, _type)] = mail["attachments"]
        self.assertEqual(name, action.attachment_ids.name)
        self.assertEqual(content, action.attachment_ids.raw)

    def _queue_with_statement(self):
        self.scenario.step_ids[2].attach_statement = True
        action = self._queue()
        self.assertEqual(len(action.attachment_ids), 1)
        return action

    def test_text_changed_by_hand_goes_back_to_a_person(self):
        invoice = self._invoice(1000, late=20)
        action = self._queue_edited()
        self._pay(invoice, 200)
        self.assertFalse(self._leave(action))
        self.assertEqual(action.mail_id.state, "cancel")
        self.assertEqual((action.state, action.amount), ("to_validate", 800))
        self.assertTrue(action.needs_reading)
        self.assertIn("1,000 as agreed", action.body)
        action.body = "<p>Please pay 800.0 as agreed.</p>"
        action.action_approve()
        self.assertLeft(action, 800.0, "as agreed")

    def test_text_changed_by_hand_leaves_when_its_amount_holds(self):
        self._invoice(1000, late=20)
        action = self._queue_edited()
        [mail] = self._leave(action)
        self.assertIn("1,000 as agreed", mail["body"])

    def _queue_edited(self):
        action = self._actions(self.run_on(execute=False))
        action.body = "<p>You owe 1,000 as agreed.</p>"
        action._deliver_still_due()
        self.assertEqual(action.delivery_state, "queued")
        return action

    def test_what_waits_or_has_left_cannot_be_rewritten(self):
        self._invoice(1000, late=20)
        action = self._queue()
        with self.assertRaisesRegex(UserError, "already left"):
            action.body = "<p>Other words</p>"
        self.assertLeft(action, 1000.0)
        with self.assertRaisesRegex(UserError, "already left"):
            action.with_context(collection_outbox=True).body = "<p>Other words</p>"

    # === BY HAND === #

    def test_a_person_may_claim_less_than_the_minimum(self):
        self._invoice(9, late=20)
        self.scenario.step_ids[3].channel = "email"
        actions, _left_out = self._case()._prepare_follow_up()
        actions._deliver_still_due()
        self.assertLeft(actions, 9.0)

    # === SEVERAL MESSAGES === #

    def test_other_messages_to_the_debtor_keep_what_they_claim(self):
        paid, owed = self._invoice(500, late=20), self._invoice(300, late=20)
        self.scenario.grouping = "invoice"
        actions = self._queue()
        self._pay(paid)
        [mail] = self._leave(actions)
        self.assertIn(owed.name, mail["body"])
        states = {action.amount: action.state for action in actions}
        self.assertEqual(states, {500: "cancelled", 300: "sent"})

    def test_two_messages_of_a_day_about_other_items_do_not_mix(self):
        first = self._invoice(500, late=20)
        action = self._queue()
        second = self._invoice(300, late=20)
        self.scenario.step_ids[2].copy({"delay_days": 16})
        by_hand, _left_out = self._case()._prepare_follow_up()
        by_hand._deliver_still_due()
        self.assertEqual(by_hand.item_ids.move_id, first + second)
        self._leave(action + by_hand)
        self.assertEqual((action.amount, by_hand.amount), (500, 800))

    def test_credit_is_deducted_once_from_several_messages(self):
        self._invoice(500, late=40)
        self._invoice(300, late=20)
        self.scenario.grouping = "invoice"
        self.scenario.step_ids[3].channel = "email"
        actions = self._queue()
        self._credit_note(100)
        self.assertEqual(len(self._leave(actions)), 2)
        self.assertEqual(sorted(actions.mapped("amount")), [300, 400])

    def test_credit_is_not_given_twice_when_one_message_has_left(self):
        self._invoice(500, late=40)
        self._invoice(300, late=20)
        self.scenario.grouping = "invoice"
        self.scenario.step_ids[3].channel = "email"
        actions = self._queue()
        first = actions.filtered(lambda action: action.amount == 500)
        self._leave(first)
        self._credit_note(600)
        self._leave(actions - first)
        self.assertEqual((first.amount, (actions - first).amount), (500, 200))

    # === THE QUEUE === #

    @mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_batch")
    def test_complaint_12_one_failing_text_stops_nobody_else(self):
        broken = self._invoice(1000, late=20)
        sound = self._invoice(500, late=20, partner=self.other)
        run = self.run_on()
        action, other = self._actions(run), self._actions(run, self.other)
        self._pay(broken, 200)
        self._pay(sound, 100)
        self.template.body_html = (
            '<p>Please pay <t t-out="object.amount if object.partner_id.name == '
            f"'{self.other.name}' else 1 / 0\"/></p>"
        )
        self.assertEqual(len(self._leave(action + other)), 1)
        self.assertEqual((action.state, action.mail_id.state), ("failed", "cancel"))
        self.assertEqual((other.amount, other.delivery_state), (400, "handed_over"))

    def test_complaint_31_sent_again_by_the_queue_it_leaves_once(self):
        self._invoice(1000, late=20)
        action = self._queue()
        self.assertLeft(action, 1000.0)
        self.assertFalse(self._leave(action))

    def test_complaint_31_refused_mail_tried_again_looks_at_the_books(self):
        invoice = self._invoice(1000, late=20)
        action = self._queue()
        self._fail_mail(action)
        self.assertEqual(action.delivery_state, "refused")
        self._pay(invoice)
        action.mail_id.sudo().mark_outgoing()
        self.assertFalse(self._leave(action))
        self.assertEqual(action.mail_id.state, "cancel")

    def test_refused_mail_tried_again_leaves_when_still_due(self):
        invoice = self._invoice(1000, late=20)
        action = self._queue()
        self._fail_mail(action)
        self._pay(invoice, 200)
        action.mail_id.sudo().mark_outgoing()
        self.assertLeft(action, 800.0)

    def test_complaint_29_figures_do_not_depend_on_the_active_company(self):
        self._invoice(1000, late=20)
        action = self._queue()
        self._payment_on_account(250)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self._commit()
        with self.mock_mail_gateway():
            mails = action.mail_id.sudo()
            mails.with_context(allowed_company_ids=company.ids).send()
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(action.amount, 750)

    def test_mails_of_others_leave_as_ever(self):
        mail = self.env["mail.mail"].create(
            {"subject": "Lunch", "body_html": "<p>?</p>", "email_to": "a@example.com"}
        )
        self._invoice(1000, late=20)
        action = self._queue()
        with self.mock_mail_gateway():
            (mail + action.mail_id).sudo().send()
        self.assertEqual(len(self._mails), 2)

    def test_queries_do_not_grow_with_the_mails(self):
        debtors = [self._make_debtor(f"Atelier{number} Roux") for number in range(12)]
        for debtor in debtors:
            self._invoice(100, late=20, partner=debtor)
        actions = self.run_on().action_ids
        self.assertEqual(len(actions), 12)
        self._count_recheck_queries(actions[:1])
        few = self._count_recheck_queries(actions[1:3])
        many = self._count_recheck_queries(actions[3:])
        self.assertEqual(few, many)

    def test_complaint_31_replaced_by_a_letter_the_mail_stays(self):
        self._invoice(1000, late=20)
        self.scenario.step_ids[2].fallback_channel = "letter"
        action = self._queue()
        self._fail_mail(action)
        [letter] = self._actions(self.run_on(1))
        self.assertEqual(letter.channel, "letter")
        action.mail_id.sudo().mark_outgoing()
        self.assertFalse(self._leave(action))
        self.assertEqual((action.state, action.mail_id.state), ("failed", "cancel"))

    def test_server_that_is_down_is_not_the_fault_of_the_address(self):
        self._invoice(1000, late=20)
        self.scenario.step_ids[2].fallback_channel = "letter"
        action = self._queue()
        mail = action.mail_id.sudo()
        mail.write({"state": "exception", "failure_reason": "Connection refused"})
        mail._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual((action.state, action.delivery_state), ("sent", "queued"))
        self.assertEqual(mail.state, "outgoing", "tried again")
        self.assertFalse(self._actions(self.run_on(1)), "it has only to leave")
