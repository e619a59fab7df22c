from odoo import fields, models


class CollectionPlanItem(models.Model):
    """A debt in a payment plan, as it was when the plan was drawn up.

    It is a snapshot, not a related field: what the parties agreed on does not change
    when the books do.
    """

    _name = "collection.plan.item"
    _description = "Debt of a payment plan"
    _inherit = ["collection.access.logged"]
    _order = "plan_id, date_due, id"

    plan_id = fields.Many2one(
        "collection.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    line_id = fields.Many2one(
        "account.move.line", ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", ondelete="set null", index="btree_not_null"
    )
    name = fields.Char(string="Document", required=True, readonly=True)
    date = fields.Date(readonly=True, help="Date of the document.")
    date_due = fields.Date(string="Due on", readonly=True)
    amount_total = fields.Monetary(string="Original amount", readonly=True)
    amount = fields.Monetary(string="Open amount", readonly=True)
