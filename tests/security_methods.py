"""The methods that anybody who is logged in can call on any record, by RPC."""

import inspect
import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.sql_db import Cursor

from .security_rows import MODULE

WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|WITH\b.*\b(UPDATE|INSERT|DELETE))\b", re.S
)


def find_methods(model):
    """Return the names of this module's public methods that need no argument."""
    return [
        name
        for name in dir(type(model))
        if _is_callable(model, name) and not _needs_arguments(model, name)
    ]


def find_methods_with_arguments(model):
    """Return the names of this module's public methods that need arguments.

    Those of Odoo that the module extends are left out: they ask for rights themselves.
    """
    return [
        name
        for name in dir(type(model))
        if _is_callable(model, name)
        and _needs_arguments(model, name)
        and not _is_odoos(model, name)
    ]


def _is_odoos(model, name):
    return any(
        name in vars(cls)
        for cls in type(model).mro()
        if not cls.__module__.startswith(f"odoo.addons.{MODULE}")
    )


def _is_callable(model, name):
    function = inspect.getattr_static(type(model), name, None)
    if name.startswith("_") or not inspect.isfunction(function):
        return False
    if not function.__module__.startswith(f"odoo.addons.{MODULE}."):
        return False
    try:
        get_public_method(model, name)
    except (AccessError, AttributeError):
        return False
    return True


def _needs_arguments(model, name):
    function = inspect.getattr_static(type(model), name)
    own, *others = inspect.signature(function).parameters.values()
    return any(
        parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        for parameter in others
    )


def call(records, name, *args):
    """Call a method, take back what it did, and return the first words it wrote.

    :return: the statements that changed something; ``None`` if access was refused
    """
    cr = records.env.cr
    with watch_writes() as written:
        savepoint = cr.savepoint()
        try:
            getattr(records, name)(*args)
            cr.flush()
        except AccessError:
            return None
        except Exception:
            # The row is no real one: what counts is what was done before it failed.
            return written
        finally:
            savepoint.close(rollback=True)
            records.env.invalidate_all(flush=False)
    return written


@contextmanager
def watch_writes():
    """Yield a list that takes the statements that change rows."""
    written, execute = [], Cursor.execute

    def note(cursor, query, *args, **kwargs):
        text = getattr(query, "code", query)
        if WRITES.match(text):
            written.append(" ".join(text.split())[:60])
        return execute(cursor, query, *args, **kwargs)

    with patch.object(Cursor, "execute", note):
        yield written
