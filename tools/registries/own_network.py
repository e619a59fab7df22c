"""Keep questions to public registers out of one's own network.

Their addresses can be changed, and a name can lead anywhere: to a database, to a
printer, to the page on which a cloud keeps the keys of a machine. Names of hosts that
may be asked all the same, a relay for instance, stand in the environment of the server,
separated by commas: only who runs the server writes there.
"""

import ipaddress
import os
import socket
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

VARIABLE = "COLLECTION_PRIVATE_REGISTERS"
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddressError(Exception):
    """A host of one's own network was to be asked, or one without encryption."""


def check_url(url):
    """Raise :class:`PrivateAddressError` unless ``url`` is encrypted or allowed.

    >>> check_url("https://data.geopf.fr/geocodage")
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_allowed(parts.hostname):
        raise PrivateAddressError("only https is asked")


def is_allowed(host):
    """May this host be asked though it is private? The server's environment says."""
    allowed = os.environ.get(VARIABLE, "").split(",")
    return bool(host) and host.lower() in {name.strip().lower() for name in allowed}


def is_public(address):
    """Is this address of the Internet, and not one of a network of one's own?

    >>> [is_public(ip) for ip in ("185.24.187.1", "10.0.0.1", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        if ip in NAT64:
            ip = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
        ip = ip.ipv4_mapped or ip.sixtofour or ip if ip.version == 6 else ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def guard(pool_manager):
    """Have a ``urllib3.PoolManager`` connect to public or allowed addresses only."""
    pool_manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _Guarded:
    def _new_conn(self):
        if is_allowed(self.host):
            return super()._new_conn()
        self._refuse_private(_resolve(self.host, self.port))
        connection = super()._new_conn()
        # The name may have led elsewhere when it was read for the second time.
        try:
            self._refuse_private([connection.getpeername()[0]])
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_private(self, addresses):
        if not all(map(is_public, addresses)):
            raise PrivateAddressError(f"{self.host} is in a private network")


def _resolve(host, port):
    """Return the addresses of a host; none if it has none, which is told later."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [place[0] for *_kind, place in found]


class _HttpConnection(_Guarded, HTTPConnection):
    pass


class _HttpsConnection(_Guarded, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection
