from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_promise_max_days = fields.Integer(
        related="company_id.collection_promise_max_days", readonly=False
    )
    collection_promise_grace_days = fields.Integer(
        related="company_id.collection_promise_grace_days", readonly=False
    )
    collection_promise_kept_share = fields.Float(
        related="company_id.collection_promise_kept_share", readonly=False
    )
    collection_promise_warning_count = fields.Integer(
        related="company_id.collection_promise_warning_count", readonly=False
    )
    collection_promise_reminder = fields.Boolean(
        related="company_id.collection_promise_reminder", readonly=False
    )
