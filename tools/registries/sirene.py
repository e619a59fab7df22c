"""What answers made from the Sirene register have in common, whoever gives them."""

import re

from .errors import MalformedError
from .parsing import digits, text, unmasked
from .results import PostalAddress

SOLE_TRADER = "1000"

_STATES = {"A": True, "C": False, "F": False}
_NAF = re.compile(r"(\d{2})\.?(\d{1,2}[A-Z]?)")


def state(value):
    """Return whether a company is active, or an establishment open; else ``None``."""
    return _STATES.get(text(value))


def is_person(legal_form):
    """Tell a natural person by the code of the legal form, ``None`` without one."""
    return legal_form == SOLE_TRADER if legal_form else None


def naf(value):
    """Return a code of the nomenclature of activities, with its dot.

    >>> naf("7021Z")
    '70.21Z'
    """
    code = unmasked(value, 10)
    found = _NAF.fullmatch(code)
    return ".".join(found.groups()) if found else code


def required_siren(value):
    """Return the SIREN of an answer, which has no meaning without one."""
    siren = digits(value, 9)
    if not siren:
        raise MalformedError("no SIREN")
    return siren


def join(*values):
    """Return the texts that are there and disclosed, with spaces between them."""
    return " ".join(filter(None, map(unmasked, values)))


def postal_address(
    *, street, complement, postcode, town, town_code, cedex, cedex_town, town_abroad
):
    """Return the address to write to, from parts as published.

    ``street`` and ``complement`` are sequences of parts. A CEDEX takes the place of the
    postcode and the town it stands for. Abroad the country is left unknown: registers
    have their own codes for it.
    """
    abroad = unmasked(town_abroad)
    return PostalAddress(
        complement=join(*complement),
        street=join(*street),
        postcode=unmasked(cedex, 20) or unmasked(postcode, 20),
        town=abroad or unmasked(cedex_town) or unmasked(town),
        town_code=unmasked(town_code, 5),
        country_code="" if abroad else "FR",
    )
