"""Public registers on this machine, for a demo without network.

Run by the Python of the environment: ``registry_replay.py CHECKOUT PORT``. What the
registers know of the demo debtors comes from the demo data.
"""

import contextlib
import datetime
import importlib
import sys
import threading
import types
from pathlib import Path


def load(root, name):
    """Import a plain module of the checkout without the package it lives in."""
    package, _dot, module = name.rpartition(".")
    stand_in = types.ModuleType(package)
    stand_in.__path__ = [str(root / package)]
    sys.modules[package] = stand_in
    return importlib.import_module(f"{package}.{module}")


def main(root, port):
    """Answer until this process is stopped."""
    today = datetime.date.today()
    registers = load(root, "demo.registers")
    server = load(root, "tests.registry_server").RegistryServer(port=port)
    for company in registers.companies(today):
        server.add_company(company)
    for notice in registers.notices(today):
        server.add_notice(notice)
    with server, contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
