"""A server on this machine that answers like the public registers.

It replays the answers of ``recorded/<service>/`` by what is asked for, knows companies
and notices added by hand, and fails on demand. It needs Python only::

    with RegistryServer() as server:
        client = RechercheEntreprises(server.url("recherche_entreprises"))
        server.fail("recherche_entreprises", status=500)
"""

from .server import ALLOWED_HOSTS, HOST, RegistryServer
