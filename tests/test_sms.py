from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from ..tools.text_messages import measure
from .common import CollectionCommon

MOBILE = "+33 6 12 34 56 78"
PROVIDER = "odoo.addons.sms.tools.sms_api.SmsApi._send_sms_batch"
LINK = "https://compta.atelier.example/c/2w2hHiqFB6hu1MoRuel7Rfl3"


@tagged("post_install", "-at_install")
class TestSms(CollectionCommon):
    """Text messages: to whom, in which words, when, and what becomes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.phone = MOBILE
        cls.words = cls.env["sms.template"].create(
            {
                "name": "Words",
                "model_id": cls.env["ir.model"]._get_id("collection.action"),
                "lang": "{{ object.lang }}",
                "body": "{{ object.company_id.name }}: please pay "
                "{{ format_amount(object.amount, object.currency_id) }}",
            }
        )
        cls.step = cls.scenario.step_ids.filtered(lambda step: step.delay_days == 15)
        cls.step.write({"channel": "sms", "sms_template_id": cls.words.id})

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(1000, late=20)
        self.sent = []

    def _sms(self):
        """Return the action of a run by text message."""
        return self.assertAsks(self.run_on(), 1000)

    @contextmanager
    def _queue(self, answer="success", opening=None, now=None):
        """Play the provider, who answers ``answer``, and the hours of the debtors."""

        def send(api, messages, delivery_reports_url=False):
            self.sent += [message["content"] for message in messages]
            return [
                {"uuid": number["uuid"], "state": answer}
                for message in messages
                for number in message["numbers"]
            ]

        def get_openings(channel, contacts, moment):
            return {contact.id: opening or moment for contact in contacts}

        channel = type(self.env["collection.channel.sms"])
        with (
            patch(PROVIDER, send),
            patch.object(channel, "_get_openings", get_openings),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
        ):
            self.env["sms.sms"].sudo()._process_queue()
            yield
        self.env.invalidate_all()

    def _report(self, action, error="", state=""):
        """Do what the report of a provider does."""
        tracker = (
            self.env["sms.tracker"].sudo().search([("sms_uuid", "=", action.sms_uuid)])
        )
        if error:
            tracker._action_update_from_provider_error(error)
        else:
            tracker._action_update_from_sms_state(state)

    # === TO WHOM === #

    def test_only_mobiles_that_wish_it_are_written_to(self):
        channel = self.env["collection.channel.sms"]
        case = self._case()
        for values, words in (
            ({"phone": False}, "no phone number"),
            ({"phone": "+33 4 72 00 00 01"}, "no mobile number"),
            ({"phone": MOBILE, "collection_phone_wrong_on": self.today}, "wrong"),
            ({"phone": MOBILE, "collection_sms_opt_out": True}, "no text messages"),
        ):
            contact = self.env["res.partner"].create(
                {"name": "Compta", "country_id": self.env.ref("base.fr").id, **values}
            )
            self.assertIn(words, channel._get_problem(contact, case))
        self.assertFalse(channel._get_problem(self.debtor, case))

    def test_blacklisted_number_falls_back(self):
        self.env["phone.blacklist"].sudo().add(self.debtor.phone_sanitized)
        with self.step_values(self.step, fallback_channel="email"):
            self.assertEqual(self._sms().channel, "email")

    def test_opting_out_is_dated(self):
        self.debtor.collection_sms_opt_out = True
        self.assertEqual(self.debtor.collection_sms_opt_out_on, self.today)
        self.debtor.collection_sms_opt_out = False
        self.assertFalse(self.debtor.collection_sms_opt_out_on)

    # === WORDS === #

    def test_step_needs_its_words(self):
        with self.assertRaisesRegex(ValidationError, "choose its words"):
            self.step.sms_template_id = False

    def test_message_waits_in_the_queue_and_is_in_the_chatter(self):
        action = self._sms()
        message = action.sms_id.sudo()
        self.assertEqual((action.state, action.channel), ("sent", "sms"))
        self.assertEqual((message.state, message.number), ("outgoing", "+33612345678"))
        self.assertEqual(action.delivery_state, "queued")
        self.assertIn("please pay", message.body)
        self.assertTrue(measure(message.body).is_gsm)
        self.assertIn(message.mail_message_id, self._case().message_ids)
        self.assertEqual(message.mail_message_id.message_type, "sms")

    def test_length_and_cost_are_shown(self):
        action = self._sms()
        characters = measure(action.sms_id.sudo().body).characters
        self.assertIn(f"{characters} characters, 1 message", action.sms_size)
        self.assertIn("0.10", action.sms_size.replace(",", "."))

    def test_edited_words_are_what_leaves(self):
        run = self.run_on(execute=False)
        action = self.assertAsks(run, 1000)
        action.action_edit_text()
        action.body = "<p>Call me, please: 04&nbsp;72 &amp; ask for Claire</p>"
        run.action_execute()
        self.assertEqual(
            action.sms_id.sudo().body, "Call me, please: 04 72 & ask for Claire"
        )

    def test_shipped_words_make_one_message(self):
        run = self.run_on(execute=False)
        action = self.assertAsks(run, 1000)
        self.company.name = "Atelier du Rhône et fils"
        portal = type(self.env["collection.action"])
        for kind in ("before_due", "oversight", "call"):
            template = self.env.ref(f"l10n_fr_debt_collection.sms_template_{kind}")
            for debtor_type in ("business", "consumer"):
                action.case_id.debtor_type = debtor_type
                self.step.sms_template_id = template
                with patch.object(portal, "_get_debtor_url", lambda action: LINK):
                    body = action._to_sms_text(action._render_texts()[action.id][1])
                size = measure(body)
                self.assertEqual(size.parts, 1, body)
                self.assertTrue(size.is_gsm, body)
                self.assertIn(LINK, body)
                self.assertEqual("STOP" in body, debtor_type == "consumer")

    # === WHEN === #

    def test_message_outside_hours_waits(self):
        action = self._sms()
        message = action.sms_id.sudo()
        with self.freeze("2026-11-23 05:00:00"):
            opening = self.env.cr.now().replace(hour=9, minute=0, second=0)
            with self._queue(opening=opening):
                self.assertEqual(message.state, "waiting")
                self.assertEqual(message.collection_send_after, opening)
        self.assertFalse(self.sent)
        self.assertEqual(action.delivery_state, "queued")
        with self.freeze(opening), self._queue():
            self.assertEqual(len(self.sent), 1)

    def test_hours_are_those_of_the_debtor(self):
        channel = self.env["collection.channel.sms"]
        monday = (
            self.env["res.partner"]
            ._fields["create_date"]
            .to_datetime("2026-11-23 07:00:00")
        )
        opening = channel._get_openings(self.debtor, monday)[self.debtor.id]
        self.assertEqual(opening.hour, 9, "10 o'clock in Paris, in winter")

    # === STILL DUE === #

    def test_complaint_24_who_has_paid_receives_nothing(self):
        action = self._sms()
        self._pay(self.invoice)
        with self._queue():
            pass
        self.assertFalse(self.sent)
        self.assertEqual(action.state, "cancelled")
        self.assertEqual(action.sms_id.sudo().state, "canceled")

    def test_complaint_24_who_has_paid_in_part_reads_the_rest(self):
        action = self._sms()
        self._pay(self.invoice, 400)
        with self._queue():
            pass
        self.assertIn("600", self.sent[0])
        self.assertEqual((action.state, action.amount), ("sent", 600))

    def test_who_opts_out_meanwhile_receives_nothing(self):
        action = self._sms()
        self.debtor.collection_sms_opt_out = True
        with self._queue():
            pass
        self.assertFalse(self.sent)
        self.assertEqual(action.state, "failed")
        self.assertIn("no text messages", action.failure_reason)

    # === WHAT BECOMES OF IT === #

    def test_handed_over_is_not_delivered(self):
        action = self._sms()
        with self._queue():
            pass
        self.assertEqual(action.delivery_state, "handed_over")
        self._report(action, state="sent")
        self.assertEqual(action.delivery_state, "delivered")

    def test_late_report_does_not_undo_delivery(self):
        action = self._sms()
        self._report(action, state="sent")
        self._report(action, state="pending")
        self.assertEqual(action.delivery_state, "delivered")

    def test_refused_message_is_a_failed_action(self):
        action = self._sms()
        with self._queue("insufficient_credit"):
            pass
        self.assertEqual((action.state, action.delivery_state), ("failed", "refused"))
        self.assertIn("Insufficient Credit", action.failure_reason)
        self.assertFalse(self.debtor.collection_phone_wrong_on)

    def test_number_nobody_has_is_looked_for(self):
        action = self._sms()
        with self._queue():
            pass
        self._report(action, error="invalid_destination")
        self.assertEqual((action.state, action.delivery_state), ("failed", "bounced"))
        self.assertTrue(self.debtor.collection_phone_wrong_on)
        task = self.env.ref("l10n_fr_debt_collection.activity_type_find_phone")
        self.assertIn(task, self._case().activity_ids.activity_type_id)

    def test_message_sent_after_all_is_a_sent_action(self):
        action = self._sms()
        with self._queue("server_error"):
            pass
        self.assertEqual(action.state, "failed")
        self._report(action, state="pending")
        self.assertEqual((action.state, action.failure_reason), ("sent", False))

    def test_cancelled_message_is_a_failed_action(self):
        action = self._sms()
        action.sms_id.sudo().action_set_canceled()
        self.assertEqual(action.state, "failed")

    def test_collector_sends_what_he_may_not_write(self):
        collector = new_test_user(
            self.env,
            "colin",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
        )
        with self.step_values(self.step, mode="validate"):
            action = self._sms()
            action.with_user(collector).action_approve()
        self.assertEqual(action.state, "sent")
        self.assertTrue(action.sms_id)
