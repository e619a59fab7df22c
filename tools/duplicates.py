"""Which contacts are one debtor, entered several times.

Contacts that share something are compared two by two: the same valid SIREN or VAT
number settles it; an e-mail address, a telephone or a place only supports names that
agree. What several differently named contacts use (an accountant's address, a
switchboard) supports nothing. Pairs are then joined into groups, the surest first, so
that a group never holds two different companies by their numbers nor two names that
contradict each other.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import OSA

from .identifiers import is_siren, siren_of
from .names import legal_form, match_key
from .plain_text import bare

# === WEIGHTS === #

# How sure it is that two contacts are one, in percent, by what else agrees when their
# names are the same, nearly the same, or one says less than the other. Nought: not
# enough. Private persons have namesakes, and fathers and sons live in one place.
SAME, CLOSE, PARTIAL, UNLIKE = "same", "close", "partial", "unlike"
COMPANY_WEIGHTS = {
    SAME: {"email": 96, "phone": 94, "street": 92, "domain": 84, "place": 85},
    CLOSE: {"email": 92, "phone": 88, "street": 86, "domain": 72, "place": 74},
    PARTIAL: {"email": 80, "phone": 76, "street": 72},
    UNLIKE: {},
}
PERSON_WEIGHTS = {
    SAME: {"email": 95, "phone": 93, "street": 88},
    CLOSE: {"email": 88, "phone": 84, "street": 78},
    PARTIAL: {"email": 80, "phone": 75, "street": 70},
    UNLIKE: {},
}
SURE = {"siren": 100, "vat": 98}
EACH_MORE = 2
HIGHEST_BY_NAME = 98
LEAST = 70
# What differs while both are known: town or number in the street, telephones, the
# company's own mail domain. It may have changed, or they are two.
EACH_DIFFERENCE = -6
TOLERATED_DIFFERENCES = 2
# Between two companies a contact without number could be, by less than that: neither.
DOUBT = 6

# How many differently named contacts may use what still tells one of them.
SHARED_BY = 3
LARGEST_BLOCK = 60
LARGEST_GROUP = 20
STREET_LIKENESS = 0.85

# === WORDS === #

# Words that make another company of the same name: they are never left out by mistake.
ENTITY_WORDS = frozenset(
    "agence associes assurances capital conseil construction consulting developpement "
    "diffusion distribution environnement europe expertise export finance "
    "financiere formation france gestion group groupe groupement holding "
    "immobilier immobiliere import industrie industries ingenierie international "
    "invest investissement investissements location logistique maintenance nord est "
    "ouest sud participation participations patrimoine production promotion services "
    "solutions technologies travaux fils freres pere mere".split()
)
EMPTY_WORDS = frozenset("au aux d de des du en et l la le les the".split())
# What owns or gathers, and what trades, are two legal persons under one name.
OTHER_PERSONS = frozenset({"SCI", "SCM", "GIE", "GFA", "Association"})
FREE_MAIL = frozenset(
    "aliceadsl.fr aol.com bbox.fr club-internet.fr cegetel.net free.fr gmail.com "
    "gmx.com gmx.fr googlemail.com hotmail.com hotmail.fr icloud.com laposte.net "
    "live.com live.fr me.com msn.com neuf.fr numericable.fr orange.fr outlook.com "
    "outlook.fr proton.me protonmail.com sfr.fr wanadoo.fr yahoo.com yahoo.fr".split()
)
STREET_WORDS = {
    "allee": "all",
    "avenue": "av",
    "ave": "av",
    "boulevard": "bd",
    "bld": "bd",
    "boul": "bd",
    "chemin": "che",
    "chem": "che",
    "docteur": "dr",
    "general": "gal",
    "gen": "gal",
    "impasse": "imp",
    "place": "pl",
    "route": "rte",
    "saint": "st",
    "sainte": "ste",
}


# === WHAT GOES IN AND OUT === #


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact to compare; what is not known is empty.

    E-mail and telephones are expected as :mod:`.emails` and :mod:`.phones` write them.
    """

    id: int
    name: str = ""
    postcode: str = ""
    siren: str = ""
    vat: str = ""
    email: str = ""
    phones: tuple[str, ...] = ()
    is_company: bool = True
    street: str = ""
    town: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Contacts that are probably one.

    :ivar ids: sorted
    :ivar confidence: 0 to 100, that of the weakest link the group needs
    :ivar reasons: ``(id, id, code, detail)`` for each link; the code is ``siren``,
        ``vat``, ``email``, ``phone`` or ``name``
    """

    ids: tuple[int, ...]
    confidence: int
    reasons: tuple[tuple, ...]


def find_duplicates(contacts):
    """Return the :class:`DuplicateGroup` of contacts, the surest first.

    >>> [group] = find_duplicates([
    ...     Contact(1, "Garcin SARL", "69003", email="compta@garcin.fr"),
    ...     Contact(2, "GARCIN", "69003", email="compta@garcin.fr"),
    ... ])
    >>> group.ids, group.confidence, group.reasons
    ((1, 2), 98, ((1, 2, 'email', 'compta@garcin.fr'),))
    """
    profiles = [_Profile(contact) for contact in contacts]
    _forget_shared(profiles)
    links = _without_doubtful(_links(profiles))
    return _Groups(links).result()


# === CONTACTS READ ONCE === #


class _Profile:
    """A contact, with what comparing needs."""

    __slots__ = (
        "contact",
        "domain",
        "email",
        "form",
        "identity",
        "key",
        "phones",
        "place",
        "siren",
        "street",
        "town",
        "vat",
        "words",
    )

    def __init__(self, contact):
        self.contact = contact
        self.key = match_key(contact.name)
        self.words = tuple(w for w in self.key.split() if w not in EMPTY_WORDS)
        self.form = legal_form(contact.name) if contact.is_company else ""
        self.siren = _siren(contact)
        self.vat = "" if self.siren else contact.vat.replace(" ", "").upper()
        self.identity = self.siren or self.vat
        self.email = contact.email.strip().lower()
        self.domain = _company_domain(self.email)
        self.phones = frozenset(filter(None, contact.phones))
        self.place = contact.postcode.replace(" ", "")
        self.town = _town_key(contact)
        self.street = _street_key(contact.street)


def _siren(contact):
    return contact.siren if is_siren(contact.siren) else siren_of("", contact.vat)


def _company_domain(email):
    domain = email.rpartition("@")[2]
    return "" if domain in FREE_MAIL else domain


def _town_key(contact):
    """Return the department and the bare town: a CEDEX has its own postcode."""
    if not contact.town:
        return ""
    words = bare(contact.town).replace("-", " ").replace("'", " ").split()
    named = [STREET_WORDS.get(w, w) for w in words if w.isalpha() and w != "cedex"]
    return f"{contact.postcode[:2]} {' '.join(named)}"


def _street_key(street):
    """Return number and words of a street, abbreviated; ``""`` without a number."""
    text = "".join(c if c.isalnum() else " " for c in bare(street))
    words = [STREET_WORDS.get(w, w) for w in text.split() if w not in EMPTY_WORDS]
    return " ".join(words) if words and words[0].isdigit() else ""


def _forget_shared(profiles):
    """Drop the addresses, domains and telephones that differently named use."""
    users = defaultdict(list)
    for profile in profiles:
        for clue in _clues(profile):
            users[clue].append(profile.words)
    shared = {clue for clue, names in users.items() if _distinct(names) > SHARED_BY}
    for profile in profiles:
        if ("email", profile.email) in shared:
            profile.email = ""
        if ("domain", profile.domain) in shared:
            profile.domain = ""
        profile.phones = frozenset(
            p for p in profile.phones if ("phone", p) not in shared
        )


def _clues(profile):
    if profile.email:
        yield "email", profile.email
    if profile.domain:
        yield "domain", profile.domain
    for phone in profile.phones:
        yield "phone", phone


def _distinct(names):
    """Count the names that are not another's, up to one more than matters."""
    kept = []
    for words in dict.fromkeys(names):
        if all(_compare_words(words, other) == UNLIKE for other in kept):
            kept.append(words)
        if len(kept) > SHARED_BY:
            break
    return len(kept)


# === CANDIDATES === #


def _links(profiles):
    """Return what holds two contacts together, for each pair worth comparing."""
    found = {}
    blocks = defaultdict(list)
    for position, profile in enumerate(profiles):
        for key in _block_keys(profile):
            blocks[key].append(position)
    for key, positions in blocks.items():
        for one, other in _pairs(key, positions):
            if (one, other) not in found:
                found[one, other] = _link(profiles[one], profiles[other])
    return [link for link in found.values() if link]


def _pairs(key, positions):
    """Return the pairs of a block; one of the same company needs no cross pairs."""
    if key[0] in SURE:
        return [(positions[0], other) for other in positions[1:]]
    return combinations(positions, 2) if len(positions) <= LARGEST_BLOCK else ()


def _block_keys(profile):
    if profile.siren:
        yield "siren", profile.siren
    elif profile.vat:
        yield "vat", profile.vat
    if profile.email:
        yield "email", profile.email
    for phone in profile.phones:
        yield "phone", phone
    if profile.domain and profile.words:
        yield "domain", profile.domain, profile.words[0][:4]
    if profile.words:
        yield from _name_keys(profile)


def _name_keys(profile):
    """Yield keys that two spellings of a name at one place share."""
    words, place = profile.words, profile.place
    if profile.town:
        yield "town", profile.town, profile.key
    if not place:
        return
    yield "same", place, profile.key
    if profile.street:
        yield "street", place, profile.street
    yield "name", place, "".join(words)[:6]
    if len(words) == 1:
        yield "name", place, words[0][-4:], ""
        return
    for one, other in combinations(sorted(set(words))[:5], 2):
        yield "name", place, one, other[0]
        yield "name", place, other, one[0]


# === COMPARING === #


@dataclass(frozen=True, slots=True)
class _Link:
    one: _Profile
    other: _Profile
    confidence: int
    code: str
    detail: str


def _link(one, other):
    """Return what holds two contacts together, None when it is not enough."""
    if one.identity and other.identity and one.identity == other.identity:
        code = "siren" if one.siren else "vat"
        return _Link(one, other, SURE[code], code, one.identity)
    likeness = _likeness(one, other)
    if likeness == UNLIKE:
        return None
    both = one.contact.is_company and other.contact.is_company
    weights = (COMPANY_WEIGHTS if both else PERSON_WEIGHTS)[likeness]
    shared = _shared(one, other)
    told = [(weights[clue], clue) for clue in shared if clue in weights]
    if not told:
        return None
    weight, clue = max(told)
    confidence = min(weight + EACH_MORE * (len(told) - 1), HIGHEST_BY_NAME)
    confidence += EACH_DIFFERENCE * _count_differences(one, other, shared)
    if confidence < LEAST:
        return None
    code = clue if clue in ("email", "phone") else "name"
    return _Link(one, other, confidence, code, shared[clue])


def _shared(one, other):
    """Return what two contacts have in common, by kind."""
    shared = {}
    if one.email and one.email == other.email:
        shared["email"] = one.email
    elif one.domain and one.domain == other.domain:
        shared["domain"] = one.domain
    if phones := one.phones & other.phones:
        shared["phone"] = min(phones)
    if _same_place(one, other):
        shared["place"] = one.place or other.place
        if _same_street(one.street, other.street):
            shared["street"] = one.contact.street
    return shared


def _count_differences(one, other, shared):
    """Count what both contacts have and do not share."""
    if "place" in shared:
        apart = bool(one.street and other.street) and _numbers_differ(one, other)
    else:
        apart = bool(one.place and other.place)
    return (
        apart
        + bool(one.phones and other.phones and "phone" not in shared)
        + bool(one.domain and other.domain and one.domain != other.domain)
    )


def _numbers_differ(one, other):
    return one.street.partition(" ")[0] != other.street.partition(" ")[0]


def _same_street(street, other):
    """Are they the same number and, but for a slip, the same words?"""
    if not street or not other or street.split()[0] != other.split()[0]:
        return False
    return OSA.normalized_similarity(street, other) >= STREET_LIKENESS


def _same_place(one, other):
    if one.place and one.place == other.place:
        return True
    has_cedex = "cedex" in bare(f"{one.contact.town} {other.contact.town}")
    return has_cedex and one.town != "" and one.town == other.town


def _likeness(one, other):
    """Tell how two contacts' names agree; two legal persons never do."""
    if one.identity and other.identity and _contradict(one, other):
        return UNLIKE
    if one.form != other.form and not OTHER_PERSONS.isdisjoint((one.form, other.form)):
        return UNLIKE
    likeness = _compare_words(one.words, other.words)
    persons = not (one.contact.is_company or other.contact.is_company)
    if persons and likeness == PARTIAL and min(len(one.words), len(other.words)) < 2:
        return UNLIKE
    return likeness


def _are_two(one, other):
    """Is it out of the question that two contacts are one, whatever joins them?"""
    if _likeness(one, other) == UNLIKE:
        return True
    shared = _shared(one, other)
    if not shared.keys().isdisjoint(("email", "phone", "street")):
        return False
    return _count_differences(one, other, shared) > TOLERATED_DIFFERENCES


def _contradict(one, other):
    """Do two contacts have numbers of the same kind that differ?"""
    if one.siren and other.siren:
        return one.siren != other.siren
    # two VAT numbers of one country, or a French and a foreign company
    return one.identity != other.identity


def _compare_words(words, others):
    """Compare two names word by word.

    Each word of one finds the word of the other that it spells; what is left over
    decides. Numbers and single letters are never spelled otherwise.
    """
    if not words or not others:
        return UNLIKE
    if words == others or sorted(words) == sorted(others):
        return SAME
    left, right = list(words), list(others)
    for word in words:
        if word in right:
            left.remove(word)
            right.remove(word)
    if "".join(words) == "".join(others):
        return SAME
    for word in tuple(left):
        match = next((other for other in right if _spells(word, other)), None)
        if match:
            left.remove(word)
            right.remove(match)
    if not left and not right:
        return CLOSE
    if left and right:
        return CLOSE if _joined(words, others) else UNLIKE
    return _compare_rest(left or right, min(len(words), len(others)))


def _compare_rest(rest, in_common):
    """One name says more than the other: is it the same one in full?"""
    if not in_common or len(rest) > 2 or not ENTITY_WORDS.isdisjoint(rest):
        return UNLIKE
    return UNLIKE if any(word.isdigit() for word in rest) else PARTIAL


def _spells(word, other):
    """Is one word the other with a slip of the keyboard, or its abbreviation?"""
    short, long = sorted((word, other), key=len)
    if short.isdigit() or long.isdigit():
        return False
    if len(short) <= 2:
        return len(short) == 1 and long.startswith(short)
    if {short, long} <= ENTITY_WORDS:
        return False
    if long.startswith(short) and len(short) >= 3 and len(long) - len(short) >= 3:
        return True
    slips = 2 if len(short) >= 9 else 1
    return len(short) >= 4 and OSA.distance(word, other, score_cutoff=slips) <= slips


def _joined(words, others):
    """Are they the same letters, but for a slip, with other spaces?"""
    one, other = "".join(words), "".join(others)
    if len(words) == len(others) or min(len(one), len(other)) < 8:
        return False
    same_digits = [c for c in one if c.isdigit()] == [c for c in other if c.isdigit()]
    return same_digits and OSA.distance(one, other, score_cutoff=1) <= 1


# === GROUPING === #


def _without_doubtful(links):
    """Drop the links of a contact that could as well be either of two companies."""
    best = defaultdict(dict)
    for link in links:
        for one, other in ((link.one, link.other), (link.other, link.one)):
            if other.identity and not one.identity:
                known = best[id(one)]
                known[other.identity] = max(
                    link.confidence, known.get(other.identity, 0)
                )
    doubtful = {one for one, known in best.items() if _is_doubtful(known)}
    return [
        link
        for link in links
        if not (
            (id(link.one) in doubtful and link.other.identity)
            or (id(link.other) in doubtful and link.one.identity)
        )
    ]


def _is_doubtful(known):
    surest = sorted(known.values(), reverse=True)
    return len(surest) > 1 and surest[0] - surest[1] < DOUBT


class _Groups:
    """Joins the linked contacts, the surest links first."""

    def __init__(self, links):
        self._members = {}
        self._kept = defaultdict(list)
        for link in sorted(links, key=lambda link: -link.confidence):
            self._join(link)

    def _join(self, link):
        group = self._group_of(link.one)
        other = self._group_of(link.other)
        if group is not other:
            if not self._may_join(group, other, link):
                return
            group, other = sorted((group, other), key=len, reverse=True)
            group += other
            self._members.update((id(profile), group) for profile in other)
        self._kept[id(link.one)].append(link)

    def _group_of(self, profile):
        return self._members.setdefault(id(profile), [profile])

    @staticmethod
    def _may_join(group, other, link):
        if link.code in SURE:
            return len({profile.identity for profile in group + other} - {""}) == 1
        if len(group) + len(other) > LARGEST_GROUP:
            return False
        return all(
            one.identity == two.identity != "" or not _are_two(one, two)
            for one in group
            for two in other
        )

    def result(self):
        """Return the groups as they are handed out."""
        groups = {id(group): group for group in self._members.values()}
        found = [self._describe(group) for group in groups.values() if len(group) > 1]
        return sorted(found, key=lambda group: (-group.confidence, group.ids))

    def _describe(self, group):
        links = [link for profile in group for link in self._kept[id(profile)]]
        links.sort(key=lambda link: -link.confidence)
        reasons = tuple(
            (link.one.contact.id, link.other.contact.id, link.code, link.detail)
            for link in links
        )
        ids = tuple(sorted(profile.contact.id for profile in group))
        return DuplicateGroup(ids, _weakest_needed(links), reasons)


def _weakest_needed(links):
    """Return the confidence of the weakest link without which the group falls apart."""
    root = {}

    def find(key):
        while root.setdefault(key, key) != key:
            key = root[key]
        return key

    weakest = 100
    for link in links:
        one, other = find(link.one.contact.id), find(link.other.contact.id)
        if one != other:
            root[one] = other
            weakest = link.confidence
    return weakest
