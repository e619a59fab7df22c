from odoo import fields, models


class CollectionValueSource(models.Model):
    """What a debtor says of himself on his page is a source as well."""

    _inherit = "collection.value.source"

    source = fields.Selection(
        selection_add=[("debtor", "Debtor's page")], ondelete={"debtor": "cascade"}
    )
