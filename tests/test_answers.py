from odoo.tests import new_test_user, tagged

from .common import CollectionCommon
from .test_returned_mail import BOUNCE

MAIL = """From: %(sender)s
To: catchall@atelier.example
Subject: %(subject)s
Message-Id: <answer-%(number)s@example.com>
In-Reply-To: %(parent)s
References: %(parent)s
%(headers)sContent-Type: text/plain; charset=utf-8

%(body)s
"""
QUOTED = """The lamps were broken on arrival.

Le 12/03/2026 à 10:04, Atelier Lumière a écrit :
> Dear Menuiserie Garcin, please pay.
"""
READ = "l10n_fr_debt_collection.activity_type_read_answer"


@tagged("post_install", "-at_install")
class TestAnswers(CollectionCommon):
    """What debtors answer is read by a person before anything else leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env,
            "collector_of_answers",
            email="marc@atelier.example",
            groups="base.group_user,l10n_fr_debt_collection.group_collection_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(1000, late=20)
        self.action = self.assertAsks(self.run_on(), 1000)
        self.action.mail_id.sudo().state = "sent"
        self.case = self._case()
        self.case.user_id = self.collector
        self.number = 0

    def _answer(
        self, sender=None, body=QUOTED, action=None, subject="Re: x", **headers
    ):
        """Do what the mail gateway does with an answer to an action's e-mail."""
        self.number += 1
        mail = (action or self.action).mail_id.sudo()
        self.env["mail.thread"].message_process(
            "collection.case",
            MAIL
            % {
                "sender": sender or self.debtor.email,
                "parent": mail.message_id,
                "subject": subject,
                "number": self.number,
                "body": body,
                "headers": "".join(
                    f"{name.replace('_', '-')}: {value}\n"
                    for name, value in headers.items()
                ),
            },
        )

    def _tasks(self, case=None):
        activity_type = self.env.ref(READ)
        return (case or self.case).activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )

    def _answer_holds(self):
        return self.case.active_hold_ids.filtered(lambda hold: hold.reason == "answer")

    def assertNotAnswered(self):
        self.assertFalse(self.case.answer_pending)
        self.assertFalse(self._answer_holds())
        self.assertFalse(self._tasks())

    # === AN ANSWER === #

    def test_an_answer_marks_the_case_without_what_it_quotes(self):
        self._answer()
        self.assertTrue(self.case.answer_pending)
        self.assertEqual(self.case.answer_preview, "The lamps were broken on arrival.")
        self.assertEqual(self.case.answer_origin, "email")
        self.assertEqual(self.case.answer_contact_id, self.debtor)
        self.assertTrue(self.case.answer_date)

    def test_an_answer_pauses_the_whole_case_for_the_days_of_the_company(self):
        self.company.collection_answer_pause_days = 7
        self._answer()
        hold = self._answer_holds()
        self.assertEqual((hold.date_from, hold.date_to), (self.today, self._day(7)))
        self.assertFalse(hold.line_ids)
        self.case._review()
        self.assertEqual(self.case.state, "on_hold")
        self.assertAsksNothing(self.run_on(7), "hold_answer")

    def test_reminders_go_on_after_the_pause(self):
        self._answer()
        self._answer_holds()
        self.assertAsks(self.run_on(10), 1000, step=30)
        self.assertTrue(self.case.answer_pending, "still to be read")

    def test_the_collector_gets_one_task_and_further_answers_renew_it(self):
        self._answer()
        with self.freeze(self._day(3)):
            self._answer(body="And one was missing.")
            hold = self._answer_holds()
            self.assertEqual(len(hold), 1, "never stacked")
            self.assertEqual(hold.date_to, self._day(3 + 5))
        task = self._tasks()
        self.assertEqual(len(task), 1)
        self.assertEqual(task.user_id, self.collector)
        self.assertIn("one was missing", task.note)
        self.assertEqual(self.case.answer_preview, "And one was missing.")

    def test_without_a_pause_the_answer_is_shown_and_reminders_go_on(self):
        self.company.collection_answer_pause_days = 0
        self._answer()
        self.assertTrue(self.case.answer_pending)
        self.assertTrue(self._tasks())
        self.assertFalse(self._answer_holds())
        self.assertAsks(self.run_on(10), 1000, step=30)

    def test_another_contact_of_the_debtor_answers_on_the_same_case(self):
        payables = self.env["res.partner"].create(
            {
                "parent_id": self.debtor.id,
                "name": "Mme Blanc",
                "email": "blanc@garcin.example",
            }
        )
        self._answer(sender=payables.email)
        self.assertTrue(self.case.answer_pending)
        self.assertEqual(self.case.answer_contact_id, payables)
        self.assertIn("Mme Blanc", self._answer_holds().name)

    def test_an_unknown_sender_answers_too(self):
        self._answer(sender="Cabinet Roux <roux@conseil.example>")
        self.assertTrue(self.case.answer_pending)
        self.assertFalse(self.case.answer_contact_id)

    def test_d27_what_is_written_and_has_not_left_does_not_leave(self):
        self.scenario.step_ids.mode = "validate"
        waiting = self._actions(self.run_on(10))
        self.assertEqual(waiting.state, "to_validate")
        call = self.case._make_manual_action("phone")
        self._answer()
        self.assertEqual(waiting.state, "cancelled")
        self.assertIn("has answered", waiting.failure_reason)
        self.assertEqual(call.state, "todo", "calling answers an answer")

    def test_d27_a_mail_still_in_the_outbox_does_not_leave(self):
        self.scenario.step_ids[-1].channel = "email"
        queued = self._actions(self.run_on(10))
        self.assertEqual((queued.state, queued.mail_id.state), ("sent", "outgoing"))
        self._answer()
        queued.mail_id.sudo().send()
        self.assertEqual(queued.mail_id.state, "cancel")
        self.assertEqual(queued.state, "cancelled")
        self.assertIn("has answered", queued.failure_reason)
        self._answer_holds()._release()
        self.assertAsks(self.run_on(11), 1000, step=30)

    # === NO ANSWER === #

    def test_automatic_replies_are_kept_and_do_nothing(self):
        before = len(self.case.message_ids)
        self._answer(Auto_Submitted="auto-replied")
        self._answer(subject="Réponse automatique : votre facture")
        self._answer(Precedence="bulk")
        self.assertEqual(len(self.case.message_ids), before + 3)
        self.assertNotAnswered()

    def test_colleagues_and_own_addresses_do_nothing(self):
        self.scenario.step_ids[:1].signatory_email = "contentieux@atelier.example"
        for sender in (
            self.collector.email,
            self.company.email,
            "Contentieux <Contentieux@atelier.example>",
        ):
            with self.subTest(sender=sender):
                self._answer(sender=sender)
                self.assertNotAnswered()

    def test_what_the_house_writes_is_no_answer(self):
        self.case.message_post(body="He called", message_type="comment")
        self.assertNotAnswered()

    # === READ === #

    def test_read_keeps_the_pause(self):
        self._answer()
        self.case.with_user(self.collector).action_read_answer()
        self.assertFalse(self.case.answer_pending)
        self.assertFalse(self._tasks())
        self.assertTrue(self._answer_holds())

    def test_read_and_go_on_ends_the_pause(self):
        self._answer()
        self.case.with_user(self.collector).action_read_answer_and_go_on()
        self.assertNotAnswered()
        self.assertEqual(self.case.state, "open")

    def test_whoever_does_the_task_has_read_the_answer(self):
        self._answer()
        self._tasks().with_user(self.collector).action_feedback(feedback="Called back")
        self.assertFalse(self.case.answer_pending)

    def test_whoever_writes_back_to_the_debtor_has_read_the_answer(self):
        self._answer()
        self.case.with_user(self.collector).message_post(
            body="New lamps leave today",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.debtor.ids,
        )
        self.assertFalse(self.case.answer_pending)
        self.assertTrue(self._answer_holds())

    def test_a_note_between_colleagues_reads_nothing(self):
        self._answer()
        self.case.with_user(self.collector).message_post(
            body="Look", message_type="comment"
        )
        self.assertTrue(self.case.answer_pending)

    # === OTHER WAYS IN === #

    def test_d31_a_message_of_the_page_is_posted_and_marks_the_case(self):
        self.case._note_answer("Two <lamps> missing", self.debtor, origin="portal")
        message = self.case.message_ids[0]
        self.assertEqual(message.author_id, self.debtor)
        self.assertIn("Two &lt;lamps&gt; missing", message.body)
        self.assertTrue(self.case.answer_pending)
        self.assertEqual(self.case.answer_preview, "Two <lamps> missing")
        self.assertEqual(self.case.answer_origin, "portal")

    # === MERGE, ERASURE === #

    def test_the_answer_to_a_merged_case_lands_on_the_survivor(self):
        double = self._make_debtor("Garcin Double")
        self._invoice(500, late=20, partner=double)
        action = self._actions(self.run_on(1), double)
        self._answer(sender=double.email, action=action, body="Before the merge")
        self.assertFalse(self.case.answer_pending)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.debtor | double).ids, self.debtor
        )
        self._commit()
        self.env.invalidate_all()
        self.assertTrue(self.case.answer_pending)
        self.assertEqual(self.case.answer_preview, "Before the merge")
        self._answer(sender="double@example.com", action=action, body="After it")
        self.assertEqual(self.case.answer_preview, "After it")

    def test_screens_find_the_answers_to_read(self):
        self._answer()
        action = self.env.ref("l10n_fr_debt_collection.collection_case_answer_action")
        Case = self.env["collection.case"].with_user(self.collector)
        for view_id, kind in action._get_action_dict()["views"]:
            with self.subTest(kind=kind):
                self.assertIn("answer_pending", Case.get_view(view_id, kind)["arch"])
        self.assertIn(self.case, Case.search([("answer_pending", "=", True)]))

    # === WHAT DOES NOT ARRIVE === #

    def _bounce(self, action):
        self.env["mail.thread"].message_process(
            False,
            BOUNCE.format(
                number=1,
                email=action.recipient_address,
                action="failed",
                message_id=action.mail_id.sudo().message_id,
            ),
        )

    def test_complaint_09_blacklisted_address_fails_and_is_a_data_issue(self):
        debtor = self._make_debtor("Vitrerie Pons")
        self._invoice(700, late=20, partner=debtor)
        self.env["mail.blacklist"].sudo()._add(debtor.email)
        action = self.assertAsks(self.run_on(1), 700, partner=debtor)
        self.assertEqual(action.state, "failed")
        self.assertIn("blacklisted", action.failure_reason)
        self.assertFalse(action.mail_id, "nothing is queued")
        case = self._case(debtor)
        case._refresh_quality()
        self.assertIn("email_blacklist", case.issue_ids.mapped("code"))

    def test_complaint_10_a_bounce_after_sending_is_the_truth_of_the_action(self):
        self._bounce(self.action)
        self.assertEqual(self.action.state, "failed")
        self.assertEqual(self.action.outcome, "returned")
        self.assertEqual(self.action.delivery_state, "bounced")
        self.assertNotAnswered()
