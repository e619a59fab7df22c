from odoo import api, fields, models
from odoo.fields import Domain


class CollectionHold(models.Model):
    """Items before a court are left alone until the proceeding ends."""

    _inherit = "collection.hold"

    reason = fields.Selection(
        selection_add=[("legal", "Before a court")], ondelete={"legal": "cascade"}
    )

    @api.model
    def _get_standing_causes(self):
        return super()._get_standing_causes() | Domain("reason", "=", "legal")
