"""The template database: what the module depends on, installed once.

Its name is a hash of what it was made from, so checkouts that agree share it.
"""

import ast

from . import database, paths
from .odoo import odoo_command
from .system import digest, run

PREFIX = "debt_template_"
FORMAT = 2  # to be raised when the way templates are made changes
LANGUAGES = "en_US,fr_FR"  # the first is the default of users


def read_manifest():
    """The manifest of the module, as a dictionary."""
    return ast.literal_eval(paths.MANIFEST.read_text(encoding="utf-8"))


def ensure(tools):
    """The name of a template database that fits this checkout.

    :param tools: the ``Tools`` to build it with
    """
    depends = sorted(read_manifest()["depends"])
    pins = paths.REQUIREMENTS.read_bytes()
    name = PREFIX + digest(FORMAT, tools.source.version, pins, *depends)
    stamp = paths.STAMPS / name
    if not (stamp.is_file() and database.exists(name)):
        _build(tools, name, depends)
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    return name


def _build(tools, name, depends):
    """Install the dependencies in a database of a passing name, then rename it."""
    building = f"{name}_building"
    database.drop(building)
    modules = ("-i", ",".join(depends), f"--load-language={LANGUAGES}")
    run(odoo_command(tools, building, *modules, "--no-http", "--stop-after-init"))
    database.rename(building, name)
