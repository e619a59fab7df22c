"""What the data of a debtor is worth to who has to reach and identify him.

Everything worth points is an *item*. An item is present, doubtful (half its points) or
missing (none); the score is the share, in percent, of the points that this debtor can
earn. What is missing or doubtful is returned as findings with their facts.
"""

from dataclasses import dataclass, field
from datetime import date

from .address_cleaning import PostalParts, clean_address, problems
from .emails import clean_email
from .identifiers import EUROPEAN_PREFIXES, SIRENE_COUNTRIES, check
from .phones import clean_phone, display

ITEMS = (
    "phone",
    "mobile",
    "email",
    "address",
    "identity",
    "payables",
    "decision_maker_phone",
    "decision_maker_email",
    "verified",
)
DECISION_MAKERS = frozenset({"decision_maker", "finance"})
# Who is written to or called about what is due, besides the debtor itself.
REACHED_ROLES = frozenset({"payables", "finance", "decision_maker"})

MISSING, DOUBTFUL, INFO = "missing", "doubtful", "info"
SHARES_LOST = {MISSING: 1.0, DOUBTFUL: 0.5, INFO: 0.0}


@dataclass(frozen=True, slots=True)
class Person:
    """The debtor itself or one of its contacts, as the file holds them.

    :ivar is_reached: collection writes to this contact whatever its role (invoices)
    :ivar email_block: ``""``, ``bounce``, ``blacklist`` or ``dead`` (the domain)
    """

    id: int
    name: str = ""
    role: str = ""
    is_reached: bool = False
    phone: str = ""
    email: str = ""
    address: PostalParts = PostalParts()
    email_block: str = ""
    phone_is_wrong: bool = False
    letter_is_returned: bool = False

    @property
    def country(self):
        return self.address.country_code or "FR"


@dataclass(frozen=True, slots=True)
class Debtor:
    """All that is known of a debtor.

    :ivar register: state in the register: active, dormant, ceased, not_found, unknown
    :ivar verified_on: the day the data was last verified, None when never
    :ivar fresh_from: data verified before that day are stale
    :ivar pending: values offered by a source that would replace others, to decide
    :ivar vat_is_refused: VIES does not know the VAT number
    """

    itself: Person
    contacts: tuple[Person, ...] = ()
    is_business: bool = True
    registry: str = ""
    vat: str = ""
    register: str = "unknown"
    is_struck_off: bool = False
    verified_on: date | None = None
    fresh_from: date = date.min
    pending: int = 0
    vat_is_refused: bool = False

    @property
    def reached(self):
        """The debtor, then the contacts that collection turns to."""
        return (self.itself,) + tuple(
            person
            for person in self.contacts
            if person.is_reached or person.role in REACHED_ROLES
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One missing or doubtful item; ``item`` is empty when it costs no points."""

    code: str
    severity: str = MISSING
    item: str = ""
    person_id: int = 0
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The score from 0 to 100, the ways that reach the debtor, and what is wrong."""

    score: int
    status: str
    reach_phone: bool
    reach_email: bool
    reach_post: bool
    has_mobile: bool
    findings: tuple[Finding, ...]
    points: dict


def assess(debtor, weights):
    """Assess a :class:`Debtor`; never raises.

    :param weights: ``{item: points}`` for this kind of debtor
    :return: an :class:`Assessment`; its ``points`` are those lost, ``{code: points}``
    """
    phones = [_read_phone(person) for person in debtor.reached]
    emails = [_read_email(person) for person in debtor.reached]
    findings = [
        *_judge_phones(debtor, phones),
        *_judge_emails(debtor, emails),
        *_judge_address(debtor),
    ]
    if debtor.is_business:
        findings += [
            *_judge_identity(debtor),
            *_judge_payables(debtor, emails),
            *_judge_decision_maker(debtor),
        ]
    findings += _judge_register(debtor)
    possible = _possible_points(debtor, weights)
    points = _points_lost(findings, possible)
    total = sum(possible.values())
    lost = sum(points.values())
    return Assessment(
        score=round(100 * (total - lost) / total) if total else 100,
        status=get_status(debtor, findings),
        reach_phone=any(phone.e164 and not phone.problem for phone in phones),
        reach_email=any(map(_receives, debtor.reached)),
        reach_post=_gets_letters(debtor),
        has_mobile=any(phone.kind == "mobile" for phone in phones),
        findings=tuple(findings),
        points=points,
    )


def get_status(debtor, findings):
    """Return the one word for the file, the first of these that holds.

    ``ceased`` (the register says so, or it is struck off), ``not_found`` (the register
    does not know the identifier), ``conflict`` (a source offers another value),
    ``incomplete`` (no phone and no e-mail, no address, or no identifier of a
    business), ``to_check`` (never verified), ``stale`` (verified too long ago),
    ``verified``.
    """
    if debtor.register == "ceased" or debtor.is_struck_off:
        return "ceased"
    if debtor.register == "not_found":
        return "not_found"
    if debtor.pending:
        return "conflict"
    if _lacks_essentials(findings):
        return "incomplete"
    if not debtor.verified_on:
        return "to_check"
    return "stale" if debtor.verified_on < debtor.fresh_from else "verified"


def _lacks_essentials(findings):
    missing = {finding.item for finding in findings if finding.severity == MISSING}
    return {"phone", "email"} <= missing or not missing.isdisjoint(
        {"address", "identity"}
    )


# === POINTS === #


def _possible_points(debtor, weights):
    """Return the points that this debtor can earn: not those of another kind."""
    left_out = set() if _has_identity(debtor) else {"identity"}
    return {
        item: weights.get(item, 0)
        for item in ITEMS
        if item not in left_out and weights.get(item, 0) > 0
    }


def _has_identity(debtor):
    """Can the identifiers of this debtor be told right or wrong?"""
    country = debtor.itself.country.upper()
    return debtor.is_business and (
        country in SIRENE_COUNTRIES or country in EUROPEAN_PREFIXES or bool(debtor.vat)
    )


def _points_lost(findings, possible):
    lost = {}
    worst = {}
    for finding in findings:
        share = SHARES_LOST[finding.severity]
        if share > worst.get(finding.item, (0.0, ""))[0]:
            worst[finding.item] = (share, finding.code)
    for item, (share, code) in worst.items():
        lost[code] = lost.get(code, 0) + possible.get(item, 0) * share
    return lost


# === PHONE, MAIL, POST === #


def _read_phone(person):
    """Return the number of a person, none when it is known to be wrong."""
    if person.phone_is_wrong:
        return clean_phone("")
    return clean_phone(person.phone, person.country)


def _read_email(person):
    return clean_email(person.email)


def _receives(person):
    email = clean_email(person.email)
    return bool(
        email.address
        and not email.repaired
        and not email.problem
        and not person.email_block
    )


def _gets_letters(debtor):
    """Is there a complete address from which no letter came back?"""
    returned = {
        person.address for person in debtor.reached if person.letter_is_returned
    }
    return any(
        not problems(person.address) and person.address not in returned
        for person in debtor.reached
    )


def _judge_phones(debtor, phones):
    """What is wrong with a number costs nothing where another one reaches him."""
    is_reached = any(phone.e164 and not phone.problem for phone in phones)
    trouble = _find_phone_trouble(debtor, phones)
    if trouble:
        code, person, facts = trouble
        severity, item = _get_cost(is_reached, "phone")
        yield Finding(code, severity, item, person.id, facts)
    elif not is_reached:
        yield Finding("phone_missing", MISSING, "phone", debtor.itself.id)
    if not any(phone.kind == "mobile" for phone in phones):
        yield Finding("mobile_missing", MISSING, "mobile", debtor.itself.id)


def _get_cost(is_reached, item):
    return (INFO, "") if is_reached else (MISSING, item)


def _find_phone_trouble(debtor, phones):
    """Return ``(code, person, facts)`` of the first number that is not as it should."""
    for person, phone in zip(debtor.reached, phones, strict=True):
        facts = {"value": person.phone}
        if person.phone_is_wrong:
            return "phone_wrong", person, facts
        if phone.problem:
            return "phone_invalid", person, facts
        if _is_badly_written(person, phone):
            return "phone_format", person, facts | {"clean": display(phone.e164)}
    return None


def _is_badly_written(person, phone):
    if not phone.e164 or phone.others or phone.extension:
        return False
    return person.phone.strip() not in (display(phone.e164), phone.e164)


def _judge_emails(debtor, emails):
    """What is wrong with an address costs nothing where another one reaches him."""
    is_reached = any(map(_receives, debtor.reached))
    trouble = _find_email_trouble(debtor, emails)
    if trouble:
        code, person, facts = trouble
        severity, item = _get_cost(is_reached, "email")
        yield Finding(code, severity, item, person.id, facts)
    elif not is_reached:
        yield Finding("email_missing", MISSING, "email", debtor.itself.id)


def _find_email_trouble(debtor, emails):
    """Return ``(code, person, facts)`` of the first address that is no good."""
    for person, email in zip(debtor.reached, emails, strict=True):
        facts = {"value": person.email}
        if person.email and person.email_block:
            return f"email_{person.email_block}", person, facts
        if email.repaired:
            return "email_repair", person, facts | {"clean": email.address}
        if email.problem:
            return "email_invalid", person, facts
    return None


def _judge_address(debtor):
    if _gets_letters(debtor):
        if debtor.itself.letter_is_returned:
            yield Finding("address_returned", DOUBTFUL, "address", debtor.itself.id)
        return
    if debtor.itself.letter_is_returned:
        yield Finding("address_returned", MISSING, "address", debtor.itself.id)
        return
    cleaned = clean_address(debtor.itself.address)
    if not problems(cleaned):
        clean = {
            "street": cleaned.street,
            "street2": cleaned.street2,
            "zip": cleaned.postcode,
            "city": cleaned.town,
        }
        yield Finding(
            "address_format", MISSING, "address", debtor.itself.id, {"clean": clean}
        )
        return
    yield Finding(
        "address_incomplete",
        MISSING,
        "address",
        debtor.itself.id,
        {"missing": sorted(problems(debtor.itself.address))},
    )


# === BUSINESSES === #


def _judge_identity(debtor):
    if not _has_identity(debtor):
        return
    country = debtor.itself.country
    found = check(debtor.registry, debtor.vat, country)
    facts = {"registry": debtor.registry, "vat": debtor.vat}
    for code in ("siret_invalid", "siren_invalid", "vat_invalid"):
        if code in found.problems:
            severity = DOUBTFUL if found.siren else MISSING
            yield Finding(code, severity, "identity", debtor.itself.id, facts)
            return
    if debtor.vat_is_refused:
        yield Finding("vat_refused", DOUBTFUL, "identity", debtor.itself.id, facts)
        return
    if "vat_mismatch" in found.problems:
        yield Finding("vat_mismatch", DOUBTFUL, "identity", debtor.itself.id, facts)
        return
    if country.upper() in SIRENE_COUNTRIES and not found.siren:
        yield Finding("siren_missing", MISSING, "identity", debtor.itself.id)
    elif country.upper() not in SIRENE_COUNTRIES and not found.vat:
        yield Finding("vat_missing", MISSING, "identity", debtor.itself.id)


def _judge_payables(debtor, emails):
    holders = [person for person in debtor.contacts if person.role == "payables"]
    if any(_is_reachable(person) for person in holders):
        return
    if any(email.is_payables and not email.problem for email in emails[:1]):
        return
    if holders:
        yield Finding("payables_unreachable", MISSING, "payables", holders[0].id)
    else:
        yield Finding("payables_missing", MISSING, "payables", debtor.itself.id)


def _judge_decision_maker(debtor):
    holders = [person for person in debtor.contacts if person.role in DECISION_MAKERS]
    if not holders:
        for item in ("decision_maker_phone", "decision_maker_email"):
            yield Finding("decision_maker_missing", MISSING, item, debtor.itself.id)
        return
    if not any(map(_is_callable, holders)):
        yield Finding(
            "decision_maker_phone", MISSING, "decision_maker_phone", holders[0].id
        )
    if not any(map(_receives, holders)):
        yield Finding(
            "decision_maker_email", MISSING, "decision_maker_email", holders[0].id
        )


def _is_callable(person):
    phone = _read_phone(person)
    return bool(phone.e164 and not phone.problem)


def _is_reachable(person):
    return _is_callable(person) or _receives(person)


# === REGISTER === #


def _judge_register(debtor):
    if debtor.register == "ceased" or debtor.is_struck_off:
        yield Finding("ceased", MISSING, "verified", debtor.itself.id)
    elif debtor.register == "not_found":
        yield Finding("not_found", MISSING, "verified", debtor.itself.id)
    elif not debtor.verified_on:
        yield Finding("unverified", MISSING, "verified", debtor.itself.id)
    elif debtor.verified_on < debtor.fresh_from:
        yield Finding(
            "stale",
            DOUBTFUL,
            "verified",
            debtor.itself.id,
            {"date": debtor.verified_on.isoformat()},
        )
    if debtor.pending:
        yield Finding(
            "conflict",
            DOUBTFUL,
            person_id=debtor.itself.id,
            facts={"count": debtor.pending},
        )
