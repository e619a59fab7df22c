from datetime import date

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    RefusedError,
    UnavailableError,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.results import VatAnswer
from odoo.addons.l10n_fr_debt_collection.tools.registries.vies import (
    Vies,
    parse_answer,
)

VAT = "FR48999000102"


@pytest.fixture
def client(connect):
    return connect(Vies)


class TestCheck:
    def test_a_valid_number(self, client):
        assert client.check(VAT) == VatAnswer(
            vat=VAT,
            is_valid=True,
            name="HOLDING BRUN",
            address="10 RUE DE PENTHIEVRE\n75008 PARIS",
            checked_on=date(2026, 11, 22),
        )

    def test_an_invalid_number(self, client):
        answer = client.check("FR00999999998")
        assert answer.is_valid is False
        assert (answer.name, answer.address) == ("", "")

    @pytest.mark.parametrize("vat", ["fr 48 999000102", "FR48.999.000.102"])
    def test_however_it_is_written(self, client, server, vat):
        assert client.check(vat).vat == VAT
        assert server.requests[0].path == "/rest-api/ms/FR/vat/48999000102"

    @pytest.mark.parametrize("vat", ["", "FR", "48999000102", "FR48/../../x", "FR4é"])
    def test_what_is_no_number_is_not_asked(self, client, vat):
        with pytest.raises(RefusedError):
            client.check(vat)
        assert client.calls == 0


class TestUnknown:
    """What could not be told is neither valid nor invalid."""

    @pytest.mark.parametrize(
        "error",
        [
            "global_max_concurrent_req",
            "ip_blocked",
            "ms_max_concurrent_req",
            "ms_unavailable",
            "service_unavailable",
            "timeout",
        ],
    )
    def test_the_country_did_not_answer(self, client, server, error):
        server.fail("vies", recorded=f"error_{error}.json")
        answer = client.check(VAT)
        assert answer.is_valid is None
        assert (answer.name, answer.address) == ("", "")

    @pytest.mark.parametrize("error", ["INVALID_INPUT", "VAT_BLOCKED", "NEW", None])
    def test_invalid_for_another_reason(self, recorded, error):
        payload = {**recorded("vies/invalid"), "userError": error}
        answer = parse_answer(payload, "FR00999999998")
        assert answer.is_valid is None

    def test_no_answer_inside(self):
        payload = {"actionSucceed": False, "errorWrappers": [{"error": "TIMEOUT"}]}
        assert parse_answer(payload, VAT).is_valid is None

    def test_no_name_given(self, recorded):
        payload = {**recorded("vies/valid"), "name": "---", "address": "---"}
        answer = parse_answer(payload, VAT)
        assert (answer.is_valid, answer.name, answer.address) == (True, "", "")

    def test_another_number_is_not_taken_for_it(self, recorded):
        with pytest.raises(MalformedError):
            parse_answer(recorded("vies/valid"), "FR27552032534")

    def test_out_of_service(self, client, server):
        server.fail("vies", status=503, times=None)
        with pytest.raises(UnavailableError):
            client.check(VAT)
