from odoo import fields, models

CONTRACT_RATES = [
    ("fixed", "Fixed rate"),
    ("multiple", "Multiple of the legal rate"),
    ("ecb", "ECB rate plus points"),
]


class AccountMove(models.Model):
    """The late-payment rate of an invoice; where an invoice of interest comes from."""

    _inherit = "account.move"

    collection_claim_statement_id = fields.Many2one(
        "collection.claim.statement",
        string="Statement of claim",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="What this invoice of interest and compensation comes from.",
    )
    collection_claims_interest = fields.Boolean(
        string="Claims interest", readonly=True, copy=False
    )
    collection_claims_indemnity = fields.Boolean(
        string="Claims fixed compensation", readonly=True, copy=False
    )
    collection_rate_kind = fields.Selection(
        CONTRACT_RATES,
        string="Late-payment rate of the contract",
        help="Empty: the customer's, else the company's.",
    )
    collection_rate_value = fields.Float(
        string="Rate, points or multiple", digits=(16, 4)
    )
