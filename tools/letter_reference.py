"""The reference a letter bears, to be scanned or typed when it comes back.

It is ``L``, the number of the letter on six digits or more, and two check digits by
ISO 7064 MOD 97-10: one wrong digit and two swapped ones are always noticed.
"""

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

PREFIX = "L"
# The keys of the digits on a French keyboard, as a scanner set to another one types.
AZERTY_DIGITS = str.maketrans("&é\"'(-è_çà", "1234567890")
SEPARATORS = re.compile(r"[\s,;]+|(?<=\d)(?=L)")


def make(number):
    """Return the reference of letter ``number``.

    >>> make(1234)
    'L00123482'
    """
    digits = f"{number:06d}"
    return f"{PREFIX}{digits}{mod_97_10.calc_check_digits(digits)}"


def parse(reference):
    """Return the number of the letter with this reference, ``None`` if it is none.

    >>> parse("l001234 82"), parse("L00123428")
    (1234, None)
    """
    digits = normalize(reference).removeprefix(PREFIX)
    if not re.fullmatch(r"[0-9]{8,20}", digits):
        return None
    try:
        mod_97_10.validate(digits)
    except ValidationError:
        return None
    return int(digits[:-2])


def normalize(text):
    """Return a reference as it is printed, whatever the scanner made of it.

    >>> normalize('lààé"')
    'L0023'
    """
    return re.sub(r"\s", "", text.lower().translate(AZERTY_DIGITS)).upper()


def split(text):
    """Return the references in what one or several scans have typed, without doubles.

    >>> split("L00123482L00000195 l00123482")
    ['L00123482', 'L00000195']
    """
    plain = text.lower().translate(AZERTY_DIGITS).upper()
    return list(dict.fromkeys(filter(None, SEPARATORS.split(plain))))
