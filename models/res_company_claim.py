from odoo import fields, models

from .account_move_claim import CONTRACT_RATES


class ResCompany(models.Model):
    """Terms of late payment, and how interest is counted and invoiced."""

    _inherit = "res.company"

    collection_interest_basis = fields.Selection(
        [("365", "365 days"), ("366", "Exact: 365 or 366 days")],
        string="Days of the year",
        default="365",
        required=True,
        help="The law fixes none; the one used is printed.",
    )
    collection_claim_indemnity = fields.Boolean(
        string="Claim the fixed compensation",
        default=True,
        help="Per invoice paid late, of professionals and public buyers only (Code de "
        "commerce, D441-5).",
    )
    collection_rate_kind = fields.Selection(
        CONTRACT_RATES,
        string="Late-payment rate of the general terms",
        help="Empty: none, the rate of the law applies (ECB rate plus 10 points).",
    )
    collection_rate_value = fields.Float(
        string="Rate, points or multiple", digits=(16, 4)
    )
    collection_interest_first = fields.Boolean(
        string="Payments bear on interest first",
        default=True,
        help="Code civil, article 1343-1. Off: the general terms say otherwise.",
    )
    collection_interest_account_id = fields.Many2one(
        "account.account",
        string="Account of interest",
        check_company=True,
        help="Income from trade claims, 7631 in the French chart.",
    )
    collection_indemnity_account_id = fields.Many2one(
        "account.account",
        string="Account of fixed compensation",
        check_company=True,
        help="Other operating income, 758 in the French chart.",
    )

    def _get_interest_account(self):
        """Return the account of interest: chosen, else the chart's, may be empty."""
        return self.collection_interest_account_id or self._find_income("763")

    def _get_indemnity_account(self):
        """Return the account of compensation, see :meth:`_get_interest_account`."""
        return self.collection_indemnity_account_id or self._find_income("758")

    def _find_income(self, prefix):
        self.ensure_one()
        return self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(self),
                ("code", "=like", f"{prefix}%"),
                ("account_type", "in", ("income", "income_other")),
            ],
            limit=1,
        )
