from odoo import fields, models


class CollectionPromise(models.Model):
    _inherit = "collection.promise"

    cancel_reason = fields.Selection(
        selection_add=[("insolvency", "Opening judgment")],
        ondelete={"insolvency": "set null"},
    )
