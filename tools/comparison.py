"""Tell whether two values of a contact say the same, however they are written."""

import re

from .names import match_key
from .phones import clean_phone
from .plain_text import bare

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_URL_FRAME = re.compile(r"^(https?://)?(www\.)?|/+$", re.IGNORECASE)


def is_same(field_name, one, other):
    """Return whether ``one`` and ``other`` are the same value of ``field_name``.

    Case, accents, punctuation and the legal form of a name do not count.

    >>> is_same("city", "SAINT ETIENNE", "Saint-Étienne")
    True
    >>> is_same("phone", "04 77 00 00 00", "+33 4 77 00 00 00")
    True
    """
    normalize = _NORMALIZERS.get(field_name, _words)
    return normalize(one or "") == normalize(other or "")


def _words(text):
    return _NOT_WORD.sub(" ", bare(text)).strip()


def _code(text):
    return _NOT_WORD.sub("", bare(text))


def _phone(text):
    return clean_phone(text).e164 or _code(text)


def _email(text):
    return text.strip().lower()


def _url(text):
    return _URL_FRAME.sub("", text.strip()).lower()


_NORMALIZERS = {
    "name": match_key,
    "phone": _phone,
    "email": _email,
    "website": _url,
    "company_registry": _code,
    "vat": _code,
}
