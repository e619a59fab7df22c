import smtplib
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import html2plaintext

from .hostile_words import EVALUATED, NAME, HostileWords
from .sink_common import Sink, start_sink
from .test_formal_notice import REPORT, FormalNoticeCommon

AGREEMENT = "l10n_fr_debt_collection.collection_plan_report"


@tagged("post_install", "-at_install")
class TestSecurityWords(HostileWords, FormalNoticeCommon):
    """What debtors are called and write stays text wherever it comes out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.write({"name": NAME, "street": NAME})

    def test_words_in_a_mail_stay_text(self):
        self._invoice(1000, late=20, ref=NAME)
        action = self._actions(self.run_on())
        content = action._render_mails()[action.id]
        self._assert_shown_as_text(content)
        self.assertNotIn(EVALUATED, action.subject)

    def test_a_break_in_a_name_adds_no_header(self):
        self.debtor.name = "Atelier\r\nBcc: spy@example.com\r\n\r\nDear all"
        self._invoice(1000, late=20)
        action = self._actions(self.run_on())
        action.mail_id.sudo().subject = f"Your account, {self.debtor.name}"
        sink = Sink()
        self._send(action.mail_id.sudo(), start_sink(type(self), sink))
        [(recipients, message)] = sink.messages
        self.assertEqual(recipients, [self.debtor.email])
        self.assertNotIn("Bcc", message)
        self.assertIn("Atelier Bcc: spy@example.com Dear all", message["To"])
        self.assertIn("Your account, Atelier", message["Subject"])
        self.assertIn("1,000.00", message.get_body(("html",)).get_content())

    def _send(self, mail, port):
        servers = type(self.env["ir.mail_server"])
        self._commit()
        with (
            patch.object(servers, "_disable_send", lambda *_args: False),
            patch.object(
                servers,
                "_connect__",
                lambda *_args, **_options: smtplib.SMTP("127.0.0.1", port, timeout=10),
            ),
        ):
            mail.send()

    def test_words_in_a_printed_letter_stay_text(self):
        notice = self._notice()
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, notice.ids
        )
        self._assert_shown_as_text(content)

    def test_words_in_an_agreement_stay_text(self):
        self._invoice(1000, late=20)
        plan = self._ready_case()._propose_plan(count=2, origin="phone")
        plan.write({"signed_by": NAME, "note": NAME})
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            AGREEMENT, plan.ids
        )
        self._assert_shown_as_text(content)

    def test_an_answer_is_text_in_the_task_and_on_the_case(self):
        self._invoice(1000, late=20)
        case = self._ready_case()
        case._note_answer(NAME, contact=self.debtor, origin="portal")
        for _time in range(2):
            note = case.activity_ids.note
            self._assert_harmless(f"<div>{note}</div>")
            self.assertIn("<script>", html2plaintext(note))
            case._note_answer(NAME, contact=self.debtor, origin="portal")
        self._assert_harmless(f"<div>{case.message_ids[0].body}</div>")

    def test_only_notes_of_programs_on_own_records_are_escaped(self):
        """Notes that people write keep their layout."""
        case = self._ready_case_of_one_invoice()
        note = "<p>Call <b>him</b></p>"
        kinds = {
            (case, True): "&lt;b&gt;him&lt;/b&gt;",
            (case, False): "<b>him</b>",
            (self.debtor, True): "<b>him</b>",
        }
        for (record, automated), expected in kinds.items():
            with self.subTest(record=record._name, automated=automated):
                activity = self.env["mail.activity"].create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(record._name),
                        "res_id": record.id,
                        "automated": automated,
                        "note": note,
                    }
                )
                self.assertIn(expected, activity.note)

    def _ready_case_of_one_invoice(self):
        self._invoice(1000, late=20)
        return self._ready_case()
