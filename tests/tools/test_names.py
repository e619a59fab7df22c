import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.names import (
    clean_name,
    legal_form,
    match_key,
)


class TestCompanies:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("  Menuiserie\u00a0 Garcin ,", "Menuiserie Garcin"),
            ("menuiserie du lac sarl", "Menuiserie du Lac SARL"),
            ("Dupont Sarl", "Dupont SARL"),
            ("Sarl Dupont", "SARL Dupont"),
            ("sas l'atelier d'élise", "SAS l'Atelier d'Élise"),
            ("GARCIN ET FILS", "GARCIN ET FILS"),
            ("Garcin S.A.", "Garcin S.A."),
            ("eBay France", "eBay France"),
            ("SA Majesté", "SA Majesté"),
            ("Sa Majesté", "Sa Majesté"),
            ("3M", "3M"),
            ("-", "-"),
            ("", ""),
        ],
    )
    def test_clean(self, name, expected):
        assert clean_name(name, is_company=True) == expected


class TestPersons:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("JEAN DUPONT", "Jean Dupont"),
            ("jean dupont", "Jean Dupont"),
            ("JEAN-PIERRE DE LA FONTAINE", "Jean-Pierre de La Fontaine"),
            ("JEAN D'ORMESSON", "Jean d'Ormesson"),
            ("D’ORMESSON JEAN", "D’Ormesson Jean"),
            ("JOACHIM DU BELLAY", "Joachim du Bellay"),
            ("CONOR O'BRIEN", "Conor O'Brien"),
            ("KIM N'GUYEN", "Kim N'Guyen"),
            ("MME HÉLÈNE LEFÈVRE", "Mme Hélène Lefèvre"),
            ("J.P. MARTIN", "J.P. Martin"),
            ("LOUIS XIV", "Louis XIV"),
            ("DUPONT Jean", "DUPONT Jean"),
            ("Jean McDonald", "Jean McDonald"),
            ("DUPONT SARL", "DUPONT SARL"),
        ],
    )
    def test_clean(self, name, expected):
        assert clean_name(name, is_company=False) == expected


class TestMatchKey:
    @pytest.mark.parametrize(
        "name",
        [
            "Menuiserie Garcin",
            "MENUISERIE GARCIN SARL",
            "S.A.R.L. Menuiserie Garcin",
            "s a r l menuiserie garcin",
            "Société Menuiserie Garcin",
            "Sté Menuiserie-Garcin",
            "Ets Menuiserie Garcin",
            "Société à responsabilité limitée Menuiserie Garcin",
            "Menuiserie Garcin, SAS",
        ],
    )
    def test_one_company_in_every_writing(self, name):
        assert match_key(name) == "menuiserie garcin"

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("M. Jean Dupont", "jean dupont"),
            ("Mme Hélène Lefèvre", "helene lefevre"),
            ("St-Gobain", "saint gobain"),
            ("Boulangerie Ste Anne", "boulangerie sainte anne"),
            ("Dupont & Fils", "dupont fils"),
            ("Dupont et Cie", "dupont compagnie"),
            ("SA", "sa"),
            ("Société", "societe"),
            ("L'Œuvre", "oeuvre"),
            ("", ""),
            (None, ""),
        ],
    )
    def test_keys(self, name, key):
        assert match_key(name) == key


class TestLegalForm:
    @pytest.mark.parametrize(
        ("name", "form"),
        [
            ("Dupont SARL", "SARL"),
            ("S.A.S. Dupont", "SAS"),
            ("SCI du Moulin", "SCI"),
            ("Dupont S.A.", "SA"),
            ("Société par actions simplifiée Dupont", "SAS"),
            ("Association des parents", "Association"),
            ("Sa Majesté", ""),
            ("Dupont", ""),
            ("SAS", ""),
        ],
    )
    def test_stated(self, name, form):
        assert legal_form(name) == form


def letters(text):
    """Count letters and digits, whatever their case."""
    composed = unicodedata.normalize("NFC", text)
    return Counter(
        char for char in composed.casefold() if unicodedata.category(char)[0] in "LN"
    )


PIECES = """DUPONT Dupont jean d' D' de SARL sarl - sa , É œ II J.P. x 1 ß İ""".split()
NAMES = st.text(max_size=50) | st.lists(
    st.sampled_from([*PIECES, " "]), max_size=12
).map("".join)


@given(NAMES, st.booleans())
def test_cleaning_loses_no_letter_and_nothing_when_done_twice(name, is_company):
    cleaned = clean_name(name, is_company)
    assert letters(cleaned) == letters(name)
    assert clean_name(cleaned, is_company) == cleaned


@given(NAMES)
def test_keys_are_made_of_plain_words(name):
    key = match_key(name)
    assert key == " ".join(key.split())
    assert key == "" or key.replace(" ", "").isalnum()
    assert key.isascii()
    assert isinstance(legal_form(name), str)
