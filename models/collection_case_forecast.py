from odoo import fields, models


class CollectionCase(models.Model):
    """When the money of the debtor is expected; written by ``collection.forecast``."""

    _inherit = "collection.case"

    forecast_30 = fields.Monetary(
        string="Expected within 30 days",
        readonly=True,
        help="What is open, credits deducted, times the probability to be paid within "
        "30 days.",
    )
    forecast_60 = fields.Monetary(string="Expected in 31-60 days", readonly=True)
    forecast_90 = fields.Monetary(string="Expected in 61-90 days", readonly=True)
    forecast_later = fields.Monetary(
        string="Expected later or never",
        readonly=True,
        help="The rest of what is open: in more than 90 days, or not at all.",
    )
    amount_at_risk = fields.Monetary(
        string="At risk",
        readonly=True,
        help="What is open, credits deducted, times the probability to be still unpaid "
        "90 days after the due date.",
    )
    default_probability = fields.Float(
        string="Default risk (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="What is at risk, in percent of what is open.",
    )
    expected_date = fields.Date(
        string="Next payment expected on",
        readonly=True,
        help="The first day by which one of the open instalments is as likely paid as "
        "not.",
    )
    forecast_date = fields.Date(
        readonly=True, help="The day on which the forecast was last found to change."
    )
