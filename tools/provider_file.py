"""Files of contact data from suppliers: read whatever spreadsheet program wrote them.

The file comes from outside: its size, the length of its cells and the number of its
columns are bounded, and nothing in it is interpreted.
"""

import csv
import io
import re
from dataclasses import dataclass

from .plain_text import bare, tidy

MOST_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 100
LONGEST_CELL = 500
DELIMITERS = (";", ",", "\t", "|")

IDENTIFIERS = ("id", "siret", "siren", "vat", "ref", "match_email")
VALUES = (
    "phone",
    "mobile",
    "email",
    "website",
    "contact_name",
    "contact_function",
    "contact_role",
    "street",
    "street2",
    "zip",
    "city",
)

# What French and English files call their columns, without accents or punctuation.
_HEADERS = {
    "id": "id|id odoo|odoo id|database id|id base|external id|id externe",
    "siret": "siret|n siret|n de siret|numero siret|siret number",
    "siren": "siren|n siren|n de siren|numero siren|siren number",
    "vat": "tva|n tva|n de tva|tva intracommunautaire|numero de tva|"
    "n tva intracommunautaire|numero tva|tva intra|vat|vat number|vat no|tax id",
    "ref": "ref|reference|reference client|ref client|code client|n client|"
    "numero client|client|compte client|code tiers|customer|customer code|"
    "customer number|customer reference|customer ref|customer id|account number",
    "phone": "telephone|tel|phone|n telephone|n de telephone|numero de telephone|"
    "telephone fixe|tel fixe|fixe|phone number|landline|standard|telephone 1|"
    "ligne directe|direct line|tel direct|telephone direct",
    "mobile": "mobile|portable|gsm|tel portable|telephone portable|telephone mobile|"
    "tel mobile|mobile phone|cell|cell phone|mobile number",
    "email": "email|e mail|mail|courriel|adresse email|adresse e mail|adresse mail|"
    "email address|e mail address|mel",
    "website": "site|site web|site internet|website|web|url|web site",
    "contact_name": "contact|nom contact|nom du contact|interlocuteur|contact name|"
    "nom complet|nom prenom|nom et prenom|full name|name of contact",
    "contact_function": "fonction|poste|function|job|job title|job position|titre|"
    "fonction du contact|title|position|fonction contact",
    "contact_role": "role|service|department|departement|role du contact|contact role",
    "street": "adresse|rue|adresse 1|adresse1|street|address|address 1|voie|"
    "address line 1|street 1",
    "street2": "adresse 2|adresse2|complement|complement d adresse|"
    "complement adresse|street 2|street2|address 2|address line 2",
    "zip": "code postal|cp|zip|zip code|postcode|postal code",
    "city": "ville|commune|localite|town|city",
}
_ROLE_OF_HEADER = {
    header: role for role, headers in _HEADERS.items() for header in headers.split("|")
}

_CONTACT_ROLES = (
    ("legal", "juridique contentieux legal litigation avocat lawyer"),
    (
        "finance",
        "daf raf cfo finance financier financiere tresorier tresoriere tresorerie "
        "treasurer",
    ),
    (
        "payables",
        "comptable compta comptabilite fournisseur fournisseurs payables accounting "
        "accountant accounts facturation reglement reglements",
    ),
    (
        "decision_maker",
        "gerant gerante president presidente dirigeant dirigeante pdg dg ceo director "
        "directeur directrice owner manager fondateur fondatrice maire decideur",
    ),
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")


class ProviderFileError(Exception):
    """The file cannot be read; ``code`` says why.

    ``empty``, ``too_big``, ``spreadsheet`` (a workbook, not text), ``binary``,
    ``no_columns`` or ``malformed``.
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: ``rows`` are pairs of line number and cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str
    delimiter: str


def read_table(content, delimiter="", fewest_columns=2):
    """Read the bytes of a CSV file, whatever its encoding and delimiter.

    :param delimiter: the one to use; found out by default
    :param fewest_columns: columns with a name, below which it is no table
    :return: a :class:`Table`; empty lines are left out
    :raises ProviderFileError: when it is not such a file
    """
    text, encoding = _decode(content)
    delimiter = delimiter or _find_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, _clean(cells)) for cells in reader]
    except csv.Error:
        raise ProviderFileError("malformed") from None
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if len(lines) < 2:
        raise ProviderFileError("empty")
    header = lines[0][1]
    if sum(map(bool, header)) < fewest_columns:
        raise ProviderFileError("no_columns")
    return Table(header, tuple(lines[1:]), encoding, delimiter)


def guess_columns(header):
    """Return, for each column, the role its name suggests, ``""`` for none.

    Each role is given once. An e-mail address finds the contact when nothing else
    does.

    >>> guess_columns(("N° SIRET", "Téléphone", "Remarques"))
    ('siret', 'phone', '')
    """
    roles = []
    for name in header:
        role = _ROLE_OF_HEADER.get(_words(name), "")
        roles.append("" if role in roles else role)
    if "email" in roles and not set(roles) & set(IDENTIFIERS):
        roles[roles.index("email")] = "match_email"
    return tuple(roles)


def find_contact_role(text):
    """Return the role in collection that a department or job title means, or ``""``.

    >>> find_contact_role("Comptabilité fournisseurs")
    'payables'
    >>> find_contact_role("Directeur financier")
    'finance'
    """
    words = set(_words(text).split())
    for role, hints in _CONTACT_ROLES:
        if not words.isdisjoint(hints.split()):
            return role
    return ""


def _decode(content):
    if len(content) > MOST_BYTES:
        raise ProviderFileError("too_big")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ProviderFileError("spreadsheet")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "cp1252")
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding
    raise ProviderFileError("binary")


def _find_delimiter(text):
    """Return the delimiter that cuts the first lines most, and evenly."""
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    if not lines:
        raise ProviderFileError("empty")
    counts = {
        delimiter: (
            min(line.count(delimiter) for line in lines[:2]),
            lines[0].count(delimiter),
        )
        for delimiter in DELIMITERS
    }
    return max(DELIMITERS, key=counts.get)


def _clean(cells):
    return tuple(tidy(cell)[:LONGEST_CELL].rstrip() for cell in cells[:MOST_COLUMNS])


def _words(text):
    words = _NOT_WORD.sub(" ", bare(text)).split()
    # "N° SIRET" is read "n siret" or "no siret", as the sign is written.
    return " ".join("n" if word == "no" else word for word in words)
