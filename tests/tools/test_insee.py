from datetime import date

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.insee import (
    Insee,
    parse_company,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.results import (
    Company,
    Establishment,
    PostalAddress,
)

KEY = "0f1e2d3c"


@pytest.fixture
def client(connect):
    return connect(Insee, key=KEY)


class TestCompany:
    def test_identity(self, client):
        company = client.company("999000300")
        assert company.name == "ATELIER AZUR"
        assert company.is_active is True
        assert company.is_person is False
        assert company.legal_form == "5499"
        assert company.activity == "43.32A"
        assert company.size_category == "PME"
        assert company.staff_band == "11"
        assert company.created_on == date(2019, 9, 2)
        assert company.updated_on == date(2026, 10, 2)
        assert company.source == "insee"

    def test_the_head_office_is_a_number_without_address(self, client):
        assert client.company("999000300").head_office == Establishment(
            "99900030000023", is_head_office=True
        )

    def test_the_key_goes_in_a_header(self, client, server):
        client.company("999000300")
        [request] = server.requests
        assert request.headers["X-INSEE-Api-Key-Integration"] == KEY
        assert KEY not in request.path
        assert not request.query

    def test_without_key_it_refuses(self, connect):
        with pytest.raises(RefusedError) as caught:
            connect(Insee).company("999000300")
        assert caught.value.status == 401

    def test_a_ceased_company_ceased_when_its_state_changed(self, client):
        company = client.company("999000607")
        assert company.is_active is False
        assert company.ceased_on == date(2026, 6, 30)

    def test_the_running_period_counts_wherever_it_stands(self, recorded):
        payload = recorded("insee/siren_ceased")
        payload["uniteLegale"]["periodesUniteLegale"].reverse()
        company = parse_company(payload, "999000607")
        assert company.is_active is False
        assert company.ceased_on == date(2026, 6, 30)

    def test_one_period_does_not_tell_when_it_ceased(self, recorded):
        payload = recorded("insee/siren_ceased")
        [now, _before] = payload["uniteLegale"]["periodesUniteLegale"]
        payload["uniteLegale"]["periodesUniteLegale"] = [now]
        company = parse_company(payload, "999000607")
        assert (company.is_active, company.ceased_on) == (False, None)

    def test_a_person_is_named_as_usual(self, recorded):
        payload = recorded("insee/siren_non_diffusible_pp")
        unit = payload["uniteLegale"]
        unit.update(statutDiffusionUniteLegale="O", prenom1UniteLegale="ALIX")
        unit["prenomUsuelUniteLegale"] = None
        unit["periodesUniteLegale"][0]["nomUniteLegale"] = "LEFEBURE"
        unit["periodesUniteLegale"][0]["nomUsageUniteLegale"] = "MARTEL"
        company = parse_company(payload, "999000904")
        assert (company.name, company.is_person) == ("ALIX MARTEL", True)


class TestEstablishment:
    def test_it_comes_with_its_company(self, client):
        company = client.establishment("99900030000023")
        assert (company.siren, company.name) == ("999000300", "ATELIER AZUR")
        [establishment] = company.establishments
        assert establishment == company.head_office
        assert establishment.is_open is True
        assert establishment.address == PostalAddress(
            street="12 RUE DE LA MARINE",
            postcode="34300",
            town="AGDE",
            town_code="34003",
        )

    def test_a_closed_one_of_an_active_company(self, client):
        company = client.establishment("99900030000015")
        [establishment] = company.establishments
        assert company.is_active is True
        assert establishment.is_open is False
        assert establishment.closed_on == date(2021, 12, 31)
        assert company.head_office.siret == "99900030000023"

    def test_one_period_does_not_tell_when_it_closed(self, client):
        company = client.establishment("99900060700013")
        [establishment] = company.establishments
        assert establishment.is_open is False
        assert establishment.opened_on == date(2011, 3, 15)
        assert establishment.closed_on is None
        assert (company.is_active, company.ceased_on) == (False, None)

    def test_a_siren_is_no_establishment(self, client):
        with pytest.raises(RefusedError):
            client.establishment("999000300")
        assert client.calls == 0


class TestWithheld:
    def test_nothing_masked_is_kept(self, client):
        for company in (
            client.company("999000904"),
            client.establishment("99900090400014"),
        ):
            assert not company.is_diffusible
            assert (company.name, company.trade_name) == ("", "")
            assert company.activity == "43.31Z"
            assert "[ND]" not in repr(company)

    def test_the_town_stays(self, client):
        [establishment] = client.establishment("99900090400014").establishments
        address = PostalAddress(town="LIMOGES", town_code="87085")
        assert establishment.address == address

    def test_a_company_of_which_nothing_is_told_exists(self, client, server):
        server.fail("insee", recorded="error_403_non_diffusible.http.json", times=2)
        withheld = Company("999000904", is_diffusible=False, source="insee")
        assert client.company("999000904") == withheld
        assert client.establishment("99900090400014") == withheld

    def test_another_403_is_a_refusal(self, client, server):
        server.fail("insee", status=403, body={"message": "Forbidden"})
        with pytest.raises(RefusedError):
            client.company("999000904")


class TestErrors:
    def test_not_found(self, client):
        with pytest.raises(NotFoundError, match="999999998"):
            client.company("999999998")

    def test_a_minute_too_many_calls(self, client, server, clock):
        server.fail("insee", recorded="error_429.http.json")
        assert client.company("999000300").name == "ATELIER AZUR"
        assert clock.sleeps == [60]

    def test_out_of_service(self, client, server):
        server.fail("insee", status=503, times=None)
        with pytest.raises(UnavailableError):
            client.company("999000300")

    def test_another_company_is_not_taken_for_it(self, recorded):
        with pytest.raises(MalformedError):
            parse_company(recorded("insee/siren_active"), "999000607")


class TestManyCompanies:
    def test_known_ones_only(self, client):
        companies = client.companies(["999000300", "999000607", "999999998"])
        assert {siren: c.is_active for siren, c in companies.items()} == {
            "999000300": True,
            "999000607": False,
        }
        assert client.calls == 1

    def test_none_known(self, client):
        assert client.companies(["999999998"]) == {}

    def test_none_asked(self, client):
        assert client.companies([]) == {}
        assert client.calls == 0

    def test_lots_fit_in_an_address(self, client, server):
        sirens = [f"9991{number:05}" for number in range(150)]
        for siren in sirens:
            server.add_company({"siren": siren, "name": f"NO {siren}"})
        companies = client.companies(sirens + sirens[:10])
        assert set(companies) == set(sirens)
        counts = [request.get("q").count("siren:") for request in server.requests]
        assert counts == [68, 68, 14]

    def serve_pages(self, server, *pages):
        for cursor, siren, following in pages:
            header = {"total": 3, "curseur": cursor, "curseurSuivant": following}
            units = [{"siren": siren}] if siren else []
            server.fail("insee", body={"header": header, "unitesLegales": units})

    def test_pages_follow_their_cursor(self, client, server):
        sirens = ["999000300", "999000607", "999999998"]
        pages = [("*", sirens[0], "A"), ("A", sirens[1], "B"), ("B", "", "B")]
        self.serve_pages(server, *pages)
        assert set(client.companies(sirens)) == set(sirens[:2])
        asked = [request.get("curseur") for request in server.requests]
        assert asked == ["*", "A", "B"]

    def test_cursors_without_end_are_given_up(self, client, server):
        self.serve_pages(server, *((str(n), "", str(n + 1)) for n in range(10)))
        assert client.companies(["999000300", "999000607"]) == {}
        assert client.calls == 2

    def test_the_last_page_repeats_its_cursor(self, client, server, recorded):
        body = recorded("insee/siren_multi_curseur_end")
        server.fail("insee", body=body, times=None)
        assert client.companies(["999000300"]) == {}
        assert client.calls == 1

    def test_strangers_are_left_out(self, client, server, recorded):
        server.fail("insee", body=recorded("insee/siren_multi_curseur"))
        assert set(client.companies(["999000300"])) == {"999000300"}
