"""The public registers of the demo: the real ones, or a replay on this machine."""

import contextlib
import socket
import time

from . import paths, system
from .system import DevError

HOST = "127.0.0.1"
PORT = 30000 + int(paths.CHECKOUT, 16) % 10000
SCRIPT = paths.DEV / "lib/in_venv/registry_replay.py"
PATIENCE = 10
ROOTS = {
    "recherche_entreprises": "",
    "insee": "",
    "rne": "",
    "ban": "",
    "vies": "",
    "bodacc": "/api/explore/v2.1/catalog/datasets/annonces-commerciales",
}
URLS = {code: f"http://{HOST}:{PORT}/{code}{root}" for code, root in ROOTS.items()}


@contextlib.contextmanager
def running(tools):
    """Have the replay running; who finds it running uses it."""
    if _answers():
        yield
        return
    with system.started((tools.python, SCRIPT, paths.ROOT, PORT)):
        _wait()
        yield


def _answers():
    with contextlib.suppress(OSError), socket.create_connection((HOST, PORT), 1):
        return True
    return False


def _wait():
    deadline = time.monotonic() + PATIENCE
    while not _answers():
        if time.monotonic() > deadline:
            raise DevError("The replay of the public registers does not start")
        time.sleep(0.1)
