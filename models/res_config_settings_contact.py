from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_cap_count = fields.Integer(
        related="company_id.collection_cap_count", readonly=False
    )
    collection_cap_days = fields.Integer(
        related="company_id.collection_cap_days", readonly=False
    )
