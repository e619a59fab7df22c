from odoo import fields, models


class CollectionPlanMakeLine(models.TransientModel):
    _name = "collection.plan.make.line"
    _description = "Instalment of a payment plan being drawn up"
    _order = "date, id"

    wizard_id = fields.Many2one(
        "collection.plan.make", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
