from odoo import models

LEGAL_FIELDS = (
    "collection_birth_date",
    "collection_birth_place",
    "collection_nationality_id",
    "collection_profession",
    "collection_legal_representative",
)


class ResPartner(models.Model):
    """What is known of the identity of a person for a court."""

    _inherit = "res.partner"

    def _get_sheet_values(self):
        section = super()._get_sheet_values()
        section["rows"] += [
            [self._get_sheet_label(name), text]
            for name in LEGAL_FIELDS
            if (text := self._to_sheet_text(name))
        ]
        return section

    def _to_sheet_text(self, name):
        if self._fields[name].type == "many2one":
            return self[name].display_name or ""
        return super()._to_sheet_text(name)
