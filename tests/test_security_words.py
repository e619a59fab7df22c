from lxml import html

from odoo.tests import tagged
from odoo.tools import html2plaintext

from .test_formal_notice import REPORT, FormalNoticeCommon

EVALUATED = "7777"
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe src=file:///etc/passwd></iframe>",
    "<img src='file:///etc/passwd'>",
    "{{ 77 * 101 }}",
    "<t t-out='77 * 101'/>",
    "${77 * 101}",
)
NAME = " ".join(HOSTILE)


@tagged("post_install", "-at_install")
class TestSecurityWords(FormalNoticeCommon):
    """What debtors are called and write stays text wherever it comes out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.write({"name": NAME, "street": NAME})

    def _assert_harmless(self, content):
        tree = html.fromstring(content)
        for element in tree.iter():
            self.assertNotIn("onerror", element.attrib)
            for value in element.attrib.values():
                self.assertFalse(value.strip().startswith(("file:", "javascript:")))
        self.assertFalse(tree.xpath("//iframe | //t | //script[contains(., 'alert')]"))
        self.assertNotIn(EVALUATED, tree.text_content())

    def test_words_in_a_mail_stay_text(self):
        self._invoice(1000, late=20, ref=NAME)
        action = self._actions(self.run_on())
        content = action._render_mails()[action.id]
        self._assert_harmless(content)
        self.assertNotIn(EVALUATED, action.subject)
        self.assertIn("<script>", html.fromstring(content).text_content())

    def test_words_in_a_printed_letter_stay_text(self):
        notice = self._notice()
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, notice.ids
        )
        self._assert_harmless(content)
        self.assertIn("<script>", html.fromstring(content).text_content())

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
