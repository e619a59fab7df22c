from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_abnormal_level = fields.Float(
        related="company_id.collection_abnormal_level", readonly=False
    )
    collection_abnormal_activity = fields.Boolean(
        related="company_id.collection_abnormal_activity", readonly=False
    )
