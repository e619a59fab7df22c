from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

RUN_LOGGER = "odoo.addons.l10n_fr_debt_collection.models.collection_run"

REPLY = """From: %(sender)s
To: catchall@atelier.example
Subject: Re: Your account
Message-Id: <reply-1@example.com>
In-Reply-To: %(parent)s
References: %(parent)s
Content-Type: text/plain; charset=utf-8

The lamps were broken on arrival.
"""


@tagged("post_install", "-at_install")
class TestChannels(CollectionCommon):
    """Whom a channel reaches, what leaves, and what becomes of it."""

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(1000, late=20)
        self.step = self.scenario.step_ids.filtered(lambda step: step.delay_days == 15)

    def _contact(self, **values):
        return self.env["res.partner"].create(
            {"parent_id": self.debtor.id, "name": "Contact", **values}
        )

    # === RECIPIENT === #

    def test_payables_contact_goes_first(self):
        self._contact(type="invoice", email="factures@example.com")
        payables = self._contact(collection_role="payables", email="compta@example.com")
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.recipient_id, payables)
        self.assertEqual(action.mail_id.recipient_ids, payables)

    def test_invoicing_address_comes_before_the_company(self):
        invoicing = self._contact(type="invoice", email="factures@example.com")
        self.assertEqual(self.assertAsks(self.run_on(), 1000).recipient_id, invoicing)

    def test_unusable_address_is_passed_over(self):
        self._contact(collection_role="payables", email="compta at example.com")
        self.assertEqual(self.assertAsks(self.run_on(), 1000).recipient_id, self.debtor)

    def test_blacklisted_address_falls_back_to_the_second_channel(self):
        self.step.fallback_channel = "letter"
        self.env["mail.blacklist"].sudo()._add(self.debtor.email)
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual((action.channel, action.state), ("letter", "todo"))

    def test_bouncing_address_is_not_used(self):
        self.debtor.message_bounce = 3
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.state, "failed")
        self.assertTrue(action.is_unreachable)
        self.assertIn("bounces", action.failure_reason)

    def test_unreachable_debtor_is_listed_and_no_mail_is_made(self):
        self.debtor.email = False
        run = self.run_on()
        action = self.assertAsks(run, 1000)
        self.assertEqual(action.state, "failed")
        self.assertFalse(action.mail_id)
        self.assertTrue(self._case().is_unreachable)
        self.assertIn("unreachable", self._reasons(run))

    def test_debtor_reached_again_loses_the_mark(self):
        self.debtor.email = False
        self.run_on()
        self.debtor.email = "again@example.com"
        self.assertEqual(self.assertAsks(self.run_on(1), 1000).state, "sent")
        self.assertFalse(self._case().is_unreachable)

    def test_letter_without_a_complete_address_is_refused(self):
        self.step.channel = "letter"
        self.debtor.write({"street": False, "zip": False})
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.state, "failed")
        self.assertIn("postcode", action.failure_reason)

    # === E-MAIL === #

    def test_mail_is_in_the_queue_and_in_the_chatter(self):
        action = self.assertAsks(self.run_on(), 1000)
        mail = action.mail_id
        self.assertEqual(mail.state, "outgoing")
        self.assertFalse(mail.auto_delete)
        self.assertIn(mail.mail_message_id, self._case().message_ids)
        self.assertIn(self.invoice.name, mail.body_html)
        self.assertIn("Dear Menuiserie Garcin", mail.body_html)
        self.assertEqual(action.subject, mail.subject)

    def test_department_signs_with_its_own_address(self):
        self.step.write(
            {
                "signatory": "role",
                "signatory_name": "Service contentieux",
                "signatory_email": "contentieux@atelier.example",
            }
        )
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(
            action.mail_id.email_from,
            '"Service contentieux" <contentieux@atelier.example>',
        )
        self.assertIn("Service contentieux", action.mail_id.body_html)

    def test_failed_mail_is_a_failed_action_and_the_step_is_taken_again(self):
        action = self.assertAsks(self.run_on(), 1000)
        self._fail_mail(action)
        self.assertEqual(action.state, "failed")
        self.assertIn("550", action.failure_reason)
        self.assertAsks(self.run_on(1), 1000, step=15)

    def test_mail_sent_after_all_is_a_sent_action(self):
        action = self.assertAsks(self.run_on(), 1000)
        self._fail_mail(action)
        mail = action.mail_id.sudo()
        mail.write({"state": "sent", "failure_reason": False})
        mail._postprocess_sent_message(action.recipient_id.ids, [])
        self.assertEqual(action.state, "sent")
        self.assertFalse(action.failure_reason)

    def test_cancelled_mail_is_a_failed_action(self):
        action = self.assertAsks(self.run_on(), 1000)
        action.mail_id.sudo().cancel()
        self.assertEqual(action.state, "failed")

    def test_step_to_validate_waits_for_a_person(self):
        self.step.mode = "validate"
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.state, "to_validate")
        self.assertFalse(action.mail_id)
        action.action_approve()
        self.assertEqual(action.state, "sent")
        self.assertTrue(action.mail_id)

    def test_approving_what_has_been_paid_cancels_it(self):
        self.step.mode = "validate"
        action = self.assertAsks(self.run_on(), 1000)
        self._pay(self.invoice)
        action.action_approve()
        self.assertEqual(action.state, "cancelled")
        self.assertFalse(action.mail_id)

    def test_skipped_step_is_not_proposed_again(self):
        self.step.mode = "validate"
        self.assertAsks(self.run_on(), 1000).action_skip()
        self.assertFalse(self._actions(self.run_on(1)))
        self.assertAsks(self.run_on(10), 1000, step=30)

    def test_cancelled_step_is_proposed_again(self):
        self.step.mode = "validate"
        self.assertAsks(self.run_on(), 1000).action_cancel()
        self.assertAsks(self.run_on(1), 1000, step=15)

    def test_edited_text_is_what_leaves(self):
        run = self.run_on(execute=False)
        action = self.assertAsks(run, 1000)
        action.action_edit_text()
        action.body = "<p>Words of my own</p>"
        run.action_execute()
        self.assertEqual(action.state, "sent")
        self.assertIn("Words of my own", action.mail_id.body_html)

    def test_edited_text_about_another_amount_is_read_again(self):
        run = self.run_on(execute=False)
        action = self.assertAsks(run, 1000)
        action.action_edit_text()
        action.body = "<p>You owe us 1000</p>"
        self._pay(self.invoice, 400)
        run.action_execute()
        self.assertEqual(action.state, "to_validate")
        self.assertTrue(action.needs_reading)

    def test_edited_text_is_not_approved_about_another_amount(self):
        self.step.mode = "validate"
        action = self.assertAsks(self.run_on(), 1000)
        action.action_edit_text()
        action.body = "<p>You owe us 1000</p>"
        self._pay(self.invoice, 400)
        action.action_approve()
        self.assertEqual((action.state, action.amount), ("to_validate", 600))
        action.action_approve()
        self.assertEqual(action.state, "sent")

    def test_edited_text_is_not_sent_by_hand_about_another_amount(self):
        case = self._case()
        wizard = self.env["collection.follow.up"].browse(
            case.action_follow_up()["res_id"]
        )
        wizard.action_ids.action_edit_text()
        wizard.action_ids.body = "<p>You owe us 1000</p>"
        self._pay(self.invoice, 400)
        wizard.action_send()
        self.assertEqual(wizard.action_ids.state, "to_validate")
        self.assertFalse(wizard.action_ids.mail_id)

    def test_what_was_sent_cannot_be_edited_or_deleted(self):
        action = self.assertAsks(self.run_on(), 1000)
        with self.assertRaises(UserError):
            action.body = "<p>Never said</p>"
        with self.assertRaises(UserError):
            action.unlink()

    def test_invoice_copies_are_those_of_this_debtor_only(self):
        other = self._make_debtor("Autre SARL")
        theirs = self._invoice(77, late=20, partner=other)
        self.step.attach_invoices = True
        run = self.run_on()
        names = self._actions(run).mail_id.attachment_ids.mapped("name")
        self.assertEqual(len(names), 1)
        self.assertIn(self.invoice.name.replace("/", "_"), names[0])
        self.assertNotIn(theirs.name.replace("/", "_"), names[0])

    def test_reply_lands_on_the_case(self):
        action = self.assertAsks(self.run_on(), 1000)
        self.env["mail.thread"].message_process(
            "collection.case",
            REPLY
            % {
                "sender": self.debtor.email,
                "parent": action.mail_id.message_id,
            },
        )
        reply = self._case().message_ids[0]
        self.assertIn("The lamps were broken", reply.body)
        self.assertEqual(reply.author_id, self.debtor)
        self.assertEqual(reply.message_type, "email")

    # === PHONE === #

    def _phone_run(self, days=0):
        self.step.channel = "phone"
        return self.run_on(days)

    def test_call_is_an_activity_of_the_collector(self):
        action = self.assertAsks(self._phone_run(), 1000)
        self.assertEqual(action.state, "todo")
        self.assertEqual(action.activity_id.user_id, self.company.collection_user_id)
        self.assertIn(action.activity_id, self._case().activity_ids)

    def test_closing_the_activity_closes_the_call(self):
        action = self.assertAsks(self._phone_run(), 1000)
        action.activity_id.action_feedback(feedback="Will pay on Friday")
        self.assertEqual((action.state, action.outcome), ("done", "done"))
        self.assertEqual(action.outcome_note, "Will pay on Friday")

    def test_outcome_closes_the_activity_and_may_hold_the_case(self):
        action = self.assertAsks(self._phone_run(), 1000)
        wizard = self.env["collection.outcome"].create(
            {
                "action_id": action.id,
                "case_id": action.case_id.id,
                "outcome": "promised",
                "note": "1 000 on Friday",
                "wait_until": self._day(12),
            }
        )
        wizard.action_save()
        self.assertEqual((action.state, action.outcome), ("done", "promised"))
        self.assertFalse(self._case().activity_ids)
        self.assertAsksNothing(self.run_on(10), "hold_manual")
        self.assertAsks(self.run_on(13), 1000, step=30)

    def test_call_without_a_collector_is_reported(self):
        self.company.collection_user_id = False
        action = self.assertAsks(self._phone_run(), 1000)
        self.assertEqual(action.state, "failed")
        self.assertIn("collector", action.failure_reason)

    def test_call_nobody_made_expires_and_the_scenario_goes_on(self):
        self.step.expiry_days = 5
        action = self.assertAsks(self._phone_run(), 1000)
        self.assertAsksNothing(self.run_on(5), "action_pending")
        self.assertAsks(self.run_on(10), 1000, step=30)
        self.assertEqual((action.state, action.outcome), ("done", "expired"))

    # === LETTER === #

    def test_letter_waits_until_it_is_posted(self):
        self.step.channel = "letter"
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.state, "todo")
        self.assertEqual(action.attachment_ids.mimetype, "application/pdf")
        action.action_mark_posted()
        self.assertEqual(action.state, "sent")
        self.assertTrue(action.sent_date)

    # === ONE FAILS, THE OTHERS GO === #

    @mute_logger(RUN_LOGGER)
    def test_failing_debtor_stops_nobody_else(self):
        broken = self._make_debtor("Broken SARL")
        self._invoice(500, late=20, partner=broken)
        self.template.body_html = (
            '<p t-if="object.partner_id.name == \'Broken SARL\'" t-out="1 / 0"/>'
            "<p>Dear customer</p>"
        )
        run = self.run_on()
        self.assertEqual(self._actions(run).state, "sent")
        failed = self._actions(run, broken)
        self.assertEqual(failed.state, "failed")
        self.assertIn("error", self._reasons(run, broken))
        self.assertEqual(run.state, "done")
        self.assertIn("failed", self._case(broken).message_ids[0].body)

    @mute_logger(RUN_LOGGER)
    def test_error_while_deciding_marks_only_the_case_it_belongs_to(self):
        action_model = type(self.env["collection.action"])
        settle = action_model._settle
        other = self._make_debtor("Autre SARL")
        self._invoice(500, late=20, partner=other)
        run = self.run_on(execute=False)

        def fail_for_other(actions, decisions):
            if other in actions.partner_id:
                raise ValueError("boom")
            return settle(actions, decisions)

        with patch.object(action_model, "_settle", fail_for_other):
            run.action_execute()
        self.assertEqual(self._actions(run).state, "sent")
        self.assertEqual(self._actions(run, other).state, "failed")
