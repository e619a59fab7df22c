from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_answer_pause_days = fields.Integer(
        related="company_id.collection_answer_pause_days", readonly=False
    )
    collection_hold_max_days = fields.Integer(
        related="company_id.collection_hold_max_days", readonly=False
    )
    collection_hold_notice_days = fields.Integer(
        related="company_id.collection_hold_notice_days", readonly=False
    )
    collection_ask_rating = fields.Boolean(
        related="company_id.collection_ask_rating", readonly=False
    )
