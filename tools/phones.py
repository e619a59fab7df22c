"""Telephone numbers as French files hold them, read by ``phonenumbers``.

A number is never guessed: calling a stranger about somebody else's debt is worse than
not calling. What cannot be read as one valid number of the contact's own country, or
as an international number, is reported and left to a person.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# National prefixes that belong to another numbering plan than the mainland's, which is
# dialled in the same way from there.
OVERSEAS_PREFIXES = {
    "0262": "RE",
    "0263": "RE",
    "0269": "YT",
    "0508": "PM",
    "0590": "GP",
    "0594": "GF",
    "0596": "MQ",
    "0639": "YT",
    "0690": "GP",
    "0691": "GP",
    "0692": "RE",
    "0693": "RE",
    "0694": "GF",
    "0696": "MQ",
    "0697": "MQ",
    "0708": "PM",
}
# Where the mainland's numbers are dialled in the national way too.
FRENCH_PLANS = frozenset({"BL", "FR", "GF", "GP", "MF", "MQ", "PM", "RE", "YT"})

KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed",
    PhoneNumberType.TOLL_FREE: "fixed",
    PhoneNumberType.UAN: "fixed",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "premium",
}

LONGEST_TEXT = 250
LONGEST_SHORT_NUMBER = 6
FEWEST_DIGITS = 6
FRENCH_DIGITS = 10

_EXTENSION = re.compile(
    r"(?:\bposte|\bpost|\bp\.|\bext(?:ension)?|\bx|\bint(?:erne)?|#)\W{0,3}(\d{1,6})\W*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:[/;,|&\n\r]+|\bou\b|\bet\b|\bor\b|\s[-–—]\s)\s*", re.I)
_LETTER_FOR_ZERO = re.compile(r"(?<![^\W\d_])[oO](?=[ .-]?\d)")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_INTERNATIONAL = re.compile(r"\+[\s(.-]*(?=\d)|^\D*00(?=[1-9])")
_NOT_DIGIT = re.compile(r"\D+", re.ASCII)
_TWO_NUMBERS = re.compile(r"(0[1-9]\d{8})(0[1-9]\d{8})")


@dataclass(frozen=True, slots=True)
class Phone:
    """What a text says of a telephone.

    :ivar e164: the first valid number, ``""`` without one
    :ivar kind: ``mobile`` (takes SMS), ``fixed`` (ordinary or free call), ``voip``,
        ``premium`` (surcharged), ``""`` when it is none of them
    :ivar problem: ``""``, ``invalid``, ``short`` (3631: not callable from abroad, no
        line of one's own) or ``premium``
    :ivar extension: digits to dial after the call is answered
    :ivar others: the other valid numbers of the same text, E.164
    """

    e164: str = ""
    kind: str = ""
    problem: str = ""
    extension: str = ""
    others: tuple[str, ...] = ()


def clean_phone(text, country_code="FR"):
    """Read the telephone numbers of a text; never raises.

    :param country_code: where a number without prefix is dialled, ISO 3166
    :return: a :class:`Phone`; an empty text has neither number nor problem

    >>> clean_phone("06.12.34.56.78 / 04 72 00 00 01").others
    ('+33472000001',)
    """
    text = _readable(text)
    if not text:
        return Phone()
    found, shortest = _read_all(text, (country_code or "FR").upper())
    if not found:
        return Phone(problem="short" if shortest else "invalid")
    main = next((phone for phone in found if not phone.problem), found[0])
    others = dict.fromkeys(phone.e164 for phone in found if phone.e164 != main.e164)
    return Phone(main.e164, main.kind, main.problem, main.extension, tuple(others))


def display(e164):
    """Write a number as Odoo does, in the international format.

    >>> display("+33612345678")
    '+33 6 12 34 56 78'
    """
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164 or ""
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _readable(text):
    """Return the text with ordinary digits and spaces, cut to a sane length."""
    folded = unicodedata.normalize("NFKC", text or "")[:LONGEST_TEXT]
    return _LETTER_FOR_ZERO.sub("0", folded).strip()


def _read_all(text, country_code):
    """Return the numbers found, and whether what was found is only short."""
    found, lengths = [], []
    for piece in _pieces(text):
        piece, extension = _split_extension(piece)
        for digits in _dialled(piece):
            lengths.append(len(digits))
            if phone := _read(digits, country_code, extension):
                found.append(phone)
    return found, bool(lengths) and max(lengths) <= LONGEST_SHORT_NUMBER


def _pieces(text):
    """Split several numbers; “01/23/45/67/89” is one."""
    pieces = [piece for piece in _SEPARATOR.split(text) if _count_digits(piece)]
    if len(pieces) < 2 or all(
        _count_digits(piece) >= FEWEST_DIGITS for piece in pieces
    ):
        return pieces
    if all(_count_digits(piece) < FEWEST_DIGITS for piece in pieces):
        return [" ".join(pieces)]
    return [piece for piece in pieces if _count_digits(piece) >= FEWEST_DIGITS]


def _count_digits(text):
    return sum(char.isdecimal() for char in text)


def _split_extension(piece):
    match = _EXTENSION.search(piece)
    if match and _count_digits(piece[: match.start()]) >= FEWEST_DIGITS:
        return piece[: match.start()], match[1]
    return piece, ""


def _dialled(piece):
    """Return what is dialled: digits, with “+” before an international number."""
    piece = _TRUNK_ZERO.sub("", piece)
    prefix = _INTERNATIONAL.search(piece)
    digits = _NOT_DIGIT.sub("", piece[prefix.end() :] if prefix else piece)
    if prefix:
        return [f"+{digits}"]
    if twice := _TWO_NUMBERS.fullmatch(digits):
        return twice.groups()
    return [digits] if digits else []


def _read(digits, country_code, extension):
    for region in _regions(digits, country_code):
        try:
            number = phonenumbers.parse(_undo_trunk_zero(digits), region)
        except phonenumbers.NumberParseException:
            continue
        kind = phonenumbers.number_type(number)
        if kind != PhoneNumberType.UNKNOWN:
            kind = KINDS.get(kind, "")
            e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            return Phone(e164, kind, "premium" if kind == "premium" else "", extension)
    return None


def _undo_trunk_zero(digits):
    """Return an overseas number written behind +33 as it is dialled in France."""
    if digits.startswith("+33"):
        national = "0" + digits[3:].lstrip("0")
        if len(national) == FRENCH_DIGITS and national[:4] in OVERSEAS_PREFIXES:
            return national
    return digits


def _regions(digits, country_code):
    """Return the numbering plans to read a number in, the likeliest first."""
    national = _undo_trunk_zero(digits)
    if country_code not in FRENCH_PLANS:
        return (country_code,) if national == digits else (country_code, "RE")
    overseas = len(national) == FRENCH_DIGITS and OVERSEAS_PREFIXES.get(national[:4])
    return dict.fromkeys((overseas or country_code, country_code, "FR"))
