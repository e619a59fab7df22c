"""Texts typed by people, made regular: what every cleaning starts with."""

import re
import unicodedata

# Control characters, and the invisible ones that spreadsheets and web pages leave.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff]+"
)
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


def tidy(text):
    """Return ``text`` composed (NFC), with single spaces and no invisible character.

    >>> tidy("  Menuiserie\\u00a0 du\\tLac\\u200b ")
    'Menuiserie du Lac'
    """
    if not text:
        return ""
    composed = unicodedata.normalize("NFC", text)
    return " ".join(_INVISIBLE.sub(" ", composed).split())


def bare(text):
    """Return ``text`` in lower case, without accents, with straight apostrophes.

    >>> bare("L’ŒUVRE d'Étienne")
    "l'oeuvre d'etienne"
    """
    lowered = (text or "").lower()
    if lowered.isascii():
        return lowered.replace("`", "'")
    letters = unicodedata.normalize(
        "NFKD", lowered.translate(_APOSTROPHES).translate(_LIGATURES)
    )
    return "".join(char for char in letters if not unicodedata.combining(char))
