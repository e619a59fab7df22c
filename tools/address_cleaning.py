"""Postal addresses as they are typed, put in the right fields.

Nothing is looked up and no word is rewritten: abbreviations, capitals, post boxes and
“CEDEX” stay as they are. What :mod:`.postal_address` does for an envelope comes later.
"""

import re
from dataclasses import dataclass, replace

from .plain_text import bare, tidy
from .postal_address import FRENCH_POST

# The postcodes of each of the countries that have their own code.
OVERSEAS_POSTCODES = {
    "BL": ("97133", "97701"),
    "GF": ("973",),
    "GP": ("971",),
    "MF": ("97150", "97801"),
    "MQ": ("972",),
    "NC": ("988",),
    "PF": ("987",),
    "PM": ("975",),
    "RE": ("974",),
    "TF": ("984",),
    "WF": ("986",),
    "YT": ("976",),
}

_EDGES = " ,;:"
_POSTCODE = r"(?:F(?:R)?\s*-?\s*)?(\d{5}|\d{2} \d{3})"
_ONLY_POSTCODE = re.compile(_POSTCODE, re.IGNORECASE)
_LOST_ZERO = re.compile(r"[1-9]\d{3}")
_POSTCODE_FIRST = re.compile(rf"{_POSTCODE}[\s,-]+([^\d\s].*)", re.IGNORECASE)
_POSTCODE_LAST = re.compile(rf"(.*[^\d\s(,-])[\s,-]+\(?{_POSTCODE}\)?", re.IGNORECASE)
_AT_STREET_END = re.compile(
    r"(?:(.*?)[\s,;-]+)?(?:F(?:R)?-)?(\d{5})[\s,]+"
    r"([^\W\d_][^\d,]*?(?:\s+CEDEX(?:\s+\d+)?)?)",
    re.IGNORECASE,
)
_BOX = re.compile(r"\b(?:BP|CS|CP|TSA|B\.P\.|C\.S\.)\s*$", re.IGNORECASE)
_WAY = re.compile(
    r"(?:all(?:ee|\.)?|av(?:enue|\.)?|bd|boulevard|chem(?:in|\.)?|cours|faubourg|hameau"
    r"|impasse|lieu|lotissement|montee|passage|place|quai|residence|route|rte|rue"
    r"|ruelle|sentier|square|traverse|voie|zone)\b"
)
_FRANCE = re.compile(
    r"\s*(?:[,/]\s*|\s-\s*)\(?FRANCE\)?$|\s*\(FRANCE\)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PostalParts:
    """The fields of an address; ``country_code`` is ISO 3166, France by default."""

    street: str = ""
    street2: str = ""
    postcode: str = ""
    town: str = ""
    country_code: str = "FR"


def clean_address(parts):
    """Return the parts in order; cleaning twice changes nothing more.

    Abroad only spaces change. In France a postcode or a town typed into another field
    goes to its own when that one is empty or says the same; otherwise all stays.

    >>> clean_address(PostalParts("12 rue des Lilas, F-69003 Lyon"))
    ... # doctest: +NORMALIZE_WHITESPACE
    PostalParts(street='12 rue des Lilas', street2='', postcode='69003', town='Lyon',
                country_code='FR')
    """
    parts = PostalParts(
        tidy(parts.street).strip(_EDGES),
        tidy(parts.street2).strip(_EDGES),
        tidy(parts.postcode).strip(_EDGES),
        tidy(parts.town).strip(_EDGES),
        tidy(parts.country_code).upper(),
    )
    if not _is_french(parts):
        return parts
    for clean in _STEPS:
        parts = clean(parts)
    return parts


def problems(parts):
    """Return what keeps a letter from arriving, as codes.

    ``street_missing``, ``postcode_missing``, ``postcode_invalid``, ``town_missing``.
    The postcodes of other countries are not judged.
    """
    found = []
    if not (parts.street or parts.street2):
        found.append("street_missing")
    if _is_french(parts):
        if not parts.postcode:
            found.append("postcode_missing")
        elif not _is_postcode(parts.postcode, parts.country_code):
            found.append("postcode_invalid")
    if not parts.town:
        found.append("town_missing")
    return tuple(found)


def _is_french(parts):
    return (parts.country_code or "FR") in FRENCH_POST


def _is_postcode(postcode, country_code):
    if not re.fullmatch(r"\d{5}", postcode, re.ASCII):
        return False
    if country_code in OVERSEAS_POSTCODES:
        return postcode.startswith(OVERSEAS_POSTCODES[country_code])
    # 00 is the army's; 96 and 99 are nobody's
    return postcode[:2] not in ("96", "99") and postcode != "00000"


def _fits(parts, postcode, town):
    """Do the fields agree with a postcode and a town found elsewhere?"""
    return parts.postcode in ("", postcode) and (
        not (parts.town and town) or _same(parts.town, town)
    )


def _same(text, other):
    return _letters(text) == _letters(other)


def _letters(text):
    return re.sub(r"[^a-z0-9]+", " ", bare(text)).strip()


# === STEPS === #


def _clean_postcode(parts):
    """“F-69003”, “69 003”, “1000” whose zero a spreadsheet has eaten, “69003 Lyon”."""
    postcode, town = parts.postcode, parts.town
    if match := _ONLY_POSTCODE.fullmatch(postcode):
        postcode = match[1].replace(" ", "")
    elif _LOST_ZERO.fullmatch(postcode):
        postcode = f"0{postcode}"
    elif (match := _POSTCODE_FIRST.fullmatch(postcode)) and (
        not town or _same(town, match[2])
    ):
        postcode, town = match[1].replace(" ", ""), town or match[2].strip(_EDGES)
    return replace(parts, postcode=postcode, town=town)


def _clean_town(parts):
    """“69003 Lyon”, “Lyon 69003”, “Lyon, France”."""
    stripped = _FRANCE.sub("", parts.town).strip(_EDGES)
    parts = replace(parts, town=stripped or parts.town)
    if match := _POSTCODE_FIRST.fullmatch(parts.town):
        postcode, town = match[1], match[2]
    elif match := _POSTCODE_LAST.fullmatch(parts.town):
        town, postcode = match[1], match[2]
    elif match := _ONLY_POSTCODE.fullmatch(parts.town):
        town, postcode = "", match[1]
    else:
        return parts
    postcode = postcode.replace(" ", "")
    if parts.postcode not in ("", postcode) or "cedex" in bare(town)[-6:]:
        return parts
    return replace(parts, postcode=postcode, town=town.strip(_EDGES))


def _move_from_street(parts):
    return _move_town(parts, "street")


def _move_from_street2(parts):
    return _move_town(parts, "street2")


def _move_town(parts, field):
    """Take “69003 Lyon” from the end of a street."""
    line = getattr(parts, field)
    match = _AT_STREET_END.fullmatch(_FRANCE.sub("", line))
    if not match:
        return parts
    before, postcode, town = match[1] or "", match[2], match[3].strip(_EDGES)
    is_place = not (_BOX.search(before) or _WAY.match(bare(town)))
    if not (is_place and _fits(parts, postcode, town)):
        return parts
    kept = {field: before.strip(_EDGES)}
    return replace(parts, postcode=postcode, town=parts.town or town, **kept)


def _fill_street(parts):
    """Put the second line first when there is no first; drop it when it repeats it."""
    if not parts.street:
        return replace(parts, street=parts.street2, street2="")
    if parts.street2 and _same(parts.street, parts.street2):
        return replace(parts, street2="")
    return parts


_STEPS = (
    _clean_postcode,
    _clean_town,
    _move_from_street2,
    _move_from_street,
    _fill_street,
)
