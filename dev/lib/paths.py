"""Where everything is.

The repository stays clean: what is downloaded, built or written by a server is kept in
the cache of the user, shared by all checkouts of the module. What belongs to one
checkout (its link, its configuration, the names of its databases) is keyed by a hash
of the checkout's path.
"""

import hashlib
import os
from pathlib import Path

MODULE = "l10n_fr_debt_collection"

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "dev"
MANIFEST = ROOT / "__manifest__.py"
REQUIREMENTS = ROOT / "requirements.txt"
ENV_FILE = DEV / "env"

CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / MODULE
)
LOGS = CACHE / "logs"
STAMPS = CACHE / "stamps"
DATA_DIR = CACHE / "data"
FILESTORE = DATA_DIR / "filestore"

CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
CHECKOUTS = CACHE / "checkouts"
STATE = CHECKOUTS / CHECKOUT
ADDONS = STATE / "addons"
LINK = ADDONS / MODULE
ODOO_CONF = STATE / "odoo.conf"


def database_name(purpose, checkout=CHECKOUT):
    """The name of a checkout's database for ``purpose``."""
    return f"debt_{checkout}_{purpose}"


DEMO_DB = database_name("demo")
