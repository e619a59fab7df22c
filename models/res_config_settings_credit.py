from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_credit_rate_low = fields.Integer(
        related="company_id.collection_credit_rate_low", readonly=False
    )
    collection_credit_rate_medium = fields.Integer(
        related="company_id.collection_credit_rate_medium", readonly=False
    )
    collection_credit_rate_high = fields.Integer(
        related="company_id.collection_credit_rate_high", readonly=False
    )
    collection_credit_rate_critical = fields.Integer(
        related="company_id.collection_credit_rate_critical", readonly=False
    )
    collection_credit_late_days = fields.Integer(
        related="company_id.collection_credit_late_days", readonly=False
    )
    collection_credit_peak = fields.Integer(
        related="company_id.collection_credit_peak", readonly=False
    )
    collection_credit_known_from = fields.Integer(
        related="company_id.collection_credit_known_from", readonly=False
    )
    collection_credit_starter = fields.Monetary(
        related="company_id.collection_credit_starter", readonly=False
    )
    collection_credit_lowest = fields.Monetary(
        related="company_id.collection_credit_lowest", readonly=False
    )
    collection_credit_highest = fields.Monetary(
        related="company_id.collection_credit_highest", readonly=False
    )
    collection_credit_step = fields.Monetary(
        related="company_id.collection_credit_step", readonly=False
    )
    collection_credit_short_term = fields.Integer(
        related="company_id.collection_credit_short_term", readonly=False
    )
    collection_credit_long_term = fields.Integer(
        related="company_id.collection_credit_long_term", readonly=False
    )
    collection_credit_review_percent = fields.Integer(
        related="company_id.collection_credit_review_percent", readonly=False
    )
    collection_credit_review_amount = fields.Monetary(
        related="company_id.collection_credit_review_amount", readonly=False
    )
    collection_credit_warning_level = fields.Selection(
        related="company_id.collection_credit_warning_level", readonly=False
    )
