"""The transport that all the registers share, seen through one of them."""

import gzip
import re
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests

from odoo.addons.l10n_fr_debt_collection.tools.registries.client import user_agent
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    NotFoundError,
    RefusedError,
    RegistryError,
    UnavailableError,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.insee import Insee
from odoo.addons.l10n_fr_debt_collection.tools.registries.recherche_entreprises import (
    RechercheEntreprises,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.throttle import Throttle

SERVICE = "recherche_entreprises"
SIREN = "908595879"


@pytest.fixture
def ask(connect):
    """Return a function that asks for a company and returns the client, the answer."""

    def ask(**options):
        client = connect(RechercheEntreprises, **options)
        try:
            return client, client.company(SIREN)
        except RegistryError as error:
            return client, error

    return ask


class TestAnswers:
    def test_an_answer_takes_one_call(self, ask, server):
        client, company = ask()
        assert company.name == "SEVERNAYA"
        assert client.calls == len(server.requests) == 1

    def test_errors_name_their_service(self, ask, server):
        server.fail(SERVICE, status=400, body={"erreur": "Paramètre inconnu."})
        _client, error = ask()
        assert error.service == SERVICE
        assert str(error) == (
            'recherche_entreprises: HTTP 400 {"erreur": "Param\\u00e8tre inconnu."}'
        )

    def test_errors_of_parsing_name_their_service(self, ask, server):
        server.fail(SERVICE, body={"results": "none"})
        _client, error = ask()
        assert isinstance(error, MalformedError)
        assert error.service == SERVICE

    def test_the_answer_is_read_as_utf8_whatever_it_says(self, connect, server):
        body = '{"results": [{"siren": "908595879", "nom_complet": "ÉTÉ"}]}'
        headers = {"Content-Type": "text/html; charset=iso-8859-1"}
        server.fail(SERVICE, body=body, headers=headers)
        assert connect(RechercheEntreprises).company(SIREN).name == "ÉTÉ"

    def test_a_closed_client_can_still_be_used(self, connect):
        client = connect(RechercheEntreprises)
        client.company(SIREN)
        client.close()
        assert client.company(SIREN).siren == SIREN

    def test_a_slash_too_many_in_the_address_does_not_matter(self, ask, server):
        _client, company = ask(url=server.url(SERVICE) + "/")
        assert company.siren == SIREN


class TestIdentity:
    def test_the_module_says_who_it_is(self, ask, server):
        ask()
        agent = server.requests[0].headers["User-Agent"]
        assert re.fullmatch(r"l10n_fr_debt_collection/19\.0(\.\d+)+", agent)

    def test_a_contact_can_be_given(self, ask, server):
        ask(user_agent=user_agent("it@example.com"))
        agent = server.requests[0].headers["User-Agent"]
        assert agent.endswith(" (it@example.com)")

    def test_a_contact_cannot_break_the_headers(self, ask, server):
        ask(user_agent=user_agent("a\r\nX-Other: é\u2019"))
        headers = server.requests[0].headers
        assert headers["User-Agent"].endswith(" (a X-Other: )")
        assert "X-Other" not in headers


class TestRetries:
    @pytest.mark.parametrize("status", [429, 502, 503, 504])
    def test_what_may_pass_is_asked_again(self, ask, server, clock, status):
        server.fail(SERVICE, status=status, times=3)
        client, company = ask()
        assert company.siren == SIREN
        assert client.calls == 4
        assert [int(seconds) for seconds in clock.sleeps] == [1, 2, 4]

    @pytest.mark.parametrize("status", [429, 502, 503, 504])
    def test_but_not_for_ever(self, ask, server, status):
        server.fail(SERVICE, status=status, times=None)
        client, error = ask()
        assert isinstance(error, UnavailableError)
        assert (error.status, error.retry_after) == (status, None)
        assert client.calls == 4

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (400, RefusedError),
            (401, RefusedError),
            (403, RefusedError),
            (404, NotFoundError),
            (410, NotFoundError),
            (414, RefusedError),
            (500, UnavailableError),
        ],
    )
    def test_what_will_not_pass_is_asked_once(self, ask, server, clock, status, kind):
        server.fail(SERVICE, status=status, times=None)
        client, error = ask()
        assert type(error) is kind
        assert error.status == status
        assert (client.calls, clock.sleeps) == (1, [])

    def test_an_unexpected_redirection_is_refused(self, ask, server):
        headers = {"Location": "http://localhost:1/search"}
        server.fail(SERVICE, status=302, headers=headers)
        client, error = ask()
        assert isinstance(error, RefusedError)
        assert client.calls == 1

    def test_a_redirection_on_the_same_host_is_followed(self, ask, server):
        headers = {"Location": f"{server.url(SERVICE)}/search?q={SIREN}"}
        server.fail(SERVICE, status=301, headers=headers)
        client, company = ask()
        assert company.siren == SIREN
        assert client.calls == 2

    def test_redirections_in_circles_end(self, ask, server):
        headers = {"Location": f"{server.url(SERVICE)}/search"}
        server.fail(SERVICE, status=301, headers=headers, times=None)
        client, error = ask()
        assert isinstance(error, RefusedError)
        assert client.calls == 4

    def test_the_wished_delay_is_kept(self, ask, server, clock):
        server.fail(SERVICE, status=429, headers={"Retry-After": "17"})
        _client, company = ask()
        assert company.siren == SIREN
        assert clock.sleeps == [17]

    def test_the_wished_delay_may_be_a_date(self, ask, server, clock):
        later = datetime.now(UTC) + timedelta(seconds=30)
        headers = {"Retry-After": format_datetime(later, usegmt=True)}
        server.fail(SERVICE, status=503, headers=headers)
        ask()
        assert 25 < clock.sleeps[0] <= 30

    def test_a_long_delay_is_for_the_caller(self, ask, server, clock):
        server.fail(SERVICE, status=429, headers={"Retry-After": "3600"}, times=None)
        client, error = ask()
        assert isinstance(error, UnavailableError)
        assert error.retry_after == 3600
        assert (client.calls, clock.sleeps) == (1, [])

    @pytest.mark.parametrize("value", ["", "soon", "-5", "١٢", "Wed, 99 Foo 2026"])
    def test_a_delay_that_makes_no_sense_is_not_kept(self, ask, server, clock, value):
        headers = {"Retry-After": value.encode().decode("latin-1")}
        server.fail(SERVICE, status=429, headers=headers)
        _client, company = ask()
        assert company.siren == SIREN
        assert 1 <= clock.sleeps[0] <= 2

    def test_the_number_of_retries_can_be_chosen(self, ask, server):
        server.fail(SERVICE, status=503, times=None)
        client, _error = ask(retries=0)
        assert client.calls == 1


class TestBrokenConnections:
    def test_a_timeout_is_asked_again(self, ask, server):
        server.fail(SERVICE, delay=5)
        client, company = ask(timeout=(1, 0.2))
        assert company.siren == SIREN
        assert client.calls == 2

    def test_timeouts_end(self, ask, server):
        server.fail(SERVICE, delay=5, times=None)
        client, error = ask(timeout=(1, 0.1), retries=2)
        assert isinstance(error, UnavailableError)
        assert not error.connection_refused
        assert client.calls == 3

    def test_an_answer_that_stands_still_is_asked_again(self, ask, server):
        server.fail(SERVICE, truncate=200, stall=5)
        client, company = ask(timeout=(1, 0.2))
        assert company.siren == SIREN
        assert client.calls == 2

    def test_an_error_that_stands_still_stays_that_error(self, ask, server):
        server.fail(SERVICE, status=400, body="x" * 200, truncate=100, stall=5)
        client, error = ask(timeout=(1, 0.2))
        assert isinstance(error, RefusedError)
        assert (error.status, client.calls) == (400, 1)

    def test_timeouts_do_not_pass_through_the_session(self, ask, server, monkeypatch):
        """Odoo's tests stand there, and take a timeout for one number."""
        send = requests.Session.send

        def compare(session, request, **options):
            assert not (options["timeout"] and options["timeout"] < 10)
            return send(session, request, **options)

        monkeypatch.setattr(requests.Session, "send", compare)
        server.fail(SERVICE, delay=5, times=None)
        _client, error = ask(timeout=(1, 0.1), retries=0)
        assert isinstance(error, UnavailableError)

    def test_a_refused_connection_is_told_apart_and_left_alone(
        self, ask, server, clock
    ):
        client, error = ask(url=server.refused_url())
        assert isinstance(error, UnavailableError)
        assert error.connection_refused
        assert (client.calls, clock.sleeps) == (1, [])

    def test_a_server_that_hangs_up_is_unavailable(self, ask, silent_port):
        _client, error = ask(url=f"http://127.0.0.1:{silent_port}")
        assert isinstance(error, UnavailableError)
        assert not error.connection_refused

    @pytest.mark.parametrize("url", ["nowhere", "ftp://example.com", "http://"])
    def test_an_address_that_is_none_is_refused(self, ask, url):
        _client, error = ask(url=url)
        assert isinstance(error, RefusedError)

    @pytest.mark.parametrize("key", ["a\nb", "clé\u2019"])
    def test_a_key_that_is_none_is_refused(self, connect, server, key):
        with pytest.raises(RefusedError) as caught:
            connect(Insee, key=key).company("999000300")
        assert key not in str(caught.value)
        assert not server.requests


class TestBrokenAnswers:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html><body>Maintenance</body></html>",
            b'{"results": [',
            b'{"results": NaN}',
            b"\xff\xfe\x00",
            b"[" * 100_000,
            b"[" + b"9" * 5_000 + b"]",
        ],
    )
    def test_what_is_not_json_is_malformed(self, ask, server, body):
        server.fail(SERVICE, body=body)
        client, error = ask()
        assert isinstance(error, MalformedError)
        assert client.calls == 1

    def test_a_cut_answer_is_malformed(self, ask, server):
        server.fail(SERVICE, truncate=200)
        _client, error = ask()
        assert isinstance(error, MalformedError)

    def test_a_huge_answer_is_given_up(self, ask, server):
        server.fail(SERVICE, body=b'"' + b"x" * 50_000 + b'"')
        _client, error = ask(max_bytes=10_000)
        assert isinstance(error, MalformedError)
        assert "10000 bytes" in str(error)

    def test_what_counts_is_the_size_once_decompressed(self, ask, server):
        body = gzip.compress(b'"' + b"x" * 5_000_000 + b'"')
        server.fail(SERVICE, body=body, headers={"Content-Encoding": "gzip"})
        _client, error = ask()
        assert isinstance(error, MalformedError)
        assert "bytes" in str(error)

    def test_a_broken_compression_is_malformed(self, ask, server):
        server.fail(SERVICE, body=b"no", headers={"Content-Encoding": "gzip"})
        _client, error = ask()
        assert isinstance(error, MalformedError)

    def test_an_answer_in_drops_is_given_up(self, connect, server):
        client = connect(RechercheEntreprises)
        client.max_seconds = -1
        with pytest.raises(UnavailableError, match="too slow"):
            client.company(SIREN)


class TestThrottle:
    def test_it_is_called_before_each_call(self, connect, server):
        taken = []
        client = connect(RechercheEntreprises, throttle=lambda: taken.append(1))
        server.fail(SERVICE, status=503, times=2)
        client.company(SIREN)
        assert len(taken) == client.calls == len(server.requests) == 3

    def test_calls_are_evenly_spaced(self, clock):
        throttle = Throttle(30, clock=clock, sleep=clock.sleep)
        for _call in range(3):
            throttle()
        assert clock.sleeps == [2, 2]

    def test_who_comes_late_does_not_wait(self, clock):
        throttle = Throttle(30, clock=clock, sleep=clock.sleep)
        throttle()
        clock.now += 60
        throttle()
        assert clock.sleeps == []

    def test_threads_share_it(self):
        throttle = Throttle(6_000)
        start = time.monotonic()
        threads = [threading.Thread(target=throttle) for _number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - start >= 0.089

    def test_a_client_spaces_its_calls_by_itself(self, connect, server):
        class Slow(RechercheEntreprises):
            calls_per_minute = 1_200

        client = connect(Slow, throttle=None)
        start = time.monotonic()
        for _call in range(3):
            client.company(SIREN)
        assert time.monotonic() - start >= 0.099


class TestLines:
    """An answer may come as lines, read while they come."""

    def lines(self, connect, **options):
        client = connect(RechercheEntreprises, **options)
        return client, client._stream_lines("/search", {"q": SIREN})

    def test_lines_come_whole(self, connect, server):
        body = b"\n".join(b"%d" % number * 40_000 for number in range(10))
        server.fail(SERVICE, body=body + b"\n")
        _client, lines = self.lines(connect)
        assert [len(line) for line in lines] == [40_000] * 10

    def test_the_last_line_may_have_no_end(self, connect, server):
        server.fail(SERVICE, body=b"a\nb")
        _client, lines = self.lines(connect)
        assert list(lines) == [b"a", b"b"]

    def test_they_are_asked_for_again_until_they_come(self, connect, server):
        server.fail(SERVICE, status=503, times=2)
        client, lines = self.lines(connect)
        assert b"SEVERNAYA" in b"".join(lines)
        assert client.calls == 3

    def test_a_cut_answer_is_malformed(self, connect, server):
        server.fail(SERVICE, body=b"a\n" * 100_000, truncate=150_000)
        _client, lines = self.lines(connect)
        with pytest.raises(MalformedError):
            list(lines)

    def test_lines_that_stop_coming_are_not_asked_for_again(self, connect, server):
        body = b"a\n" * 100_000
        server.fail(SERVICE, body=body, truncate=150_000, stall=5)
        client, lines = self.lines(connect, timeout=(1, 0.2))
        assert next(lines) == b"a"
        with pytest.raises(UnavailableError):
            list(lines)
        assert client.calls == 1

    def test_a_line_without_end_is_malformed(self, connect, server):
        server.fail(SERVICE, body=b"x" * 2_000_000)
        _client, lines = self.lines(connect)
        with pytest.raises(MalformedError, match="endless line"):
            list(lines)


@pytest.fixture
def silent_port():
    """A port where somebody picks up and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up():
            connection, _address = listening.accept()
            connection.recv(65536)
            connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        yield listening.getsockname()[1]
