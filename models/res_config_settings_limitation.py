from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_limitation_regime = fields.Selection(
        related="company_id.collection_limitation_regime", readonly=False
    )
