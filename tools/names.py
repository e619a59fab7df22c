"""Names of companies and persons: written properly, and compared."""

import re

from .plain_text import bare, tidy

# Legal forms, as they are read without accents, dots or case.
LEGAL_FORMS = frozenset(
    "earl ei eirl eurl gaec gfa gie sa sarl sarlu sas sasu sca scea sci scic scm scop "
    "scp scs sdc se selarl selarlu selas selasu selafa sem snc spl ag bv gmbh kg llc "
    "ltd nv plc spa sprl srl".split()
)
# Words, names or abbreviations of something else inside a name.
FORMS_AT_THE_END_ONLY = frozenset("ag ei kg sa se spa".split())
# Several spellings, the longest first.
SPELLED_FORMS = (
    ("entreprise unipersonnelle a responsabilite limitee", "EURL"),
    ("societe par actions simplifiee unipersonnelle", "SASU"),
    ("entreprise individuelle a responsabilite limitee", "EIRL"),
    ("societe cooperative et participative", "SCOP"),
    ("groupement d'interet economique", "GIE"),
    ("societe a responsabilite limitee", "SARL"),
    ("societe par actions simplifiee", "SAS"),
    ("societe civile immobiliere", "SCI"),
    ("societe civile de moyens", "SCM"),
    ("societe en nom collectif", "SNC"),
    ("entrepreneur individuel", "EI"),
    ("entreprise individuelle", "EI"),
    ("societe anonyme", "SA"),
    ("association", "Association"),
)
TITLES = frozenset("m mr mme mlle monsieur madame mademoiselle maitre dr".split())
# What is said before the name of a business without being part of it.
BUSINESS_WORDS = frozenset(
    "entreprise ets etablissement etablissements societe".split()
)
SMALL_WORDS = frozenset(
    "a au aux d de des du en et l la le les par pour sous sur".split()
)
PARTICLES = frozenset("d de des du".split())
ABBREVIATIONS = {"st": "saint", "ste": "sainte", "cie": "compagnie", "frs": "freres"}

_STRAY = " ,;:_*|/\\"
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_SPACED_FORM = re.compile(r"\b(s a r l|e u r l|s a s u|s a s|s c i|s n c|s a)\b(?!')")
_WORD_PARTS = re.compile(r"([\s'’-]+)")
_ROMAN = re.compile(r"[ivx]{2,5}")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def clean_name(name, is_company):
    """Return a name as it is properly written; cleaning twice changes nothing more.

    Only spaces, stray punctuation and capitals change. A company in capitals stays so,
    as that is often how it writes itself; a person in capitals does not.

    >>> clean_name("  menuiserie du lac sarl ,", True)
    'Menuiserie du Lac SARL'
    >>> clean_name("JEAN-PIERRE D'ORMESSON", False)
    "Jean-Pierre d'Ormesson"
    """
    name = tidy(name)
    name = name.strip(_STRAY) or name
    if is_company or legal_form(name):
        if name.islower():
            name = _capitalized(name, SMALL_WORDS)
        return _with_form_in_capitals(name)
    if name.isupper() or name.islower():
        return _capitalized(name, PARTICLES)
    return name


def legal_form(name):
    """Return the legal form that a name states, ``""`` without one.

    >>> legal_form("Dupont S.A.R.L.")
    'SARL'
    """
    text = _readable(name)
    words = _NOT_WORD.sub(" ", text).split()
    for index in _form_positions(words):
        return words[index].upper()
    return next((form for spelled, form in SPELLED_FORMS if spelled in text), "")


def match_key(name):
    """Return what identifies a name, to compare it with others.

    Words in lower case without accents, punctuation, legal form, title nor “société”,
    in their order. A name made of nothing else is returned whole.

    >>> match_key("Sté St-Gobain & Cie, S.A.")
    'saint gobain compagnie'
    """
    text = _readable(name)
    for spelled, _form in SPELLED_FORMS[:-1]:
        if spelled in text and text.strip() != spelled:
            text = text.replace(spelled, " ")
    words = _NOT_WORD.sub(" ", text).split()
    kept = _without_decoration(words) or words
    return " ".join(ABBREVIATIONS.get(word, word) for word in kept)


def _readable(name):
    """Return the name in bare letters, “S.A.R.L.” and “S A R L” as one word."""
    text = tidy(bare(name))
    if "." in text:
        text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    return _SPACED_FORM.sub(lambda match: match[0].replace(" ", ""), text)


def _form_positions(words):
    """Yield where legal forms stand, the last one first."""
    last = len(words) - 1
    for index in range(last, -1, -1):
        word = words[index]
        at_edge = index == last or word not in FORMS_AT_THE_END_ONLY
        if word in LEGAL_FORMS and at_edge and len(words) > 1:
            yield index


def _without_decoration(words):
    forms = set(_form_positions(words))
    words = [word for index, word in enumerate(words) if index not in forms]
    while len(words) > 1 and (words[0] in TITLES or words[0] in ("ste", "sa")):
        words = words[1:]
    return [
        word
        for word in words
        if word not in BUSINESS_WORDS and word not in ("et", "d", "l")
    ]


def _with_form_in_capitals(name):
    """Return the name with the legal form that opens or closes it in capitals."""
    words = name.split(" ")
    if len(words) < 2:
        return name
    if bare(words[-1]) in LEGAL_FORMS:
        words[-1] = words[-1].upper()
    if bare(words[0]) in LEGAL_FORMS - FORMS_AT_THE_END_ONLY:
        words[0] = words[0].upper()
    return " ".join(words)


def _capitalized(name, small_words):
    """Return the name with a capital at each word but the small ones."""
    parts = _WORD_PARTS.split(name)
    last = len(parts) - 1
    for index in range(0, len(parts), 2):
        after_apostrophe = index and parts[index - 1] in "'’"
        keeps_small = index and index < last and not after_apostrophe
        if not (keeps_small and parts[index].lower() in small_words):
            parts[index] = _capital(parts[index])
        else:
            parts[index] = parts[index].lower()
    return "".join(parts)


def _capital(word):
    if _DOTTED.fullmatch(word) or _ROMAN.fullmatch(word.lower()):
        return word.upper()
    initial = word[:1].upper()
    # some letters have no capital of their own: ß would become SS
    return (initial if len(initial) == 1 else word[:1]) + word[1:].lower()
