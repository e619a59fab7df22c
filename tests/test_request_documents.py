import base64
import io
from datetime import date

from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_payment_order import ONE_PAGE, PaymentOrderCommon


def _texts(content):
    """Return the text of each page, every space an ordinary one."""
    return [
        " ".join(page.extract_text().split())
        for page in PdfReader(io.BytesIO(content)).pages
    ]


@tagged("post_install", "-at_install")
class TestRequestDocuments(PaymentOrderCommon):
    """The request, its list of exhibits, the exhibits and the official form.

    What goes to a French court is in French, whoever prints it.
    """

    @classmethod
    def default_env_context(cls):
        # Invoices are printed for good.
        return {"force_report_rendering": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.write({"company_registry": "732829320", "vat": False})

    def _request(self, **values):
        with freeze_time("2026-09-21"):
            return self._make_request(
                contract_reference="Order 4711 of 3 March 2026",
                indemnity_words="1 x EUR 40",
                **values,
            )

    def _exhibit(self, request, name, content=ONE_PAGE, mimetype=None, **values):
        attachment = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                **({"mimetype": mimetype} if mimetype else {}),
            }
        )
        return self.env["collection.proceeding.exhibit"].create(
            {
                "proceeding_id": request.id,
                "name": name,
                "attachment_id": attachment.id,
                **values,
            }
        )

    # === EXHIBITS === #

    def test_documents_are_collected_once_and_in_order(self):
        request = self._request()
        request.exhibit_ids.unlink()
        self.company.collection_terms_pdf = base64.b64encode(ONE_PAGE)
        request._collect_exhibits()
        kinds = request.exhibit_ids.mapped("kind")
        self.assertEqual(kinds, ["terms", "invoice", "statement"])
        self.assertEqual(request.exhibit_ids.mapped("number"), [1, 2, 3])
        self.assertTrue(all(request.exhibit_ids.mapped("page_count")))
        request._collect_exhibits()
        self.assertEqual(len(request.exhibit_ids), 3)
        invoice = request.line_ids.move_id
        self.assertIn(invoice.name, request.exhibit_ids[1].name)
        # The invoice itself, not a pro forma; nothing was sent for it.
        self.assertTrue(invoice.invoice_pdf_report_id)
        self.assertEqual(
            request.exhibit_ids[1].attachment_id.raw, invoice.invoice_pdf_report_id.raw
        )
        self.assertFalse(invoice.is_move_sent)

    def test_numbers_follow_the_order_a_person_gives(self):
        request = self._request()
        request.exhibit_ids.unlink()
        first = self._exhibit(request, "Order", sequence=10)
        second = self._exhibit(request, "Invoice", sequence=20)
        self.assertEqual((first.number, second.number), (1, 2))
        first.sequence = 30
        self.assertEqual((first.number, second.number), (2, 1))

    def test_what_cannot_be_enclosed_is_refused_with_its_remedy(self):
        request = self._request()
        with self.assertRaisesRegex(UserError, "neither a PDF nor an image"):
            self._exhibit(request, "letter.docx", b"PK\x03\x04", "application/zip")
        with self.assertRaisesRegex(UserError, "cannot be read"):
            self._exhibit(request, "scan.pdf", b"%PDF-1.4 broken", "application/pdf")

    def test_exhibits_of_what_was_filed_stay(self):
        request = self._request()
        request._update_state("ready")
        request._update_state("filed", date_filed=date(2026, 9, 21))
        with self.assertRaisesRegex(UserError, "has been filed"):
            request.exhibit_ids[0].name = "Another"
        with self.assertRaisesRegex(UserError, "has been filed"):
            self._exhibit(request, "Late")

    # === THE FILE === #

    def test_file_has_request_list_and_stamped_exhibits(self):
        request = self._request()
        request.exhibit_ids.unlink()
        request._collect_exhibits()
        content = request._build_request_file()
        texts = _texts(content)
        text = " ".join(texts)
        for words in (
            "Requête en injonction de payer",
            "Articles 1405 à 1422",
            "Lyon",
            "SAS",
            "Anne Perrin",
            "552 100 554",
            self.debtor.name,
            "732829320",
            "Order 4711",
            "5 000,00",
            "40,00",
            "Bordereau de pièces",
        ):
            self.assertIn(words.replace(" ", ""), text.replace(" ", ""), words)
        # Each exhibit bears its number on its pages, and the list counts them.
        for exhibit in request.exhibit_ids:
            pages = [page for page in texts if f"Pièce n° {exhibit.number}" in page]
            self.assertEqual(len(pages), exhibit.page_count, exhibit.name)
        cited = [row[3] for row in request._get_request_rows()]
        self.assertEqual(cited[0], "1")

    def test_files_are_versions_and_the_one_filed_stays(self):
        request = self._request()
        request.action_build_file()
        first = request.file_id
        request.exhibit_ids[0].name = "Invoice, signed"
        request.action_build_file()
        self.assertEqual(request.file_version, 2)
        self.assertIn(first, request.attachment_ids)
        self.assertIn("1: ", request.file_note)
        request._update_state("ready")
        request._update_state("filed", date_filed=date(2026, 9, 21))
        filed = request.file_id
        self.assertTrue(request._build_request_file().startswith(b"%PDF"))
        request.action_build_file()
        self.assertEqual((request.file_id, request.file_version), (filed, 2))

    # === THE OFFICIAL FORM === #

    def _blank(self, with_fields):
        buffer = io.BytesIO()
        canvas = Canvas(buffer)
        canvas.drawString(72, 780, "REQUETE EN INJONCTION DE PAYER")
        if with_fields:
            for place, name in enumerate(("nom_creancier", "principal")):
                canvas.acroForm.textfield(name=name, x=72, y=700 - 40 * place)
        canvas.save()
        return base64.b64encode(buffer.getvalue())

    def _form(self, with_fields):
        return self.env["collection.legal.form"].create(
            {
                "name": "Cerfa 12946",
                "kind": "commercial",
                "revision": "12946*02",
                "file": self._blank(with_fields),
            }
        )

    def test_form_with_fields_is_filled(self):
        form = self._form(with_fields=True)
        self.assertTrue(form.has_fields)
        self.assertEqual(form.line_ids.mapped("name"), ["nom_creancier", "principal"])
        form.line_ids[0].key = "creditor_name"
        form.line_ids[1].key = "principal"
        request = self._request()
        [content] = request._render_request_parts()
        fields = PdfReader(io.BytesIO(content)).get_fields()
        self.assertEqual(fields["nom_creancier"]["/V"], self.company.name)
        self.assertIn("5000,00", "".join(fields["principal"]["/V"].split()))

    def test_form_without_fields_is_written_on(self):
        form = self._form(with_fields=False)
        self.assertFalse(form.has_fields)
        form.line_ids = [
            (0, 0, {"key": "debtor_name", "page": 1, "x": 100, "y": 500}),
        ]
        request = self._request()
        [content] = request._render_request_parts()
        [text] = _texts(content)
        self.assertIn("REQUETE EN INJONCTION", text)
        self.assertIn(self.debtor.name, text)

    def test_another_revision_is_said(self):
        form = self._form(with_fields=False)
        self.assertFalse(form.revision_note)
        form.revision = "12946*01"
        self.assertIn("12946*02", form.revision_note)

    def test_a_form_that_is_no_pdf_is_refused(self):
        with self.assertRaisesRegex(UserError, "not a readable PDF"):
            self.env["collection.legal.form"].create(
                {
                    "name": "Form",
                    "kind": "civil",
                    "revision": "1",
                    "file": base64.b64encode(b"no form"),
                }
            )

    # === EUROPE === #

    def test_law_eu_debtor(self):
        """Form A data sheet for a debtor of another member state, not of Denmark."""
        german = self._make_debtor(
            "Leuchten Weber",
            street="Domstrasse 1",
            zip="50667",
            city="Köln",
            country_id=self.env.ref("base.de").id,
        )
        self._invoice(2000, late=60, partner=german)
        case = self._case(german)
        case.debtor_type = "business"
        request = case._start_proceeding(
            "european_order",
            contract_reference="Order 12",
            foreign_court="Amtsgericht Wedding",
            amount_principal=2000,
        )
        [content] = request._render_request_parts()
        text = " ".join(_texts(content))
        for words in (
            "formulaire A",
            "Amtsgericht Wedding",
            "Leuchten Weber",
            "2 000,00",
        ):
            self.assertIn(words.replace(" ", ""), text.replace(" ", ""))
        german.country_id = self.env.ref("base.dk")
        with self.assertRaises(UserError):
            case._start_proceeding("european_order")
        german.country_id = self.env.ref("base.fr")
        with self.assertRaises(UserError):
            case._start_proceeding("european_order")
