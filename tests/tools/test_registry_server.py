"""The server that stands for the registers: its BODACC, and what is added to it."""

from datetime import date

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.registries.ban import Ban
from odoo.addons.l10n_fr_debt_collection.tools.registries.client import RegistryClient
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import RefusedError
from odoo.addons.l10n_fr_debt_collection.tools.registries.insee import Insee
from odoo.addons.l10n_fr_debt_collection.tools.registries.recherche_entreprises import (
    RechercheEntreprises,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.rne import Rne
from odoo.addons.l10n_fr_debt_collection.tools.registries.vies import Vies


@pytest.fixture
def ask(connect):
    """Return a function that asks for records, by their condition."""

    class Client(RegistryClient):
        service = "bodacc"

    client = connect(Client)

    def ask(where="", path="/records", **params):
        return client._get_json(path, {"where": where, "limit": 100, **params})

    return ask


def ids(payload):
    return [record["id"] for record in payload["results"]]


class TestConditions:
    def test_by_id(self, ask):
        assert ids(ask('id IN ("A202602231671", "A0")')) == ["A202602231671"]

    def test_by_company_in_either_spelling(self, ask):
        for siren in ("999001308", "999 001 308"):
            assert "A202602231671" in ids(ask(f'registre IN ("{siren}","999999998")'))

    def test_by_day(self, ask):
        for operator, holds in ((">=", True), ("=", True), (">", False)):
            day = f"dateparution {operator} date'2026-11-17'"
            found = ids(ask(f'{day} AND registre = "999001308"'))
            assert ("A202602231671" in found) is holds

    def test_families_and_changes_of_directors_in_a_window(self, ask):
        payload = ask(
            '(familleavis IN ("collective","vente") OR (familleavis="modification" '
            'AND modificationsgenerales like "*administration*")) '
            "AND dateparution >= date'2026-11-15'"
        )
        families = {record["familleavis"] for record in payload["results"]}
        assert families == {"collective", "vente", "modification"}
        for record in payload["results"]:
            assert record["dateparution"] >= "2026-11-15"
            if record["familleavis"] == "modification":
                assert "administration" in record["modificationsgenerales"]

    def test_without_register(self, ask):
        found = ask("registre is null")["results"]
        assert found
        assert all(record["registre"] is None for record in found)
        assert ask("registre is not null")["total_count"] > 200

    @pytest.mark.parametrize(
        "where",
        ['siren="1"', "id IN", 'id ~ "A"', '(id="A"', 'id="A" id="B"', "id like"],
    )
    def test_what_it_does_not_know_is_refused(self, ask, where):
        with pytest.raises(RefusedError, match="ODSQLError"):
            ask(where)


class TestPages:
    def test_all_records_page_after_page(self, ask):
        total = ask()["total_count"]
        pages = [ask(offset=n, order_by="id") for n in range(0, total, 100)]
        found = [key for page in pages for key in ids(page)]
        assert len(set(found)) == total
        assert found == sorted(found)

    def test_chosen_fields_and_order(self, ask):
        payload = ask(select="id,dateparution", order_by="dateparution DESC, id")
        assert set(payload["results"][0]) == {"id", "dateparution"}
        days = [record["dateparution"] for record in payload["results"]]
        assert days == sorted(days, reverse=True)

    @pytest.mark.parametrize("params", [{"limit": 101}, {"offset": 9_950}])
    def test_limits_of_the_service(self, ask, params):
        with pytest.raises(RefusedError, match="InvalidRESTParameterError"):
            ask(**params)

    def test_exports_have_no_limit(self, ask):
        assert len(ask(path="/exports/json")) > 200

    def test_the_freshness_of_the_whole(self, ask):
        metas = ask(path="")["metas"]["default"]
        assert metas["data_processed"].startswith("2026-11-22")


class TestAddedNotice:
    def test_it_is_served_like_the_others(self, ask, server):
        server.add_notice(
            {
                "id": "A202602309999",
                "dateparution": "2026-11-24",
                "familleavis": "collective",
                "registre": ["999002009", "999 002 009"],
                "jugement": {"nature": "Jugement d'ouverture"},
            }
        )
        [record] = ask('registre IN ("999002009")')["results"]
        assert record["jugement"] == '{"nature": "Jugement d\'ouverture"}'
        assert record["acte"] is None


class TestAddedCompany:
    """One company, told by each service in its own way."""

    COMPANY = {
        "siren": "999002009",
        "name": "GARCIN",
        "vat": "FR00999002009",
        "street": "12 RUE DES LILAS",
        "postcode": "69003",
        "town": "LYON",
        "directors": [
            {"name": "ANNE GARCIN", "role": "Gérant"},
            {"name": "HOLDING BRUN", "role": "Associé", "siren": "999000102"},
        ],
        "observations": ["Plan arrêté."],
    }

    def test_of_an_active_company(self, connect, server):
        server.add_company(self.COMPANY)
        recherche = connect(RechercheEntreprises).company("99900200900012")
        insee = connect(Insee, key="key").company("999002009")
        rne = connect(Rne, login="a", password="b").company("999002009")
        for company in (recherche, insee, rne):
            assert (company.name, company.is_active) == ("GARCIN", True)
            assert company.head_office.siret == "99900200900012"
        for company in (recherche, rne):
            assert [d.siren for d in company.directors] == ["", "999000102"]
        assert rne.observations == ("Plan arrêté.",)
        assert recherche.vat == "FR00999002009"

    def test_of_one_that_has_ceased(self, connect, server):
        end = {"is_active": False, "ceased_on": "2026-02-03"}
        server.add_company({**self.COMPANY, **end})
        insee = connect(Insee, key="key")
        for company in (
            connect(RechercheEntreprises).company("999002009"),
            connect(Rne, login="a", password="b").company("999002009"),
            insee.company("999002009"),
        ):
            assert company.is_active is False
            assert company.ceased_on == date(2026, 2, 3)
        [closed] = insee.establishment("99900200900012").establishments
        assert (closed.is_open, closed.closed_on) == (False, date(2026, 2, 3))
        assert connect(Vies).check("FR00999002009").is_valid is False

    def test_its_vat_number_and_address(self, connect, server):
        server.add_company(self.COMPANY)
        answer = connect(Vies).check("FR00999002009")
        assert (answer.is_valid, answer.name) == (True, "GARCIN")
        address = ("12 rue des Lilas", "69003", "Lyon")
        ban = connect(Ban)
        [match] = ban.search(*address)
        assert (match.kind, match.house_number) == ("housenumber", "12")
        [found] = ban.search_many([(1, *address)]).values()
        assert (found.street, found.score) == (match.street, match.score)


class TestRecovery:
    def test_faults_can_be_called_off(self, ask, server):
        server.fail("bodacc", status=400, times=None)
        with pytest.raises(RefusedError):
            ask()
        server.recover()
        assert ask()["total_count"] > 200
        assert len(server.calls("bodacc")) == 2

    def test_services_are_known_by_name(self, server):
        with pytest.raises(ValueError, match="no service infogreffe"):
            server.fail("infogreffe", status=500)
