from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_retention_years = fields.Integer(
        related="company_id.collection_retention_years", readonly=False
    )
    collection_retention_auto = fields.Boolean(
        related="company_id.collection_retention_auto", readonly=False
    )
    collection_accounting_years = fields.Integer(
        related="company_id.collection_accounting_years", readonly=False
    )
