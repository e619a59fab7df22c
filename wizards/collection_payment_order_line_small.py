from odoo import models


class CollectionPaymentOrderLine(models.TransientModel):
    """A request after a procedure for small claims that brought no agreement."""

    _inherit = "collection.payment.order.line"

    def _prepare_proceeding(self):
        return super()._prepare_proceeding() | self.case_id._prepare_amicable_attempt()
