from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_terms_pdf = fields.Binary(
        related="company_id.collection_terms_pdf", readonly=False
    )
