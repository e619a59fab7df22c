import os
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools.postal.maileva import Maileva
from .common import CollectionCommon
from .postal_server import PostalServer
from .registry_server import ALLOWED_HOSTS, HOST

NUMBER = "1A12345678901"
OTHER_NUMBER = "1A12345678902"


class RegisteredLetterCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.step = cls.scenario.step_ids.filtered(lambda step: step.delay_days == 15)
        cls.step.channel = "registered_letter"
        cls.letters = cls.env["collection.registered.letter"]

    def _letter(self, partner=None):
        """Return the registered letter that a run makes."""
        self._invoice(1000, late=20, partner=partner)
        action = self.assertAsks(self.run_on(), 1000, partner=partner)
        self.assertEqual(action.channel, "registered_letter", action.failure_reason)
        return action.registered_letter_ids

    def _posted_letter(self):
        letter = self._letter()
        letter.tracking_number = NUMBER
        letter._note_posted(self.today)
        return letter


@tagged("post_install", "-at_install")
class TestRegisteredLetter(RegisteredLetterCommon):
    """Registered letters posted by hand."""

    def test_letter_waits_with_its_document(self):
        letter = self._letter()
        self.assertEqual((letter.state, letter.is_by_hand), ("to_post", True))
        self.assertEqual(letter.action_id.state, "todo")
        self.assertEqual(letter.action_id.attachment_ids.mimetype, "application/pdf")
        self.assertTrue(letter.action_id.letter_reference)

    def test_document_says_that_it_is_registered(self):
        action = self._letter().action_id
        html = self.env["ir.actions.report"]._render_qweb_html(
            action._letter_report(), action.ids
        )[0]
        self.assertIn(b"acknowledgement of receipt", html)
        ordinary = self.env["collection.action"].create(
            {"case_id": action.case_id.id, "channel": "letter", "date": self.today}
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            ordinary._letter_report(), ordinary.ids
        )[0]
        self.assertNotIn(b"acknowledgement of receipt", html)

    def test_unreachable_without_a_complete_address(self):
        self.debtor.zip = False
        self._invoice(1000, late=20)
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.state, "failed")
        self.assertFalse(action.registered_letter_ids)

    # === POSTING === #

    def test_numbers_are_scanned_one_after_the_other(self):
        letters = self._letter() | self._letter(self._make_debtor("Roux SARL"))
        action = letters.action_post()
        wizard = self.env["collection.posting"].browse(action["res_id"])
        with Form(wizard) as form:
            form.scan = "1a 123 456 7890 1"
            form.scan = NUMBER
            form.scan = OTHER_NUMBER
        self.assertEqual(
            wizard.line_ids.mapped("tracking_number"), [NUMBER, OTHER_NUMBER]
        )
        wizard.action_confirm()
        self.assertEqual(
            letters.sorted("id").mapped("tracking_number"),
            [
                NUMBER,
                OTHER_NUMBER,
            ],
        )
        self.assertEqual(set(letters.mapped("state")), {"posted"})
        self.assertEqual(set(letters.mapped("date_posted")), {self.today})
        self.assertEqual(set(letters.action_id.mapped("state")), {"sent"})
        self.assertEqual(
            set(letters.action_id.mapped("delivery_state")), {"handed_over"}
        )

    def test_letters_without_a_good_number_stay(self):
        letters = self._letter() | self._letter(self._make_debtor("Roux SARL"))
        wizard = self.env["collection.posting"].browse(letters.action_post()["res_id"])
        wizard.line_ids[0].tracking_number = "1A123"
        wizard.line_ids[1].tracking_number = NUMBER
        self.assertIn("13 or 15", wizard.line_ids[0].problem)
        wizard.action_confirm()
        self.assertEqual(set(letters.mapped("state")), {"to_post", "posted"})
        self.assertEqual(wizard.line_ids.tracking_number, "1A123")
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_number_is_used_once(self):
        self._posted_letter()
        other = self._letter(self._make_debtor("Roux SARL"))
        wizard = self.env["collection.posting"].browse(other.action_post()["res_id"])
        wizard.line_ids.tracking_number = NUMBER
        self.assertIn("Another letter", wizard.line_ids.problem)

    def test_mistyped_number_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "La Poste"):
            self._letter().tracking_number = "RK123456784FR"

    def test_all_letters_are_printed_at_once(self):
        letters = self._letter() | self._letter(self._make_debtor("Roux SARL"))
        wizard = self.env["collection.posting"].browse(letters.action_post()["res_id"])
        url = wizard.action_print()["url"]
        self.assertIn("/web/content/", url)

    def test_marking_the_action_as_posted_posts_the_letter(self):
        letter = self._letter()
        letter.action_id.action_mark_posted()
        self.assertEqual((letter.state, letter.date_posted), ("posted", self.today))

    def test_cancelled_action_takes_its_letter_along(self):
        letter = self._letter()
        letter.action_id.action_cancel()
        self.assertEqual(letter.state, "cancelled")

    def test_letter_cannot_be_deleted(self):
        with self.assertRaises(UserError):
            self._letter().unlink()

    # === WHAT BECOMES OF IT === #

    def test_delivered(self):
        letter = self._posted_letter()
        letter.action_note_presented()
        self.assertEqual(letter.date_presented, self.today)
        letter.action_note_delivered()
        self.assertEqual(
            (letter.state, letter.action_id.delivery_state), ("delivered", "delivered")
        )

    def test_unclaimed_is_valid_notice(self):
        letter = self._posted_letter()
        letter.action_id._note_returned("unclaimed", self.today)
        self.assertEqual(letter.state, "unclaimed")
        self.assertEqual(letter.action_id.state, "sent")
        self.assertEqual(letter.action_id.delivery_state, "unclaimed")
        self.assertAsksNothing(self.run_on(1), "no_step_reached")

    def test_refused_is_valid_notice(self):
        letter = self._posted_letter()
        letter.action_id._note_returned("refused", self.today)
        self.assertEqual((letter.state, letter.return_reason), ("returned", "refused"))
        self.assertEqual(letter.action_id.state, "sent")

    def test_unknown_at_the_address_fails_and_asks_for_another(self):
        letter = self._posted_letter()
        letter.action_id._note_returned("npai", self.today)
        self.assertEqual((letter.state, letter.return_reason), ("returned", "npai"))
        self.assertEqual(letter.action_id.state, "failed")
        task = self.env.ref("l10n_fr_debt_collection.activity_type_find_address")
        self.assertIn(task, self._case().activity_ids.activity_type_id)

    @mute_logger(
        "odoo.addons.l10n_fr_debt_collection.models.collection_registered_letter"
    )
    def test_what_came_back_was_not_delivered(self):
        letter = self._posted_letter()
        letter.action_id._note_returned("unclaimed", self.today)
        letter.action_note_delivered()
        self.assertEqual(letter.state, "unclaimed")

    def test_missing_receipt_is_asked_for_once(self):
        letter = self._posted_letter()
        self.company.collection_receipt_days = 10
        letter.date_posted = self.today - timedelta(days=10)
        self.letters._cron_ask_for_receipts()
        self.assertFalse(letter.activity_ids)
        letter.date_posted = self.today - timedelta(days=11)
        self.letters._cron_ask_for_receipts()
        self.letters._cron_ask_for_receipts()
        self.assertEqual(len(letter.activity_ids), 1)
        self.assertIn(NUMBER, letter.activity_ids.note)

    def test_letter_follows_its_case_on_a_merge(self):
        letter = self._posted_letter()
        target = self._make_debtor("Garcin et fils")
        self._invoice(50, late=20, partner=target)
        target_case = self._case(target)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.debtor | target).ids, target, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual(letter.case_id, target_case)
        self.assertEqual(letter.partner_id, target)

    def test_erasure_takes_the_proofs(self):
        letter = self._posted_letter()
        letter.receipt_proof = "JVBERi0="
        scope = self.env["collection.eraser"]._get_scope(self.debtor)
        self.env["collection.eraser"]._delete_rows(scope)
        self.assertFalse(letter.receipt_proof)
        self.assertFalse(letter.message_ids)
        self.assertEqual((letter.state, letter.tracking_number), ("posted", NUMBER))


@tagged("post_install", "-at_install")
class TestPostalProvider(RegisteredLetterCommon):
    """Registered letters that Maileva prints, posts and follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["collection.postal.provider"].create(
            {
                "name": "Maileva",
                "kind": "maileva",
                "login": "atelier",
                "password": "secret",
                "client_id": "id",
                "client_secret": "hush",
                "company_id": cls.company.id,
            }
        )
        cls.company.collection_postal_provider_id = cls.provider
        cls.company.partner_id.write(
            {"street": "1 quai Perrache", "zip": "69002", "city": "Lyon"}
        )

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(PostalServer())
        self.startPatcher(patch.dict(os.environ, {ALLOWED_HOSTS: HOST}))
        hosts = (self.server.url, self.server.url)
        self.startPatcher(
            patch.object(
                type(self.provider), "_get_maileva_hosts", lambda provider: hosts
            )
        )
        self.startPatcher(patch.object(Maileva, "calls_per_minute", 1_000_000))

    @property
    def account(self):
        return self.server.account

    def _send(self):
        self.letters._cron_send()

    def _follow(self):
        self.letters.search([("next_follow_at", "!=", False)]).write(
            {"next_follow_at": "2020-01-01 00:00:00"}
        )
        self.letters._cron_follow()

    def _sent_letter(self):
        letter = self._letter()
        self._send()
        self.assertEqual(letter.state, "submitted", letter.problem)
        return letter

    def _try_later(self, letter):
        letter.next_attempt_at = False
        self._send()

    # === SENDING === #

    def test_letter_is_sent_by_the_job(self):
        letter = self._letter()
        self.assertEqual((letter.state, letter.provider_id), ("to_post", self.provider))
        self.assertFalse(self.server.calls)
        self._send()
        self.assertEqual(self.account.submissions, [letter.provider_reference])
        self.assertEqual((letter.state, letter.action_id.state), ("submitted", "sent"))
        self.assertEqual(letter.action_id.delivery_state, "handed_over")
        sending = self.account.sendings[letter.provider_reference]
        self.assertEqual(sending["description"]["custom_id"], letter.provider_key)
        self.assertEqual(sending["recipient"]["address_line_1"], "Menuiserie Garcin")
        self.assertEqual(sending["recipient"]["address_line_6"], "69003 LYON")
        self.assertIn(b"%PDF", sending["documents"][0])

    def test_sent_letter_is_not_sent_again(self):
        self._sent_letter()
        self._send()
        self.assertEqual(len(self.account.submissions), 1)

    def test_complaint_30_lost_answer_does_not_send_twice(self):
        letter = self._letter()
        self.server.fail("/submit", status=504, after=True)
        self._send()
        self.assertEqual(letter.state, "to_post")
        self.assertIn("does not answer", letter.problem)
        self._try_later(letter)
        self.assertEqual(letter.state, "submitted")
        self.assertFalse(letter.problem)
        self.assertEqual(len(self.account.submissions), 1)

    def test_complaint_30_job_that_dies_on_the_way_sends_once(self):
        """Between draft and submission: the draft is replaced, one letter leaves."""
        letter = self._letter()

        def die(client, number, content):
            raise RuntimeError("killed")

        with patch.object(Maileva, "fill_draft", die), suppress(RuntimeError):
            self._send()
            self.fail("not killed")
        draft = letter.provider_reference
        self.assertTrue(draft, "known before the letter was complete")
        self._send()
        self.assertEqual(letter.state, "submitted")
        self.assertNotIn(draft, self.account.sendings)
        self.assertEqual(self.account.submissions, [letter.provider_reference])

    def test_complaint_30_job_that_dies_after_submission_sends_once(self):
        letter = self._letter()
        submit = Maileva.submit

        def submit_and_die(client, number):
            submit(client, number)
            raise RuntimeError("killed")

        with patch.object(Maileva, "submit", submit_and_die), suppress(RuntimeError):
            self._send()
            self.fail("not killed")
        self._send()
        self.assertEqual(letter.state, "submitted")
        self.assertEqual(len(self.account.submissions), 1)

    def test_letter_cancelled_at_the_last_moment_does_not_leave(self):
        letter = self._letter()
        create = Maileva.create_draft

        def create_and_cancel(client, content):
            letter.action_id.action_cancel()
            return create(client, content)

        with patch.object(Maileva, "create_draft", create_and_cancel):
            self._send()
        self.assertEqual(letter.state, "cancelled")
        self.assertFalse(self.account.sendings)

    def test_letter_that_may_have_left_is_not_cancelled(self):
        letter = self._letter()
        self.server.fail("/submit", status=504, after=True)
        self._send()
        letter.action_id.action_cancel()
        self.assertEqual((letter.state, letter.action_id.state), ("to_post", "todo"))
        self._try_later(letter)
        self.assertEqual(letter.state, "submitted")

    def test_payment_between_two_attempts_stops_the_letter(self):
        letter = self._letter()
        self.server.fail("/submit", status=503)
        self._send()
        self._pay(letter.action_id.item_ids.move_id)
        self._try_later(letter)
        self.assertEqual(letter.state, "cancelled")
        self.assertFalse(self.account.sendings)

    def test_complaint_24_who_has_paid_gets_no_letter(self):
        letter = self._letter()
        self._pay(letter.action_id.item_ids.move_id)
        self._send()
        self.assertEqual(
            (letter.state, letter.action_id.state), ("cancelled", "cancelled")
        )
        self.assertFalse(self.account.sendings)

    def test_complaint_24_letter_is_made_anew_for_what_is_left(self):
        letter = self._letter()
        before = letter.action_id.attachment_ids
        self._pay(letter.action_id.item_ids.move_id, 400)
        self._send()
        self.assertEqual(letter.state, "submitted", letter.problem)
        self.assertEqual(letter.action_id.amount, 600)
        self.assertFalse(before.exists())
        self.assertEqual(len(letter.action_id.attachment_ids), 1)

    # === WHAT GOES WRONG === #

    def test_refused_letter_is_a_failed_action(self):
        letter = self._letter()
        body = {"errors": [{"code": "INVALID_ADDRESS_LINE_6", "message": "?"}]}
        self.server.fail("/recipients", status=400, body=body)
        self._send()
        self.assertEqual((letter.state, letter.action_id.state), ("failed", "failed"))
        self.assertIn("postcode", letter.problem)
        self.assertEqual(letter.action_id.delivery_state, "refused")
        self.assertFalse(self.account.submissions)

    def test_refused_account_is_tried_once_for_all_letters(self):
        letters = self._letter() | self._letter(self._make_debtor("Roux SARL"))
        self.account.password = "changed"
        self._send()
        self.assertEqual(self.server.count("openid-connect/token"), 1)
        self.assertEqual(set(letters.mapped("state")), {"to_post"})
        self.assertTrue(all(letters.mapped("next_attempt_at")))
        self.assertIn("password", "".join(filter(None, letters.mapped("problem"))))

    def test_pauses_grow(self):
        letter = self._letter()
        pauses = []
        for count in (1, 2, 3, 20):
            letter.attempt_count = count
            pauses.append(letter._get_pause())
        self.assertEqual(pauses[1], 2 * pauses[0])
        self.assertEqual(pauses[2], 2 * pauses[1])
        self.assertEqual(pauses[3], timedelta(days=1))

    def test_country_it_does_not_serve_is_posted_by_hand(self):
        debtor = self._make_debtor(
            "Dupont SPRL", country_id=self.env.ref("base.be").id, zip="1000"
        )
        letter = self._letter(debtor)
        self.assertTrue(letter.is_by_hand)
        self.assertIn("by hand", letter.problem)

    def test_incomplete_account_is_posted_by_hand(self):
        self.provider.client_secret = False
        letter = self._letter()
        self.assertTrue(letter.is_by_hand)
        self.assertIn("not complete", letter.problem)

    def test_letter_of_the_provider_is_not_for_a_person_to_post(self):
        with self.assertRaisesRegex(UserError, "Maileva"):
            self._letter().action_id.action_mark_posted()

    def test_account_can_be_tried(self):
        self.assertEqual(self.provider.action_try()["params"]["type"], "success")
        self.account.password = "changed"
        answer = self.provider.action_try()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertNotIn("secret", answer["message"])

    def test_password_goes_to_known_hosts_only(self):
        fields = self.provider._fields
        for name in ("login", "password", "client_id", "client_secret"):
            self.assertEqual(fields[name].groups, "base.group_system")
        self.assertFalse({"url", "base_url"} & set(fields))

    # === FOLLOWING === #

    def test_letter_is_followed_to_its_receipt(self):
        letter = self._sent_letter()
        number = letter.provider_reference
        place = f"/sendings/{number}/recipients/R1/download_deposit_proof"
        self.account.move(number, "DELIVERING", deposit_proof_url=place)
        self._follow()
        self.assertEqual(letter.state, "posted")
        self.assertEqual(str(letter.date_posted), "2026-11-20")
        self.assertEqual(len(letter.tracking_number), 13)
        self.assertTrue(letter.posting_proof)
        receipt = place.replace("deposit_proof", "acknowledgement_of_receipt")
        self.account.move(number, "DELIVERED", acknowledgement_of_receipt_url=receipt)
        self._follow()
        self.assertEqual(letter.state, "delivered")
        self.assertEqual(letter.action_id.delivery_state, "delivered")
        self.assertTrue(letter.receipt_proof)

    def test_unknown_addressee_comes_back(self):
        letter = self._sent_letter()
        self.account.move(
            letter.provider_reference, "UNDELIVERED", undelivered_mail_reason="N02"
        )
        self._follow()
        self.assertEqual((letter.state, letter.return_reason), ("returned", "npai"))
        self.assertEqual(letter.action_id.state, "failed")
        self.assertTrue(self.debtor.collection_letter_returned_on)

    def test_unclaimed_letter_stays_sent(self):
        letter = self._sent_letter()
        self.account.move(
            letter.provider_reference, "UNDELIVERED", undelivered_mail_reason="N03"
        )
        self._follow()
        self.assertEqual((letter.state, letter.action_id.state), ("unclaimed", "sent"))
        self.assertFalse(letter.next_follow_at)

    def test_rejected_by_the_provider(self):
        letter = self._sent_letter()
        self.account.reject(letter.provider_reference, "Solde insuffisant")
        self._follow()
        self.assertEqual((letter.state, letter.action_id.state), ("failed", "failed"))
        self.assertIn("Solde insuffisant", letter.action_id.failure_reason)

    def test_silent_provider_is_asked_again(self):
        letter = self._sent_letter()
        self.server.fail(letter.provider_reference, status=503)
        self._follow()
        self.assertEqual(letter.state, "submitted")
        self.assertIn("does not answer", letter.problem)
        self.assertTrue(letter.next_follow_at)
