import base64
import re
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers.debtor_files import clean_name
from ..models.collection_debtor_visit import PARAMETER
from .debtor_common import DebtorPageCommon
from .hostile_words import NAME, HostileWords

HTTP = "odoo.http"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@tagged("post_install", "-at_install")
class TestDebtorPage(HostileWords, DebtorPageCommon):
    """What debtors see and do on their page, and what nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.config_parameter"].sudo().set_param("report.print_delay", "50")
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Nadia Garcin",
                "parent_id": cls.debtor.id,
                "email": "nadia@example.com",
                "phone": "+33 6 99 00 12 34",
                "lang": "en_US",
            }
        )
        cls.stranger = cls._make_debtor("Voisin")

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(1000, late=40)
        self.line = self._receivables(self.invoice)
        self.case = self._case()
        self.link = self.env["collection.debtor.link"]._make(self.case, self.contact)
        self.path = f"/c/{self.link._get_token()}"

    # === HELPERS === #

    def _get(self, path="", status=200, **params):
        response = self.url_open(self.path + path, params=params)
        self.assertEqual(response.status_code, status, response.text[-2000:])
        return response

    def _post(self, deed, files=None, status=200, path=None, **form):
        page = self.url_open(path or self.path)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
        response = self.url_open(
            f"{path or self.path}/{deed}",
            data={"csrf_token": token, **form},
            files=files,
        )
        self.assertEqual(response.status_code, status, response.text[-2000:])
        self.env.invalidate_all()
        return response

    def _limit(self, kind, count):
        self.env["ir.config_parameter"].sudo().set_param(PARAMETER % kind, str(count))

    def _last_message(self):
        return self.case.message_ids.sorted("id")[-1:]

    def assertError(self, response, words):
        found = re.search(r"o_debtor_error[^>]*>([^<]+)<", response.text)
        self.assertTrue(found, "no error is shown")
        self.assertIn(words, found[1])

    # === READING === #

    def test_without_a_way_to_pay_on_line_the_transfer_is_shown(self):
        self.provider.state = "disabled"
        page = self._get().text
        self.assertNotIn("Pay on line", page)
        self.assertIn("Pay by bank transfer", page)

    def test_the_page_says_what_is_owed_and_why(self):
        self._credit_note(150)
        self._opening_entry(75)
        page = self._get().text
        for words in (
            self.invoice.name,
            "40",
            "days late",
            "925.00",
            "deducted from what you owe",
            "FR76 3000 6000 0112 3456 7890 189",
            "Menuiserie Garcin",
        ):
            self.assertIn(words, page)
        self.assertEqual(self.link.visit_count, 1)
        self.assertTrue(self.link.last_seen)

    def test_nothing_of_the_page_is_kept_or_found_elsewhere(self):
        headers = self._get().headers
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        self.assertNotRegex(self._get().text, r'(src|href)="https?://(?!127\.0\.0\.1)')

    def test_the_language_is_the_contacts_and_may_be_changed(self):
        self.assertIn("What you owe us", self._get().text)
        self.contact.lang = "fr_FR"
        page = self._get()
        self.assertIn('<html lang="fr-FR"', page.text)
        page = self._get(lang="en_US").text
        self.assertIn("What you owe us", page)
        self.assertIn("lang=en_US", page)
        self.assertIn('<html lang="fr-FR"', self._get(lang="xx_XX").text)

    def test_who_owes_nothing_is_thanked(self):
        self._pay(self.invoice)
        page = self._get().text
        self.assertIn("nothing is to be paid", page)
        self.assertNotIn("o_debtor_promise", page)
        self.assertNotIn("o_debtor_pay", page)

    def test_an_insolvent_debtor_is_told_whom_to_contact(self):
        self.env["collection.hold"].create(
            {
                "case_id": self.case.id,
                "reason": "insolvency",
                "name": "Redressement",
                "date_to": self._day(90),
            }
        )
        page = self._get().text
        self.assertIn("o_debtor_closed", page)
        self.assertIn(self.case._get_collector().name, page)
        self.assertNotIn("Redressement", page)
        for deed in ("promise", "plan", "dispute", "pay"):
            self.assertNotIn(f"o_debtor_{deed} ", page)
        response = self._post("promise", amount="10", date=str(self._day(3)))
        self.assertError(response, "can no longer be arranged here")
        self.assertFalse(self.case.promise_ids)

    def test_a_case_in_legal_action_can_only_be_paid(self):
        self.case._update_state("legal")
        page = self._get().text
        self.assertIn("o_debtor_legal", page)
        self.assertIn("Pay on line", page)
        self.assertNotIn("o_debtor_promise ", page)

    def test_documents_are_those_of_the_case(self):
        def legal_document(move, *_args, **_kwargs):
            return {"filename": f"{move.name}.pdf", "content": PDF}

        foreign = self._receivables(self._invoice(500, 10, self.stranger))
        target = type(self.env["account.move"])
        with patch.object(target, "_get_invoice_legal_documents", legal_document):
            response = self._get(f"/invoice/{self.line.id}")
            self.assertEqual(response.content, PDF)
            self.assertEqual(response.headers["Content-Type"], "application/pdf")
            self._get(f"/invoice/{foreign.id}", status=404)
            self._get("/invoice/999999999", status=404)

    def test_the_statement_leaves_nothing_behind(self):
        before = self.case.action_ids
        target = type(self.env["collection.pdf"])
        rendered = {}

        def render(model, report, records):
            rendered["items"] = records.item_ids.mapped("name")
            return dict.fromkeys(records.ids, PDF)

        with patch.object(target, "_render", render):
            self.assertEqual(self._get("/statement").content, PDF)
        self.assertEqual(rendered["items"], [self.invoice.name])
        self.case.invalidate_recordset()
        self.assertEqual(self.case.action_ids, before)

    # === LINKS === #

    def test_a_link_is_made_once_and_used_again(self):
        links = self.env["collection.debtor.link"]
        self.assertEqual(links._make(self.case, self.contact), self.link)
        self.assertNotEqual(links._make(self.case), self.link)
        self.link.expires_on = self._day(10)
        renewed = links._make(self.case, self.contact)
        self.assertNotEqual(renewed, self.link)
        self.assertEqual(
            renewed.expires_on, self._day(self.company.collection_portal_days)
        )

    def test_forged_expired_revoked_and_foreign_links_look_the_same(self):
        token = self.link._get_token()
        other = self.env["collection.debtor.link"]._make(self._case_of_stranger())
        forged = token[:-1] + ("A" if token[-1] != "A" else "B")
        crossed = token[:-22] + other._get_token()[-22:]
        pages = [
            self.url_open(f"/c/{text}") for text in (forged, crossed, "x", "é" * 30)
        ]
        self.link.expires_on = self._day(-1)
        pages.append(self.url_open(f"/c/{self.link._get_token()}"))
        self.link.expires_on = self._day(10)
        self.link._revoke()
        pages.append(self.url_open(f"/c/{self.link._get_token()}"))
        shown = set()
        for page in pages:
            self.assertEqual(page.status_code, 404)
            self.assertNotIn("Garcin", page.text)
            self.assertIn("or contact us", page.text)
            shown.add(re.search(r"<h1[^>]*>([^<]+)<", page.text)[1])
        self.assertEqual(len(shown), 1)

    def _case_of_stranger(self):
        self._invoice(10, late=50, partner=self.stranger)
        return self._case(self.stranger)

    def test_a_token_changed_in_any_place_is_forged(self):
        token = self.link._get_token()
        links = self.env["collection.debtor.link"]
        self.assertEqual(links._find(token), self.link)
        for place in range(len(token)):
            other = "0" if token[place] != "0" else "1"
            changed = token[:place] + other + token[place + 1 :]
            self.assertFalse(links._find(changed), changed)

    def test_a_link_closes_with_its_contact_and_with_a_merge(self):
        self.contact.action_archive()
        self.assertEqual(self.link.state, "revoked")
        self._get(status=404)
        link = self.env["collection.debtor.link"]._make(self._case_of_stranger())
        token = link._get_token()
        self.env["collection.case"].sudo()._merge_debtors(self.stranger, self.debtor)
        self.assertEqual(link.case_id, self.case)
        self.assertTrue(link.revoked_on)
        self.assertFalse(self.env["collection.debtor.link"]._find(token))

    def test_a_company_may_switch_the_page_off(self):
        self.company.collection_portal_enabled = False
        self._get(status=404)
        action = self._actions(self.run_on(0))
        self.assertEqual(action._get_debtor_url(), "")
        self.assertNotIn("/c/", str(action._render_mails()[action.id]))

    def test_a_new_link_goes_to_the_known_address_only(self):
        self.link.expires_on = self._day(-1)
        self.path = f"/c/{self.link._get_token()}"
        before = self.env["mail.mail"].search([], order="id desc", limit=1).id
        self._renew(email="thief@example.com")
        mail = self.env["mail.mail"].search([("id", ">", before)])
        self.assertEqual(len(mail), 1)
        self.assertIn("nadia@example.com", mail.email_to)
        self.assertNotIn("thief", mail.email_to)
        fresh = self.case.debtor_link_ids - self.link
        self.assertIn(fresh.url, mail.body_html)
        self.assertEqual(fresh.state, "valid")

    def test_no_new_link_for_forged_and_revoked_ones(self):
        before = self.env["mail.mail"].search_count([])
        self.link._revoke()
        known = self._renew()
        self.path = "/c/" + "7" * 24
        unknown = self._renew()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertIn("Look into your mailbox", known.text)
        self.assertIn("Look into your mailbox", unknown.text)

    def _renew(self, **form):
        page = self.url_open(self.path).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        return self.url_open(self.path + "/renew", data={"csrf_token": token, **form})

    def test_renewals_are_few(self):
        self._limit("renewal", 1)
        self.link.expires_on = self._day(-1)
        self.path = f"/c/{self.link._get_token()}"
        before = self.env["mail.mail"].search_count([])
        self._renew()
        self._renew()
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 1)

    # === LIMITS === #

    def test_brute_force_is_stopped(self):
        self._limit("failure", 3)
        for number in range(3):
            self.assertEqual(
                self.url_open("/c/" + f"{number}" * 24).status_code, 404, number
            )
        self.assertEqual(self.url_open("/c/" + "9" * 24).status_code, 429)
        self._get(status=429)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            counters = self.env["collection.debtor.visit"]
            self.assertFalse(counters._is_exhausted("failure", "127.0.0.1"))

    def test_visits_of_a_link_and_deeds_are_limited(self):
        self._limit("deed", 1)
        self._post("message", text="One")
        self._post("message", text="Two", status=429)
        self._limit("link", 1)
        self._get(status=429)

    def test_counters_hold_no_address_and_do_not_last(self):
        counters = self.env["collection.debtor.visit"]
        self.assertTrue(counters._count("address", "192.0.2.7"))
        counter = counters.sudo().search([], order="id desc", limit=1)
        self.assertNotIn("192.0.2.7", counter.key)
        counter.started_at = fields.Datetime.subtract(fields.Datetime.now(), days=3)
        counters.sudo()._gc_counters()
        self.assertFalse(counter.exists())

    def test_a_post_without_a_csrf_token_is_refused(self):
        with mute_logger(HTTP):
            response = self.url_open(self.path + "/message", data={"text": "Hello"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.case.answer_pending)

    # === ANSWERS === #

    def test_a_promise_is_noted_at_once(self):
        day = self._day(10)
        page = self._post("promise", amount="600,50", date=str(day), note="Next week")
        self.assertIn("o_debtor_done", page.text)
        self.assertIn("Promised for", page.text)
        promise = self.case.promise_ids
        self.assertEqual((promise.amount, promise.date_promised), (600.5, day))
        self.assertEqual((promise.origin, promise.contact_id), ("portal", self.contact))
        message = self._last_message()
        self.assertEqual(message.author_id, self.contact)
        self.assertIn("I promise to pay", message.body)
        self.assertTrue(self.case.review_pending)

    def test_a_promise_beyond_the_limits_says_the_remedy_and_keeps_what_was_typed(self):
        page = self._post("promise", amount="5000", date=str(self._day(2)))
        self.assertError(page, "more than is open")
        self.assertIn('value="5000"', page.text)
        for form, words in (
            ({"amount": "10", "date": str(self._day(300))}, "too far away"),
            ({"amount": "10", "date": str(self._day(-2))}, "in the past"),
            ({"amount": "ten", "date": str(self._day(2))}, "is not an amount"),
            ({"amount": "10", "date": "tomorrow"}, "is not a date"),
        ):
            self.assertError(self._post("promise", **form), words)
        self.assertFalse(self.case.promise_ids)

    def test_instalments_are_asked_for(self):
        self._post("plan", count="4", first_date=str(self._day(8)), note="Cash is low")
        plan = self.case.plan_ids
        self.assertEqual((plan.state, plan.origin), ("draft", "portal"))
        self.assertEqual((plan.line_count, plan.amount), (4, 1000))
        self.assertEqual(self._last_message().author_id, self.contact)

    def test_a_plan_is_signed_on_the_page(self):
        plan = self.case._propose_plan(count=2, origin="phone")
        plan._update_state("sent", date_sent=self.today)
        self.assertIn("Payment plan to sign", self._get().text)
        image = base64.b64encode(PNG).decode()
        target = type(plan)
        with patch.object(target, "_render_agreement", lambda plan: PDF):
            answer = self.make_jsonrpc_request(
                f"{self.path}/plan/{plan.id}/sign",
                {"name": "Nadia Garcin", "signature": image},
            )
        self.assertTrue(answer["force_refresh"])
        plan.invalidate_recordset()
        self.assertEqual((plan.state, plan.signed_by), ("active", "Nadia Garcin"))
        again = self.make_jsonrpc_request(
            f"{self.path}/plan/{plan.id}/sign",
            {"name": "Nadia Garcin", "signature": image},
        )
        self.assertIn("no such plan", again["error"])

    def test_an_invoice_is_contested_with_documents(self):
        reason = self.env.ref("l10n_fr_debt_collection.dispute_reason_quality")
        self._post(
            "dispute",
            files=[
                ("files", ("broken lamp.png", PNG, "image/png")),
                ("files", ("../../etc/note.pdf", PDF, "application/pdf")),
            ],
            reason=reason.id,
            lines=[self.line.id],
            amount="200",
            description="Two lamps arrived broken",
        )
        dispute = self.case.dispute_ids
        self.assertEqual((dispute.amount, dispute.origin), (200, "portal"))
        self.assertEqual(dispute.line_ids, self.line)
        self.assertEqual(dispute.description, "Two lamps arrived broken")
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", dispute._name), ("res_id", "=", dispute.id)]
        )
        self.assertEqual(
            set(attachments.mapped("name")), {"broken lamp.png", "note.pdf"}
        )
        self.assertIn("In dispute", self._get().text)
        self.assertIn("broken", self._last_message().body)

    def test_items_of_others_cannot_be_contested(self):
        reason = self.env.ref("l10n_fr_debt_collection.dispute_reason_quality")
        foreign = self._receivables(self._invoice(500, 10, self.stranger))
        for lines in ([foreign.id], [self.line.id, foreign.id], ["x"], []):
            page = self._post(
                "dispute", reason=reason.id, lines=lines, description="Mine?"
            )
            self.assertError(page, "Choose what you contest")
        self.assertFalse(self.env["collection.dispute"].search([]))

    def test_files_that_could_run_are_refused(self):
        html = b"<html><script>alert(1)</script></html>"
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
        before = self.env["ir.attachment"].search_count([])
        for name, content in (
            ("page.html", html),
            ("page.pdf", html),
            ("drawing.svg", svg),
            ("drawing.png", svg),
            ("lamp.pdf", PNG),
            ("lamp.png.exe", PNG),
        ):
            page = self._post(
                "message",
                files=[("files", (name, content, "image/png"))],
                text="See the file",
            )
            self.assertError(page, "neither a PDF nor")
        many = [("files", (f"{n}.png", PNG, "image/png")) for n in range(6)]
        self.assertError(self._post("message", files=many, text="x"), "at most")
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
        self.assertFalse(self.case.answer_pending)

    def test_names_of_files_mean_nothing(self):
        self.assertEqual(clean_name("..\\..\\C:\\a<b>|c.pdf"), "a_b_c.pdf")
        self.assertEqual(clean_name("../../etc/passwd"), "passwd")
        self.assertEqual(clean_name("...."), "file")
        self.assertEqual(len(clean_name("x" * 300 + ".pdf")), 80)

    def test_what_a_debtor_writes_stays_text(self):
        evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
        self._post("message", text=evil)
        message = self._last_message()
        self.assertEqual(message.author_id, self.contact)
        self.assertNotIn("<script", message.body)
        self.assertNotIn("<img", message.body)
        self.assertIn("&lt;script&gt;", message.body)
        self.assertTrue(self.case.answer_pending)
        page = self._post("promise", amount=evil, date=str(self._day(2)), note=evil)
        self.assertNotIn("<script>alert(1)", page.text)
        self.assertNotIn("<img src=x", page.text)

    def test_names_and_references_stay_text(self):
        self.debtor.write({"name": NAME, "street": NAME})
        self.contact.name = NAME
        self.invoice.write({"ref": NAME, "payment_reference": NAME})
        plan = self.case._propose_plan(count=2, origin="phone")
        plan.note = NAME
        plan._update_state("sent", date_sent=self.today)
        page = self._get().text
        self.assertIn("Payment plan to sign", page)
        self._assert_shown_as_text(page)

    def test_another_contact_is_proposed_and_overwrites_nothing(self):
        self._post(
            "contact",
            name="Paul\r\n Roy ",  # a break in a name could become a header of a mail
            email="paul@example.com",
            phone="+33199001299",
        )
        proposals = self.env["collection.enrichment.proposal"].search(
            [("partner_id", "=", self.debtor.id)]
        )
        self.assertEqual(set(proposals.mapped("source")), {"debtor"})
        self.assertEqual(set(proposals.mapped("state")), {"pending"})
        self.assertIn("paul@example.com", proposals.mapped("new_value"))
        self.assertEqual(self.contact.email, "nadia@example.com")
        self.assertIn(
            "Is this the right contact?", self.case.activity_ids.mapped("summary")
        )
        self.assertEqual(set(proposals.mapped("contact_name")), {"Paul Roy"})
        page = self._post("contact", name="Paul Roy", email="paul@@example")
        self.assertError(page, "is no e-mail address")
        self.assertError(self._post("contact", name="Paul"), "Give a name")

    def test_a_stranger_closes_his_access(self):
        page = self._post("contact", stranger="on")
        self.assertIn("Thank you for telling us", page.text)
        self.assertEqual(self.link.state, "revoked")
        self._get(status=404)

    def test_text_messages_are_refused_with_one_click(self):
        self.assertIn("o_debtor_sms", self._get().text)
        page = self._post("sms")
        self.assertTrue(self.contact.collection_sms_opt_out)
        self.assertIn("You have asked for no text messages", page.text)

    # === PAYING === #

    def _begin_payment(self, lines, amount, **values):
        selection = "-".join(map(str, lines.ids))
        return self.make_jsonrpc_request(
            f"{self.path}/transaction/{selection}",
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.provider.payment_method_ids.id,
                "token_id": None,
                "amount": amount,
                "flow": "redirect",
                "tokenization_requested": False,
                "landing_route": "/somewhere",
                "is_validation": False,
                "access_token": "x",
                **values,
            },
        )

    def _finish_payment(self):
        transaction = (
            self.env["payment.transaction"].sudo().search([], order="id desc", limit=1)
        )
        transaction._set_done()
        transaction._post_process()
        self.env.invalidate_all()
        return transaction

    def test_the_chosen_items_are_paid_and_no_other(self):
        other = self._receivables(self._invoice(300, late=60))
        opening = self._opening_entry(75)
        page = self._get("/pay", lines=[self.line.id, opening.id]).text
        self.assertIn("1,075.00", page)
        self.assertIn("o_payment_form", page)
        self._begin_payment(self.line | opening, 1075)
        transaction = self._finish_payment()
        self.assertEqual(transaction.collection_case_id, self.case)
        self.assertEqual(transaction.invoice_ids, self.invoice)
        self.assertIn(self.path, transaction.landing_route)
        self.assertTrue(self.line.reconciled)
        self.assertTrue(opening.reconciled)
        self.assertEqual(other.amount_residual, 300)
        page = self._get().text
        self.assertIn("o_debtor_paid", page)
        self.assertIn(
            "paid on the debtor", " ".join(self.case.message_ids.mapped("body"))
        )

    def test_the_second_instalment_can_be_paid_alone(self):
        lines = self._receivables(self._invoice(800, late=40, days=(0, 20)))
        first, second = lines.sorted("date_maturity")
        self._begin_payment(second, 400)
        self._finish_payment()
        self.assertTrue(second.reconciled)
        self.assertEqual(first.amount_residual, 400)

    def test_a_part_is_paid(self):
        page = self._get("/pay", lines=[self.line.id], amount="250,00").text
        self.assertIn("250.00", page)
        self._begin_payment(self.line, 250)
        self._finish_payment()
        self.assertEqual(self.line.amount_residual, 750)

    def test_credits_are_deducted_from_the_whole(self):
        self._credit_note(150)
        self.assertIn("850.00", self._get("/pay").text)

    def test_what_is_being_paid_is_not_paid_twice(self):
        self._begin_payment(self.line, 1000)
        transaction = (
            self.env["payment.transaction"].sudo().search([], order="id desc", limit=1)
        )
        transaction._set_pending()
        page = self._get().text
        self.assertIn("Payment under way", page)
        with self.assertRaises(JsonRpcException), mute_logger(HTTP):
            self._begin_payment(self.line, 1000)

    def test_items_of_others_cannot_be_paid_nor_more_than_is_owed(self):
        foreign = self._receivables(self._invoice(500, 10, self.stranger))
        company = self._create_company(name="Autre Atelier")
        self.assertError(
            self._get("/pay", lines=[foreign.id]), "Choose among the items"
        )
        before = self.env["payment.transaction"].sudo().search_count([])
        for lines, amount, values in (
            (foreign, 500, {}),
            (self.line | foreign, 1500, {}),
            (self.line, 1000.5, {}),
            (self.line, -5, {}),
            (self.line, 0, {}),
            (self.line, 10, {"flow": "token", "token_id": 1}),
            (self.line, 10, {"is_validation": True}),
            (self.line, 10, {"provider_id": 99999}),
            (self.line, 10, {"payment_method_id": 99999}),
            (self.line, 10, {"partner_id": company.partner_id.id}),
        ):
            with self.assertRaises(JsonRpcException), mute_logger(HTTP):
                self._begin_payment(lines, amount, **values)
        self.assertEqual(
            self.env["payment.transaction"].sudo().search_count([]), before
        )

    # === RIGHTS === #

    def test_visitors_have_no_access_to_the_models(self):
        public = self.env.ref("base.public_user")
        portal = new_test_user(self.env, "porter", groups="base.group_portal")
        for user in (public, portal):
            for model in (
                "collection.case",
                "collection.debtor.link",
                "collection.debtor.visit",
                "collection.promise",
                "collection.dispute",
                "collection.plan",
            ):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_another_company_sees_no_links(self):
        company = self._create_company(name="Autre Atelier")
        other = new_test_user(
            self.env,
            "elsewhere",
            groups="l10n_fr_debt_collection.group_collection_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self.env["collection.debtor.link"].with_user(other).search([]))

    def test_items_of_another_company_are_not_on_the_page(self):
        company = self._create_company(name="Autre Atelier")
        data = self.collect_company_accounting_data(company)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.debtor.id,
                "company_id": company.id,
                "journal_id": data["default_journal_sale"].id,
                "invoice_date": self._day(-60),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Elsewhere", "price_unit": 4321, "tax_ids": []}
                    )
                ],
            }
        )
        invoice.action_post()
        self.assertNotIn("4,321", self._get().text)
        line = self._receivables(invoice)
        self._get(f"/invoice/{line.id}", status=404)

    # === MESSAGES === #

    def test_messages_take_the_link_along(self):
        action = self._actions(self.run_on(0))
        mail = str(action._render_mails()[action.id])
        self.assertIn(action._get_debtor_url(), mail)
        self.assertIn("/c/", mail)
        self.assertEqual(action.debtor_link_id.contact_id, action.recipient_id)
        self.assertEqual(action.debtor_link_id.action_id, action)
        self.assertTrue(action._get_debtor_qr().startswith("data:image/png;base64,"))

    def test_the_links_of_a_batch_take_a_fixed_number_of_queries(self):
        debtors = [self._make_debtor(f"Debtor {n}") for n in range(12)]
        for debtor in debtors:
            self._invoice(100, late=40, partner=debtor)
        run = self.run_on(0, execute=False)
        actions = run.action_ids
        self.env["collection.debtor.link"].search([])._revoke()
        counts = []
        for batch in (actions[:3], actions[3:13]):
            batch.debtor_link_id = False
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            batch._make_debtor_links()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(len(actions), 13)
        self.assertLessEqual(counts[1], counts[0])

    def test_the_case_shares_a_link(self):
        form = self.case.action_share_debtor_page()
        link = self.env[form["res_model"]].browse(form["res_id"])
        self.assertEqual(link.contact_id, self.debtor)
        self.assertIn("/c/", link.action_open_page()["url"])
        self.case.invalidate_recordset(["debtor_link_count"])
        self.assertEqual(self.case.debtor_link_count, 2)
        link.action_revoke()
        self.case.invalidate_recordset(["debtor_link_count"])
        self.assertEqual(self.case.debtor_link_count, 1)
        self.assertEqual(
            self.env["collection.debtor.link"].search(
                self.case.action_open_debtor_links()["domain"]
            ),
            link | self.link,
        )
