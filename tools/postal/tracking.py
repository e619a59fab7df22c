"""Numbers of registered letters.

La Poste writes them on 13 characters inside France (``1A 123 456 7890 1``), on 15 with
its newer labels; abroad they follow the standard UPU S10 (``RK123456785FR``), whose
ninth digit is a check digit. Other carriers number as they like.
"""

import re

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
S10_SPECIAL = {10: 0, 11: 5}
LENGTHS = (13, 15)

_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_DOMESTIC = re.compile(r"\d[A-Z]\d{11}")
_RECENT = re.compile(r"[0-9A-Z]{2}\d{13}")
_SEPARATORS = re.compile(r"[\s.\-]+")


def normalize(number):
    """Return a number as it is kept: capitals, without spaces.

    >>> normalize("1a 123 456 7890 1")
    '1A12345678901'
    """
    return _SEPARATORS.sub("", number or "").upper()


def split(text):
    """Return the numbers in what one or several scans have typed, without doubles.

    A line is one number, whatever spaces are in it; else they are separated by commas
    or semicolons.

    >>> split("1A 123 456 7890 1\\n1A12345678902;1a12345678901")
    ['1A12345678901', '1A12345678902']
    """
    pieces = re.split(r"[\n\r;,]+", text or "")
    return list(dict.fromkeys(filter(None, map(normalize, pieces))))


def find_problem(number):
    """Return what is wrong with a number of La Poste, "" if nothing is.

    ``length``: it has neither 13 nor 15 characters; ``form``: letters and digits stand
    where they never do; ``check``: the check digit is another one.

    >>> find_problem("RK123456785FR"), find_problem("RK123456784FR")
    ('', 'check')
    """
    number = normalize(number)
    if s10 := _S10.fullmatch(number):
        return "" if int(s10[2]) == _check_digit(s10[1]) else "check"
    if len(number) not in LENGTHS:
        return "length"
    if _DOMESTIC.fullmatch(number) or _RECENT.fullmatch(number):
        return ""
    return "form"


def _check_digit(digits):
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS, strict=True)
    )
    remainder = 11 - total % 11
    return S10_SPECIAL.get(remainder, remainder)
