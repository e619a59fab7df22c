from odoo import fields, models

from ..tools.identifiers import siren_of
from ..tools.legal_forms import form_name

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"


class ResPartner(models.Model):
    """Who a debtor is in law: what notices name and courts ask for.

    Source: Code de procédure civile, articles 54 and 57.
    """

    _inherit = "res.partner"

    collection_legal_form = fields.Char(
        string="Form in law",
        groups=COLLECTOR,
        copy=False,
        help="Empty: read from the registers.",
    )
    collection_rcs_town = fields.Char(
        string="RCS town",
        groups=COLLECTOR,
        copy=False,
        help="Town of the trade register where this debtor is.",
    )
    collection_legal_representative = fields.Char(
        string="Represented by",
        groups=COLLECTOR,
        copy=False,
        help="Name and office. Empty: the first director in the registers.",
    )
    collection_birth_date = fields.Date(string="Born on", groups=COLLECTOR, copy=False)
    collection_birth_place = fields.Char(string="Born in", groups=COLLECTOR, copy=False)
    collection_nationality_id = fields.Many2one(
        "res.country", string="Nationality", groups=COLLECTOR, copy=False
    )
    collection_profession = fields.Char(
        string="Profession", groups=COLLECTOR, copy=False
    )

    def _get_legal_identity(self):
        """Return what identifies a debtor in law, all of it text but the birth date.

        What is written on the contact goes before what the registers say.

        :return: ``{name, form, siren, rcs_town, seat, representative, birth_date,
            birth_place, nationality, profession}``; empty where not known
        """
        self.ensure_one()
        siren = siren_of(self.company_registry, self.vat)
        record = self._get_registry_record(siren)
        return {
            "name": record.name or self.name or "",
            "form": self.collection_legal_form or form_name(record.legal_form),
            "capital": "",
            "siren": siren,
            "rcs_town": self.collection_rcs_town or "",
            "seat": self._get_registered_seat(record) or self._get_one_line_address(),
            "representative": self.collection_legal_representative
            or self._get_first_director(record),
            "birth_date": self.collection_birth_date,
            "birth_place": self.collection_birth_place or "",
            "nationality": self.collection_nationality_id.name or "",
            "profession": self.collection_profession or "",
        }

    def _get_registry_record(self, siren):
        records = self.env["collection.registry.record"]
        if not siren:
            return records
        record = self.collection_case_ids[:1].registry_record_id
        if record.siren == siren:
            return record
        return records.search([("siren", "=", siren)], limit=1)

    def _get_registered_seat(self, record):
        """Return the address of the registered office on one line."""
        town = " ".join(filter(None, (record.zip, record.city)))
        if not town:
            return ""
        return ", ".join(filter(None, (record.complement, record.street, town)))

    def _get_first_director(self, record):
        for director in record.directors or []:
            if director.get("name"):
                return ", ".join(filter(None, (director["name"], director.get("role"))))
        return ""

    def _get_one_line_address(self):
        """Return the postal address on one line, the country only when abroad."""
        self.ensure_one()
        home = self.env.company.country_id
        parts = (
            self.street,
            self.street2,
            " ".join(filter(None, (self.zip, self.city))),
            self.country_id.name if self.country_id != home else "",
        )
        return ", ".join(filter(None, parts))
