from dataclasses import dataclass, field
from urllib.parse import urlsplit

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.emails import clean_email
from ..tools.identifiers import clean_identifier, is_siren, is_siret, siren_of
from ..tools.phones import clean_phone, display
from ..tools.provider_file import IDENTIFIERS, find_contact_role

ADDRESS = ("street", "street2", "zip", "city")
# A value that had to be repaired is as doubtful as the guess.
REPAIRED_CONFIDENCE = 60


@dataclass(slots=True)
class Line:
    """One line of a file: its cells by role, whom it is about, what it proposes."""

    number: int
    cells: dict[str, str]
    partner: object = None
    proposals: list = field(default_factory=list)
    problems: list = field(default_factory=list)


class CollectionEnrichmentFile(models.AbstractModel):
    """Read the lines of a supplier's file: whose they are, what they propose.

    A contact of Odoo has one number. Of a company, the landline is the company's and a
    mobile its contact's; of a person, the mobile is preferred: it takes messages.
    """

    _name = "collection.enrichment.file"
    _description = "Supplier's file"

    @api.model
    def _read(self, rows, options):
        """Return the :class:`Line` of each row, matched and with its proposals.

        :param rows: pairs of line number and cells, see ``tools.provider_file``
        :param options: ``columns`` (role of each column), ``default_role``,
            ``confidence``, ``source_detail`` and ``date``
        """
        lines = [
            Line(number, self._get_cells(cells, options["columns"]))
            for number, cells in rows
        ]
        self._match(lines)
        for line in lines:
            if line.partner:
                self._propose(line, options)
        return lines

    @api.model
    def _get_cells(self, cells, columns):
        by_role = {}
        for role, text in zip(columns, cells, strict=False):
            if role and text:
                by_role.setdefault(role, text)
        return by_role

    # === WHOM A LINE IS ABOUT === #

    @api.model
    def _match(self, lines):
        """Find the contact of each line by its strongest identifier."""
        waiting = lines
        for kind in (*IDENTIFIERS, "company"):
            keys = {line.number: self._get_identifier(line, kind) for line in waiting}
            found = self._find(kind, {key for key in keys.values() if key})
            for line in waiting:
                self._assign(line, found.get(keys[line.number]))
            waiting = [
                line for line in waiting if not line.partner and not line.problems
            ]
        for line in waiting:
            line.problems.append(("unmatched", self._explain_unmatched(line)))

    @api.model
    def _explain_unmatched(self, line):
        given = [kind for kind in IDENTIFIERS if line.cells.get(kind)]
        if not given:
            return self.env._("No identifier on this line.")
        if not any(self._get_identifier(line, kind) for kind in given):
            return self.env._("“%s” is not a valid identifier.", line.cells[given[0]])
        return self.env._("No contact has this identifier.")

    @api.model
    def _assign(self, line, partners):
        if not partners:
            return
        if len(partners) == 1:
            line.partner = partners
            return
        names = ", ".join(partners[:3].mapped("display_name"))
        line.problems.append(
            ("ambiguous", self.env._("Several contacts fit: %s.", names))
        )

    @api.model
    def _get_identifier(self, line, kind):
        """Return the identifier as :meth:`_find` looks it up, empty if unusable."""
        if kind == "company":
            # By the company when its establishment is not known.
            return siren_of(
                line.cells.get("siret") or line.cells.get("siren") or "",
                line.cells.get("vat") or "",
            )
        text = line.cells.get(kind) or ""
        if kind == "id":
            return text if text.isdecimal() and len(text) < 10 else ""
        if kind in ("siret", "siren"):
            digits = clean_identifier(text)
            is_valid = is_siret if kind == "siret" else is_siren
            return digits if is_valid(digits) else ""
        if kind == "vat":
            return "".join(char for char in text.upper() if char.isalnum())
        if kind == "match_email":
            return clean_email(text).address
        return text.lower()

    @api.model
    def _find(self, kind, keys):
        """Return ``{identifier: contacts}``; of several, the debtor if there is one."""
        if not keys:
            return {}
        self.env["res.partner"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT %(key)s, ARRAY_AGG(p.id ORDER BY p.id)
                     FROM res_partner p
                    WHERE p.active AND %(key)s = ANY(%(keys)s)
                      AND COALESCE(p.company_id, %(company)s) = %(company)s
                      AND %(whose)s
                 GROUP BY 1""",
                key=self._sql_key(kind),
                keys=list(keys),
                company=self.env.company.id,
                # Numbers of a company are copied to its contacts: they are its own.
                whose=(
                    SQL("TRUE")
                    if kind in ("id", "ref", "match_email")
                    else SQL("p.commercial_partner_id = p.id")
                ),
            )
        )
        found = {key: self.env["res.partner"].browse(ids) for key, ids in rows}
        debtors = self._find_debtors(found.values())
        return {key: partners & debtors or partners for key, partners in found.items()}

    @api.model
    def _sql_key(self, kind):
        digits = SQL("REGEXP_REPLACE(p.company_registry, '[^0-9]', '', 'g')")
        code = SQL("UPPER(REGEXP_REPLACE(p.vat, '[^0-9A-Za-z]', '', 'g'))")
        return {
            "id": SQL("p.id::text"),
            "siret": digits,
            "siren": SQL("LEFT(%s, 9)", digits),
            "company": SQL(
                """CASE WHEN p.company_registry IS NOT NULL THEN LEFT(%s, 9)
                        WHEN %s LIKE 'FR%%' THEN RIGHT(p.vat, 9) END""",
                digits,
                code,
            ),
            "vat": code,
            "ref": SQL("LOWER(TRIM(p.ref))"),
            "match_email": SQL("p.email_normalized"),
        }[kind]

    @api.model
    def _find_debtors(self, groups):
        partners = self.env["res.partner"].union(
            *(partners for partners in groups if len(partners) > 1)
        )
        cases = self.env["collection.case"].search(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "=", self.env.company.id)
        )
        return cases.partner_id

    # === WHAT A LINE PROPOSES === #

    @api.model
    def _propose(self, line, options):
        role = self._get_contact_role(line, options)
        company, contact = {}, {}
        self._read_phones(line, company, contact, role)
        self._read_email(line, contact if role else company)
        self._read_website(line, company)
        self._read_address(line, company)
        if role:
            for name, cell in (("name", "contact_name"), ("function", None)):
                contact[name] = line.cells.get(cell or "contact_function", "")
        for values, contact_role in ((company, False), (contact, role)):
            line.proposals += [
                self._prepare_proposal(line, field_name, value, contact_role, options)
                for field_name, value in values.items()
                if value
            ]
        if not line.proposals and not line.problems:
            line.problems.append(("empty", self.env._("Nothing to propose.")))

    @api.model
    def _get_contact_role(self, line, options):
        """Return the role of the person a line names; a person is his or her own."""
        if not line.partner.is_company:
            return False
        cells = line.cells
        named = cells.get("contact_name") or cells.get("contact_role")
        two_phones = cells.get("phone") and cells.get("mobile")
        if not named and not two_phones:
            return False
        text = f"{cells.get('contact_role', '')} {cells.get('contact_function', '')}"
        return find_contact_role(text) or options["default_role"]

    @api.model
    def _read_phones(self, line, company, contact, role):
        landline, mobile = (
            self._read_phone(line, cell) for cell in ("phone", "mobile")
        )
        if not line.partner.is_company:
            company["phone"] = mobile or landline
        elif not role:
            company["phone"] = landline or mobile
        elif mobile:
            company["phone"], contact["phone"] = landline, mobile
        elif landline:
            contact["phone"] = landline

    @api.model
    def _read_phone(self, line, cell):
        text = line.cells.get(cell)
        if not text:
            return ""
        phone = clean_phone(text, line.partner.country_id.code or "FR")
        if phone.problem:
            self._refuse(line, text, self._get_phone_problems()[phone.problem])
            return ""
        return display(phone.e164)

    @api.model
    def _get_phone_problems(self):
        return {
            "invalid": self.env._("not a valid phone number"),
            "short": self.env._("too short for a phone number"),
            "premium": self.env._("a surcharged number, not a customer's line"),
        }

    @api.model
    def _read_email(self, line, values):
        text = line.cells.get("email")
        if not text:
            return
        email = clean_email(text)
        if email.problem == "noreply":
            self._refuse(line, text, self.env._("nobody reads this address"))
        elif not email.address:
            self._refuse(line, text, self.env._("not a valid e-mail address"))
        else:
            values["email"] = email.address

    @api.model
    def _read_website(self, line, values):
        text = line.cells.get("website")
        if not text:
            return
        url = text if "://" in text else f"https://{text}"
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = urlsplit("")
        is_site = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
        if not is_site or " " in url:
            self._refuse(line, text, self.env._("not the address of a website"))
        else:
            values["website"] = url

    @api.model
    def _read_address(self, line, values):
        parts = {name: line.cells.get(name, "") for name in ADDRESS}
        if not any(parts.values()):
            return
        if parts["street"] and parts["zip"] and parts["city"]:
            values["address"] = parts
        else:
            text = " ".join(filter(None, parts.values()))
            self._refuse(line, text, self.env._("an incomplete address"))

    @api.model
    def _refuse(self, line, text, reason):
        line.problems.append(
            (
                "invalid",
                self.env._("“%(value)s”: %(reason)s.", value=text, reason=reason),
            )
        )

    @api.model
    def _prepare_proposal(self, line, field_name, value, contact_role, options):
        is_repaired = (
            field_name == "email" and clean_email(line.cells["email"]).repaired
        )
        return {
            "partner_id": line.partner.id,
            "company_id": self.env.company.id,
            "field_name": field_name,
            "values": value if field_name == "address" else {field_name: value},
            "contact_role": contact_role,
            "contact_name": line.cells.get("contact_name") if contact_role else False,
            "source": "import",
            "source_detail": options["source_detail"],
            "source_date": options["date"],
            "confidence": min(
                options["confidence"], REPAIRED_CONFIDENCE if is_repaired else 100
            ),
            "note": (
                self.env._("Read from “%s”", line.cells["email"])
                if is_repaired
                else False
            ),
        }
