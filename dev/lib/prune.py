"""Dropping from the cache what nobody uses any more."""

import shutil
import time

from . import database, paths
from .python_env import STAMP

KEPT_SECONDS = 7 * 24 * 3600


def prune():
    """Drop what belongs to checkouts that are gone, and what was not used for long."""
    _prune_checkouts()
    for stamp in _old(paths.STAMPS.glob("*")):
        _drop_databases(stamp.name)
        stamp.unlink()
    for stamp in _old(paths.CACHE.glob(f"*/{STAMP}")):
        shutil.rmtree(stamp.parent)


def _prune_checkouts():
    """A checkout is gone when the link to it leads nowhere."""
    for state in paths.CHECKOUTS.iterdir():
        link = state / "addons" / paths.MODULE
        if link.is_symlink() and not link.exists():
            _drop_databases(paths.database_name("", checkout=state.name))
            shutil.rmtree(state)


def _old(stamps):
    """The stamps that were not touched for long: each use touches its stamp."""
    limit = time.time() - KEPT_SECONDS
    return [stamp for stamp in stamps if stamp.stat().st_mtime < limit]


def _drop_databases(prefix):
    for name in database.names(prefix):
        database.drop(name)
