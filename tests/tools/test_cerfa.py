from io import BytesIO

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.l10n_fr_debt_collection.tools.cerfa import (
    FormError,
    Place,
    fill,
    list_fields,
    write_on,
)


def _form():
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 780, "REQUETE")
    form = canvas.acroForm
    form.textfield(name="creancier", x=72, y=700, width=300, height=20)
    form.textfield(name="montant", x=72, y=660, width=100, height=20)
    form.checkbox(name="opposition", x=72, y=620)
    canvas.save()
    return buffer.getvalue()


def _flat():
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 780, "REQUETE")
    canvas.showPage()
    canvas.drawString(72, 780, "SUITE")
    canvas.save()
    return buffer.getvalue()


class TestFields:
    def test_fields_are_listed(self):
        assert list_fields(_form()) == ["creancier", "montant", "opposition"]
        assert list_fields(_flat()) == []

    def test_fields_are_filled_and_boxes_ticked(self):
        content = fill(
            _form(),
            {
                "creancier": "Société Lumière",
                "montant": "1 000,00 €",
                "opposition": "X",
            },
        )
        fields = PdfReader(BytesIO(content)).get_fields()
        assert fields["creancier"]["/V"] == "Société Lumière"
        assert fields["montant"]["/V"] == "1 000,00 €"
        assert fields["opposition"]["/V"] != "/Off"

    def test_a_box_without_a_tick_stays_empty(self):
        fields = PdfReader(BytesIO(fill(_form(), {"opposition": ""}))).get_fields()
        assert fields["opposition"].get("/V", "/Off") == "/Off"

    def test_unknown_fields_are_left_out(self):
        content = fill(_form(), {"no such field": "x"})
        assert PdfReader(BytesIO(content)).get_fields()["creancier"].get("/V", "") == ""


class TestPlaces:
    def test_texts_stand_where_they_are_told(self):
        content = write_on(
            _flat(), [Place(1, 100, 700, "Créancier"), Place(2, 50, 60, "Fait à Lyon")]
        )
        first, second = PdfReader(BytesIO(content)).pages
        assert "Créancier" in first.extract_text()
        assert "Fait à Lyon" in second.extract_text()
        places = []
        first.extract_text(
            visitor_text=lambda text, _cm, tm, *_font: places.append((text, tm[4:6]))
        )
        assert ("Créancier", [100.0, 700.0]) in [
            (text.strip(), [round(value, 1) for value in place])
            for text, place in places
        ]

    def test_long_texts_are_broken_into_lines(self):
        content = write_on(_flat(), [Place(1, 50, 600, "mot " * 40, 9, 120)])
        text = PdfReader(BytesIO(content)).pages[0].extract_text()
        assert len([line for line in text.splitlines() if "mot" in line]) > 3


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"nothing", "broken"), (b"x" * (21 * 1024 * 1024), "too_big")],
    )
    def test_what_is_no_form(self, content, code):
        with pytest.raises(FormError) as caught:
            list_fields(content)
        assert caught.value.code == code
