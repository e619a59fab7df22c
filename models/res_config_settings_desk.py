from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_cost_phone = fields.Monetary(
        related="company_id.collection_cost_phone", readonly=False
    )
    collection_cost_task = fields.Monetary(
        related="company_id.collection_cost_task", readonly=False
    )
    collection_cost_letter = fields.Monetary(
        related="company_id.collection_cost_letter", readonly=False
    )
    collection_cost_registered_letter = fields.Monetary(
        related="company_id.collection_cost_registered_letter", readonly=False
    )
    collection_cost_sms = fields.Monetary(
        related="company_id.collection_cost_sms", readonly=False
    )
    collection_cost_email = fields.Monetary(
        related="company_id.collection_cost_email", readonly=False
    )
    collection_hour_cost = fields.Monetary(
        related="company_id.collection_hour_cost", readonly=False
    )
    collection_minutes_issue = fields.Float(
        related="company_id.collection_minutes_issue", readonly=False
    )
    collection_money_rate = fields.Float(
        related="company_id.collection_money_rate", readonly=False
    )
    collection_minutes_phone = fields.Float(
        related="company_id.collection_minutes_phone", readonly=False
    )
    collection_minutes_task = fields.Float(
        related="company_id.collection_minutes_task", readonly=False
    )
    collection_minutes_letter = fields.Float(
        related="company_id.collection_minutes_letter", readonly=False
    )
    collection_minutes_registered_letter = fields.Float(
        related="company_id.collection_minutes_registered_letter", readonly=False
    )
    collection_call_attempts = fields.Integer(
        related="company_id.collection_call_attempts", readonly=False
    )
    collection_call_retry_hours = fields.Integer(
        related="company_id.collection_call_retry_hours", readonly=False
    )
    collection_voicemail_days = fields.Integer(
        related="company_id.collection_voicemail_days", readonly=False
    )
    collection_paid_check_days = fields.Integer(
        related="company_id.collection_paid_check_days", readonly=False
    )
