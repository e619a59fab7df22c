import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from odoo.addons.l10n_fr_debt_collection.tools.identifiers import (
    Identifiers,
    check,
    clean_identifier,
    french_vat,
    is_siren,
    is_siret,
    siren_of,
)

SIREN, SIRET, VAT = "732829320", "73282932000074", "FR44732829320"
OTHER_VAT = "FR83404833048"
MONACO = "FR37000005990"
LA_POSTE, LA_POSTE_BRANCH = "35600000000048", "35600000049837"


class TestKeys:
    def test_siren(self):
        assert is_siren(SIREN)
        for wrong in ("732829321", "73282932", "000000000", "73282932A", "", None):
            assert not is_siren(wrong)

    def test_siret(self):
        assert is_siret(SIRET)
        for wrong in ("73282932000079", SIREN, "00000000000000", "", None):
            assert not is_siret(wrong)

    def test_the_post_office_has_its_own_key(self):
        assert is_siret(LA_POSTE)
        assert is_siret(LA_POSTE_BRANCH)
        assert not is_siret("35600000049838")

    @pytest.mark.parametrize(
        "text", ["732 829 320", "732.829.320", "RCS Lyon 732 829 320", "７３２829320"]
    )
    def test_digits_only(self, text):
        assert clean_identifier(text) == SIREN

    def test_vat_of_a_siren(self):
        assert french_vat(SIREN) == VAT
        assert french_vat("732829321") == ""


class TestSirenOf:
    @pytest.mark.parametrize(
        ("registry", "vat"),
        [
            (SIREN, ""),
            (SIRET, ""),
            ("732 829 320 00074", None),
            ("", VAT),
            ("123", "fr 44 732 829 320"),
            ("", "44732829320"),
            ("", "TVA : FR44 732829320"),
            ("FR 44 732 829 320", ""),
            (SIRET, OTHER_VAT),
        ],
    )
    def test_found(self, registry, vat):
        assert siren_of(registry, vat) == SIREN

    @pytest.mark.parametrize(
        ("registry", "vat"),
        [
            ("", ""),
            (None, None),
            ("73282932000079", ""),
            ("", MONACO),
            ("", "BE0697449992"),
        ],
    )
    def test_none(self, registry, vat):
        assert siren_of(registry, vat) == ""


class TestCheck:
    def test_all_is_well(self):
        found = check("732 829 320 00074", "FR 44 732 829 320", "FR")
        assert found == Identifiers(SIREN, SIRET, VAT)

    @pytest.mark.parametrize(
        ("registry", "vat", "expected"),
        [
            (SIREN, VAT, Identifiers(SIREN, "", VAT, ("siren_only",))),
            ("", VAT, Identifiers(SIREN, "", VAT, ("siren_only",))),
            ("73282932000079", "", Identifiers(problems=("siret_invalid",))),
            ("73282932000079", VAT, Identifiers(SIREN, "", VAT, ("siret_invalid",))),
            ("7328293200007", "", Identifiers(problems=("siret_invalid",))),
            ("732829321", "", Identifiers(problems=("siren_invalid",))),
            ("12", "", Identifiers(problems=("siren_invalid",))),
            (SIRET, "FR45732829320", Identifiers(SIREN, SIRET, "", ("vat_invalid",))),
            (SIRET, OTHER_VAT, Identifiers(SIREN, SIRET, OTHER_VAT, ("vat_mismatch",))),
            (SIRET, "732829320", Identifiers(SIREN, SIRET, "", ("vat_invalid",))),
            (SIRET, "44732829320", Identifiers(SIREN, SIRET, VAT)),
            (SIRET, MONACO, Identifiers(SIREN, SIRET, MONACO)),
            (SIRET, "/", Identifiers(SIREN, SIRET)),
            ("néant", "néant", Identifiers()),
            ("", "", Identifiers()),
        ],
    )
    def test_french(self, registry, vat, expected):
        assert check(registry, vat, "FR") == expected
        assert check(registry, vat, "RE") == expected

    def test_monaco_has_a_french_vat_number_and_no_siren(self):
        assert check("56S00000", MONACO, "MC") == Identifiers(vat=MONACO)

    @pytest.mark.parametrize(
        ("vat", "country", "expected"),
        [
            ("BE 0697.449.992", "BE", Identifiers(vat="BE0697449992")),
            ("BE0697449993", "BE", Identifiers(problems=("vat_invalid",))),
            ("ATU57194903", "AT", Identifiers(vat="ATU57194903")),
            ("CHE-107.787.577 TVA", "CH", Identifiers(vat="CHE107787577TVA")),
        ],
    )
    def test_foreign_registry_numbers_are_left_alone(self, vat, country, expected):
        assert check("0697.449.992", vat, country) == expected


@given(st.integers(1, 99_999_999))
def test_every_siren_has_a_vat_number_that_leads_back(number):
    body = f"{number:08}"
    siren = body + luhn.calc_check_digit(body)
    if siren.startswith("000"):
        return  # of Monaco, for a VAT number
    vat = french_vat(siren)
    assert siren_of("", vat) == siren
    assert check(siren, vat, "FR").problems == ("siren_only",)


CODES = st.text(max_size=20) | st.text("0123456789FRBEX /.", max_size=16)


@given(CODES, CODES, st.sampled_from(["FR", "BE", "MC", "US", "", None, "??"]))
def test_nothing_is_raised_and_what_holds_holds(registry, vat, country):
    found = check(registry, vat, country)
    assert found.siren == "" or is_siren(found.siren)
    assert found.siret == "" or is_siret(found.siret)
    if found.siret:
        assert found.siret.startswith(found.siren)
