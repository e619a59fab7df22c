"""Notices of the BODACC, the official bulletin of civil and commercial announcements.

A record of the open data holds texts and, inside some of them, JSON of its own, which
is at times broken. What cannot be read there does not lose the notice: it asks to be
read by somebody.

What a notice means for its debtor is told by :mod:`.proceedings`.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from .identifiers import is_siren
from .plain_text import bare
from .registries.errors import MalformedError
from .registries.parsing import day, required_mapping, text
from .registries.results import PostalAddress

ANNOUNCEMENT = "annonce"
CORRECTION = "rectificatif"
CANCELLATION = "annulation"

LONG_TEXT = 20_000
INNER_LIMIT = 1_000_000
OLDEST_JUDGMENT = 1950
PAGE = "https://www.bodacc.fr/pages/annonces-commerciales-detail/?q.id=id:"
INNER_PARTS = (
    "listepersonnes",
    "listeetablissements",
    "jugement",
    "acte",
    "modificationsgenerales",
    "radiationaurcs",
    "depot",
    "listeprecedentexploitant",
    "listeprecedentproprietaire",
    "divers",
    "parutionavisprecedent",
)
MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre "
    "decembre"
).split()

_ID = re.compile(r"[ABC]\d{8}\d{1,9}", re.ASCII)
_SIREN = re.compile(r"(?<!\d)\d{3}\s?\d{3}\s?\d{3}(?!\d)", re.ASCII)
_PUBLICATION = re.compile(r"(?:^|\W)([ABC])$")
_FRENCH_DAY = re.compile(
    rf"\b(\d{{1,2}})(?:er)?\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b"
    r"|\b(\d{1,2})/(\d{1,2})/(\d{4})\b",
    re.ASCII,
)
# UTF-8 once read as Latin-1, then written again.
_MOJIBAKE = re.compile("[ÂÃ][\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as published.

    :ivar id: letter of the bulletin, number of the issue, number in the issue
    :ivar kind: ``annonce``, or ``rectificatif`` and ``annulation`` of an earlier one
    :ivar family: ``collective``, ``vente``, ``modification``, ``radiation``...
    :ivar sirens: valid SIRENs of all it names; in a sale, of both sides
    :ivar debtor_name: the persons it is about; in a sale, who buys
    :ivar complement: what the court says in its own words
    :ivar description: the act, in the words of the notice, when there is no judgment
    :ivar price_text: in a sale, how the business was acquired and at what price
    :ivar administration: the new roster, in a change of management
    :ivar has_seller: a sale of which somebody is named as the previous owner
    :ivar previous_id: the notice that this one corrects, cancels or goes back on
    :ivar needs_reading: a part of it could not be read
    :ivar raw: the record, with its inner JSON decoded
    """

    id: str
    published_on: date
    kind: str = ANNOUNCEMENT
    family: str = ""
    court: str = ""
    department: str = ""
    sirens: tuple[str, ...] = ()
    seller_sirens: tuple[str, ...] = ()
    buyer_sirens: tuple[str, ...] = ()
    debtor_name: str = ""
    address: PostalAddress | None = None
    judgment_family: str = ""
    judgment_nature: str = ""
    judgment_date: date | None = None
    complement: str = ""
    description: str = ""
    price_text: str = ""
    administration: str = ""
    has_seller: bool = False
    previous_id: str = ""
    url: str = ""
    needs_reading: bool = False
    raw: dict = field(default_factory=dict, repr=False, compare=False)


def is_notice_id(content):
    """Is it the identifier of a notice, such as A202602231671?"""
    return bool(_ID.fullmatch(content or ""))


def parse_notice(record):
    """Return the :class:`Notice` of a record, whole or of chosen columns.

    Raises :class:`MalformedError` without an identifier or a date of publication.
    """
    record = required_mapping(record, "record")
    number, published_on = _text(record.get("id")), _day(record.get("dateparution"))
    if not is_notice_id(number) or not published_on:
        raise MalformedError(f"no identifier or date: {number[:30]!r}")
    raw, is_broken = _decode(record)
    family = _text(record.get("familleavis"))
    judgment = _part(raw, "jugement")
    return Notice(
        id=number,
        published_on=published_on,
        kind=_kind(raw),
        family=family,
        court=_text(raw.get("tribunal")),
        department=_text(raw.get("numerodepartement"), 5),
        address=_address(raw),
        judgment_family=_text(judgment.get("famille")),
        judgment_nature=_text(judgment.get("nature"), LONG_TEXT),
        judgment_date=_judgment_date(judgment.get("date"), published_on),
        complement=_text(judgment.get("complementJugement"), LONG_TEXT),
        description=_description(raw),
        price_text=_fund_origin(raw) if family == "vente" else "",
        administration=_administration(raw),
        previous_id=_previous_id(_part(raw, "parutionavisprecedent")),
        url=PAGE + number,
        needs_reading=is_broken,
        raw=raw,
        **_parties(raw, family),
    )


def french_dates(content):
    """Return the dates that a French text gives in figures or in words.

    >>> french_dates("Jugement du 1er février 2026, publié le 03/02/2026")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 3))
    """
    found = (_french_date(match) for match in _FRENCH_DAY.finditer(bare(content)))
    return tuple(day for day in found if day)


def _french_date(match):
    number, month, year, *figures = match.groups()
    if month:
        number, month, year = int(number), MONTHS.index(month) + 1, int(year)
    else:
        number, month, year = map(int, figures)
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _decode(record):
    """Return the record with its inner JSON decoded; is some of it broken?"""
    raw = dict(record)
    is_broken = False
    for key in INNER_PARTS:
        value = raw.get(key)
        if value in (None, ""):
            continue
        raw[key] = decoded = _decode_part(value)
        is_broken = is_broken or decoded is None
    return raw, is_broken


def _decode_part(value):
    """Return the object of an inner part, ``None`` if it holds something else."""
    if isinstance(value, str) and len(value) <= INNER_LIMIT:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _kind(raw):
    kind = bare(_text(raw.get("typeavis")) or _text(raw.get("typeavis_lib")))
    if "annulation" in kind:
        return CANCELLATION
    return CORRECTION if "rectificatif" in kind else ANNOUNCEMENT


def _parties(raw, family):
    """Return who the notice is about."""
    persons = _persons(raw, "listepersonnes")
    sellers = [
        *_persons(raw, "listeprecedentproprietaire"),
        *_persons(raw, "listeprecedentexploitant"),
    ]
    seller_sirens = _unique(map(_person_siren, sellers))
    registered = _registered_sirens(raw.get("registre"))
    named = [*map(_person_siren, persons), *seller_sirens]
    others = (siren for siren in registered if siren not in seller_sirens)
    buyers = _unique(map(_person_siren, persons)) or _unique(others)
    is_sale = family == "vente"
    return {
        "sirens": _unique([*registered, *named]),
        "seller_sirens": seller_sirens,
        "buyer_sirens": buyers if is_sale else (),
        "has_seller": bool(sellers),
        "debtor_name": ", ".join(filter(None, map(_person_name, persons)))[:LONG_TEXT]
        or _text(raw.get("commercant"), LONG_TEXT),
    }


def _registered_sirens(value):
    """Return the SIRENs of a column that was a text before it was a list."""
    values = value if isinstance(value, list) else _text(value, LONG_TEXT).split(",")
    return _unique(_siren(_text(item)) for item in values)


def _person_siren(person):
    """Return the SIREN of a trader or a craftsman, "" without a valid one."""
    trade = _part(person, "numeroImmatriculation").get("numeroIdentification")
    craft = _part(person, "inscriptionRM").get("numeroIdentificationRM")
    return _siren(_text(trade)) or _siren(_text(craft))


@lru_cache(maxsize=256)
def _siren(content):
    """Return the valid SIREN of a text; each is written twice and more."""
    found = _SIREN.search(content)
    number = "".join(found[0].split()) if found else ""
    return number if is_siren(number) else ""


def _person_name(person):
    first_name, name = _text(person.get("prenom")), _text(person.get("nom"))
    usual = _text(person.get("nomUsage"))
    full_name = " ".join(filter(None, (first_name, usual or name)))
    return _text(person.get("denomination")) or full_name


def _address(raw):
    """Return the address of the first person, which may lie one level deeper."""
    persons = _persons(raw, "listepersonnes")
    person = persons[0] if persons else {}
    keys = ("adresseSiegeSocial", "adresseEtablissementPrincipal", "adresse")
    address = next(filter(None, (_part(person, key) for key in keys)), {})
    address = _part(address, "france") or address
    if not address:
        return None
    country = bare(_text(address.get("pays")))
    street = (address.get(key) for key in ("numeroVoie", "typeVoie", "nomVoie"))
    return PostalAddress(
        complement=_text(address.get("complGeographique")),
        street=" ".join(filter(None, map(_text, street))),
        postcode=_text(address.get("codePostal"), 20),
        town=_text(address.get("ville")),
        country_code="FR" if country in ("", "france") else "",
    )


def _description(raw):
    """Return what the notice says of the act, one thing a line."""
    sale = _part(_part(raw, "acte"), "vente")
    deposit = _part(raw, "depot")
    lines = (
        _part(raw, "modificationsgenerales").get("descriptif"),
        sale.get("categorieVente"),
        sale.get("opposition"),
        sale.get("declarationCreance"),
        _part(raw, "acte").get("descriptif"),
        _part(raw, "radiationaurcs").get("commentaire"),
        deposit.get("typeDepot"),
        deposit.get("descriptif"),
    )
    return "\n".join(filter(None, (_text(line, LONG_TEXT) for line in lines)))


def _fund_origin(raw):
    places = _objects(_part(raw, "listeetablissements").get("etablissement"))
    origins = (_text(place.get("origineFonds"), LONG_TEXT) for place in places)
    return "\n".join(filter(None, origins))


def _administration(raw):
    persons = _persons(raw, "listepersonnes")
    rosters = (_text(person.get("administration"), LONG_TEXT) for person in persons)
    return "\n".join(filter(None, rosters))


def _previous_id(previous):
    """Return the identifier of the notice that another one speaks of, or ""."""
    letter = _PUBLICATION.search(_text(previous.get("nomPublication")).upper())
    issue = _digits(previous.get("numeroParution"))
    number = _digits(previous.get("numeroAnnonce")).lstrip("0")
    published_on = _day(previous.get("dateParution"))
    if published_on and 0 < len(issue) <= 4:
        issue = f"{published_on.year}{issue:0>4}"
    if not letter or len(issue) != 8 or not number or len(number) > 9:
        return ""
    return f"{letter[1]}{issue}{number}"


def _judgment_date(value, published_on):
    """Return the date of a judgment; one to come, or of another age, is a mistake."""
    content = _text(value)
    found = _day(content) or next(iter(french_dates(content)), None)
    is_sensible = found and OLDEST_JUDGMENT <= found.year and found <= published_on
    return found if is_sensible else None


def _persons(raw, key):
    return _objects(_part(raw, key).get("personne"))


def _objects(value):
    """Return the objects of what is one object, or a list of several."""
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, dict)]


def _part(parent, key):
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def _text(value, limit=255):
    """Return ``value`` as clean text; what is no text says nothing."""
    if not value:
        return ""
    if isinstance(value, str):
        if _MOJIBAKE.search(value):
            value = _repair(value)
        if value.isprintable():
            # Nearly all of them, and there are many.
            return " ".join(value.split())[:limit].rstrip()
    try:
        return text(value, limit)
    except MalformedError:
        return ""


def _repair(value):
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _day(value):
    return day(_text(value))


def _digits(value):
    content = "".join(_text(value).split())
    return content if content.isascii() and content.isdigit() else ""


def _unique(values):
    """Return the values that say something, once each, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))
