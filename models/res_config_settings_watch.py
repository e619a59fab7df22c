from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_watch_user_id = fields.Many2one(
        related="company_id.collection_watch_user_id", readonly=False
    )
    collection_watch_management = fields.Boolean(
        related="company_id.collection_watch_management", readonly=False
    )
    collection_deadline_alert_days = fields.Char(
        related="company_id.collection_deadline_alert_days", readonly=False
    )
