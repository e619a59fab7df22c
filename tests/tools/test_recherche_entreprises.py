from datetime import date

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.recherche_entreprises import (
    RechercheEntreprises,
    parse_companies,
    parse_company,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.results import (
    Director,
    Establishment,
    PostalAddress,
)

SERVICE = "recherche_entreprises"
SIREN = "908595879"


@pytest.fixture
def client(connect):
    return connect(RechercheEntreprises)


class TestCompany:
    def test_identity(self, client):
        company = client.company(SIREN)
        assert company.siren == SIREN
        assert company.name == "SEVERNAYA"
        assert company.is_active is True
        assert company.is_diffusible
        assert company.is_person is False
        assert company.legal_form == "5710"
        assert company.activity == "70.21Z"
        assert company.size_category == "PME"
        assert company.staff_band == "01"
        assert company.open_establishments == 1
        assert company.created_on == date(2022, 1, 1)
        assert company.ceased_on is None
        assert company.updated_on == date(2026, 5, 17)
        assert company.source == SERVICE

    def test_head_office(self, client):
        assert client.company(SIREN).head_office == Establishment(
            siret="90859587900010",
            is_head_office=True,
            is_open=True,
            address=PostalAddress(
                street="10 RUE DE PENTHIEVRE",
                postcode="75008",
                town="PARIS",
                town_code="75108",
            ),
            opened_on=date(2022, 1, 1),
        )

    def test_directors_come_without_birth_dates(self, client):
        assert client.company(SIREN).directors == (
            Director(name="CAMILLE DUPONT", role="Président de SAS"),
        )

    def test_a_company_may_direct_another(self, client):
        assert client.company("999000409").directors == (
            Director(
                name="HOLDING BRUN",
                role="Président de SAS",
                is_person=False,
                siren="999000102",
            ),
        )

    def test_vat_number_when_the_register_has_it(self, client):
        assert client.company("552032534").vat == "FR27552032534"
        assert client.company(SIREN).vat == ""

    def test_trade_name(self, client):
        company = client.company("487444697")
        assert (company.name, company.trade_name) == ("ESSOR ENERGIES", "SOLARSUD")

    def test_liquidation_does_not_show(self, client):
        assert client.company("487444697").is_active is True

    def test_a_ceased_company(self, client):
        company = client.company("880878145")
        assert company.is_active is False
        assert company.ceased_on == date(2022, 10, 22)
        assert company.head_office.is_open is False

    def test_a_dormant_company_is_active_without_establishment(self, client):
        company = client.company("999000706")
        assert company.is_active is True
        assert company.open_establishments == 0
        assert company.head_office.closed_on == date(2026, 3, 31)

    def test_by_siret_comes_that_establishment(self, client, server):
        company = client.company("487 444 697 00428")
        assert [part.siret for part in company.establishments] == ["48744469700428"]
        # its street only exists inside the whole address
        assert company.establishments[0].address.street == "22 RUE MAISON BLANCHE"
        assert server.requests[0].get("q") == "48744469700428"

    def test_one_call_that_asks_for_one_result(self, client, server):
        client.company(SIREN)
        [request] = server.requests
        assert request.path == "/search"
        assert (request.get("q"), request.get("per_page")) == (SIREN, "1")


class TestWithheld:
    """Persons and companies that object to the publication of their data."""

    def test_nothing_masked_is_kept_of_a_person(self, client):
        company = client.company("300025764")
        assert not company.is_diffusible
        assert (company.name, company.acronym, company.trade_name) == ("", "", "")
        assert company.directors == ()
        assert company.head_office.address == PostalAddress(
            town="RENNES", town_code="35238"
        )
        assert "DIFFUSIBLE]" not in repr(company)

    def test_what_remains_public_is_kept(self, client):
        company = client.company("300025764")
        assert company.is_active is True
        assert company.is_person is True
        assert company.activity == "68.20A"

    def test_a_company_keeps_its_name(self, client):
        company = client.company("999000409")
        assert not company.is_diffusible
        assert (company.name, company.acronym) == ("VENT DEBOUT", "")
        assert company.head_office.address.street == ""


class TestNotFound:
    @pytest.mark.parametrize("siren", ["999999998", "123456789"])
    def test_unknown_or_void_of_everything(self, client, siren):
        with pytest.raises(NotFoundError, match=siren):
            client.company(siren)

    @pytest.mark.parametrize(
        "number", ["", "12", "90859587", "9085958791", "ABCDEFGHI"]
    )
    def test_what_is_no_number_is_not_asked(self, client, number):
        with pytest.raises(RefusedError):
            client.company(number)
        assert client.calls == 0

    def test_another_company_is_not_taken_for_it(self, recorded):
        payload = recorded("recherche_entreprises/search_siren_active")
        with pytest.raises(MalformedError):
            parse_company(payload, "552032534")

    @pytest.mark.parametrize(
        "name", ["error_400_short_query", "error_400_page", "error_400_no_param"]
    )
    def test_a_refused_question(self, client, server, name):
        server.fail(SERVICE, recorded=f"{name}.http.json")
        with pytest.raises(RefusedError):
            client.company(SIREN)

    def test_404_is_not_found(self, client, server):
        server.fail(SERVICE, recorded="error_404.http.json")
        with pytest.raises(NotFoundError):
            client.company(SIREN)

    def test_500_is_unavailable(self, client, server):
        server.fail(SERVICE, recorded="error_500.http.json")
        with pytest.raises(UnavailableError):
            client.company(SIREN)

    def test_too_many_calls_pass_after_a_while(self, client, server, clock):
        server.fail(SERVICE, recorded="error_429.http.json")
        assert client.company(SIREN).siren == SIREN
        assert clock.sleeps == [2]


class TestSearch:
    def test_by_name(self, client):
        companies = client.search("la poste", limit=3)
        assert [company.name for company in companies] == ["LA POSTE"] * 3

    def test_by_name_and_postcode(self, client, server):
        [company] = client.search("Ganymede", "75008")
        assert company.siren == "880878145"
        assert server.requests[0].get("code_postal") == "75008"

    def test_nothing_found_is_an_empty_list(self, client):
        assert client.search("nobody bears this name") == []

    def test_never_more_than_the_service_gives(self, client, server):
        client.search("la poste", limit=1_000)
        assert server.requests[0].get("per_page") == "25"

    def test_a_page_after_the_last_is_empty(self, recorded):
        payload = recorded("recherche_entreprises/search_text_last_page_empty")
        assert parse_companies(payload) == []

    def test_the_shorter_answer_is_understood(self, recorded):
        [company] = parse_companies(recorded("recherche_entreprises/search_minimal"))
        assert (company.name, company.head_office) == ("SEVERNAYA", None)

    def test_a_name_in_brackets_after_the_name_is_left_out(self):
        result = {"siren": SIREN, "nom_complet": "CAMILLE DUPONT (LE BON PAIN)"}
        [company] = parse_companies({"results": [result]})
        assert company.name == "CAMILLE DUPONT"


class TestAddresses:
    def address(self, **parts):
        head_office = {"siret": SIREN + "00010", "libelle_voie": None, **parts}
        result = {"siren": SIREN, "nom_complet": "X", "siege": head_office}
        [company] = parse_companies({"results": [result]})
        return company.head_office.address

    def test_cedex_replaces_postcode_and_town(self):
        address = self.address(
            code_postal="69003",
            libelle_commune="LYON 3EME",
            cedex="69433",
            libelle_cedex="LYON CEDEX 03",
            distribution_speciale="BP 3001",
            complement_adresse="BATIMENT B",
        )
        assert (address.postcode, address.town) == ("69433", "LYON CEDEX 03")
        assert address.complement == "BATIMENT B BP 3001"

    def test_abroad_the_country_is_left_unknown(self):
        address = self.address(
            libelle_commune_etranger="BRUXELLES", code_pays_etranger="99131"
        )
        assert (address.town, address.country_code) == ("BRUXELLES", "")


class TestAddedCompany:
    """The server of the tests and of the demo serves companies of theirs."""

    def test_it_is_served_like_the_others(self, client, server):
        server.add_company(
            {
                "siren": "999002009",
                "name": "GARCIN",
                "street": "12 RUE DES LILAS",
                "postcode": "69003",
                "town": "LYON",
                "directors": [{"name": "ANNE GARCIN", "role": "Gérant"}],
            }
        )
        company = client.company("999002009")
        assert company.name == "GARCIN"
        assert company.head_office.address.postcode == "69003"
        assert company.directors == (Director("ANNE GARCIN", "Gérant"),)

    def test_it_may_have_ceased_or_object_to_publication(self, client, server):
        server.add_company(
            {
                "siren": "999002009",
                "name": "GARCIN",
                "street": "12 RUE DES LILAS",
                "is_active": False,
                "is_diffusible": False,
                "ceased_on": "2026-02-03",
            }
        )
        company = client.company("999002009")
        assert (company.is_active, company.is_diffusible) == (False, False)
        assert company.ceased_on == date(2026, 2, 3)
        assert company.head_office.address.street == ""
