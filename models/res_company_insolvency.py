from odoo import fields, models
from odoo.tools import get_lang


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_loss_account_id = fields.Many2one(
        "account.account",
        string="Losses on debts",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other'))]",
        help="Account of the draft entry for what cannot be recovered, without VAT: "
        "654 in the French chart.",
    )
    collection_doubtful_account_id = fields.Many2one(
        "account.account",
        string="Doubtful debtors",
        check_company=True,
        domain="[('account_type', '=', 'asset_receivable')]",
        help="Account that the draft entry credits, 416 in the French chart. Empty: "
        "the account on which the invoice is open.",
    )
    collection_loss_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of losses",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Empty: the first journal of miscellaneous operations.",
    )

    def _get_collection_legal_lang(self):
        """Return the language of papers for courts: French where it is installed."""
        return get_lang(self.env, "fr_FR").code

    def _get_collection_loss_journal(self):
        """Return the journal of the draft entries of losses."""
        self.ensure_one()
        return self.collection_loss_journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self),
                ("type", "=", "general"),
            ],
            limit=1,
        )
