from typing import NamedTuple

from odoo import api, fields, models

from ..tools.address_cleaning import PostalParts, clean_address
from ..tools.emails import clean_email
from ..tools.identifiers import check, french_vat
from ..tools.names import clean_name
from ..tools.phones import clean_phone, display
from ..tools.plain_text import tidy

# How sure a cleaning is, in percent.
CONFIDENCE = {
    "phone_format": 100,
    "phone_several": 60,
    "email_format": 100,
    "email_several": 60,
    "email_repaired": 50,
    "identifier_format": 100,
    "vat_computed": 60,
    "name_spaces": 100,
    "name_case": 80,
    "address_format": 95,
}
# Under it a cleaning is shown but not ticked.
SURE_FROM = 80
EXTENSION = "poste"


class Cleaning(NamedTuple):
    """One change that would make the data of a contact regular."""

    partner: models.BaseModel
    field_name: str
    old: dict
    new: dict
    code: str
    detail: str = ""


class ResPartner(models.Model):
    """What would make contacts' data regular, and e-mail domains that are dead."""

    _inherit = "res.partner"

    collection_email_dead_on = fields.Date(
        string="E-mail domain dead since",
        copy=False,
        help="The day the domain of the e-mail address was found to take no mail. "
        "Emptied when the address changes.",
    )

    # === ACTION METHODS === #

    def action_collection_clean(self):
        """Open the cleaning of these contacts and of the contacts of these debtors."""
        return self.env["collection.cleaning"]._open_for(self)

    # === BUSINESS METHODS === #

    def _get_cleanings(self):
        """Return what would make these contacts regular; nothing is written.

        :return: list of :class:`Cleaning`
        """
        default = self.env.company.country_id.code or "FR"
        cleanings = []
        for partner in self:
            debtor = partner.commercial_partner_id
            country = (partner.country_id or debtor.country_id).code or default
            cleanings.extend(partner._clean_name())
            cleanings.extend(partner._clean_phone(country))
            cleanings.extend(partner._clean_email())
            if partner == debtor:
                cleanings.extend(partner._clean_identifiers(country))
            # Persons of a company share its address.
            if not partner.parent_id or partner.type != "contact":
                cleanings.extend(partner._clean_address(country))
        return cleanings

    def _prepare_cleaning_proposals(self):
        """Return the cleanings as ``collection.enrichment.proposal._propose`` takes."""
        notes = self._get_cleaning_notes()
        return [
            {
                "partner_id": cleaning.partner.id,
                "company_id": (cleaning.partner.company_id or self.env.company).id,
                "field_name": cleaning.field_name,
                "values": cleaning.new,
                "source": "cleaning",
                "confidence": CONFIDENCE[cleaning.code],
                "note": notes[cleaning.code].replace("%s", cleaning.detail),
            }
            for cleaning in self._get_cleanings()
        ]

    @api.model
    def _get_cleaning_notes(self):
        """Return ``{code: why}`` of the cleanings, in the reader's language."""
        return {
            "phone_format": self.env._("International format"),
            "phone_several": self.env._("Several numbers in one field; left out: %s"),
            "email_format": self.env._("One plain address"),
            "email_several": self.env._("Several addresses in one field; left out: %s"),
            "email_repaired": self.env._("Probably meant; check it"),
            "identifier_format": self.env._("Without spaces and signs"),
            "vat_computed": self.env._("Computed from the SIREN; check it"),
            "name_spaces": self.env._("Stray spaces"),
            "name_case": self.env._("Capitals"),
            "address_format": self.env._("French address lines"),
        }

    def _clean_name(self):
        new = clean_name(self.name or "", self.is_company)
        if self.name and new and new != self.name:
            code = "name_spaces" if new == tidy(self.name) else "name_case"
            yield self._make_cleaning("name", new, code)

    def _clean_phone(self, country):
        phone = clean_phone(self.phone, country)
        if not phone.e164 or phone.problem:
            return
        new = display(phone.e164)
        if phone.extension:
            new = f"{new} {EXTENSION} {phone.extension}"
        if new != self.phone:
            code = "phone_several" if phone.others else "phone_format"
            left_out = ", ".join(map(display, phone.others))
            yield self._make_cleaning("phone", new, code, left_out)

    def _clean_email(self):
        email = clean_email(self.email)
        if not email.address or email.address == self.email:
            return
        if email.repaired:
            yield self._make_cleaning("email", email.address, "email_repaired")
        else:
            code = "email_several" if email.others else "email_format"
            left_out = ", ".join(email.others)
            yield self._make_cleaning("email", email.address, code, left_out)

    def _clean_identifiers(self, country):
        found = check(self.company_registry, self.vat, country)
        registry = self._get_clean_registry(found)
        if registry and registry != self.company_registry:
            yield self._make_cleaning("company_registry", registry, "identifier_format")
        if found.vat and self.vat and found.vat != self.vat:
            yield self._make_cleaning("vat", found.vat, "identifier_format")
        elif not self.vat and self.is_company and french_vat(found.siren):
            yield self._make_cleaning("vat", french_vat(found.siren), "vat_computed")

    def _get_clean_registry(self, found):
        """Return the SIRET, else the SIREN, of a registry number that holds one."""
        if not self.company_registry or "siren_invalid" in found.problems:
            return ""
        if "siret_invalid" in found.problems:
            return ""
        return found.siret or found.siren

    def _clean_address(self, country):
        old = {name: self[name] or "" for name in ("street", "street2", "zip", "city")}
        parts = clean_address(
            PostalParts(old["street"], old["street2"], old["zip"], old["city"], country)
        )
        new = {
            "street": parts.street,
            "street2": parts.street2,
            "zip": parts.postcode,
            "city": parts.town,
        }
        if new != old:
            yield Cleaning(self, "address", old, new, "address_format")

    def _make_cleaning(self, field_name, new, code, detail=""):
        old = {field_name: self[field_name] or ""}
        return Cleaning(self, field_name, old, {field_name: new}, code, detail)
