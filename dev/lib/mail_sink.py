"""The mail sink of the demo: where it listens, and starting it."""

import contextlib
import socket
import time
from pathlib import Path

from . import paths, system
from .system import DevError

HOST = "127.0.0.1"
PORT = 20000 + int(paths.CHECKOUT, 16) % 10000
FOLDER = paths.STATE / "mail"
SCRIPT = Path(__file__).parent / "in_venv/smtp_sink.py"
NAME = "Mail sink of the demo"
PATIENCE = 10


@contextlib.contextmanager
def running(tools):
    """Have the sink running, whoever started it."""
    if _answers():
        yield
        return
    with system.started((tools.python, SCRIPT, PORT, FOLDER, NAME)):
        _wait()
        yield


def _answers():
    """Is the sink there? Refuse to send mail to anybody else."""
    try:
        with socket.create_connection((HOST, PORT), timeout=PATIENCE) as connection:
            banner = connection.recv(1024)
    except OSError:
        return False
    if NAME.encode() not in banner:
        raise DevError(f"Port {PORT}, meant for the demo's mail, belongs to a stranger")
    return True


def _wait():
    deadline = time.monotonic() + PATIENCE
    while not _answers():
        if time.monotonic() > deadline:
            raise DevError("The mail sink of the demo does not start")
        time.sleep(0.1)
