from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_postal_provider_id = fields.Many2one(
        related="company_id.collection_postal_provider_id",
        readonly=False,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    collection_receipt_days = fields.Integer(
        related="company_id.collection_receipt_days", readonly=False
    )
