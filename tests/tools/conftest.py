"""What the plain tests share."""

import importlib
import json
import sys
from pathlib import Path

import hypothesis
import pytest

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS))
registry_server = importlib.import_module("registry_server")
ALLOWED_HOSTS, HOST = registry_server.ALLOWED_HOSTS, registry_server.HOST


class Clock:
    """Stands for `time`: sleeping costs nothing and is written down."""

    def __init__(self):
        self.now = 0.0
        self.sleeps = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.sleeps.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def own_machine(monkeypatch):
    """Servers on this machine may be asked, see `tools.registries.own_network`."""
    monkeypatch.setenv(ALLOWED_HOSTS, HOST)


@pytest.fixture
def server():
    """The public registers, on this machine."""
    with registry_server.RegistryServer() as running:
        yield running


@pytest.fixture
def connect(server, clock):
    """Return a function that makes a client of this class, in no hurry to no one."""

    def make(client_class, **options):
        options = {"throttle": lambda: None, "sleep": clock.sleep, **options}
        url = options.pop("url", None) or server.url(client_class.service)
        return client_class(url, **options)

    return make


@pytest.fixture
def recorded():
    """Return a function that reads a recorded answer."""

    def read(name):
        return json.loads((TESTS / "recorded" / f"{name}.json").read_bytes())

    return read
