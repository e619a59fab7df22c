from odoo import api, models


class CollectionBalance(models.AbstractModel):
    """Notes which instalments the payment facts have to look at again."""

    _inherit = "collection.balance"

    @api.model
    def _note_marked(self, dirty):
        result = super()._note_marked(dirty)
        if dirty["lines"]:
            self.env["collection.payment.queue"]._put(dirty["lines"])
        return result
