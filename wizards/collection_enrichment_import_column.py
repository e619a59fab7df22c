from odoo import fields, models


class CollectionEnrichmentImportColumn(models.TransientModel):
    """One column of the file to import, and what it is."""

    _name = "collection.enrichment.import.column"
    _description = "Column of a supplier's file"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "collection.enrichment.import", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    name = fields.Char(string="Column")
    sample = fields.Char(string="First value")
    role = fields.Selection(
        [
            ("siret", "Identifier: SIRET"),
            ("siren", "Identifier: SIREN"),
            ("vat", "Identifier: VAT number"),
            ("ref", "Identifier: customer reference"),
            ("match_email", "Identifier: e-mail"),
            ("id", "Identifier: number in the database"),
            ("phone", "Phone"),
            ("mobile", "Mobile"),
            ("email", "E-mail"),
            ("website", "Website"),
            ("contact_name", "Name of the contact"),
            ("contact_function", "Job position of the contact"),
            ("contact_role", "Role or department of the contact"),
            ("street", "Street"),
            ("street2", "Street 2"),
            ("zip", "Postcode"),
            ("city", "Town"),
        ],
        string="What it is",
    )
