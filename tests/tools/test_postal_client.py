import importlib
import sys
from datetime import date
from pathlib import Path

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.postal import tracking
from odoo.addons.l10n_fr_debt_collection.tools.postal.maileva import (
    COUNTRIES,
    Maileva,
    MailevaLogin,
    to_recipient,
)
from odoo.addons.l10n_fr_debt_collection.tools.postal.results import Letter
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)

sys.path.append(str(Path(__file__).parents[1]))
postal_server = importlib.import_module("postal_server")

LETTER = Letter(
    key="4f1c",
    name="Menuiserie Garcin",
    sender=("Atelier du Rhône", "1 quai Perrache", "69002 LYON"),
    recipient=("Menuiserie Garcin", "12 rue des Lilas", "69003 LYON"),
    country_code="FR",
    documents=(("Letter.pdf", b"%PDF-1.4 letter"), ("Invoice.pdf", b"%PDF-1.4 inv")),
)


@pytest.fixture
def server():
    with postal_server.PostalServer() as running:
        yield running


@pytest.fixture
def connect(server):
    def make(password="secret", **options):
        options = {"throttle": lambda: None, **options}
        login = MailevaLogin(server.url, throttle=lambda: None, retries=0)
        credentials = {
            "username": "atelier",
            "password": password,
            "client_id": "id",
            "client_secret": "hush",
        }
        return Maileva(server.url, login=login, credentials=credentials, **options)

    return make


@pytest.fixture
def client(connect):
    return connect()


def send(client):
    number = client.create_draft(LETTER)
    client.fill_draft(number, LETTER)
    client.submit(number)
    return number


class TestSending:
    def test_letter_is_submitted_with_all_its_parts(self, client, server):
        number = send(client)
        sending = server.account.sendings[number]
        assert server.account.submissions == [number]
        assert sending["description"]["custom_id"] == "4f1c"
        assert sending["description"]["acknowledgement_of_receipt"] is True
        assert sending["description"]["sender_address_line_6"] == "69002 LYON"
        assert len(sending["documents"]) == 2
        assert b"%PDF-1.4 letter" in sending["documents"][0]
        assert b'"priority": 1' in sending["documents"][0]
        assert sending["recipient"]["address_line_1"] == "Menuiserie Garcin"
        assert sending["recipient"]["address_line_4"] == "12 rue des Lilas"
        assert sending["recipient"]["address_line_6"] == "69003 LYON"

    def test_one_token_serves_several_calls(self, client, server):
        send(client)
        assert server.count("openid-connect/token") == 1
        assert "grant_type=password" in server.account.last_login
        assert "client_id=id" in server.account.last_login

    def test_draft_is_no_letter(self, client, server):
        number = client.create_draft(LETTER)
        assert client.get_status(number) == "draft"
        client.delete_draft(number)
        with pytest.raises(NotFoundError):
            client.get_status(number)
        client.delete_draft(number)

    def test_nothing_is_submitted_twice(self, client, server):
        number = send(client)
        with pytest.raises(RefusedError, match="SENDING_STATUS_IS_NOT_DRAFT"):
            client.submit(number)
        assert server.account.submissions == [number]

    def test_lost_answer_is_not_asked_for_again(self, client, server):
        """Complaint 30: what may have been heard is not said twice."""
        number = client.create_draft(LETTER)
        client.fill_draft(number, LETTER)
        server.fail("/submit", status=504, after=True)
        with pytest.raises(UnavailableError):
            client.submit(number)
        assert server.count("/submit") == 1
        assert client.get_status(number) == "submitted"

    def test_slow_server_is_given_up(self, connect, server):
        client = connect(timeout=(1, 0.2))
        server.fail("POST /registered_mail/v4/sendings", delay=1)
        with pytest.raises(UnavailableError):
            client.create_draft(LETTER)

    def test_wrong_password(self, connect):
        with pytest.raises(RefusedError) as refused:
            connect(password="guess").try_login()
        assert refused.value.status == 401
        assert "guess" not in str(refused.value)

    def test_refused_address_names_its_code(self, client, server):
        number = client.create_draft(LETTER)
        body = {"errors": [{"code": "INVALID_ADDRESS_LINE_6", "message": "?"}]}
        server.fail("/recipients", status=400, body=body)
        with pytest.raises(RefusedError, match="INVALID_ADDRESS_LINE_6"):
            client.fill_draft(number, LETTER)


class TestFollowing:
    def test_submitted(self, client):
        progress = client.get_progress(send(client))
        assert (progress.status, progress.tracking_number) == ("submitted", "")

    def test_posted_presented_delivered(self, client, server):
        number = send(client)
        server.account.move(number, "DELIVERING")
        progress = client.get_progress(number)
        assert (progress.status, progress.posted_on) == ("posted", date(2026, 11, 20))
        assert progress.tracking_number == "1A00000000001"
        server.account.move(number, "FIRST_PRESENTATION")
        assert client.get_progress(number).presented_on == date(2026, 11, 23)
        server.account.move(number, "DELIVERED")
        progress = client.get_progress(number)
        assert (progress.status, progress.closed_on) == (
            "delivered",
            date(2026, 11, 23),
        )

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("N02", "npai"),
            ("N03", "unclaimed"),
            ("N05", "refused"),
            ("N07", "incomplete"),
            ("N99", ""),
        ],
    )
    def test_reason_of_return(self, client, server, code, reason):
        number = send(client)
        server.account.move(number, "UNDELIVERED", undelivered_mail_reason=code)
        progress = client.get_progress(number)
        assert (progress.status, progress.return_reason) == ("returned", reason)

    def test_rejected(self, client, server):
        number = send(client)
        server.account.reject(number, "Adresse illisible")
        progress = client.get_progress(number)
        assert (progress.status, progress.status_label) == (
            "rejected",
            "Adresse illisible",
        )

    def test_proof_is_fetched_from_the_provider_only(self, client, server):
        number = send(client)
        place = f"/sendings/{number}/recipients/R1/download_deposit_proof"
        server.account.move(
            number,
            "DELIVERING",
            deposit_proof_url=place,
            content_proof_url="https://elsewhere.example/proof",
        )
        proofs = client.get_progress(number).proofs
        assert proofs == {"posting": place}
        assert client.get_proof(place).startswith(b"%PDF")

    def test_unknown_status_is_not_guessed(self, client, server):
        number = send(client)
        server.account.sendings[number]["status"] = "ELSEWHERE"
        with pytest.raises(MalformedError):
            client.get_progress(number)


class TestAddress:
    def test_six_lines_at_most_of_38_characters(self):
        lines = ("A" * 50, "Compta", "Bât. B", "12 rue X", "BP 12", "69003 LYON")
        recipient = to_recipient(Letter("k", "n", lines, lines, "FR", documents=()))
        assert recipient["address_line_1"] == "A" * 38
        assert [recipient[f"address_line_{n}"] for n in range(2, 7)] == [*lines[1:]]

    def test_only_where_it_delivers(self):
        assert "MC" in COUNTRIES
        assert "BE" not in COUNTRIES


class TestTracking:
    def test_numbers_of_la_poste(self):
        assert tracking.find_problem("1A 123 456 7890 1") == ""
        assert tracking.find_problem("RK123456785FR") == ""
        assert tracking.find_problem("861234567890123") == ""

    def test_what_cannot_be_one(self):
        assert tracking.find_problem("1A 123 456 789") == "length"
        assert tracking.find_problem("RK123456784FR") == "check"
        assert tracking.find_problem("AAAAAAAAAAAAA") == "form"

    def test_several_scans(self):
        typed = "1a 123 456 7890 1\n1A12345678902;1A12345678901,"
        assert tracking.split(typed) == ["1A12345678901", "1A12345678902"]
