from odoo import api, models


class CollectionChannelPaymentOrder(models.AbstractModel):
    """Payment order: the request is prepared, and a person completes and files it.

    Nothing goes to a court by itself.
    """

    _name = "collection.channel.payment_order"
    _description = "Collection by payment order"
    _inherit = ["collection.channel.task"]

    _rank = 80
    _is_way_to_debtor = False

    @api.model
    def _get_label(self):
        return self.env._("Payment order")

    @api.model
    def _get_problem(self, contact, case):
        obstacles = case._get_proceeding_obstacles("payment_order")
        return " ".join(obstacles) or super()._get_problem(contact, case)

    @api.model
    def _deliver(self, actions):
        result = super()._deliver(actions)
        waiting = actions.filtered(lambda action: not action.case_id._get_open_orders())
        self.env["collection.payment.order"]._prepare_for(
            waiting.case_id, waiting.line_ids
        )
        return result
