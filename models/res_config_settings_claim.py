from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_interest_basis = fields.Selection(
        related="company_id.collection_interest_basis", readonly=False
    )
    collection_claim_indemnity = fields.Boolean(
        related="company_id.collection_claim_indemnity", readonly=False
    )
    collection_rate_kind = fields.Selection(
        related="company_id.collection_rate_kind", readonly=False
    )
    collection_rate_value = fields.Float(
        related="company_id.collection_rate_value", readonly=False
    )
    collection_interest_first = fields.Boolean(
        related="company_id.collection_interest_first", readonly=False
    )
    collection_interest_account_id = fields.Many2one(
        related="company_id.collection_interest_account_id", readonly=False
    )
    collection_indemnity_account_id = fields.Many2one(
        related="company_id.collection_indemnity_account_id", readonly=False
    )
