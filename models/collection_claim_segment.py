from odoo import fields, models


class CollectionClaimSegment(models.Model):
    """Days during which neither the rate nor the sum that bears interest changes.

    ``interest`` is base × rate / 100 × days / days of the year, to the cent.
    """

    _name = "collection.claim.segment"
    _description = "Period of interest"
    _inherit = ["collection.claim.element"]
    _order = "line_id, date_start, id"

    line_id = fields.Many2one(
        "collection.claim.line", required=True, ondelete="cascade", index=True
    )
    statement_id = fields.Many2one(
        related="line_id.statement_id", store=True, index=True
    )
    case_id = fields.Many2one(related="statement_id.case_id", store=False)
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(string="To, included", required=True, readonly=True)
    days = fields.Integer(readonly=True)
    year_days = fields.Integer(
        string="Days of the year", readonly=True, aggregator=None, default=365
    )
    base = fields.Monetary(
        string="Sum bearing interest", readonly=True, aggregator=None
    )
    rate = fields.Float(
        string="Rate (%)", digits=(16, 4), readonly=True, aggregator=None
    )
    interest = fields.Monetary(readonly=True)
