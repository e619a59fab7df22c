from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_plan_max_count = fields.Integer(
        related="company_id.collection_plan_max_count", readonly=False
    )
    collection_plan_max_months = fields.Integer(
        related="company_id.collection_plan_max_months", readonly=False
    )
    collection_plan_min_instalment = fields.Monetary(
        related="company_id.collection_plan_min_instalment",
        readonly=False,
    )
    collection_plan_grace_days = fields.Integer(
        related="company_id.collection_plan_grace_days", readonly=False
    )
    collection_plan_notice_days = fields.Integer(
        related="company_id.collection_plan_notice_days", readonly=False
    )
    collection_plan_consumer_notice_days = fields.Integer(
        related="company_id.collection_plan_consumer_notice_days", readonly=False
    )
    collection_plan_offer_days = fields.Integer(
        related="company_id.collection_plan_offer_days", readonly=False
    )
    collection_plan_signature_required = fields.Boolean(
        related="company_id.collection_plan_signature_required", readonly=False
    )
    collection_plan_reminder_days = fields.Integer(
        related="company_id.collection_plan_reminder_days", readonly=False
    )
    collection_plan_cost = fields.Monetary(
        related="company_id.collection_plan_cost",
        readonly=False,
    )
    collection_plan_follower_id = fields.Many2one(
        related="company_id.collection_plan_follower_id", readonly=False
    )
    collection_plan_waiver_user_id = fields.Many2one(
        related="company_id.collection_plan_waiver_user_id", readonly=False
    )
    collection_plan_extra_clause = fields.Html(
        related="company_id.collection_plan_extra_clause", readonly=False
    )
