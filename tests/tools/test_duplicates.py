import csv
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.duplicates import (
    LARGEST_GROUP,
    Contact,
    find_duplicates,
)
from odoo.addons.l10n_fr_debt_collection.tools.identifiers import french_vat

LABELLED = Path(__file__).parents[1] / "recorded/duplicates.csv"
ONE, OTHER = "404833048", "552032534"


def groups(*contacts):
    return [group.ids for group in find_duplicates(contacts)]


def read_labelled(part):
    with open(LABELLED, encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["part"] == part]


def contact(row):
    return Contact(
        int(row["id"]),
        row["name"],
        row["postcode"],
        row["siren"],
        row["vat"],
        row["email"],
        tuple(row["phones"].split()),
        row["is_company"] == "1",
        row["street"],
        row["town"],
    )


def pairs_of(sets):
    return {pair for ids in sets for pair in combinations(sorted(ids), 2)}


def measure(rows):
    """Return precision, recall, false and missed pairs."""
    truth = defaultdict(list)
    for row in rows:
        truth[row["entity"]].append(int(row["id"]))
    found = pairs_of(group.ids for group in find_duplicates(map(contact, rows)))
    wanted = pairs_of(truth.values())
    right = len(found & wanted)
    return right / len(found), right / len(wanted), found - wanted, wanted - found


class TestLabelledSet:
    @pytest.mark.parametrize("part", ["tune", "held"])
    def test_precision_and_recall(self, part):
        rows = read_labelled(part)
        precision, recall, false, missed = measure(rows)
        names = {int(row["id"]): row["name"] for row in rows}
        print(f"\n{part}: {len(rows)} contacts", end=", ")
        print(f"precision {precision:.3f}, recall {recall:.3f}")
        for title, pairs in (("false", false), ("missed", missed)):
            for one, other in sorted(pairs):
                print(f"  {title}: {one} {names[one]!r}, {other} {names[other]!r}")
        assert precision >= 0.98
        assert recall >= 0.95


class TestIdentifiers:
    def test_the_same_siren_is_the_same_debtor_whatever_its_name(self):
        [group] = find_duplicates(
            [Contact(1, "Garcin", siren=ONE), Contact(2, "Autre enseigne", siren=ONE)]
        )
        assert group.confidence == 100
        assert group.reasons == ((1, 2, "siren", ONE),)

    def test_a_french_vat_number_holds_the_siren(self):
        vat = french_vat(ONE)
        assert groups(Contact(1, "A", siren=ONE), Contact(2, "B", vat=vat)) == [(1, 2)]

    def test_a_foreign_vat_number(self):
        [group] = find_duplicates(
            [Contact(1, "Janssens", vat="BE0697449992"), Contact(2, vat="BE0697449992")]
        )
        assert group.reasons[0][2] == "vat"

    def test_an_invalid_siren_proves_nothing(self):
        one, other = Contact(1, "A", siren="000000000"), Contact(2, siren="000000000")
        assert not groups(one, other)

    def test_two_valid_sirens_never_meet(self):
        same = {"name": "Garcin", "postcode": "69003", "email": "compta@garcin.fr"}
        assert not groups(
            Contact(1, siren=ONE, **same), Contact(2, siren=OTHER, **same)
        )

    def test_who_could_be_either_company_is_neither(self):
        same = {"name": "Garcin", "postcode": "69003"}
        assert not groups(
            Contact(1, siren=ONE, **same),
            Contact(2, siren=OTHER, **same),
            Contact(3, **same),
        )

    def test_stronger_evidence_settles_which_company_it_is(self):
        same = {"name": "Garcin", "postcode": "69003"}
        mail = {"email": "compta@garcin.fr"}
        assert groups(
            Contact(1, siren=ONE, **same, **mail),
            Contact(2, siren=OTHER, **same),
            Contact(3, **same, **mail),
        ) == [(1, 3)]

    def test_hundreds_of_establishments_are_one_group(self):
        contacts = [Contact(n, f"Agence {n}", siren=ONE) for n in range(300)]
        [group] = find_duplicates(contacts)
        assert len(group.ids) == 300
        assert group.confidence == 100


class TestNames:
    @pytest.mark.parametrize(
        "other",
        [
            "GARCIN MENUISERIE",
            "S.A.R.L. Menuiserie Garcin",
            "Menuisrie Garcin",
            "Ménuiserie Garcin",
            "Ets Menuiserie Garcin",
            "Menuis. Garcin",
        ],
    )
    def test_the_same_name_otherwise_written_at_one_place(self, other):
        place = {"postcode": "69003"}
        one = Contact(1, "Menuiserie Garcin SAS", **place)
        assert groups(one, Contact(2, other, **place)) == [(1, 2)]

    @pytest.mark.parametrize(
        "other",
        [
            "Plomberie Garcin",
            "Menuiserie Roussel",
            "Menuiserie Garcin Services",
            "Groupe Menuiserie Garcin",
            "SCI Menuiserie Garcin",
            "Menuiserie Garcin 2",
            "Menuiserie Garcin et Fils",
        ],
    )
    def test_another_name_is_another_company(self, other):
        same = {"postcode": "69003", "phones": ("+33472000001",)}
        one = Contact(1, "Menuiserie Garcin SAS", **same)
        assert not groups(one, Contact(2, other, **same))

    def test_the_same_name_in_another_town_is_not_enough(self):
        one = Contact(1, "Boulangerie Martin", "69003")
        assert not groups(one, Contact(2, "Boulangerie Martin", "44000"))

    def test_a_cedex_is_in_the_same_town(self):
        one = Contact(1, "Garcin Bois", "69003", town="Lyon 3e")
        other = Contact(2, "Garcin Bois", "69433", town="LYON CEDEX 03")
        assert groups(one, other) == [(1, 2)]


class TestPersons:
    def test_namesakes_of_one_town_are_two(self):
        same = {"name": "Jean Martin", "postcode": "69003", "is_company": False}
        assert not groups(Contact(1, **same), Contact(2, **same))

    def test_name_and_street_make_one(self):
        same = {"postcode": "69003", "is_company": False, "street": "12 rue des Lilas"}
        one = Contact(1, "Jean Martin", **same)
        assert groups(one, Contact(2, "MARTIN Jean", **same)) == [(1, 2)]

    def test_a_family_shares_all_but_its_first_names(self):
        same = {
            "postcode": "69003",
            "is_company": False,
            "street": "12 rue des Lilas",
            "email": "famille.martin@free.fr",
            "phones": ("+33472000001",),
        }
        one = Contact(1, "Jean Martin", **same)
        assert not groups(one, Contact(2, "Jeanne Martin", **same))
        assert not groups(one, Contact(2, "Marie Martin", **same))


class TestSharedClues:
    def test_an_accountants_address_proves_nothing(self):
        names = ("Garcin", "Garcin Bois", "Roussel", "Delaunay", "Hamon", "Vasseur")
        contacts = [
            Contact(n, name, email="cabinet@fiduciaire.fr")
            for n, name in enumerate(names)
        ]
        assert not find_duplicates(contacts)

    def test_an_address_entered_five_times_for_one_name_does(self):
        contacts = [Contact(n, "Garcin", email="contact@gmail.com") for n in range(5)]
        assert groups(*contacts) == [(0, 1, 2, 3, 4)]


PHONES = ("+33472000001", "+33472000002", "+33472000003")
CONTACTS = st.lists(
    st.builds(
        Contact,
        id=st.just(0),
        name=st.sampled_from(
            ["Garcin", "Garcin Bois", "Garcin SARL", "Garsin", "Roussel", ""]
        ),
        postcode=st.sampled_from(["69003", "44000", ""]),
        siren=st.sampled_from([ONE, OTHER, "", "", "", "123"]),
        email=st.sampled_from(["a@garcin.fr", "b@garcin.fr", "", ""]),
        phones=st.lists(st.sampled_from(PHONES), max_size=2).map(tuple),
        is_company=st.booleans(),
        street=st.sampled_from(["1 rue X", "2 rue X", ""]),
    ),
    max_size=14,
)


@settings(max_examples=300)
@given(CONTACTS)
def test_no_group_holds_two_sirens_and_no_contact_is_in_two_groups(contacts):
    contacts = [
        Contact(n, c.name, c.postcode, c.siren, "", c.email, c.phones, c.is_company)
        for n, c in enumerate(contacts)
    ]
    seen = set()
    for group in find_duplicates(contacts):
        sirens = {contacts[n].siren for n in group.ids} & {ONE, OTHER}
        assert len(sirens) <= 1
        assert sirens or len(group.ids) <= LARGEST_GROUP
        assert len(group.ids) > 1 and seen.isdisjoint(group.ids)
        assert 70 <= group.confidence <= 100
        seen.update(group.ids)


@given(st.lists(st.builds(Contact, id=st.integers(), name=st.text(), town=st.text())))
def test_nothing_is_raised(contacts):
    assert isinstance(find_duplicates(contacts), list)
