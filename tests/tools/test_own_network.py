"""Registers are asked on the Internet, never in one's own network."""

import socket

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.registries import own_network
from odoo.addons.l10n_fr_debt_collection.tools.registries.ban import Ban
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import RefusedError

PRIVATE = (
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "::ffff:10.1.2.3",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
)
PUBLIC = ("185.24.187.1", "2001:41d0:301::21", "::ffff:185.24.187.1")


@pytest.fixture(autouse=True)
def nothing_allowed(own_machine, monkeypatch):
    monkeypatch.delenv(own_network.VARIABLE, raising=False)


@pytest.fixture
def leads_to(monkeypatch):
    """Return a function that has every name lead to these addresses."""

    def resolve(*addresses):
        def getaddrinfo(host, port, *_args, **_options):
            return [
                (
                    socket.AF_INET6 if ":" in address else socket.AF_INET,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (address, port),
                )
                for address in addresses
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return resolve


@pytest.fixture
def connected(monkeypatch):
    """Return the list of what has been connected to; nothing really is."""
    tried = []

    def connect(_socket, place):
        tried.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


def _ask(url):
    Ban(url, throttle=lambda: None, retries=0).search("1 rue X", "75001", "Paris")


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_known(address):
    assert not own_network.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_known(address):
    assert own_network.is_public(address)


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.1.2.3",),
        ("169.254.169.254",),
        ("::1",),
        ("185.24.187.1", "127.0.0.1"),
    ],
)
def test_a_name_that_leads_home_is_not_asked(leads_to, connected, addresses):
    leads_to(*addresses)
    with pytest.raises(RefusedError, match="private network"):
        _ask("https://register.example")
    assert connected == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1"])
def test_an_address_in_another_writing_is_the_same_address(connected, host):
    with pytest.raises(RefusedError, match="private network"):
        _ask(f"https://{host}")
    assert connected == []


def test_public_addresses_are_asked(leads_to, connected):
    leads_to("185.24.187.1")
    with pytest.raises(Exception, match="refused"):
        _ask("https://register.example")
    assert connected == ["185.24.187.1"]


def test_a_name_that_changes_its_mind_gets_nothing(monkeypatch, server):
    """The second reading of the name leads to this machine: nothing is said to it."""
    monkeypatch.delenv(own_network.VARIABLE)
    monkeypatch.setattr(own_network, "check_url", lambda url: None)
    monkeypatch.setattr(own_network, "_resolve", lambda host, port: ["185.24.187.1"])
    pool = own_network._HttpPool("127.0.0.1", server._http.server_port)
    with pytest.raises(own_network.PrivateAddressError):
        pool.urlopen("GET", "/", retries=False)
    assert server.requests == []


@pytest.mark.parametrize("scheme", ["http", "ftp", "file", "gopher", ""])
def test_only_https_is_asked(leads_to, connected, scheme):
    leads_to("185.24.187.1")
    with pytest.raises(RefusedError, match="only https"):
        _ask(f"{scheme}://register.example")
    assert connected == []


def test_hosts_that_the_server_allows_are_asked(monkeypatch, leads_to, connected):
    monkeypatch.setenv(own_network.VARIABLE, "relay.lan, other.lan")
    leads_to("10.1.2.3")
    with pytest.raises(Exception, match="refused"):
        _ask("http://relay.lan")
    assert connected == ["10.1.2.3"]
    with pytest.raises(RefusedError, match="private network"):
        _ask("https://not-allowed.lan")
