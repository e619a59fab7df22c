import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.address_cleaning import (
    PostalParts,
    clean_address,
    problems,
)
from odoo.addons.l10n_fr_debt_collection.tools.plain_text import bare

LILAS = "12 rue des Lilas"


def cleaned(street="", street2="", postcode="", town="", country="FR"):
    parts = clean_address(PostalParts(street, street2, postcode, town, country))
    return (parts.street, parts.street2, parts.postcode, parts.town)


class TestPostcodeAndTown:
    @pytest.mark.parametrize(
        "postcode", ["69003", " 69 003 ", "F-69003", "F69003", "FR-69003", "69003 Lyon"]
    )
    def test_postcodes(self, postcode):
        assert cleaned(LILAS, "", postcode, "Lyon") == (LILAS, "", "69003", "Lyon")

    def test_a_zero_lost_in_a_spreadsheet(self):
        assert cleaned(LILAS, "", "1000", "Bourg")[2] == "01000"

    @pytest.mark.parametrize(
        "town", ["69003 Lyon", "F-69003 Lyon", "Lyon 69003", "Lyon (69003)"]
    )
    @pytest.mark.parametrize("postcode", ["", "69003"])
    def test_a_postcode_in_the_town(self, town, postcode):
        assert cleaned(LILAS, "", postcode, town) == (LILAS, "", "69003", "Lyon")

    def test_two_postcodes_are_left_for_a_person(self):
        assert cleaned(LILAS, "", "69001", "69003 Lyon") == (
            LILAS,
            "",
            "69001",
            "69003 Lyon",
        )

    @pytest.mark.parametrize(
        ("town", "expected"),
        [
            ("Lyon, France", "Lyon"),
            ("LYON CEDEX 03", "LYON CEDEX 03"),
            ("Paris 15e", "Paris 15e"),
            ("Roissy-en-France", "Roissy-en-France"),
            ("Roissy en France", "Roissy en France"),
        ],
    )
    def test_towns(self, town, expected):
        assert cleaned(LILAS, "", "69003", town)[3] == expected


class TestStreet:
    @pytest.mark.parametrize(
        "street",
        [
            "12 rue des Lilas 69003 Lyon",
            "12 rue des Lilas, 69003 LYON",
            "12 rue des Lilas - F-69003 Lyon, France",
        ],
    )
    @pytest.mark.parametrize("fields", [("", ""), ("69003", "Lyon"), ("69003", "")])
    def test_a_town_in_the_street_goes_to_its_own_field(self, street, fields):
        found = cleaned(street, "", *fields)
        assert found[:3] == (LILAS, "", "69003")
        assert found[3].lower() == "lyon"

    def test_a_town_on_the_second_line(self):
        assert cleaned(LILAS, "69003 Lyon") == (LILAS, "", "69003", "Lyon")

    def test_a_cedex(self):
        found = cleaned("12 rue X, 69433 LYON CEDEX 03")
        assert found == ("12 rue X", "", "69433", "LYON CEDEX 03")

    @pytest.mark.parametrize(
        "street",
        [
            "BP 40123 Lyon",
            "12 rue X BP 40123 Lyon",
            "10250 route de Bordeaux",
            "Lieu-dit Les Prés, 12345 chemin du Lac",
            "12 rue du 11 novembre 1918",
        ],
    )
    def test_a_number_is_not_always_a_postcode(self, street):
        assert cleaned(street)[0] == street

    def test_another_town_stays_where_it_is(self):
        street = "12 rue des Lilas 42000 Saint-Étienne"
        assert cleaned(street, "", "69003", "Lyon")[0] == street

    def test_a_line_written_twice(self):
        assert cleaned(LILAS, "12, RUE DES LILAS") == (LILAS, "", "", "")

    def test_the_second_line_without_a_first(self):
        assert cleaned("", LILAS) == (LILAS, "", "", "")

    def test_capitals_and_abbreviations_stay(self):
        assert cleaned("12  AV. J. JAURES ,", "Bât B")[:2] == (
            "12 AV. J. JAURES",
            "Bât B",
        )

    def test_abroad_only_spaces_change(self):
        found = cleaned("Rue  X 5", "", "1000", "1000 Bruxelles", "BE")
        assert found == ("Rue X 5", "", "1000", "1000 Bruxelles")


class TestProblems:
    @pytest.mark.parametrize(
        ("parts", "expected"),
        [
            (PostalParts(LILAS, "", "69003", "Lyon"), ()),
            (PostalParts("", "", "69003", "Lyon"), ("street_missing",)),
            (PostalParts(LILAS, "", "", "Lyon"), ("postcode_missing",)),
            (PostalParts(LILAS, "", "6900", "Lyon"), ("postcode_invalid",)),
            (PostalParts(LILAS, "", "99123", "Lyon"), ("postcode_invalid",)),
            (PostalParts(LILAS, "", "69003", ""), ("town_missing",)),
            (PostalParts(LILAS, "", "97400", "Saint-Denis", "RE"), ()),
            (PostalParts(LILAS, "", "69003", "Lyon", "RE"), ("postcode_invalid",)),
            (PostalParts("Rue X 5", "", "1000", "Bruxelles", "BE"), ()),
            (PostalParts("X", "", "", "Dublin", "IE"), ()),
            (
                PostalParts(),
                ("street_missing", "postcode_missing", "town_missing"),
            ),
        ],
    )
    def test_codes(self, parts, expected):
        assert problems(parts) == expected


PIECES = st.sampled_from(
    "12 69003 42000 1000 Lyon LYON rue , F- BP CEDEX ( ) - France des Lilas é".split()
)
TEXTS = st.text(max_size=30) | st.lists(PIECES, max_size=8).map(" ".join)
PARTS = st.builds(
    PostalParts, TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(["FR", "RE", "BE", ""])
)


def words(parts):
    """Return the words of an address; a postcode is its digits."""
    texts = (parts.street, parts.street2, parts.postcode, parts.town)
    text = bare(" ".join(texts))
    joined = re.sub(r"\b(\d{2}) (\d{3})\b", r"\1\2", text)
    return {word.lstrip("0") for word in re.findall(r"[a-z0-9]+", joined)}


@given(PARTS)
def test_cleaning_twice_changes_nothing_more(parts):
    once = clean_address(parts)
    assert clean_address(once) == once
    assert isinstance(problems(once), tuple)


@given(PARTS)
def test_no_word_is_lost(parts):
    lost = words(parts) - words(clean_address(parts))
    assert {
        word for word in lost if not re.fullmatch(r"f|fr|france|fr?\d{5}", word)
    } == set()
