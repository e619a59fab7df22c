"""Short tokens for links that open without a login.

A token is the number of a record and a message authentication code over what the
record stands for, both written in letters and digits: nothing in it needs escaping in
an address, an SMS or a QR code, and nothing of it has to be stored. Plain Python.
"""

import hmac
import re
import string

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
BASE = len(ALPHABET)
# What is kept of the code, in bits and in the characters that hold them.
CODE_BITS = 128
CODE_LENGTH = 22
# Eleven characters hold every number of a 64-bit column.
PATTERN = re.compile(rf"[0-9A-Za-z]{{1,11}}[0-9A-Za-z]{{{CODE_LENGTH}}}", re.ASCII)


class TokenError(ValueError):
    """What was given does not have the form of a token."""


def encode(number: int) -> str:
    """Write a number that is not negative in letters and digits."""
    if number < 0:
        raise ValueError("A negative number cannot be written.")
    digits = []
    while True:
        number, digit = divmod(number, BASE)
        digits.append(ALPHABET[digit])
        if not number:
            return "".join(reversed(digits))


def decode(text: str) -> int:
    """Return the number that :func:`encode` wrote as ``text``."""
    number = 0
    for character in text:
        number = number * BASE + ALPHABET.index(character)
    return number


def make(number: int, digest: str) -> str:
    """Return the token of a record.

    :param digest: its authentication code in hexadecimal digits, of which
        :data:`CODE_BITS` are kept
    """
    code = encode(int(digest, 16) >> (4 * len(digest) - CODE_BITS))
    return encode(number) + code.rjust(CODE_LENGTH, ALPHABET[0])


def number_of(token: str) -> int:
    """Return the number of the record that a token claims to be for.

    :raise TokenError: it has not the form of a token
    """
    if not PATTERN.fullmatch(token):
        raise TokenError(token)
    return decode(token[:-CODE_LENGTH])


def is_same(token: str, expected: str) -> bool:
    """Compare two tokens in a time that does not tell where they differ."""
    return hmac.compare_digest(token.encode(), expected.encode())
