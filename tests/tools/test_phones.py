import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.phones import (
    Phone,
    clean_phone,
    display,
)

MOBILE = "+33612345678"
FIXED = "+33472000001"


class TestFrenchNumbers:
    @pytest.mark.parametrize(
        "text",
        [
            "06.12.34.56.78",
            "06 12 34 56 78",
            "06-12-34-56-78",
            "06/12/34/56/78",
            "06, 12, 34, 56, 78",
            "0612345678",
            "612345678",
            "33612345678",
            "+33612345678",
            "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            "+33(0)612345678",
            "+33 0612345678",
            "(+33) 6 12 34 56 78",
            "0033 6 12 34 56 78",
            "0033 (0) 6 12 34 56 78",
            "00.33.6.12.34.56.78",
            "Port. : 06 12 34 56 78",
            "Tél 06\u00a012\u00a034\u00a056\u00a078 (M. Roux)",
            "O6 12 34 56 78",
            "\u202a06 12 34 56 78\u202c",
            "06 12 34 56 78",
        ],
    )
    def test_one_number_in_every_writing(self, text):
        assert clean_phone(text) == Phone(MOBILE, "mobile")

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("04 72 00 00 01", "fixed"),
            ("07 56 00 00 01", "mobile"),
            ("09 70 12 34 56", "voip"),
            ("0800 12 34 56", "fixed"),
        ],
    )
    def test_kinds(self, text, kind):
        phone = clean_phone(text)
        assert (phone.kind, phone.problem) == (kind, "")

    @pytest.mark.parametrize("text", ["0899 70 12 34", "08 92 68 12 34", "0820123456"])
    def test_surcharged_numbers_are_flagged(self, text):
        phone = clean_phone(text)
        assert phone.e164
        assert (phone.kind, phone.problem) == ("premium", "premium")

    @pytest.mark.parametrize(
        ("text", "e164"),
        [
            ("0262 41 23 45", "+262262412345"),
            ("0692 12 34 56", "+262692123456"),
            ("+33 692 12 34 56", "+262692123456"),
            ("0269 60 12 34", "+262269601234"),
            ("0590 27 12 34", "+590590271234"),
            ("0690.27.12.34", "+590690271234"),
            ("0594 20 12 34", "+594594201234"),
            ("0596 50 12 34", "+596596501234"),
            ("0696 20 12 34", "+596696201234"),
        ],
    )
    def test_overseas_numbers_dialled_as_at_home(self, text, e164):
        assert clean_phone(text).e164 == e164

    def test_a_mainland_number_of_an_overseas_contact(self):
        assert clean_phone("06 12 34 56 78", "RE").e164 == MOBILE


class TestSeveralNumbers:
    @pytest.mark.parametrize(
        "text",
        [
            "06 12 34 56 78 / 04 72 00 00 01",
            "06.12.34.56.78/04.72.00.00.01",
            "06 12 34 56 78 ou 04 72 00 00 01",
            "06 12 34 56 78 - 04 72 00 00 01",
            "06 12 34 56 78; 04 72 00 00 01",
            "06 12 34 56 78\n04 72 00 00 01",
            "06 12 34 56 78 04 72 00 00 01",
        ],
    )
    def test_the_first_is_the_main_one(self, text):
        assert clean_phone(text) == Phone(MOBILE, "mobile", others=(FIXED,))

    def test_a_surcharged_number_gives_way(self):
        phone = clean_phone("0899 70 12 34 / 04 72 00 00 01")
        assert (phone.e164, phone.problem) == (FIXED, "")
        assert phone.others == ("+33899701234",)

    def test_a_wrong_one_does_not_hide_a_right_one(self):
        assert clean_phone("06 12 34 56 7 / 04 72 00 00 01").e164 == FIXED

    @pytest.mark.parametrize(
        "text", ["04 72 00 00 01 poste 12", "0472000001 ext. 12", "0472000001 p.12"]
    )
    def test_extension(self, text):
        phone = clean_phone(text)
        assert (phone.e164, phone.extension) == (FIXED, "12")


class TestElsewhere:
    @pytest.mark.parametrize(
        ("text", "country", "e164"),
        [
            ("+32 2 512 34 56", "FR", "+3225123456"),
            ("0032 2 512 34 56", "FR", "+3225123456"),
            ("02 512 34 56", "BE", "+3225123456"),
            ("26 12 34", "NC", "+687261234"),
            ("+33 6 12 34 56 78", "BE", MOBILE),
        ],
    )
    def test_foreign_numbers(self, text, country, e164):
        assert clean_phone(text, country).e164 == e164

    def test_a_french_looking_number_of_a_belgian_is_not_guessed(self):
        assert clean_phone("06 12 34 56 78", "BE") == Phone(problem="invalid")

    def test_an_unknown_country(self):
        assert clean_phone("06 12 34 56 78", "??").problem == "invalid"


class TestUnusable:
    @pytest.mark.parametrize(
        "text", ["06 12 34 56", "néant", "00 00 00 00 00", "06 12 34 56 78 9", "-", "+"]
    )
    def test_invalid(self, text):
        assert clean_phone(text) == Phone(problem="invalid")

    @pytest.mark.parametrize("text", ["3631", "36 31", "118 218"])
    def test_short_numbers(self, text):
        assert clean_phone(text) == Phone(problem="short")

    @pytest.mark.parametrize("text", ["", None, "  "])
    def test_nothing_is_no_problem(self, text):
        assert clean_phone(text) == Phone()


def test_display_as_odoo():
    assert display(MOBILE) == "+33 6 12 34 56 78"
    assert display("12") == "12"


PIECES = st.sampled_from([*"0123456789+()/.-;, ", "poste", "00", "+33", "(0)", "ou"])


@given(
    st.text(max_size=60) | st.lists(PIECES, max_size=40).map("".join),
    st.sampled_from(["FR", "RE", "BE", "", "XX", None]),
)
def test_whatever_is_read_is_valid_and_nothing_is_raised(text, country):
    phone = clean_phone(text, country)
    assert phone.problem in ("", "invalid", "short", "premium")
    assert not (phone.e164 and phone.problem in ("invalid", "short"))
    for e164 in filter(None, (phone.e164, *phone.others)):
        assert phonenumbers.is_valid_number(phonenumbers.parse(e164))


@given(st.text(max_size=40) | st.lists(PIECES, max_size=30).map("".join))
def test_what_is_read_is_read_again(text):
    e164 = clean_phone(text).e164
    assert clean_phone(e164).e164 == e164
    assert clean_phone(display(e164)).e164 == e164
