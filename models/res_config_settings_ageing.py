from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_doubtful_accounts = fields.Char(
        related="company_id.collection_doubtful_accounts", readonly=False
    )
    collection_bill_accounts = fields.Char(
        related="company_id.collection_bill_accounts", readonly=False
    )
