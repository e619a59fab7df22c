from odoo import fields, models


class CollectionDistributionLine(models.TransientModel):
    """One case that would be given to a collector."""

    _name = "collection.distribution.line"
    _description = "Case to distribute"

    distribution_id = fields.Many2one(
        "collection.distribution", required=True, ondelete="cascade", index=True
    )
    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount_overdue_net = fields.Monetary(related="case_id.amount_overdue_net")
    previous_user_id = fields.Many2one("res.users", string="Collector today")
    user_id = fields.Many2one("res.users", string="Given to", required=True)
    rule_id = fields.Many2one(
        "collection.assignment.rule", required=True, ondelete="cascade"
    )
