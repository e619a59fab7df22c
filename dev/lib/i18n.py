"""The translations: the template of all terms, and the French catalogue."""

import argparse
import contextlib
import tempfile
from pathlib import Path

from . import module_db, paths, system
from .setup import setup

FOLDER = paths.ROOT / "i18n"
POT = FOLDER / f"{paths.MODULE}.pot"
PO = FOLDER / "fr.po"
FRAMEWORK = ("base", "mail", "portal")
CATALOGS = Path(__file__).parent / "in_venv/catalogs.py"


def check(tools, slot):
    """What is wrong with the files of translations, one line each."""
    with _exported(tools, slot) as fresh:
        return _catalogs(tools, "check", fresh)


def update(tools, slot):
    """Write both files anew, keeping the translations there are."""
    FOLDER.mkdir(exist_ok=True)
    with _exported(tools, slot) as fresh:
        return _catalogs(tools, "update", fresh, *_framework(tools))


@contextlib.contextmanager
def _exported(tools, slot):
    """A template of all terms, exported from a database with the module installed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / POT.name
        odoo = (tools.python, "-m", "odoo", "i18n", "export")
        where = ("-c", paths.ODOO_CONF, "-d", slot.installed, "-o", path)
        command = (*odoo, *where, paths.MODULE, "-l", "pot")
        system.run(command, env=tools.environment)
        yield path


def _framework(tools):
    """The catalogues of the modules that add fields to the models of others."""
    candidates = [
        folder / name / "i18n" / PO.name
        for folder in tools.source.addons
        for name in FRAMEWORK
    ]
    return [path for path in candidates if path.is_file()]


def _catalogs(tools, action, fresh, *framework):
    """Run the script that knows the format of catalogues."""
    command = (tools.python, CATALOGS, action, fresh, POT, PO, *framework)
    return system.run(command, env=tools.environment).stdout.splitlines()


def main(arguments):
    """``dev/i18n``: bring the files of translations up to date."""
    parser = argparse.ArgumentParser(prog="dev/i18n", description=main.__doc__)
    parser.parse_args(arguments)
    ready = setup(brief=True)
    slot, _lock = module_db.acquire_slot()
    module_db.install(ready, slot, reuse=True)
    print("\n".join(update(ready.tools, slot)))
    return 0
