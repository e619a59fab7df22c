"""SIREN, SIRET and VAT numbers, checked alone and against each other.

The keys are those of ``python-stdnum``, with La Poste's own rule for SIRETs and the
French VAT numbers of Monaco, which hold no SIREN.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret
from stdnum.fr import tva as fr_vat

# Where companies are entered in Sirene.
SIRENE_COUNTRIES = frozenset({"BL", "FR", "GF", "GP", "MF", "MQ", "PM", "RE", "YT"})
FRENCH_VAT_COUNTRIES = SIRENE_COUNTRIES | {"MC"}
EUROPEAN_PREFIXES = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "
    "XI".split()
)

SIREN_LENGTH = 9
SIRET_LENGTH = 14
VAT_LENGTH = 11

_NOT_DIGITS = re.compile(r"[^0-9]+")
_NOT_CODE = re.compile(r"[^0-9A-Z+*]+")
_MONACO = "000"


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers of a partner that hold, and what is wrong with the others.

    :ivar siren: nine digits, from the registry number, else from the VAT number
    :ivar siret: fourteen digits
    :ivar vat: the number with its prefix, without separators; ``""`` when wrong
    :ivar problems: ``siret_invalid``, ``siren_invalid``, ``vat_invalid``,
        ``vat_mismatch`` (the VAT number is another company's), ``siren_only`` (which
        establishment is not known)
    """

    siren: str = ""
    siret: str = ""
    vat: str = ""
    problems: tuple[str, ...] = ()


def clean_identifier(text):
    """Return the digits of a text.

    >>> clean_identifier("RCS Lyon 552 032 534")
    '552032534'
    """
    return _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text or ""))


# A partner's numbers are asked about several times in a row.
@lru_cache(maxsize=1024)
def is_siren(number):
    """Is it nine digits with the right key?"""
    number = number or ""
    return (
        len(number) == SIREN_LENGTH
        and number.isascii()
        and number != "0" * SIREN_LENGTH
        and fr_siren.is_valid(number)
    )


@lru_cache(maxsize=1024)
def is_siret(number):
    """Is it fourteen digits of a valid SIREN with the right key?"""
    number = number or ""
    return (
        len(number) == SIRET_LENGTH
        and is_siren(number[:SIREN_LENGTH])
        and fr_siret.is_valid(number)
    )


def french_vat(siren):
    """Return the French VAT number with the usual, numeric key.

    >>> french_vat("404833048")
    'FR83404833048'
    """
    return f"FR{fr_siren.to_tva(siren)}" if is_siren(siren) else ""


def siren_of(registry, vat):
    """Return the SIREN that a registry number, else a VAT number, holds; or ``""``."""
    return _siren_of_registry(registry) or _siren_of_vat(_clean_vat(vat, "FR"))


def check(registry, vat, country_code):
    """Check the identifiers of a partner of a country; never raises.

    Registry numbers of other countries are left alone, and so are VAT numbers outside
    the European Union: their keys are not known here.

    :return: an :class:`Identifiers`
    """
    country_code = (country_code or "FR").upper()
    number = _clean_vat(vat, country_code)
    problems = []
    if number and not _is_vat(number):
        problems.append("vat_invalid")
        number = ""
    if country_code not in SIRENE_COUNTRIES:
        return Identifiers(vat=number, problems=tuple(problems))
    return _check_french(registry, number, problems)


def _check_french(registry, vat, problems):
    digits = clean_identifier(registry)
    registered, of_vat = _siren_of_registry(registry), _siren_of_vat(vat)
    siret = digits if is_siret(digits) else ""
    if digits and not registered:
        long = len(digits) > SIREN_LENGTH
        problems.insert(0, "siret_invalid" if long else "siren_invalid")
    elif (registered or of_vat) and not siret:
        problems.append("siren_only")
    if registered and of_vat and registered != of_vat:
        problems.append("vat_mismatch")
    return Identifiers(registered or of_vat, siret, vat, tuple(problems))


def _siren_of_registry(registry):
    """Return the SIREN of a SIREN, a SIRET or a VAT number typed as registry number."""
    digits = clean_identifier(registry)
    if is_siren(digits) or is_siret(digits):
        return digits[:SIREN_LENGTH]
    code = _compact(registry)
    return _siren_of_vat(code) if code.startswith("FR") else ""


def _siren_of_vat(number):
    if number.startswith("FR") and number[4:7] != _MONACO and fr_vat.is_valid(number):
        return number[4:]
    return ""


def _clean_vat(text, country_code):
    """Return a VAT number with its prefix; ``""`` for “/”, “néant” and the like."""
    number = _compact(text)
    if not any(char.isdigit() for char in number):
        return ""
    french = country_code in FRENCH_VAT_COUNTRIES
    if french and len(number) == VAT_LENGTH and fr_vat.is_valid(number):
        return f"FR{number.removeprefix('FR')}"
    return number


def _compact(text):
    """Return the letters and digits of a text, after “VAT:” and the like."""
    folded = unicodedata.normalize("NFKC", text or "").upper()
    return _NOT_CODE.sub("", folded).removeprefix("TVA").removeprefix("VAT")


def _is_vat(number):
    prefix = number[:2]
    if prefix not in EUROPEAN_PREFIXES:
        # outside the Union the key is not known; without prefix it is no number
        return prefix.isalpha()
    try:
        return bool(eu_vat.validate(number))
    except (ValidationError, ValueError, IndexError, KeyError):
        return False
