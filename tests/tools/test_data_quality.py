from datetime import date

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.address_cleaning import PostalParts
from odoo.addons.l10n_fr_debt_collection.tools.data_quality import (
    ITEMS,
    Debtor,
    Person,
    assess,
)

ADDRESS = PostalParts("12 rue des Lilas", "", "69003", "Lyon", "FR")
BUSINESS = {
    "phone": 15,
    "mobile": 5,
    "email": 20,
    "address": 15,
    "identity": 15,
    "payables": 10,
    "decision_maker_phone": 5,
    "decision_maker_email": 5,
    "verified": 10,
}
CONSUMER = {"phone": 20, "mobile": 25, "email": 25, "address": 25, "verified": 5}


def _person(**values):
    return Person(
        **{
            "id": 1,
            "name": "Garcin",
            "phone": "+33 6 12 34 56 78",
            "email": "contact@garcin.fr",
            "address": ADDRESS,
        }
        | values
    )


PAYABLES = _person(id=2, role="payables", email="c.blanc@garcin.fr")
DECISION_MAKER = _person(id=3, role="decision_maker")


def _debtor(**values):
    return Debtor(
        **{
            "itself": _person(),
            "contacts": (PAYABLES, DECISION_MAKER),
            "registry": "73282932000074",
            "vat": "FR44732829320",
            "register": "active",
            "verified_on": date(2026, 6, 1),
            "fresh_from": date(2026, 1, 1),
        }
        | values
    )


def _codes(debtor, weights=None):
    found = assess(debtor, weights or BUSINESS)
    return {finding.code for finding in found.findings}


class TestScore:
    def test_complete_business_has_all_points(self):
        found = assess(_debtor(), BUSINESS)
        assert (found.score, found.findings, found.status) == (100, (), "verified")

    def test_complete_consumer_has_all_points(self):
        found = assess(_debtor(is_business=False, contacts=(), vat=""), CONSUMER)
        assert (found.score, found.findings) == (100, ())

    def test_nothing_known_scores_nothing(self):
        empty = Debtor(itself=Person(1))
        found = assess(empty, BUSINESS)
        assert found.score == 0
        assert set(found.points) == {finding.code for finding in found.findings}
        assert sum(found.points.values()) == sum(BUSINESS.values())

    def test_a_mobile_is_worth_more_with_consumers(self):
        fixed = _person(phone="+33 4 72 00 00 01")
        business = assess(
            _debtor(
                itself=fixed,
                contacts=(
                    _person(id=2, role="payables", phone=""),
                    _person(id=3, role="decision_maker", phone="+33472000002"),
                ),
            ),
            BUSINESS,
        )
        consumer = assess(
            _debtor(itself=fixed, contacts=(), is_business=False), CONSUMER
        )
        assert (business.score, consumer.score) == (95, 75)

    def test_doubtful_item_costs_half(self):
        stale = _debtor(verified_on=date(2020, 1, 1))
        assert assess(stale, BUSINESS).points == {"stale": 5}

    def test_identity_does_not_count_where_it_cannot_be_checked(self):
        abroad = PostalParts("1 High Street", "", "", "Nairobi", "KE")
        found = assess(
            _debtor(itself=_person(address=abroad), registry="", vat=""), BUSINESS
        )
        assert found.score == 100

    def test_without_weights_nothing_is_missing_points(self):
        assert assess(Debtor(itself=Person(1)), {}).score == 100


class TestFindings:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"phone": ""}, "phone_missing"),
            ({"phone": "12"}, "phone_invalid"),
            ({"phone_is_wrong": True}, "phone_wrong"),
            ({"phone": "0612345678"}, "phone_format"),
            ({"phone": "+33 4 72 00 00 01"}, "mobile_missing"),
            ({"email": ""}, "email_missing"),
            ({"email": "nowhere"}, "email_invalid"),
            ({"email": "compta@garcin,fr"}, "email_repair"),
            ({"email_block": "bounce"}, "email_bounce"),
            ({"email_block": "blacklist"}, "email_blacklist"),
            ({"email_block": "dead"}, "email_dead"),
            ({"address": PostalParts("", "", "", "Lyon")}, "address_incomplete"),
            ({"address": PostalParts("1 rue A, 69003 Lyon")}, "address_format"),
            ({"letter_is_returned": True}, "address_returned"),
        ],
    )
    def test_of_the_debtor_itself(self, values, code):
        debtor = _debtor(itself=_person(**values), contacts=(), is_business=False)
        assert code in _codes(debtor, CONSUMER)

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"registry": "", "vat": ""}, "siren_missing"),
            ({"registry": "73282932000075", "vat": ""}, "siret_invalid"),
            ({"registry": "732829321", "vat": ""}, "siren_invalid"),
            ({"vat": "FR00000000000"}, "vat_invalid"),
            ({"vat_is_refused": True}, "vat_refused"),
            ({"registry": "35600000000048"}, "vat_mismatch"),
            ({"contacts": (DECISION_MAKER,)}, "payables_missing"),
            ({"contacts": (PAYABLES,)}, "decision_maker_missing"),
            ({"verified_on": None}, "unverified"),
            ({"verified_on": date(2025, 12, 31)}, "stale"),
            ({"pending": 2}, "conflict"),
            ({"register": "not_found"}, "not_found"),
            ({"register": "ceased"}, "ceased"),
            ({"is_struck_off": True}, "ceased"),
        ],
    )
    def test_of_a_business(self, values, code):
        assert code in _codes(_debtor(**values))

    def test_contacts_with_a_role_reach_the_debtor(self):
        mute = _person(phone="", email="")
        found = assess(_debtor(itself=mute), BUSINESS)
        assert (found.reach_phone, found.reach_email) == (True, True)

    def test_a_contact_at_the_address_of_a_returned_letter_gets_none(self):
        returned = _person(letter_is_returned=True)
        assert not assess(_debtor(itself=returned), BUSINESS).reach_post
        elsewhere = PostalParts("3 quai Sud", "", "69002", "Lyon", "FR")
        payables = _person(id=2, role="payables", address=elsewhere)
        found = assess(_debtor(itself=returned, contacts=(payables,)), BUSINESS)
        assert found.reach_post
        assert found.points["address_returned"] == 7.5

    def test_a_bad_value_is_told_though_another_reaches_the_debtor(self):
        bad = _person(phone="12", email="compta@garcin,fr")
        found = assess(_debtor(itself=bad), BUSINESS)
        assert (found.score, found.reach_phone, found.reach_email) == (100, True, True)
        assert {(one.code, one.severity) for one in found.findings} == {
            ("phone_invalid", "info"),
            ("email_repair", "info"),
        }

    def test_contacts_without_a_role_do_not(self):
        mute = _person(phone="", email="")
        found = assess(_debtor(itself=mute, contacts=(_person(id=4),)), BUSINESS)
        assert (found.reach_phone, found.reach_email) == (False, False)

    def test_payables_address_by_its_name(self):
        debtor = _debtor(itself=_person(email="compta@garcin.fr"), contacts=())
        assert "payables_missing" not in _codes(debtor)

    def test_a_consumer_is_not_asked_for_a_company_number(self):
        debtor = _debtor(is_business=False, registry="", vat="", contacts=())
        assert _codes(debtor, CONSUMER) == set()


class TestStatus:
    """Each state hides those that come after it."""

    TROUBLES = (
        ("ceased", {"register": "ceased"}),
        ("not_found", {"register": "not_found"}),
        ("conflict", {"pending": 1}),
        ("incomplete", {"itself": _person(address=PostalParts()), "contacts": ()}),
        ("to_check", {"verified_on": None}),
        ("stale", {"verified_on": date(2020, 1, 1)}),
        ("verified", {}),
    )

    @pytest.mark.parametrize("first", range(len(TROUBLES)))
    def test_precedence(self, first):
        values = {}
        for _status, trouble in reversed(self.TROUBLES[first:]):
            values |= trouble
        found = assess(_debtor(**values), BUSINESS)
        assert found.status == self.TROUBLES[first][0]

    def test_phone_or_mail_is_enough(self):
        one_way = _person(phone="")
        debtor = _debtor(itself=one_way, contacts=())
        assert assess(debtor, BUSINESS).status == "verified"
        mute = _debtor(itself=_person(phone="", email=""), contacts=())
        assert assess(mute, BUSINESS).status == "incomplete"


def test_all_items_have_a_weight_here():
    assert set(BUSINESS) == set(ITEMS)
