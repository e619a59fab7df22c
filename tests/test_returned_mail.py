from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..tools import letter_reference
from .common import CollectionCommon

BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
To: bounce@atelier.example
Subject: Undelivered Mail Returned to Sender
Message-Id: <{number}.bounce@mx.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {email}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{email}>: Recipient address rejected:
 User unknown

--part
Content-Type: text/rfc822-headers

From: compta@atelier.example
To: {email}
Subject: Your account
Message-Id: {message_id}

--part--
"""


class ReturnedMailCommon(CollectionCommon):
    def _bounce(self, action, kind="failed", number=1):
        """Process the notification a mail server sends about an action's e-mail."""
        self.env["mail.thread"].message_process(
            False,
            BOUNCE.format(
                number=number,
                email=action.recipient_address,
                action=kind,
                message_id=action.mail_id.sudo().message_id,
            ),
        )

    def _tasks(self, what, partner=None):
        activity_type = self.env.ref(
            f"l10n_fr_debt_collection.activity_type_find_{what}"
        )
        return self._case(partner).activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )

    def _post_letters(self, count):
        """Return letters that have been posted, to so many debtors."""
        debtors = self.env["res.partner"].union(
            *(self._make_debtor(f"Client{n} SARL") for n in range(count))
        )
        for debtor in debtors:
            self._invoice(100, 31, debtor)
        letters = self.run_on().action_ids.filtered(
            lambda action: action.partner_id in debtors
        )
        letters.action_mark_posted()
        self.assertEqual(letters.mapped("channel"), ["letter"] * count)
        self.assertEqual(set(letters.mapped("state")), {"sent"})
        return letters

    def _scan(self, *typed, **values):
        form = Form(self.env["collection.returned.mail"])
        for name, value in values.items():
            form[name] = value
        for text in typed:
            form.scan = text
        return form.save()

    def _problems(self, wizard):
        return wizard.line_ids.mapped("problem")


@tagged("post_install", "-at_install")
class TestBounce(ReturnedMailCommon):
    """E-mails that a server sends back."""

    def setUp(self):
        super().setUp()
        self._invoice(100, 5)
        self.action = self._actions(self.run_on())
        self.assertEqual((self.action.channel, self.action.state), ("email", "sent"))

    def test_the_action_fails_with_what_the_server_said(self):
        self._bounce(self.action)
        self.assertEqual(self.action.state, "failed")
        self.assertIn("User unknown", self.action.failure_reason)
        self.assertIn("menuiserie@example.com", self.action.failure_reason)

    def test_the_address_is_not_used_any_more(self):
        self._bounce(self.action)
        self.assertTrue(self._case().review_pending)
        self.assertIn("bounces", self._case().reachability_note)
        again = self._actions(self.run_on(1))
        self.assertEqual(again.state, "failed")
        self.assertTrue(again.is_unreachable)

    def test_one_task_for_the_collector_however_many_bounces(self):
        self._bounce(self.action)
        self._bounce(self.action, number=2)
        tasks = self._tasks("email")
        self.assertEqual(len(tasks), 1)
        self.assertEqual(tasks.user_id, self.company.collection_user_id)

    def test_a_delay_is_no_failure(self):
        self._bounce(self.action, kind="delayed")
        self.assertEqual(self.action.state, "sent")
        self.assertFalse(self.debtor.message_bounce)
        self.assertFalse(self._tasks("email"))

    def test_a_new_address_is_tried(self):
        self._bounce(self.action)
        self.debtor.email = "compta@menuiserie.example"
        self.assertFalse(self.debtor.message_bounce)
        again = self._actions(self.run_on(1))
        self.assertEqual(again.state, "sent")

    def test_the_same_address_written_otherwise_still_bounces(self):
        self._bounce(self.action)
        self.debtor.email = "Menuiserie@Example.com "
        self.assertTrue(self.debtor.message_bounce)


@tagged("post_install", "-at_install")
class TestReturnedLetters(ReturnedMailCommon):
    """Letters that the post returns."""

    def test_scanning_a_pile(self):
        letters = self._post_letters(3)
        wizard = self._scan(*letters.mapped("letter_reference"))
        self.assertEqual(wizard.line_ids.action_id, letters)
        wizard.action_confirm()
        self.assertEqual(set(letters.mapped("state")), {"failed"})
        self.assertEqual(set(letters.mapped("outcome")), {"returned"})
        self.assertEqual(
            set(letters.partner_id.mapped("collection_letter_returned_reason")),
            {"npai"},
        )

    def test_a_reader_faster_than_the_screen_loses_nothing(self):
        one, two = self._post_letters(2).mapped("letter_reference")
        wizard = self._scan(one, one + two)
        self.assertEqual(wizard.line_ids.mapped("reference"), [one, two])

    def test_an_unknown_reference_stays_to_be_mended(self):
        letters = self._post_letters(2)
        good, other = letters.mapped("letter_reference")
        wrong = other[:-1] + str((int(other[-1]) + 1) % 10)
        unknown = letter_reference.make(987654)
        wizard = self._scan(good, wrong, unknown)
        self.assertEqual([bool(p) for p in self._problems(wizard)], [False, True, True])
        self.assertIn("reference", wizard.line_ids[1].problem)
        reopened = wizard.action_confirm()
        self.assertEqual(reopened["res_id"], wizard.id)
        self.assertEqual(wizard.line_ids.mapped("reference"), [wrong, unknown])
        self.assertEqual(letters[0].outcome, "returned")
        self.assertFalse(letters[1].outcome)

        wizard.line_ids[0].reference = other
        self.assertFalse(wizard.line_ids[0].problem)
        wizard.line_ids[1].unlink()
        wizard.action_confirm()
        self.assertEqual(letters[1].outcome, "returned")

    def test_nothing_known_is_refused(self):
        wizard = self._scan("rubbish")
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_a_letter_comes_back_once(self):
        letter = self._post_letters(1)
        self._scan(letter.letter_reference).action_confirm()
        again = self._scan(letter.letter_reference)
        self.assertIn("Already", again.line_ids.problem)

    def test_no_letter_goes_there_until_the_address_changes(self):
        letter = self._post_letters(1)
        debtor = letter.partner_id
        self._scan(letter.letter_reference).action_confirm()
        again = self._actions(self.run_on(1), debtor)
        self.assertEqual(again.state, "failed")
        self.assertIn("returned", again.failure_reason)
        self.assertEqual(len(self._tasks("address", debtor)), 1)

        debtor.street = debtor.street.upper() + ","
        self.assertTrue(debtor.collection_letter_returned_reason)
        debtor.street = "3 quai des Brumes"
        self.assertFalse(debtor.collection_letter_returned_reason)
        anew = self._actions(self.run_on(2), debtor)
        self.assertEqual((anew.channel, anew.state), ("letter", "todo"))

    def test_a_refused_letter_was_presented(self):
        letter = self._post_letters(1)
        self._scan(letter.letter_reference, reason="refused").action_confirm()
        self.assertEqual((letter.state, letter.outcome), ("sent", "returned"))
        self.assertFalse(letter.partner_id.collection_letter_returned_reason)
        self.assertFalse(self._tasks("address", letter.partner_id))
        messages = self._case(letter.partner_id).message_ids.mapped("body")
        self.assertTrue(any("Refused" in body for body in messages))

    def test_an_unclaimed_letter_leaves_a_doubt_only(self):
        letter = self._post_letters(1)
        self._scan(letter.letter_reference, reason="unclaimed").action_confirm()
        self.assertEqual(letter.state, "sent")
        self.assertEqual(
            letter.partner_id.collection_letter_returned_reason, "unclaimed"
        )
        channel = self.env["collection.channel.letter"]
        self.assertFalse(
            channel._get_problem(letter.partner_id, self._case(letter.partner_id))
        )

    def test_an_address_changed_meanwhile_is_not_blamed(self):
        letter = self._post_letters(1)
        letter.partner_id.street = "3 quai des Brumes"
        self._scan(letter.letter_reference).action_confirm()
        self.assertEqual(letter.state, "failed")
        self.assertFalse(letter.partner_id.collection_letter_returned_on)

    def test_a_letter_that_is_no_action_has_its_addressee_chosen(self):
        self._invoice(100, 5)
        wizard = self.env["collection.returned.mail"].create(
            {"line_ids": [Command.create({"partner_id": self.debtor.id})]}
        )
        wizard.action_confirm()
        self.assertEqual(self.debtor.collection_letter_returned_reason, "npai")
        self.assertEqual(len(self._tasks("address")), 1)

    def test_what_a_returned_letter_said_stays(self):
        letter = self._post_letters(1)
        self._scan(letter.letter_reference).action_confirm()
        with self.assertRaises(UserError):
            letter.body = "<p>Something else</p>"

    def test_a_letter_still_to_be_posted_has_been(self):
        debtor = self._make_debtor("Hâtive SARL")
        self._invoice(100, 31, debtor)
        letter = self._actions(self.run_on(), debtor)
        wizard = self.env["collection.returned.mail"].create(
            {"line_ids": [Command.create({"action_id": letter.id})]}
        )
        wizard.action_confirm()
        self.assertEqual((letter.state, letter.outcome), ("failed", "returned"))
        self.assertTrue(letter.sent_date)

    def test_a_pile_is_noted_at_once(self):
        few, many = self._count_queries(5), self._count_queries(40)
        self.assertLess(many, 2 * few, f"{few} queries for 5 letters, {many} for 40")

    def _count_queries(self, count):
        letters = self._post_letters(count)
        wizard = self._scan(" ".join(letters.mapped("letter_reference")))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wizard.action_confirm()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_letter_bears_its_reference_outside_the_window(self):
        from .test_documents import LETTER, WINDOW, Pdf

        letter = self._post_letters(1)
        pdf = Pdf(self.env["collection.pdf"]._render(LETTER, letter)[letter.id])
        left, top, right, bottom = pdf.box(letter.letter_reference)
        self.assertNotIn(letter.letter_reference, pdf.text_within(*WINDOW))
        self.assertLess(right, WINDOW[0])
        self.assertLess(bottom, 100)
        self.assertGreater(top, 60)
        self.assertAlmostEqual(left, 20, delta=1)

    def test_wrong_number_stops_calls_until_it_changes(self):
        self._invoice(100, 5)
        case = self._case()
        wizard = self.env["collection.outcome"].create(
            {"case_id": case.id, "outcome": "wrong_number"}
        )
        wizard.action_save()
        channel = self.env["collection.channel.phone"]
        self.assertIn("wrong number", channel._get_problem(self.debtor, case))
        self.assertEqual(len(self._tasks("phone")), 1)
        self.debtor.phone = "01.99.00.12.34"
        self.assertIn("wrong number", channel._get_problem(self.debtor, case))
        self.debtor.phone = "+33 1 99 00 55 66"
        self.assertFalse(channel._get_problem(self.debtor, case))
