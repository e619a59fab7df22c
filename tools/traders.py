"""Whether a legal form makes who has it a trader (commerçant).

Articles L121-1, L210-1 and L721-3 of the Code de commerce: companies of certain forms
are commercial whatever they do. The form is INSEE's code of the "catégorie juridique".
It does not tell for all: a sole proprietor may be a shopkeeper, a doctor or a farmer.
"""

_TRADING_FORMS = frozenset({"51", "52", "53", "54", "55", "56", "57", "58"})
# Companies of regulated professions: commercial by form, before the civil courts all
# the same (article L721-5).
_PROFESSIONAL_COMPANIES = frozenset({"5385", "5485", "5585", "5685", "5785"})
_OTHER_FORMS = frozenset({"63", "64", "65"})
# Public law, social bodies, associations and foundations.
_OTHER_FAMILIES = frozenset({"7", "8", "9"})


def is_trader(legal_form):
    """Return whether ``legal_form`` is a trader's; ``None`` if the form does not tell.

    >>> is_trader("5499"), is_trader("9220"), is_trader("1000"), is_trader("")
    (True, False, None, None)
    """
    code = (legal_form or "").strip()
    if code in _PROFESSIONAL_COMPANIES:
        return None
    if code[:2] in _TRADING_FORMS:
        return True
    if code[:2] in _OTHER_FORMS or code[:1] in _OTHER_FAMILIES:
        return False
    return None
