import pytest

from odoo.addons.l10n_fr_debt_collection.tools.text_messages import (
    measure,
    simplify,
    takes_messages,
)


class TestSize:
    @pytest.mark.parametrize(
        ("text", "characters", "parts", "is_gsm"),
        [
            ("", 0, 0, True),
            ("a" * 160, 160, 1, True),
            ("a" * 161, 161, 2, True),
            ("a" * 306, 306, 2, True),
            ("a" * 307, 307, 3, True),
            ("€" * 80, 160, 1, True),
            ("é" * 160, 160, 1, True),
            ("ç" * 70, 70, 1, False),
            ("ê" + "a" * 70, 71, 2, False),
            ("😀", 2, 1, False),
        ],
    )
    def test_measure(self, text, characters, parts, is_gsm):
        size = measure(text)
        assert (size.characters, size.parts, size.is_gsm) == (
            characters,
            parts,
            is_gsm,
        )

    def test_french_amounts_stay_small(self):
        text = "Échéance : 1\u202f234,56\u00a0€ – l’œil"
        assert not measure(text).is_gsm
        assert measure(simplify(text)).is_gsm

    def test_accents_the_alphabet_lacks_go(self):
        assert simplify("Façade du Rhône, Noël, À réglé") == (
            "Facade du Rhone, Noel, A réglé"
        )
        assert simplify("Привет 😀") == "Привет 😀"

    def test_lines_are_kept(self):
        assert simplify(" a \n  b\u00a0c ") == "a\nb c"


class TestNumbers:
    @pytest.mark.parametrize(
        ("number", "takes"),
        [
            ("+33612345678", True),
            ("+33751234567", True),
            ("+262692123456", True),
            ("+33472000001", False),
            ("+33970123456", False),
            ("+12015550123", True),
            ("", False),
            ("0612345678", False),
        ],
    )
    def test_takes_messages(self, number, takes):
        assert takes_messages(number) is takes
