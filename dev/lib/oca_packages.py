"""Modules of the OCA from the package index that pip is configured for."""

from . import paths
from .system import digest, run


def ensure(tools, *packages):
    """The folder of add-ons with these packages in it, downloaded once."""
    folder = paths.CACHE / f"oca-{digest(*packages)}"
    addons = folder / "odoo/addons"
    if not addons.is_dir():
        options = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps")
        install = (tools.python, "-m", "pip", "install", *options, "--target", folder)
        run((*install, *packages), env=tools.environment)
    return addons
