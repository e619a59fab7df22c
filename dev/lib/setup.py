"""The set-up: each step does nothing when there is nothing to do."""

import dataclasses
import os
import shlex

from . import (
    odoo_source,
    packages,
    paths,
    postgres,
    python_env,
    system,
    template,
)
from .odoo import Tools, write_conf
from .prune import prune

USAGE = """\
Usage: dev/setup [--stop]

Install what development needs, start PostgreSQL, write dev/env.
--stop: stop PostgreSQL instead."""


@dataclasses.dataclass(frozen=True)
class Setup:
    """A checkout ready to work: its tools and its template database."""

    tools: Tools
    template: str


def setup(brief=False):
    """Put everything in place, whatever is already there.

    :param brief: do not dwell on what was there already
    """
    with system.locked("setup"):
        return _setup(system.Progress(7, brief=brief))


def _setup(progress):
    with progress.step("System packages"):
        packages.ensure()
    with progress.step("Odoo 19 Community"):
        source = odoo_source.ensure()
    with progress.step("Python packages"):
        python = python_env.ensure_venv(source)
    with progress.step("Node packages"):
        node_modules = python_env.ensure_node_modules(python)
    with progress.step("PostgreSQL"):
        server = postgres.ensure()
        os.environ.update(server.variables)
    tools = Tools(source, python, node_modules, server)
    with progress.step("Configuration"):
        _link_module()
        write_conf(tools)
        _write_env(server, python)
    with progress.step("Template database"):
        ready = Setup(tools, template.ensure(tools))
        prune()
    return ready


def _link_module():
    """Mount the repository as an add-on: its technical name is its folder's name."""
    paths.ADDONS.mkdir(parents=True, exist_ok=True)
    paths.FILESTORE.mkdir(parents=True, exist_ok=True)
    if not (paths.LINK.is_symlink() and paths.LINK.resolve() == paths.ROOT):
        paths.LINK.unlink(missing_ok=True)
        paths.LINK.symlink_to(paths.ROOT, target_is_directory=True)


def _write_env(server, python):
    """Leave for shells where everything is."""
    values = {
        "ODOO_PYTHON": python,
        "ODOO_CONF": paths.ODOO_CONF,
        "PGHOST": server.host,
        "PGPORT": server.port,
        "PGUSER": server.user,
        "DEMO_DB": paths.DEMO_DB,
    }
    lines = [f"{name}={shlex.quote(str(value))}\n" for name, value in values.items()]
    content = "".join(lines) + f"export {' '.join(values)}\n"
    paths.ENV_FILE.write_text(content, encoding="utf-8")


def main(arguments):
    """``dev/setup``: set up and say where everything is."""
    if arguments == ["--stop"]:
        postgres.stop()
        return 0
    if arguments:
        print(USAGE)
        return 0 if arguments[0] in ("-h", "--help") else 2
    setup()
    print(f"\n{paths.ENV_FILE.relative_to(paths.ROOT)}:")
    print(paths.ENV_FILE.read_text(encoding="utf-8"), end="")
    return 0
