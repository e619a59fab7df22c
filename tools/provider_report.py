"""What a recovery provider reports, line by line of its file.

Providers write the columns, dates and amounts each in their own way; what cannot be
read is said of its line, and nothing is guessed.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from .plain_text import bare

ROLES = ("reference", "date", "status")
_HEADERS = {
    "reference": "reference|notre reference|your reference|votre reference|"
    "reference client|ref client|ref|handover|remise|numero de remise|n remise",
    "provider_reference": "dossier|n dossier|numero de dossier|reference dossier|"
    "provider reference|file|file number|reference cabinet",
    "date": "date|date du rapport|date rapport|reported on|report date|date evenement",
    "status": "statut|etat|status|situation|avancement",
    "principal": "encaisse|montant encaisse|principal encaisse|recouvre|"
    "montant recouvre|principal recouvre|collected|amount collected|"
    "principal received|principal",
    "extra": "interets|interets et frais|accessoires|frais et interets|"
    "interest|interest and costs|costs",
    "fee": "honoraires|commission|honoraires ht|commission ht|fee|fees",
    "bill": "facture|n facture|numero de facture|bill|invoice|fee invoice",
    "next_date": "prochaine date|prochaine echeance|prochain rapport|next date|"
    "next report|date de relance",
    "note": "commentaire|commentaires|observation|observations|note|notes|comment",
}
_ROLE_OF_HEADER = {
    header: role for role, headers in _HEADERS.items() for header in headers.split("|")
}
_STATUSES = {
    "accepted": "accepte|pris en charge|accepted|file taken on|ouvert|dossier ouvert",
    "in_progress": "en cours|in progress|relance|relance en cours|contact sought",
    "promise": "promesse|promesse de paiement|promise|debtor promises to pay",
    "plan": "echeancier|plan|plan de paiement|paid in instalments|moratoire",
    "dispute": "litige|conteste|contestation|dispute|disputed|debtor disputes",
    "paid_part": "paye partiellement|paiement partiel|acompte|partly paid|"
    "part received|solde partiel",
    "paid": "paye|solde|regle|encaisse|paid|all received|cloture paye",
    "untraceable": "npai|introuvable|inconnu a l adresse|untraceable|"
    "debtor not found|parti sans laisser d adresse",
    "insolvent": "procedure collective|redressement judiciaire|"
    "liquidation judiciaire|sauvegarde|insolvent|debtor insolvent",
    "legal": "judiciaire|contentieux|assignation|injonction de payer|legal|"
    "taken to court",
    "irrecoverable": "irrecouvrable|insolvable|irrecoverable|nothing to be had",
    "refused": "refuse|refused|file turned down|non pris en charge",
}
_STATUS_OF_WORD = {
    word: status for status, words in _STATUSES.items() for word in words.split("|")
}
_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NOT_AMOUNT = re.compile(r"[\s€]|EUR", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file; ``problems`` are the roles whose cell cannot be read."""

    number: int
    reference: str = ""
    provider_reference: str = ""
    day: date | None = None
    status: str = ""
    principal: Decimal = Decimal(0)
    extra: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    bill: str = ""
    next_day: date | None = None
    note: str = ""
    problems: tuple[str, ...] = ()


def guess_columns(header):
    """Return the role of each column, ``""`` for none; each role is given once.

    >>> guess_columns(("Votre référence", "Statut", "Encaissé", "Divers"))
    ('reference', 'status', 'principal', '')
    """
    roles = []
    for name in header:
        role = _ROLE_OF_HEADER.get(_words(name), "")
        roles.append("" if role in roles else role)
    return tuple(roles)


def read_lines(table):
    """Return the :class:`Line` of each row of a :class:`.provider_file.Table`."""
    roles = guess_columns(table.header)
    return [
        _read_line(number, {r: c for r, c in zip(roles, cells, strict=False) if r})
        for number, cells in table.rows
    ]


def find_status(text):
    """Return the status that a provider's words mean, ``""`` if none.

    >>> find_status("Liquidation judiciaire")
    'insolvent'
    """
    return _STATUS_OF_WORD.get(_words(text), "")


def read_amount(text):
    """Return the amount a cell holds, positive or zero; ``None`` if it holds none.

    The last comma or point is the decimal sign when one or two digits follow it.

    >>> read_amount("1 234,50 €"), read_amount("1,234.50"), read_amount("")
    (Decimal('1234.50'), Decimal('1234.50'), Decimal('0'))
    """
    text = _NOT_AMOUNT.sub("", text)
    if not text:
        return Decimal(0)
    decimals = re.search(r"[.,](\d{1,2})$", text)
    whole = text[: decimals.start()] if decimals else text
    if not re.fullmatch(r"\d+|\d{1,3}([.,]\d{3})+", whole):
        return None
    digits = re.sub(r"[.,]", "", whole)
    try:
        return Decimal(f"{digits}.{decimals[1]}" if decimals else digits)
    except InvalidOperation:
        return None


def read_date(text):
    """Return the day a cell holds, ``None`` if it holds none that can be read."""
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(text.strip()[:10], form).date()
        except ValueError:
            continue
    return None


def _read_line(number, cells):
    days = {role: read_date(cells.get(role, "")) for role in ("date", "next_date")}
    amounts = {
        role: read_amount(cells.get(role, "")) for role in ("principal", "extra", "fee")
    }
    status = find_status(cells.get("status", ""))
    problems = [
        *(role for role, amount in amounts.items() if amount is None),
        *(["date"] if days["date"] is None else []),
        *(["next_date"] if cells.get("next_date") and not days["next_date"] else []),
        *([] if status else ["status"]),
        *(
            []
            if cells.get("reference") or cells.get("provider_reference")
            else ["reference"]
        ),
    ]
    return Line(
        number=number,
        reference=cells.get("reference", ""),
        provider_reference=cells.get("provider_reference", ""),
        status=status,
        bill=cells.get("bill", ""),
        note=cells.get("note", ""),
        problems=tuple(problems),
        day=days["date"],
        next_day=days["next_date"],
        **{role: amount or Decimal(0) for role, amount in amounts.items()},
    )


def _words(text):
    return " ".join(_NOT_WORD.sub(" ", bare(text)).split())
