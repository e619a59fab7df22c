from odoo import fields, models

from .account_move_claim import CONTRACT_RATES

COLLECTOR = (
    "l10n_fr_debt_collection.group_collection_user,account.group_account_invoice"
)


class ResPartner(models.Model):
    """What was agreed with a customer about late payment."""

    _inherit = "res.partner"

    collection_rate_kind = fields.Selection(
        CONTRACT_RATES,
        string="Late-payment rate of the contract",
        company_dependent=True,
        groups=COLLECTOR,
        help="Empty: the company's terms.",
    )
    collection_rate_value = fields.Float(
        string="Rate, points or multiple",
        digits=(16, 4),
        company_dependent=True,
        groups=COLLECTOR,
    )
    collection_allocation = fields.Selection(
        [
            ("interest", "Interest first (Code civil, 1343-1)"),
            ("principal", "Principal first"),
        ],
        string="Payments bear on",
        company_dependent=True,
        groups=COLLECTOR,
        help="Empty: the company's terms.",
    )
