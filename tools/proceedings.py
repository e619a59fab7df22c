"""What the notices of the BODACC say of a company's solvency.

A notice is *classified* by the nature of its judgment. Court clerks also file judgments
under "other judgment": there, and only there, the words of the judgment are searched,
and what they seem to say is doubtful. A status is *derived* from the notices of one
company.

Prudence goes one way. Chasing a debtor in insolvency proceedings is unlawful, sparing a
sound one costs a phone call: a doubtful opening counts until somebody has read it, a
doubtful end does not.

Sources: Code de commerce, book VI; natures counted over the open data of the DILA.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .notices import CANCELLATION, CORRECTION, Notice, french_dates
from .plain_text import bare

SURE = "sure"
DOUBTFUL = "doubtful"

# The State's own reading of these notices forgets them as late as this.
EXPIRY = timedelta(days=3653)

OPENINGS = frozenset(
    {"opening_safeguard", "opening_receivership", "opening_liquidation"}
)
CONVERSIONS = frozenset({"conversion_receivership", "conversion_liquidation"})
PLANS = frozenset({"plan_safeguard", "plan_receivership"})
CLOSINGS = frozenset(
    {"closing_lack_of_assets", "closing_debts_paid", "closing_other", "plan_ended"}
)
STRIKE_OFFS = frozenset({"strike_off", "strike_off_cancelled"})
STATUS_OF = {
    "conciliation": "conciliation",
    "opening_safeguard": "safeguard",
    "opening_receivership": "receivership",
    "conversion_receivership": "receivership",
    "opening_liquidation": "liquidation",
    "conversion_liquidation": "liquidation",
    **dict.fromkeys(PLANS, "plan"),
    **dict.fromkeys(CLOSINGS, "closed"),
}
SEVERITY = {
    "none": 0,
    "closed": 0,
    "conciliation": 1,
    "plan": 2,
    "safeguard": 3,
    "receivership": 4,
    "liquidation": 5,
}
RUNNING = frozenset({"plan", "safeguard", "receivership", "liquidation"})

# Clerks who leave the nature to be read in the words of the judgment.
_CATCH_ALL = re.compile(r"autre .*|(jugement( prononcant| de cloture| d'ouverture)?)?")
_KINDS = {
    "liquidation": "liquidation",
    "redressement": "receivership",
    "sortie de crise": "receivership",
    "sauvegarde": "safeguard",
}
_KIND = rf"({'|'.join(_KINDS)})"
_NAMED = re.compile(_KIND)
_A_PROCEEDING = (
    rf"(?:l'ouverture d')?(?:une?|la|le) (?:nouvelle )?(?:procedure )?(?:en |de )?"
    rf"(?:la |mise en )?(?:traitement de )?{_KIND}"
)
# The court does it, which is more than a proceeding being named: neither "rejects the
# request to pronounce" nor "pronounces the closing of" is meant.
_OPENED = re.compile(
    rf"\b(?:prononce|prononcant|ouvre|ouvrant) {_A_PROCEEDING}"
    rf"|\bresolution du plan.{{0,60}} et (?:la|le|une?) (?:procedure de )?{_KIND}"
)
_CONVERTED = re.compile(
    r"\b(?:prononce|prononcant|ordonne|ordonnant) la conversion|\bconverti(t|ssant)\b"
    r"|\b(?:liquidation|redressement)\b.{0,20} sur conversion"
)
_CONVERTED_TO = re.compile(
    r"\ben (?:une )?(?:procedure de )?(liquidation|redressement)"
    r"|(liquidation|redressement)\b.{0,20} sur conversion"
)
_OPENS = re.compile(
    r"\bouverture|\bextension|\betend|\breprise|\breouv"
    r"|\bmis(e|ant)? en |\bplac(e|ant) "
    r"|^jugement de (liquidation|redressement|sauvegarde)|^(la )?liquidation judiciaire"
)
_REFUSED = re.compile(
    r"\brejet|\bdebout|irrecevab|n'y (a|avait|avoir) (pas )?lieu|\brefus|\bsans objet"
)
_UNDONE = re.compile(
    r"\bretract|\binfirm(e|ant|ation)\b|\bannul(e|ant|ation)\b|\breform(e|ant|ation)\b"
)
_PERSON = re.compile(
    r"interdiction de (gerer|diriger)|faillite personnelle|banqueroute"
)
_ALONG_THE_WAY = re.compile(
    r"delai|prorog|prolong|\breport|date de (la )?cessation|\bfin\b.{0,60}simplifiee"
    r"|application.{0,60}simplifiee|periode d'observation|poursuite|remplac|modifi"
    r"|maintien de l'activite|\bprojet\b"
)
_ENDED = re.compile(r"\b(mettant|met|mis) fin\b")
_PLAN_ENDED = re.compile(r"resolution|\bfin\b|bonne execution|acheve|entiere")
_STRUCK_BY_MISTAKE = re.compile(r"rapport de (la )?radiation|annulation de (la )?radia")
_MANAGEMENT = re.compile(r"administration|dirigeant|gerant|gerance|president|directeur")
_WINDING_UP = re.compile(r"dissolution|liquidation|sommeil|cessation")


@dataclass(frozen=True, slots=True)
class Classification:
    """What a notice is, how sure that is, and whether a person should read it."""

    code: str
    confidence: str = SURE
    needs_reading: bool = False


@dataclass(frozen=True, slots=True)
class Proceeding:
    """Where a company stands after all its notices.

    :ivar status: ``none``, ``conciliation``, ``safeguard``, ``receivership``,
        ``liquidation``, ``plan`` or ``closed``
    :ivar since: date of the judgment that led there, else of its publication
    :ivar published_on: publication of that judgment, ``notice_id`` its notice
    :ivar code: classification of that notice
    :ivar needs_reading: somebody should read the notices before relying on the status
    :ivar struck_off_on: publication of the striking off the register that holds
    """

    status: str = "none"
    since: date | None = None
    published_on: date | None = None
    notice_id: str = ""
    code: str = ""
    needs_reading: bool = False
    struck_off_on: date | None = None

    @property
    def struck_off(self):
        return self.struck_off_on is not None

    @property
    def closed_lack_of_assets(self):
        """Creditors do not recover their right to sue then (C. com. L643-11)."""
        return self.code == "closing_lack_of_assets"


def stops_reminders(code):
    """Does the notice open a proceeding, in which earlier debts are not to be paid?"""
    return code in OPENINGS | CONVERSIONS


def classify(notice):
    """Return the :class:`Classification` of a notice, read in whole."""
    if notice.kind == CANCELLATION:
        found = Classification("cancellation")
    else:
        found = _BY_FAMILY.get(notice.family, _unknown)(notice)
    if notice.needs_reading and not found.needs_reading:
        return Classification(found.code, found.confidence, True)
    return found


def derive(notices, as_of=None):
    """Return the :class:`Proceeding` that the notices of one company lead to.

    Neither their order matters nor that one is there twice. What was corrected,
    cancelled or retracted is left out, as is what is older than ten years on ``as_of``
    (today by default).
    """
    horizon = (as_of or date.today()) - EXPIRY
    read = [_Read(notice, classify(notice)) for notice in _by_id(notices)]
    standing = [item for item in _standing(read) if item.date >= horizon]
    return replace(_state(standing), struck_off_on=_struck_off_on(standing))


def _unknown(notice):
    return Classification("other", DOUBTFUL, True)


def _sale(notice):
    """A quarter of what is filed as a sale only tells that a business was started."""
    return Classification("sale" if notice.has_seller else "other")


def _strike_off(notice):
    said = bare(notice.description)
    if _STRUCK_BY_MISTAKE.search(said):
        return Classification("strike_off_cancelled")
    if "transfert" in said:
        return Classification("strike_off", DOUBTFUL, True)
    return Classification("strike_off")


def _modification(notice):
    said = bare(notice.description)
    if _MANAGEMENT.search(said):
        return Classification("management_change")
    return Classification("other_change", needs_reading=bool(_WINDING_UP.search(said)))


def _conciliation(notice):
    return Classification("conciliation")


def _personal_recovery(notice):
    return Classification("personal_recovery", needs_reading=True)


def _accounts(notice):
    return Classification("accounts")


def _without_effect(notice):
    return Classification("other")


def _collective(notice):
    family, nature = bare(notice.judgment_family), bare(notice.judgment_nature)
    said = bare(notice.complement)
    if "1967" in family:
        return Classification("other")
    if "depot" in family:
        is_list = "creances" in nature or "creances" in said
        return Classification("claims_list" if is_list else "other")
    if "retractation" in family or "retractation" in nature:
        return Classification("retracted")
    if "appel" in family:
        return _appeal(nature, said)
    code = "" if _CATCH_ALL.fullmatch(nature) else _read(nature)
    if code == "plan_ended" and "resolution" in nature:
        # It seldom comes alone: the words may tell what follows.
        return Classification(_read(said) or code, DOUBTFUL, True)
    if code:
        return Classification(code)
    return _hidden(family, nature, said)


def _hidden(family, nature, said):
    """Return what a judgment of no telling nature is by its words: never for sure."""
    code = _read(said) or _read_family(family, nature, said) or "other"
    if _UNDONE.search(said):
        code = "retracted"
    return Classification(code, DOUBTFUL, True)


def _read_family(family, nature, said):
    if "cloture" in family:
        return "closing_other"
    kind = _find_kind(nature) or _find_kind(said)
    return f"opening_{kind}" if kind and "ouverture" in family else ""


def _appeal(nature, said):
    """A court of appeal may undo a judgment, confirm it or decide something else."""
    is_undone = _UNDONE.search(nature) or _UNDONE.search(said)
    code = "retracted" if is_undone else _read(said) or "other"
    return Classification(code, DOUBTFUL, True)


def _read(said):
    """Return the code of the words of a judgment, "" when they tell nothing.

    Proceedings are named as well by what sanctions a person, refuses, closes or merely
    goes on: what only names one comes last.
    """
    return next(filter(None, (reader(said) for reader in _READERS)), "")


def _read_person(said):
    return "person_sanction" if _PERSON.search(said) else ""


def _read_converted(said):
    return _read_conversion(said) if _CONVERTED.search(said) else ""


def _read_opened(said):
    found = _OPENED.search(said)
    if not found:
        return ""
    return f"opening_{_KINDS[next(filter(None, found.groups()))]}"


def _read_without_effect(said):
    return "other" if _REFUSED.search(said) or _ALONG_THE_WAY.search(said) else ""


def _read_closing(said):
    if "cloture" in said:
        if "insuffisance" in said:
            return "closing_lack_of_assets"
        return "closing_debts_paid" if "extinction" in said else "closing_other"
    return "closing_other" if _ENDED.search(said) and "plan" not in said else ""


def _read_plan(said):
    if not re.search(r"\bplan\b", said):
        return ""
    if _PLAN_ENDED.search(said):
        return "plan_ended"
    if "cession" in said:
        return "plan_sale"
    return "plan_safeguard" if "sauvegarde" in said else "plan_receivership"


def _read_conversion(said):
    if "conver" not in said:
        return ""
    found = _CONVERTED_TO.search(said)
    kind = _KINDS[next(filter(None, found.groups()))] if found else _find_kind(said)
    code = f"conversion_{kind}"
    return code if code in CONVERSIONS else ""


def _read_personal_recovery(said):
    return "personal_recovery" if "retablissement professionnel" in said else ""


def _read_opening(said):
    kind = _find_kind(said)
    return f"opening_{kind}" if kind and _OPENS.search(said) else ""


def _find_kind(said):
    """Return the gravest proceeding that the words name, "" without any."""
    named = {_KINDS[kind] for kind in _NAMED.findall(said)}
    return max(named, key=SEVERITY.get, default="")


_READERS = (
    _read_person,
    _read_converted,
    _read_opened,
    _read_without_effect,
    _read_closing,
    _read_plan,
    _read_conversion,
    _read_personal_recovery,
    _read_opening,
)
_BY_FAMILY = {
    "collective": _collective,
    "conciliation": _conciliation,
    "retablissement_professionnel": _personal_recovery,
    "vente": _sale,
    "modification": _modification,
    "radiation": _strike_off,
    "dpc": _accounts,
    "creation": _without_effect,
    "immatriculation": _without_effect,
    "divers": _without_effect,
}


@dataclass(frozen=True, slots=True)
class _Read:
    """A notice and what it is."""

    notice: Notice
    found: Classification

    @property
    def code(self):
        return self.found.code

    @property
    def is_doubtful(self):
        return self.found.confidence == DOUBTFUL

    @property
    def date(self):
        return self.notice.judgment_date or self.notice.published_on


def _by_id(notices):
    """Return one notice for each identifier, the one that tells most."""
    chosen = {}
    for notice in notices:
        other = chosen.get(notice.id)
        if not other or _fullness(other) < _fullness(notice):
            chosen[notice.id] = notice
    return chosen.values()


def _fullness(notice):
    return sum(value is not None for value in notice.raw.values()), repr(notice)


def _by_publication(item):
    return item.notice.published_on, item.notice.id


def _by_judgment(item):
    """Of the judgments of one day, that which weighs most comes last."""
    weight = SEVERITY[STATUS_OF.get(item.code, "none")]
    return item.date, item.notice.published_on, weight, item.notice.id


def _standing(items):
    """Return the items that no later one corrects, cancels or goes back on.

    What has been cancelled has cancelled nothing. What cancels a notice cancels its
    corrections too. A correction that is not understood corrects nothing: both stand.
    """
    ordered = sorted(items, key=_by_publication)
    undone, corrected = set(), set()
    for position in range(len(ordered) - 1, -1, -1):
        item = ordered[position]
        if item.notice.id in undone:
            continue
        before = ordered[:position]
        if _undoes(item):
            undone |= _with_corrections(_targets(item, before), before)
        elif item.notice.kind == CORRECTION and _is_understood(item):
            corrected |= _targets(item, before) - {item.notice.id}
    return [item for item in ordered if item.notice.id not in undone | corrected]


def _undoes(item):
    is_retraction = item.code == "retracted" and not item.is_doubtful
    return item.code == "cancellation" or is_retraction


def _is_understood(item):
    """Is it known what a correction says, or is it prudent to believe it?"""
    if item.is_doubtful:
        return stops_reminders(item.code)
    return item.code in STATUS_OF.keys() | STRIKE_OFFS | {"plan_sale"}


def _targets(item, before):
    """Return the ids of what an item undoes, else of the judgments it dates."""
    if item.notice.previous_id:
        return {item.notice.previous_id}
    if item.code != "retracted":
        return set()
    dates = set(french_dates(item.notice.complement))
    return {other.notice.id for other in before if other.notice.judgment_date in dates}


def _with_corrections(targets, before):
    """Return ``targets`` and what corrects them, among the items ``before``."""
    found = set(targets)
    for item in before:
        if item.notice.kind == CORRECTION and item.notice.previous_id in found:
            found.add(item.notice.id)
    return found


def _state(items):
    """Return the proceeding after ``items``, in the order of their judgments."""
    current = Proceeding()
    for item in sorted(items, key=_by_judgment):
        current = _after(current, item)
    return current


def _after(current, item):
    """Return where the company stands after one more judgment."""
    status = _next_status(current, item)
    if status != current.status:
        return Proceeding(
            status=status,
            since=item.date,
            published_on=item.notice.published_on,
            notice_id=item.notice.id,
            code=item.code,
            needs_reading=item.found.needs_reading or item.code == "plan_sale",
        )
    if STATUS_OF.get(item.code) == status and not item.is_doubtful:
        return replace(current, needs_reading=item.found.needs_reading)
    # A change of seat or a dissolution is to be read, but not for the proceeding.
    asks = item.found.needs_reading and item.code != "other_change"
    return replace(current, needs_reading=True) if asks else current


def _next_status(current, item):
    """Return the status after a judgment: only what is recognised changes it."""
    if item.code == "plan_sale":
        # The business goes to a buyer, the debts stay in the proceeding.
        return current.status if current.status in RUNNING else "receivership"
    status = STATUS_OF.get(item.code, current.status)
    is_graver = SEVERITY[status] > SEVERITY[current.status]
    is_timid = item.is_doubtful or item.code == "conciliation"
    return current.status if is_timid and not is_graver else status


def _struck_off_on(items):
    """Return when the company was struck off the register, if it still is."""
    day = None
    for item in sorted(items, key=_by_publication):
        if item.code in STRIKE_OFFS and not item.is_doubtful:
            is_off = item.code == "strike_off"
            day = item.notice.published_on if is_off else None
    return day
