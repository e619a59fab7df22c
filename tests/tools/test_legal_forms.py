import doctest

import pytest

from odoo.addons.l10n_fr_debt_collection.tools import legal_forms, legal_texts


class TestLegalForms:
    def test_documented_examples(self):
        assert doctest.testmod(legal_forms).failed == 0

    @pytest.mark.parametrize(
        ("code", "name"),
        [
            ("5710", "Société par actions simplifiée (SAS)"),
            ("5410", "SARL nationale"),
            ("5451", "Société à responsabilité limitée (SARL)"),
            ("1000", "Entrepreneur individuel"),
            ("4110", ""),
            (None, ""),
        ],
    )
    def test_code_has_the_name_of_its_form_else_of_its_family(self, code, name):
        assert legal_forms.form_name(code) == name

    @pytest.mark.parametrize(
        ("form", "expected"),
        [
            ("SARL", True),
            ("S.A.S.", True),
            ("Société anonyme à directoire", True),
            ("SNC", False),
            ("Association déclarée", False),
            ("Mesa", False),
            ("", False),
        ],
    )
    def test_capital_is_printed_by_limited_companies_only(self, form, expected):
        assert legal_forms.has_capital(form) is expected


class TestLegalTexts:
    def test_recovery_costs_quote_both_paragraphs(self):
        second, third = legal_texts.RECOVERY_COSTS
        assert second.startswith("Les frais de recouvrement entrepris sans titre")
        assert third.endswith("débiteur de mauvaise foi.")
