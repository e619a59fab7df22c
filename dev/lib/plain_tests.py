"""A pytest plugin: import the module's plain Python without Odoo or a database.

It puts an empty package in the place of the module, so that importing
``odoo.addons.<module>.tools.x`` runs neither the module's ``__init__`` nor any model.
"""

import importlib
import sys
import types

from lib import paths


def _stand_in(name, folder):
    """Register a package without code for a folder."""
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    return package


def pytest_configure():
    """Register the stand-ins before any test is collected."""
    addons = importlib.import_module("odoo.addons")
    package = _stand_in(f"odoo.addons.{paths.MODULE}", paths.LINK)
    setattr(addons, paths.MODULE, package)
    # the name under which pytest sees the module when it walks up from a test
    _stand_in(paths.MODULE, paths.LINK)
    _stand_in(f"{paths.MODULE}.tests", paths.LINK / "tests")
