from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_data_max_age = fields.Integer(
        related="company_id.collection_data_max_age", readonly=False
    )
