from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_dispute_escalation_user_id = fields.Many2one(
        related="company_id.collection_dispute_escalation_user_id", readonly=False
    )
    collection_dispute_reminder_days = fields.Integer(
        related="company_id.collection_dispute_reminder_days", readonly=False
    )
    collection_dispute_late_days = fields.Char(
        related="company_id.collection_dispute_late_days", readonly=False
    )
    collection_dispute_max_days = fields.Integer(
        related="company_id.collection_dispute_max_days", readonly=False
    )
