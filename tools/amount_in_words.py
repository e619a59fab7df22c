"""An amount of money in words, as a deed has it."""

import re

from num2words import num2words

_BETWEEN = {"fr": " et ", "en": " and "}
# Between the words of units and cents; in no language part of a number.
_MARK = "|"


def amount_in_words(amount, currency, lang="fr"):
    """Return ``amount`` in words, without the cents of whole amounts.

    :param Decimal amount: not negative, rounded to two digits
    :param currency: ISO code; one that num2words does not know stands as it is
    :param lang: language code such as ``fr_FR``; where unknown, English

    >>> amount_in_words(Decimal("1200.50"), "EUR")
    'mille deux cents euros et cinquante centimes'
    """
    language = lang[:2] if lang and lang[:2] in _BETWEEN else "en"
    try:
        words = num2words(
            amount, to="currency", lang=language, currency=currency, separator=_MARK
        )
    except NotImplementedError:
        return f"{num2words(amount, lang=language)} {currency}"
    units, _mark, cents = words.partition(_MARK)
    if amount == amount.to_integral_value():
        cents = ""
    if language == "fr":
        units = _link_millions(units.strip())
    return _BETWEEN[language].join(filter(None, (units.strip(), cents.strip())))


def _link_millions(words):
    """Put the French *de* between millions and the name of the currency."""

    def link(match):
        return f"{match[1]} {'d’' if match[2] in 'aeiouéè' else 'de '}{match[2]}"

    return re.sub(r"\b((?:million|milliard)s?) (\w)(?=\w*$)", link, words)
