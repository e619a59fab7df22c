from io import BytesIO

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.l10n_fr_debt_collection.tools.invoice_duplicate import (
    DuplicateError,
    make_duplicate,
)

STATEMENT = (
    "Facture demeurée impayée pour la somme de 1\u202f000,00 € prix net et pour la "
    "somme de 200,00 € de TVA correspondante, qui ne peut faire l'objet d'une déduction"
)


def invoice(pages=2, size=(595, 842)):
    """Return a PDF whose pages say which they are, at the very top and bottom."""
    content = BytesIO()
    canvas = Canvas(content, pagesize=size)
    for number in range(1, pages + 1):
        canvas.drawString(40, size[1] - 20, f"Facture page {number}")
        canvas.drawString(40, 10, f"Pied {number}")
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def texts(pdf):
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


class TestDuplicate:
    def test_each_page_bears_the_statement_and_what_it_had(self):
        pages = texts(make_duplicate(invoice(), "DUPLICATA", STATEMENT))
        assert len(pages) == 2
        for number, text in enumerate(pages, 1):
            assert "DUPLICATA" in text
            assert "200,00 €" in text
            assert f"Facture page {number}" in text
            assert f"Pied {number}" in text

    def test_the_size_of_the_page_stays(self):
        page = PdfReader(
            BytesIO(make_duplicate(invoice(1, (842, 595)), "DUPLICATA", STATEMENT))
        ).pages[0]
        assert (float(page.mediabox.width), float(page.mediabox.height)) == (842, 595)

    def test_the_invoice_is_below_the_frame(self):
        pdf = make_duplicate(invoice(1), "DUPLICATA", STATEMENT)
        text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
        invoice_index, _count = text.search("Facture page 1").get_next()
        frame_index, _count = text.search("une déduction").get_next()
        _left, _bottom, _right, invoice_top = text.get_charbox(invoice_index)
        _left, frame_bottom, _right, _top = text.get_charbox(frame_index)
        assert invoice_top < frame_bottom

    def test_rotated_page_has_the_frame_on_top(self):
        writer = PdfWriter(clone_from=BytesIO(invoice(1)))
        writer.pages[0].rotate(90)
        content = BytesIO()
        writer.write(content)
        page = PdfReader(
            BytesIO(make_duplicate(content.getvalue(), "DUPLICATA", STATEMENT))
        ).pages[0]
        assert page.rotation == 0
        assert float(page.mediabox.width) > float(page.mediabox.height)
        assert "DUPLICATA" in page.extract_text()

    @pytest.mark.parametrize("content", [b"", b"no PDF", invoice(1)[:200]])
    def test_broken_pdf_is_refused(self, content):
        with pytest.raises(DuplicateError, match="broken"):
            make_duplicate(content, "DUPLICATA", STATEMENT)

    def test_encrypted_pdf_is_refused(self):
        writer = PdfWriter(clone_from=BytesIO(invoice(1)))
        writer.encrypt("secret", algorithm="RC4-128")
        content = BytesIO()
        writer.write(content)
        with pytest.raises(DuplicateError, match="encrypted"):
            make_duplicate(content.getvalue(), "DUPLICATA", STATEMENT)

    def test_pdf_of_too_many_pages_is_refused(self):
        with pytest.raises(DuplicateError, match="201 pages"):
            make_duplicate(invoice(201), "DUPLICATA", STATEMENT)
