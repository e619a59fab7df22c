from odoo import models
from odoo.tools import split_every

from ..tools.postal_address import Address, address_lines
from .collection_proceeding import AMOUNT_FIELDS

ROWS_TOGETHER = 24


class CollectionProceeding(models.Model):
    """What the letter of instruction to a commissaire de justice says."""

    _inherit = "collection.proceeding"

    def _get_commissaire_lines(self):
        """Return the address of the commissaire, as on the envelope."""
        self.ensure_one()
        commissaire = self.commissaire_id
        office = commissaire.commercial_partner_id
        country = commissaire.country_id
        return address_lines(
            Address(
                name=office.name or "",
                contact=commissaire.name if commissaire != office else "",
                street=commissaire.street or "",
                street2=commissaire.street2 or "",
                postcode=commissaire.zip or "",
                town=commissaire.city or "",
                country=country.name or "",
                country_code=country.code or "FR",
                locality=self.env["collection.document"]._get_locality(commissaire),
            )
        )

    def _get_letter_address(self, partner):
        lines = partner._display_address(without_company=True).splitlines()
        return [line for line in lines if line.strip()]

    def _get_letter_day(self):
        """Return the place and the day of the letter."""
        self.ensure_one()
        day = self.env["collection.document"]._format_long_date(
            self, self.company_id._get_collection_today()
        )
        town = self.company_id.city
        if not town:
            return day
        return self.env._("%(town)s, %(date)s", town=town, date=day)

    def _get_letter_parties(self):
        """Return both parties: list of (role, lines)."""
        self.ensure_one()
        return [
            (self.env._("Creditor"), self._get_creditor_lines()),
            (self.env._("Debtor"), self._get_debtor_lines()),
        ]

    def _get_creditor_lines(self):
        company = self.company_id
        identity = company._get_legal_identity()
        return [
            company.name,
            *self._get_identity_lines(identity),
            *self._get_letter_address(company.partner_id),
        ]

    def _get_debtor_lines(self):
        debtor = self.partner_id
        return [
            debtor.name,
            *self._get_identity_lines(debtor._get_legal_identity()),
            *self._get_letter_address(debtor),
            *filter(None, (debtor.phone, debtor.email)),
        ]

    def _get_identity_lines(self, identity):
        """Return form, number and representative of a party, where they are known."""
        lines = [identity.get("form")]
        if identity.get("siren"):
            lines.append(self.env._("SIREN %s", identity["siren"]))
        if identity.get("representative"):
            lines.append(self.env._("represented by %s", identity["representative"]))
        return [line for line in lines if line]

    def _get_letter_amounts(self):
        """Return the amounts claimed, their total last: list of (name, amount)."""
        self.ensure_one()
        rows = [
            (field._description_string(self.env), self[field.name])
            for field in map(self._fields.get, AMOUNT_FIELDS)
            if self[field.name]
        ]
        return [*rows, (self.env._("Total"), self.amount_total)]

    def _get_letter_items(self):
        """Return the items in parts that each fit on a page.

        An item is (document, date, due date, principal); the principal is that of the
        statement of claim, which stays as it was.
        """
        self.ensure_one()
        if self.statement_id:
            rows = [
                (line.document, line.date, line.date_due, line.principal)
                for line in self.statement_id._get_claimed_lines()
            ]
        else:
            rows = [
                (
                    line.move_id.name,
                    line.invoice_date or line.date,
                    line.date_maturity or line.date,
                    line.amount_residual,
                )
                for line in self.line_ids
            ]
        return list(split_every(ROWS_TOGETHER, rows, list))

    def _get_letter_bank(self):
        """Return the bank account that payments go to."""
        self.ensure_one()
        action = self.env["collection.action"].new({"case_id": self.case_id.id})
        return action._get_banks()[self.company_id.id]

    def _get_letter_reference(self):
        """Return what a payment quotes."""
        self.ensure_one()
        return self.plan_id.name or self.name

    def _get_letter_signatory(self):
        self.ensure_one()
        return self.user_id.name or self.company_id.name
