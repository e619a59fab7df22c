from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_is_trader = fields.Boolean(
        related="company_id.collection_is_trader", readonly=False
    )
