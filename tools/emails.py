"""E-mail addresses as files hold them, and whether their domains take mail.

The syntax is judged by ``email-validator``; the domain is asked separately, because
that needs the network. Addresses are in lower case, as Odoo normalizes them.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from email_validator import (
    EmailNotValidError,
    EmailSyntaxError,
    EmailUndeliverableError,
    caching_resolver,
    validate_email,
)

from .plain_text import bare, tidy

LONGEST_TEXT = 1000

PAYABLES = frozenset(
    "accounting accounts accountspayable ap compta comptabilite comptable comptables "
    "comptafournisseur comptafournisseurs daf facturation facture factures finance "
    "finances fournisseur fournisseurs invoice invoices invoicing payable payables "
    "paiement paiements reglement reglements tresorerie".split()
)
GENERIC = frozenset(
    "accueil admin administratif administration agence bonjour bureau commercial "
    "contact contacts direction hello info infos information mail office "
    "reception secretariat service standard".split()
)
NO_REPLY = frozenset(
    "donotreply nepasrepondre noreply nereponse pasdemail sansmail sansemail".split()
)

_SEPARATOR = re.compile(r"[;|\n\r]+|,(?=[^,;|]*@)|\s+(?:ou|et|or|/)\s+|/(?=[^/]*@)")
_MAILTO = re.compile(r"mailto:\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"<([^<>]*@[^<>]*)>")
_WORDS = re.compile(r"[^a-z]+")
_EDGES = " \t.,;:<>()[]\"'"
_REPAIRS = (
    (re.compile(r"\s*(?:\(at\)|\[at\]|\(a\)| arobase )\s*", re.IGNORECASE), "@"),
    (re.compile(r"\s+"), ""),
    (re.compile(r"@{2,}"), "@"),
    (re.compile(r"[,;:](?=\w+$)"), "."),
    (re.compile(r"\.{2,}"), "."),
    (re.compile(r"\.@|@\."), "@"),
    (re.compile(r"\.(?:con|cim|vom|comm|xom)$"), ".com"),
    (re.compile(r"\.(?:frr|ffr|fre)$"), ".fr"),
)


@dataclass(frozen=True, slots=True)
class Email:
    """What a text says of an e-mail address.

    :ivar address: the first valid address, ``""`` without one
    :ivar problem: ``""``, ``invalid`` or ``noreply`` (valid, but nobody reads it)
    :ivar repaired: the address is a guess at what was meant: to be proposed, not used
    :ivar others: the other valid addresses of the same text
    :ivar is_payables: it belongs to who pays the invoices, by its name
    :ivar is_generic: it belongs to nobody in particular, by its name
    """

    address: str = ""
    problem: str = ""
    repaired: bool = False
    others: tuple[str, ...] = ()
    is_payables: bool = False
    is_generic: bool = False


def clean_email(text):
    """Read the addresses of a text; never raises.

    :return: an :class:`Email`; an empty text has neither address nor problem

    >>> clean_email("mailto:Compta@Garcin.FR").address
    'compta@garcin.fr'
    """
    text = _MAILTO.sub("", (text or "")[:LONGEST_TEXT]).strip()
    pieces = [piece for piece in map(_piece, _SEPARATOR.split(text)) if piece]
    if not pieces:
        return Email()
    valid = list(dict.fromkeys(_read_pieces(pieces)))
    if valid:
        return _described(Email(valid[0], others=tuple(valid[1:])))
    repaired = next(filter(None, map(_repair, pieces)), "")
    if repaired:
        return _described(Email(repaired, repaired=True))
    return Email(problem="invalid")


def _piece(text):
    """Return what may be an address in a piece of text."""
    bracketed = _IN_BRACKETS.search(text)
    return tidy(bracketed[1] if bracketed else text).strip(_EDGES)


def _read_pieces(pieces):
    """Yield the valid addresses; one after the other in a piece is several."""
    for piece in pieces:
        words = piece.split()
        if len(words) > 1 and all("@" in word for word in words):
            yield from filter(None, (_valid(word.strip(_EDGES)) for word in words))
        elif address := _valid(piece):
            yield address


def _valid(text):
    """Return the normal form of an address, ``""`` when it is not one."""
    if text.count("@") != 1 or not text.isprintable():
        return ""
    local, domain = text.lower().rsplit("@", 1)
    domain = _valid_domain(domain)
    if not domain or not local:
        return ""
    try:
        # the domain is judged once for all its addresses
        validate_email(
            f"{local}@valid.fr", allow_smtputf8=False, check_deliverability=False
        )
    except (EmailNotValidError, ValueError):
        return ""
    address = f"{local}@{domain}"
    return address if len(address) <= 254 else ""


@lru_cache(maxsize=10_000)
def _valid_domain(domain):
    try:
        found = validate_email(f"a@{domain}", check_deliverability=False)
    except (EmailSyntaxError, EmailNotValidError, ValueError):
        return ""
    return found.ascii_domain


def _repair(text):
    """Return the address that was probably meant, ``""`` when it is not plain."""
    words = [_valid(word.strip(_EDGES)) for word in text.split() if "@" in word]
    if len(words) == 1 and words[0]:
        return words[0]
    text = bare(unicodedata.normalize("NFKC", text))
    for pattern, replacement in _REPAIRS:
        text = pattern.sub(replacement, text)
    return _valid(text.strip(_EDGES))


def _described(email):
    """Return the e-mail with what its name says of who reads it."""
    local = email.address.partition("@")[0]
    words = set(_WORDS.split(local)) | {_WORDS.sub("", local)}
    payables = not words.isdisjoint(PAYABLES)
    return replace(
        email,
        problem="" if words.isdisjoint(NO_REPLY) else "noreply",
        is_payables=payables,
        is_generic=not payables and not words.isdisjoint(GENERIC),
    )


class MailDomains:
    """Asks the DNS whether domains take mail, each domain once.

    One instance serves one job: what it has learned is never forgotten. When the
    network fails several times in a row it is not asked any more, so that a job does
    not wait for it fifty thousand times.

    :param timeout: seconds that a question may take
    :param resolver: a resolver of ``dnspython``; by default one that reads the
        machine's configuration
    """

    patience = 5

    def __init__(self, timeout=3, resolver=None):
        self._timeout = timeout
        self._resolver = resolver
        self._known = {}
        self._failures = 0

    def check(self, domain):
        """Return ``ok``, ``dead`` (takes no mail) or ``unknown`` (nobody could say)."""
        domain = (domain or "").strip().lower()
        if domain not in self._known:
            self._known[domain] = self._ask(domain)
        return self._known[domain]

    def _ask(self, domain):
        if not _valid_domain(domain):
            return "dead"
        if self._failures >= self.patience:
            return "unknown"
        answer = self._answer(domain)
        self._failures = self._failures + 1 if answer == "unknown" else 0
        return answer

    def _answer(self, domain):
        try:
            found = validate_email(f"a@{domain}", dns_resolver=self._get_resolver())
        except EmailUndeliverableError as error:
            return "dead" if _is_verdict(error) else "unknown"
        except EmailSyntaxError:
            return "dead"
        except Exception:  # no resolver, no network: whatever it is, nothing is known
            return "unknown"
        return "ok" if getattr(found, "mx", None) else "unknown"

    def _get_resolver(self):
        if self._resolver is None:
            self._resolver = caching_resolver(timeout=self._timeout)
        return self._resolver


def _is_verdict(error):
    """Did the DNS answer, or is the error of the network dressed as an answer?"""
    return error.__cause__ is None or type(error.__cause__).__name__ in (
        "NXDOMAIN",
        "NoAnswer",
    )
