"""Who the court appoints, and since when the debtor could not pay.

Read in the free words of a judgment, as well as they can be: always to be shown next
to the words themselves.
"""

import re
from dataclasses import dataclass

ROLES = {
    "liquidateur": "liquidator",
    "mandataire judiciaire": "court_agent",
    "administrateur": "administrator",
    "commissaire": "plan_commissioner",
}

_ROLE = (
    r"(?P<role>liquidateur|mandataire judiciaire|administrateur"
    r"|commissaire)(?: judiciaire| provisoire| à l['’]exécution du plan)*"
)
_TITLE = (
    r"(?:SELARL|SELARLU|SELAS|SELAFA|SCP|SAS|SARL|SAJ|Me\.?|Maître|Maitre|M\.|Mme"
    r"|Monsieur|Madame|[ÉE]tude|ETUDE)"
)
_NAME = rf"(?P<name>{_TITLE}\s[^,;:\n]{{1,200}}?)"
_END = (
    r"(?=\s*(?:[,;:\n]|$|\.(?:\s|$)|\bavec pour mission|\bpour mission"
    r"|\bet (?:désign|nomm)|\ben qualité|\bLes créanciers|\bhttps?:))"
)
_NAMED_AFTER = re.compile(rf"(?i:{_ROLE})\s*:?\s*(?i:la |le |l['’])?\s*{_NAME}{_END}")
_NAMED_BEFORE = re.compile(rf"{_NAME}\s*,?\s*(?i:en qualité (?:de |d['’]){_ROLE})")
_POSTCODE = re.compile(r"\s(?P<address>\d+[\s,].*\d{5}.*)$")
_SENTENCE_END = re.compile(r"(?<!\bM)(?<!\bMe)\.\s")


@dataclass(frozen=True, slots=True)
class CourtOfficer:
    """Somebody appointed by the court.

    :ivar role: ``liquidator``, ``court_agent`` (mandataire judiciaire),
        ``administrator`` or ``plan_commissioner``
    :ivar name: with the form of the firm or the civil title
    :ivar address: where to write to, when it is said
    """

    role: str
    name: str
    address: str = ""


def court_officers(complement):
    """Return the :class:`CourtOfficer` that a judgment names, once each."""
    found = [
        (match.start(), _officer(match))
        for pattern in (_NAMED_AFTER, _NAMED_BEFORE)
        for match in pattern.finditer(complement or "")
    ]
    ordered = sorted(found, key=lambda item: item[0])
    return tuple(dict.fromkeys(officer for _start, officer in ordered))


def _officer(match):
    name = _SENTENCE_END.split(match["name"])[0].strip(" .")
    placed = _POSTCODE.search(name)
    address = placed["address"].strip() if placed else ""
    name = name[: placed.start()].strip() if placed else name
    return CourtOfficer(ROLES[match["role"].lower()], name, address)
