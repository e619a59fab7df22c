from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_unpaid_days = fields.Integer(
        related="company_id.collection_unpaid_days", readonly=False
    )
    collection_result_days = fields.Integer(
        related="company_id.collection_result_days", readonly=False
    )
    collection_weak_share = fields.Float(
        related="company_id.collection_weak_share", readonly=False
    )
