from datetime import date

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.results import (
    Director,
    Establishment,
    PostalAddress,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.rne import (
    Rne,
    parse_company,
    parse_token,
)

BRUN = "999000102"
PASSWORD = "correct horse"


@pytest.fixture
def client(connect):
    return connect(Rne, login="api@example.org", password=PASSWORD)


@pytest.fixture
def payload(recorded):
    return recorded("rne/company_pm_dirigeants")


class TestCompany:
    def test_identity(self, client):
        company = client.company(BRUN)
        assert company.name == "HOLDING BRUN"
        assert company.is_active is True
        assert company.is_person is False
        assert company.legal_form == "5710"
        assert company.activity == "70.21Z"
        assert company.created_on == date(2021, 12, 27)
        assert company.updated_on == date(2026, 5, 19)
        assert company.source == "rne"
        assert company.head_office == Establishment(
            siret="99900010200015",
            is_head_office=True,
            address=PostalAddress(
                street="10 RUE DE PENTHIEVRE",
                postcode="75008",
                town="PARIS 8",
                town_code="75108",
            ),
        )

    def test_directors(self, client):
        assert client.company(BRUN).directors == (
            Director("Jeanne Louise MARTEL", "Président de SAS", "73"),
            Director("Paul LEROUX", "Directeur Général", "53"),
            Director(
                "AUDIT EXEMPLE",
                "Commissaire aux comptes titulaire",
                "71",
                is_person=False,
                siren="999000805",
            ),
        )

    def test_nothing_of_their_birth_and_home_is_kept(self, client):
        assert "1979" not in repr(client.company(BRUN).directors)

    def test_who_has_left_directs_no_more(self, payload):
        person = payload["formality"]["content"]["personneMorale"]
        person["composition"]["pouvoirs"][0]["mentionDemissionOrdre"] = True
        directors = parse_company(payload, BRUN).directors
        assert directors[0].name == "Paul LEROUX"

    def test_the_court_clerk_noted_the_liquidation(self, client):
        company = client.company("999000607")
        [observation] = company.observations
        assert "liquidation judiciaire" in observation
        assert [director.role for director in company.directors] == ["Liquidateur"]
        assert company.is_active is True

    def test_observations_come_newest_first(self, payload):
        person = payload["formality"]["content"]["personneMorale"]
        person["observations"]["rcs"] = [
            {"texte": "Plan arrêté.", "dateAjout": "2024-03-01"},
            {"texte": "Plan résolu.", "dateAjout": "2026-03-01"},
            {"texte": None, "dateAjout": "2026-04-01"},
        ]
        observations = parse_company(payload, BRUN).observations
        assert observations == ("Plan résolu.", "Plan arrêté.")

    def test_struck_off(self, client):
        company = client.company("999000706")
        assert company.is_active is False
        assert company.ceased_on == date(2026, 8, 31)

    def test_struck_off_without_a_state(self, payload):
        content = payload["formality"]["content"]
        content["natureCessationEntreprise"] = None
        content["personneMorale"]["detailCessationEntreprise"] = {
            "dateRadiation": "2026-09-15"
        }
        company = parse_company(payload, BRUN)
        assert company.is_active is False
        assert company.ceased_on == date(2026, 9, 15)

    def test_abroad_the_country_is_left_unknown(self, payload):
        person = payload["formality"]["content"]["personneMorale"]
        person["adresseEntreprise"]["adresse"]["codePays"] = "BEL"
        assert parse_company(payload, BRUN).head_office.address.country_code == ""


class TestWithheld:
    def test_nothing_is_kept_of_who_objects(self, client):
        company = client.company("999000904")
        assert not company.is_diffusible
        assert (company.name, company.head_office, company.directors) == ("", None, ())
        assert company.is_person is True
        assert company.is_active is True

    @pytest.mark.parametrize(
        ("key", "value"), [("diffusionINSEE", "N"), ("diffusionCommerciale", False)]
    )
    def test_either_sign_is_enough(self, payload, key, value):
        payload["formality"][key] = value
        company = parse_company(payload, BRUN)
        assert not company.is_diffusible
        assert (company.name, company.directors) == ("", ())

    def test_a_trader_who_does_not_object_is_named(self, recorded):
        payload = recorded("rne/company_pp_non_diffusible")
        payload["formality"].update(diffusionINSEE="O", diffusionCommerciale=True)
        assert parse_company(payload, "999000904").name == "Alix LEFEBURE"


class TestSession:
    def paths(self, server):
        return [request.path for request in server.requests]

    def test_one_login_for_many_questions(self, client, server):
        client.company(BRUN)
        client.company("999000706")
        login, *questions = server.requests
        assert (login.method, login.path) == ("POST", "/api/sso/login")
        assert login.headers["Content-Type"] == "application/json"
        assert [request.path for request in questions] == [
            "/api/companies/999000102",
            "/api/companies/999000706",
        ]

    def test_a_session_that_has_expired_is_renewed(self, client, server):
        client.company(BRUN)
        server.expire_sessions()
        assert client.company(BRUN).name == "HOLDING BRUN"
        assert self.paths(server).count("/api/sso/login") == 2

    def test_it_is_renewed_once(self, client, server):
        client.company(BRUN)
        for answer in ("error_401.http", "sso_login", "error_401.http"):
            server.fail("rne", recorded=f"{answer}.json")
        with pytest.raises(RefusedError) as caught:
            client.company(BRUN)
        assert caught.value.status == 401
        assert client.calls == 5

    def test_a_fresh_session_refused_is_not_tried_again(self, client, server):
        server.fail("rne", recorded="sso_login.json")
        server.fail("rne", recorded="error_401.http.json", times=None)
        with pytest.raises(RefusedError):
            client.company(BRUN)
        assert client.calls == 2

    def test_a_wrong_password_is_tried_once_and_not_told(self, client, server):
        server.fail("rne", recorded="error_401.http.json", times=None)
        with pytest.raises(RefusedError) as caught:
            client.company(BRUN)
        assert client.calls == 1
        assert PASSWORD not in str(caught.value)

    def test_without_account_it_refuses(self, connect):
        with pytest.raises(RefusedError):
            connect(Rne).company(BRUN)

    @pytest.mark.parametrize("payload", [{}, {"token": ""}, {"token": []}, [], None])
    def test_no_session_without_a_token(self, payload):
        with pytest.raises(MalformedError):
            parse_token(payload)


class TestErrors:
    def test_not_found(self, client):
        with pytest.raises(NotFoundError):
            client.company("999999998")

    def test_out_of_memory(self, client, server):
        client.company(BRUN)
        server.fail("rne", recorded="error_500_memory.http.json")
        with pytest.raises(UnavailableError):
            client.company(BRUN)

    def test_another_company_is_not_taken_for_it(self, payload):
        with pytest.raises(MalformedError):
            parse_company(payload, "999000706")

    def test_every_company_of_a_page_can_be_read(self, recorded):
        for payload in recorded("rne/companies_diff_page"):
            company = parse_company(payload, payload["siren"])
            assert company.siren == payload["siren"]
