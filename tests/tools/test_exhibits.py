from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject, RectangleObject
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.l10n_fr_debt_collection.tools.exhibits import (
    Exhibit,
    ExhibitError,
    count_pages,
    join,
    merge,
)


def _pdf(*texts, size=A4):
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for text in texts:
        canvas.drawString(72, 400, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _change(content, change):
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    change(writer)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _texts(content):
    return [
        " ".join(page.extract_text().split())
        for page in PdfReader(BytesIO(content)).pages
    ]


class TestMerge:
    def test_each_page_bears_its_label_its_page_and_that_of_the_whole(self):
        content = merge(
            [
                Exhibit("Pièce n° 1", _pdf("un", "deux")),
                Exhibit("Pièce n° 2", _pdf("trois")),
            ],
            page_words="page {page}/{count}",
        )
        first, second, third = _texts(content)
        assert "un" in first and "Pièce n° 1" in first
        assert "page 1/2 · 1" in first
        assert "deux" in second and "page 2/2 · 2" in second
        assert "trois" in third and "Pièce n° 2" in third and "page 1/1 · 3" in third

    def test_numbering_goes_on_where_it_is_told(self):
        [text] = _texts(merge([Exhibit("A", _pdf("x"))], first_page=12))
        assert "· 12" in text

    @pytest.mark.parametrize("angle", [0, 90, 180, 270])
    def test_turned_pages_are_stamped_upright(self, angle):
        def turn(writer):
            writer.pages[0].rotate(angle)

        content = merge([Exhibit("Pièce n° 7", _change(_pdf("texte"), turn))])
        [page] = PdfReader(BytesIO(content)).pages
        assert page.rotation == 0
        found = []
        page.extract_text(
            visitor_text=lambda text, _cm, tm, *_font: found.append((text, tm))
        )
        [matrix] = [tm for text, tm in found if "Pièce" in text]
        # Written from left to right, near the top right corner of what is seen.
        assert matrix[0] > 0 and abs(matrix[1]) < 0.01
        assert matrix[4] > float(page.mediabox.width) / 2
        assert matrix[5] > 0.9 * float(page.mediabox.height)

    def test_pages_that_do_not_begin_at_the_corner(self):
        def crop(writer):
            page = writer.pages[0]
            page.mediabox = RectangleObject((100, 200, 500, 700))
            page.cropbox = RectangleObject((120, 220, 480, 680))

        content = merge([Exhibit("P", _change(_pdf("dedans"), crop))])
        [page] = PdfReader(BytesIO(content)).pages
        assert [float(value) for value in page.mediabox] == [0, 0, 360, 460]

    def test_landscape_keeps_its_size(self):
        content = merge([Exhibit("P", _pdf("large", size=landscape(A4)))])
        [page] = PdfReader(BytesIO(content)).pages
        assert float(page.mediabox.width) == pytest.approx(A4[1])

    def test_images_become_pages(self):
        buffer = BytesIO()
        Image.new("RGB", (1600, 800), "white").save(buffer, "PNG")
        content = merge([Exhibit("Pièce n° 3", buffer.getvalue(), "image/png")])
        [page] = PdfReader(BytesIO(content)).pages
        assert float(page.mediabox.width) == pytest.approx(A4[1])
        assert "Pièce n° 3" in page.extract_text()

    def test_scripts_and_forms_stay_behind(self):
        def arm(writer):
            writer.add_js("app.alert('x')")
            writer.pages[0][NameObject("/AA")] = NumberObject(1)

        content = join([_change(_pdf("x"), arm)])
        assert b"/JavaScript" not in content
        assert b"/AA" not in content


class TestRefusals:
    def _code(self, content, mimetype="application/pdf"):
        with pytest.raises(ExhibitError) as caught:
            count_pages(content, mimetype)
        return caught.value.code

    def test_what_is_no_document(self):
        assert self._code(b"%PDF-1.4 nothing") == "broken"
        assert self._code(b"PK", "application/zip") == "type"
        assert self._code(b"no image", "image/png") == "broken"
        assert self._code(b"x" * (51 * 1024 * 1024)) == "too_big"

    def test_too_many_pages(self):
        assert self._code(_pdf(*["x"] * 501)) == "too_long"

    def test_password(self):
        def lock(writer):
            writer.encrypt("secret")

        assert self._code(_change(_pdf("x"), lock)) == "encrypted"

    def test_an_empty_password_is_no_obstacle(self):
        def lock(writer):
            writer.encrypt("", "owner")

        assert count_pages(_change(_pdf("x"), lock)) == 1

    def test_the_one_at_fault_is_named(self):
        with pytest.raises(ExhibitError) as caught:
            merge([Exhibit("A", _pdf("x")), Exhibit("B", b"broken")])
        assert caught.value.index == 1
