"""Lay out a postal address for an envelope, after the French standard NF Z 10-011.

Six lines at most (seven abroad), 38 characters at most, no empty line. From the line
with the street on: no punctuation. Postcode and town are in capitals without accents,
and a country, in capitals, closes the address when the letter leaves the area served by
the French post.
"""

import re
import textwrap
import unicodedata
from dataclasses import dataclass

LINE_LENGTH = 38
LINES_AT_HOME = 6
LINES_ABROAD = 7

# Served by the French post at home rates: their postcodes are French ones.
FRENCH_POST = frozenset(
    {"BL", "FR", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"}
)

_PUNCTUATION = re.compile(r"[.,;:!?/\\()\[\]\"«»_*#|]+")
# What stands below the street: post boxes and places; all else stands above it.
_BELOW_STREET = re.compile(r"(BP|CS|CP|TSA|B\.P\.|C\.S\.|LIEU[- ]DIT)\b", re.IGNORECASE)
_STREET_NUMBER = re.compile(r"\d+ ?(BIS|TER|QUATER|[A-Z])?\b[ ,]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, in parts.

    ``contact`` is a person or a department at ``name``. ``country`` is the country's
    name in the sender's language. Abroad, ``locality`` gives the lines between street
    and country as that country writes them; without it they are “postcode town”.
    """

    name: str = ""
    contact: str = ""
    street: str = ""
    street2: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""
    country_code: str = "FR"
    locality: tuple[str, ...] = ()


def address_lines(address):
    """Return the lines of an :class:`Address`, top down.

    >>> address_lines(Address("Garcin SARL", street="12, rue des Lilas",
    ...                       postcode="42000", town="Saint-Étienne"))
    ['Garcin SARL', '12 rue des Lilas', '42000 SAINT ETIENNE']
    """
    abroad = (address.country_code or "FR") not in FRENCH_POST
    tail = _tail(address, abroad)
    room = (LINES_ABROAD if abroad else LINES_AT_HOME) - len(tail)
    return _fit(_blocks(address), room) + tail


def _tail(address, abroad):
    """Return the lines below the street."""
    locality = address.locality if abroad else ()
    lines = [
        _capitals(line) for line in locality or (f"{address.postcode} {address.town}",)
    ]
    if abroad:
        lines.append(_capitals(address.country))
    return [line[:LINE_LENGTH].rstrip() for line in lines if line]


def _blocks(address):
    """Return name, contact, what is above the street, street, what is below it."""
    street, other = _plain(address.street), _plain(address.street2)
    if _STREET_NUMBER.match(f"{other} ") and not _STREET_NUMBER.match(f"{street} "):
        street, other = other, street
    below = other if _BELOW_STREET.match(other) else ""
    above = "" if below else other
    if not street:
        street, above = above, ""
    contact = _squeeze(address.contact)
    if contact == _squeeze(address.name):
        contact = ""
    texts = (_squeeze(address.name), contact, above, street, below)
    return [_wrap(text) for text in texts]


def _fit(blocks, room):
    """Return the lines of the blocks, cut so that no more than ``room`` remain.

    What is too long for its first line goes first, the street's own last of all; then
    the contact.
    """
    name, contact, above, street, below = blocks
    while sum(map(len, blocks)) > room:
        longest = next(
            (b for b in (name, contact, above, below, street) if len(b) > 1), None
        )
        dropped = longest or next(b for b in (contact, above, below, name, street) if b)
        dropped.pop()
    return [line for block in blocks for line in block]


def _wrap(text):
    return textwrap.wrap(text, LINE_LENGTH)


def _squeeze(text):
    return " ".join((text or "").split())


def _plain(text):
    """Return ``text`` without punctuation; hyphens and apostrophes belong to names."""
    return _squeeze(_PUNCTUATION.sub(" ", text or ""))


def _capitals(text):
    """Return ``text`` in capitals, without accents, punctuation or apostrophes."""
    text = (text or "").replace("œ", "oe").replace("Œ", "OE")
    letters = unicodedata.normalize("NFKD", text.upper())
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return _squeeze(re.sub(r"[-'’]", " ", _PUNCTUATION.sub(" ", bare)))
