"""Text messages (SMS): which numbers take them, and how many a text is.

A message of the alphabet GSM 7-bit (3GPP TS 23.038) holds 160 characters, 153 when it
is one part of several; with any other character the whole text is sent as UCS-2, which
holds 70 and 67.
"""

import math
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

MOBILE_TYPES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these takes the place of two.
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
GSM_LENGTHS = (160, 153)
UCS2_LENGTHS = (70, 67)
# What looks the same in the small alphabet: spaces, quotes, dashes, ligatures.
LOOK_ALIKES = str.maketrans(
    {
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "‐": "-",
        "‑": "-",
        "–": "-",
        "—": "-",
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
    }
)


@dataclass(frozen=True, slots=True)
class Size:
    """How big a text is: places taken, messages it makes, and in which alphabet."""

    characters: int
    parts: int
    is_gsm: bool


def measure(text):
    """Return the :class:`Size` of a text.

    >>> measure("Bonjour, 12 €")
    Size(characters=14, parts=1, is_gsm=True)
    """
    is_gsm = set(text) <= GSM_BASIC | GSM_EXTENDED
    if is_gsm:
        characters = len(text) + sum(char in GSM_EXTENDED for char in text)
    else:
        characters = len(text.encode("utf-16-be")) // 2
    single, several = GSM_LENGTHS if is_gsm else UCS2_LENGTHS
    parts = 1 if characters <= single else math.ceil(characters / several)
    return Size(characters, parts if characters else 0, is_gsm)


def simplify(text):
    """Return a text with the signs of the small alphabet that come closest.

    Accents that it lacks go: one “ç” would double the price of the message. What has
    nothing like it there stays, and makes the text UCS-2.

    >>> simplify("L’échéance\\u202f: 1\\u00a0200 €, reçue")
    "L'échéance : 1 200 €, recue"
    """
    plain = "".join(map(_simplify_sign, text.translate(LOOK_ALIKES)))
    lines = (" ".join(line.split()) for line in plain.splitlines())
    return "\n".join(lines).strip()


def _simplify_sign(sign):
    if sign in GSM_BASIC or sign in GSM_EXTENDED:
        return sign
    base = unicodedata.normalize("NFKD", sign)[0]
    return base if base in GSM_BASIC else sign


def takes_messages(e164):
    """Return whether a number, in the international format, may be a mobile's.

    >>> takes_messages("+33612345678"), takes_messages("+33472000001")
    (True, False)
    """
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) in MOBILE_TYPES
