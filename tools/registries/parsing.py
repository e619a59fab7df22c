"""Read the parts of an answer that comes from outside and may be anything.

Keys that are missing or null are empty values. A value of the wrong kind, such as a
list where a text is published, raises :class:`MalformedError`: the answer has another
shape than the one this module knows, and nothing of it can be trusted.
"""

import math
import re
from datetime import date

from .errors import MalformedError

TEXT_LIMIT = 255
LIST_LIMIT = 10_000
YEARS = range(1800, 2200)

_MASK = re.compile(r"\[(ND|NON[- ]DIFFUSIBLE)\]", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_INTEGER = re.compile(r"-?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,20})?", re.ASCII)


def mapping(value, what="answer"):
    """Return ``value``, an object; null is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _unexpected(value, what, "an object")
    return value


def required_mapping(value, what="answer"):
    """Return ``value``, an object that must be there and hold something."""
    if not mapping(value, what):
        raise MalformedError(f"no {what}")
    return value


def items(value, what="list"):
    """Return ``value``, a list, without its nulls; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _unexpected(value, what, "a list")
    if len(value) > LIST_LIMIT:
        raise MalformedError(f"{what}: {len(value)} items")
    return [item for item in value if item is not None]


def mappings(value, what="list"):
    """Return ``value``, a list of objects, without its nulls; null is an empty one."""
    return [mapping(item, what) for item in items(value, what)]


def text(value, limit=TEXT_LIMIT, *, multiline=False):
    """Return ``value`` as clean text of ``limit`` characters at most; null is "".

    Control characters go, runs of spaces become one; lines stay apart if asked for.
    """
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(integer(value))
    if not isinstance(value, str):
        raise _unexpected(value, "value", "a text")
    lines = value.splitlines() if multiline else [value]
    clean = (" ".join(_printable(line).split()) for line in lines)
    return "\n".join(line for line in clean if line)[:limit].rstrip()


def unmasked(value, limit=TEXT_LIMIT):
    """Return ``value`` as text, "" if the register withholds some of it."""
    content = text(value, limit)
    return "" if _MASK.search(content) else content


def digits(value, *lengths):
    """Return ``value`` if it is a number of one of these ``lengths``, else ""."""
    content = text(value).replace(" ", "")
    is_number = content.isascii() and content.isdigit()
    return content if is_number and len(content) in lengths else ""


def day(value):
    """Return the date that starts ``value``, ``None`` if there is no sensible one."""
    found = _DAY.match(text(value))
    if not found:
        return None
    year, month, number = map(int, found.groups())
    try:
        return date(year, month, number) if year in YEARS else None
    except ValueError:
        return None


def integer(value):
    """Return ``value`` as an integer; null and "" are ``None``."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < 10**15:
            return value
    raise _unexpected(value, "value", "an integer")


def number(value):
    """Return ``value`` as a finite float; null and "" are ``None``."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) < 10**15 and math.isfinite(value):
            return float(value)
    raise _unexpected(value, "value", "a number")


def flag(value):
    """Return ``value``, a boolean; null is ``None``."""
    if value is None or isinstance(value, bool):
        return value
    raise _unexpected(value, "value", "a boolean")


def _printable(line):
    """Return ``line`` without control characters; every kind of space is a space."""
    return "".join(
        char if char.isprintable() else " " if char.isspace() else "" for char in line
    )


def _unexpected(value, what, expected):
    return MalformedError(f"{what}: {expected} expected, not {type(value).__name__}")
