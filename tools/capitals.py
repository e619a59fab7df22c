"""Give texts published in capitals a readable case."""

import re

from .plain_text import tidy

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# Small words inside names of streets and towns.
_SMALL = frozenset(
    "a au aux d de des du en et l la le les lez lès ou par pour sous sur à".split()
)
# Read letter by letter.
_LETTERS = frozenset(
    "bp ca cedex cs cp rd rn sa sarl sas sasu sci snc tsa za zac zi zup".split()
)


def readable(text):
    """Return ``text`` with capitals at the head of words; mixed case is left alone.

    >>> readable("10 BIS RUE DE L'ABBE GREGOIRE")
    "10 Bis Rue de l'Abbe Gregoire"
    >>> readable("75008 PARIS CEDEX 8")
    '75008 Paris CEDEX 8'
    """
    text = tidy(text)
    if text != text.upper():
        return text
    return _WORD.sub(lambda match: _case(match.group(), match.start() == 0), text)


def _case(word, is_first):
    lowered = word.lower()
    if lowered in _LETTERS:
        return word
    if lowered in _SMALL and not is_first:
        return lowered
    head, apostrophe, tail = lowered.partition("'")
    if not apostrophe:
        return lowered.capitalize()
    elided = head in _SMALL and not is_first
    return (head if elided else head.capitalize()) + apostrophe + tail.capitalize()
