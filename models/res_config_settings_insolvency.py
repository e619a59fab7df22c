from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_loss_account_id = fields.Many2one(
        related="company_id.collection_loss_account_id", readonly=False
    )
    collection_doubtful_account_id = fields.Many2one(
        related="company_id.collection_doubtful_account_id", readonly=False
    )
    collection_loss_journal_id = fields.Many2one(
        related="company_id.collection_loss_journal_id", readonly=False
    )
