import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.postal_address import (
    LINE_LENGTH,
    Address,
    address_lines,
)

LYON = {"postcode": "69003", "town": "Lyon"}


def test_name_street_and_town():
    address = Address("Menuiserie Garcin", street="12 rue des Lilas", **LYON)
    assert address_lines(address) == [
        "Menuiserie Garcin",
        "12 rue des Lilas",
        "69003 LYON",
    ]


def test_the_lines_are_in_the_order_of_the_standard():
    address = Address(
        "Garcin SARL",
        contact="Service comptabilité",
        street="12 rue des Lilas",
        street2="Bâtiment B",
        postcode="69433",
        town="Lyon Cedex 03",
    )
    assert address_lines(address) == [
        "Garcin SARL",
        "Service comptabilité",
        "Bâtiment B",
        "12 rue des Lilas",
        "69433 LYON CEDEX 03",
    ]


@pytest.mark.parametrize(
    "box", ["BP 40123", "CS 20005", "TSA 71234", "Lieu-dit Les Prés"]
)
def test_post_boxes_and_places_stand_below_the_street(box):
    lines = address_lines(Address("Garcin", street="12 rue X", street2=box, **LYON))
    assert lines == ["Garcin", "12 rue X", box, "69003 LYON"]


def test_a_street_in_the_second_field_is_still_the_street():
    address = Address("Garcin", street="ZI des Platanes", street2="4 bis rue X", **LYON)
    assert address_lines(address)[1:3] == ["ZI des Platanes", "4 bis rue X"]


def test_a_box_without_a_street():
    address = Address("Garcin", street2="BP 12", **LYON)
    assert address_lines(address) == ["Garcin", "BP 12", "69003 LYON"]


def test_no_punctuation_from_the_street_on():
    address = Address(
        "Garcin & Cie, S.A.R.L.",
        street="12, av. Jean-Jaurès ; esc. 2",
        postcode="42000",
        town="Saint-Étienne",
    )
    assert address_lines(address) == [
        "Garcin & Cie, S.A.R.L.",
        "12 av Jean-Jaurès esc 2",
        "42000 SAINT ETIENNE",
    ]


def test_apostrophes_and_ligatures_of_a_town():
    address = Address("A", postcode="59650", town="Villeneuve-d’Ascq Œuf")
    assert address_lines(address)[-1] == "59650 VILLENEUVE D ASCQ OEUF"


def test_country_comes_last_and_only_abroad():
    address = Address(
        "Garcin", street="1 rue X", country="France", country_code="FR", **LYON
    )
    assert address_lines(address)[-1] == "69003 LYON"
    overseas = Address(
        "Garcin",
        street="1 rue X",
        postcode="97400",
        town="Saint-Denis",
        country="La Réunion",
        country_code="RE",
    )
    assert address_lines(overseas)[-1] == "97400 SAINT DENIS"
    belgian = Address(
        "Garcin",
        street="1 rue X",
        postcode="1000",
        town="Bruxelles",
        country="Belgique",
        country_code="BE",
    )
    assert address_lines(belgian)[-2:] == ["1000 BRUXELLES", "BELGIQUE"]


def test_abroad_the_locality_is_written_as_they_do_there():
    address = Address(
        "Smith Ltd",
        street="10 Downing Street",
        postcode="SW1A 2AA",
        town="London",
        country="Royaume-Uni",
        country_code="GB",
        locality=("London", "SW1A 2AA"),
    )
    assert address_lines(address) == [
        "Smith Ltd",
        "10 Downing Street",
        "LONDON",
        "SW1A 2AA",
        "ROYAUME UNI",
    ]


def test_a_long_name_takes_two_lines_when_there_is_room():
    address = Address(
        "Société méridionale des matériaux de construction", street="1 rue X", **LYON
    )
    assert address_lines(address)[:2] == [
        "Société méridionale des matériaux de",
        "construction",
    ]


def test_a_long_name_is_cut_when_there_is_no_room():
    address = Address(
        "Société méridionale des matériaux de construction",
        contact="Service comptabilité fournisseurs",
        street="1 rue X",
        street2="Bâtiment B",
        **LYON,
    )
    assert len(address_lines(address)) == 6
    crowded = Address(
        "Société méridionale des matériaux de construction",
        contact="Service de la comptabilité des fournisseurs",
        street="1 rue du très long nom que personne ne connaît ici",
        street2="Bâtiment B",
        **LYON,
    )
    lines = address_lines(crowded)
    assert len(lines) == 6
    assert lines[0] == "Société méridionale des matériaux de"
    assert "1 rue du très long nom que personne ne" in lines


def test_a_contact_who_is_the_debtor_is_named_once():
    address = Address("Paul Roux", contact="Paul  Roux", street="1 rue X", **LYON)
    assert address_lines(address) == ["Paul Roux", "1 rue X", "69003 LYON"]


TEXT = st.text(max_size=120)


@given(TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, st.sampled_from(["FR", "BE", "RE", ""]))
def test_any_address_fits_an_envelope(name, contact, street, more, zip_, town, code):
    lines = address_lines(
        Address(name, contact, street, more, zip_, town, "Belgique", code)
    )
    assert len(lines) <= (7 if code == "BE" else 6)
    assert all(0 < len(line) <= LINE_LENGTH for line in lines)
    assert all(line == line.strip() for line in lines)
