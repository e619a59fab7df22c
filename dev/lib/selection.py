"""What the user may name after ``dev/test``: files, classes, single tests."""

from . import paths
from .sessions import PLAIN_TESTS, TESTS
from .system import DevError


def resolve(selector):
    """The path of a test file or folder, by the link, with the rest of the selector.

    ``test_engine``, ``test_engine.py::TestX::test_y``, ``tests/test_engine.py`` and
    ``tools`` (a folder) are all understood.
    """
    name, separator, rest = selector.partition("::")
    name = name.removeprefix(f"{paths.ROOT}/").removeprefix("./").rstrip("/")
    found = [path for path in _candidates(name) if path.exists()]
    found = found or sorted(TESTS.rglob(f"{name.removesuffix('.py')}.py"))
    if not found:
        raise DevError(f"No test file is named {name!r} (dev/test -k WORD searches)")
    return f"{found[0]}{separator}{rest}"


def _candidates(name):
    inside = TESTS / name.removeprefix("tests").lstrip("/")
    return [inside, inside.with_name(f"{inside.name}.py")]


def split(selectors):
    """Sort selectors into those of plain tests and those of Odoo tests."""
    resolved = [resolve(selector) for selector in selectors]
    plain = [path for path in resolved if path.startswith(str(PLAIN_TESTS))]
    return plain, [path for path in resolved if path not in plain]
