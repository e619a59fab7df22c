import pytest

from odoo.addons.l10n_fr_debt_collection.tools.registries.ban import (
    Ban,
    parse_csv,
    parse_matches,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    RefusedError,
    UnavailableError,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.results import AddressMatch

DAX = AddressMatch(
    label="12 Rue Saint Pierre 40100 Dax",
    score=0.9653,
    kind="housenumber",
    house_number="12",
    street="12 Rue Saint Pierre",
    postcode="40100",
    town="Dax",
    town_code="40088",
    longitude=-1.051952,
    latitude=43.70884,
)


@pytest.fixture
def client(connect):
    return connect(Ban)


class TestSearch:
    def test_one_address(self, client):
        assert client.search("12 rue saint pierre", "40100", "dax") == [DAX]

    def test_two_that_resemble_each_other(self, client):
        matches = client.search("10 rue victor hugo", limit=2)
        assert [match.town for match in matches] == ["Lyon", "Limoges"]
        assert matches[0].score - matches[1].score < 0.01

    def test_a_wrong_town_shows_in_the_score(self, client):
        [match] = client.search("12 rue saint pierre", "99999", "nullepart")
        assert match.score < 0.5

    def test_a_street_without_number(self, client):
        [match] = client.search("rue jules ferry", "64110", "mazeres-lezons")
        assert (match.kind, match.house_number) == ("street", "")
        assert match.street == "rue Jules Ferry"

    def test_a_town_has_no_street(self, client):
        [match] = client.search("40100 dax")
        assert (match.kind, match.street, match.town) == ("municipality", "", "Dax")

    def test_the_town_of_before(self, client):
        [match] = client.search("7 rue de la paix", "50100", "cherbourg octeville")
        assert match.town == "Cherbourg-en-Cotentin"
        assert match.old_town == "Cherbourg-Octeville"

    def test_nothing_like_it(self, client):
        assert client.search("zzzzz") == []

    def test_the_former_service_is_understood(self, recorded):
        assert parse_matches(recorded("ban/legacy_api_adresse_response")) == [DAX]

    def test_kinds_of_no_use_are_left_out(self, recorded):
        payload = recorded("ban/search_housenumber_ok")
        payload["features"][0]["properties"]["type"] = "parcel"
        assert parse_matches(payload) == []


class TestQuestions:
    def test_no_completion_and_addresses_only(self, client, server):
        client.search("12 rue saint pierre", "40100", "dax")
        [request] = server.requests
        assert request.get("q") == "12 rue saint pierre 40100 dax"
        assert (request.get("autocomplete"), request.get("limit")) == ("0", "1")

    def test_it_starts_with_a_letter_or_a_digit(self, client, server):
        assert client.search(" - (12 rue saint pierre", "40100", "dax") != []
        assert server.requests[0].get("q").startswith("12 rue")

    @pytest.mark.parametrize("address", ["", "  ", "---", "()"])
    def test_what_has_no_word_is_not_asked(self, client, address):
        assert client.search(address) == []
        assert client.calls == 0

    def test_it_is_not_too_long(self, client, server):
        client.search("rue " * 200)
        assert len(server.requests[0].get("q")) <= 200

    def test_a_refused_question(self, client, server):
        server.fail("ban", recorded="error_400.http.json")
        with pytest.raises(RefusedError):
            client.search("x")

    def test_too_many_calls(self, client, server, clock):
        server.fail("ban", recorded="error_429.http.json")
        assert client.search("12 rue saint pierre", "40100", "dax") == [DAX]
        assert clock.sleeps == [5]


class TestSearchMany:
    def test_each_gets_its_own(self, client):
        found = client.search_many(
            [
                (7, "12 rue saint pierre", "40100", "dax"),
                (8, "zone inconnue", "40100", "dax"),
                (9, "", "", ""),
                (10, "qsdfghjk", "", ""),
            ]
        )
        assert found[7] == DAX
        assert (found[8].kind, found[8].score) == ("street", 0.34)
        assert (found[9], found[10]) == (None, None)
        assert client.calls == 1

    def test_thousands_go_in_lots(self, client):
        address = ("12 rue saint pierre", "40100", "dax")
        found = client.search_many((number, *address) for number in range(4_100))
        assert len(found) == 4_100
        assert set(found.values()) == {DAX}
        assert client.calls == 3

    def test_addresses_cannot_break_the_file(self, client):
        found = client.search_many(
            [
                ("a", 'l"été,;\r\n=1+1\x00', "\t40100", "da\nx"),
                ("b", "12 rue saint pierre", "40100", "dax"),
            ]
        )
        assert found == {"a": None, "b": DAX}

    def test_none_asked(self, client):
        assert client.search_many([]) == {}
        assert client.calls == 0

    def test_an_answer_that_is_no_file(self, client, server):
        server.fail("ban", body="<html>Maintenance</html>", times=None)
        with pytest.raises(MalformedError):
            client.search_many([("a", "12 rue saint pierre", "40100", "dax")])

    def test_out_of_service(self, client, server):
        server.fail("ban", status=504, times=None)
        with pytest.raises(UnavailableError):
            client.search_many([("a", "12 rue saint pierre", "40100", "dax")])
        assert client.calls == 4

    def test_an_answer_cut_between_two_lines_is_not_a_failure_to_find(
        self, client, server
    ):
        server.fail("ban", body="id,result_status\r\n0,not-found\r\n")
        with pytest.raises(MalformedError):
            client.search_many([("a", "x", "", ""), ("b", "y", "", "")])

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"id,result_status\n",
            b"a,b\n1,2\n",
            b"id,result_status\nx,ok\n",
            b"id,result_status\n1,ok\n",
            b'id\n"0',
            b"\xff\n",
        ],
    )
    def test_another_file_is_malformed(self, body):
        with pytest.raises(MalformedError):
            parse_csv(body, 1)
