from odoo import api, fields, models


class CollectionProceedingCost(models.Model):
    """What a proceeding costs us, in the currency of the company."""

    _name = "collection.proceeding.cost"
    _description = "Cost of a proceeding"
    _order = "date, id"
    _check_company_auto = True

    proceeding_id = fields.Many2one(
        "collection.proceeding",
        string="Legal proceeding",
        required=True,
        index=True,
        ondelete="cascade",
    )
    case_id = fields.Many2one(related="proceeding_id.case_id", store=True, index=True)
    company_id = fields.Many2one(
        related="proceeding_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True)
    name = fields.Char(string="Cost", required=True)
    kind = fields.Selection(
        [
            ("court_fee", "Court fee"),
            ("service", "Service by a commissaire de justice"),
            ("commissaire", "Other fees of a commissaire de justice"),
            ("lawyer", "Lawyer"),
            ("contribution", "Contribution"),
            ("posting", "Postage"),
            ("other", "Another cost"),
        ],
        default="other",
        required=True,
    )
    amount = fields.Monetary(string="Excluding VAT", required=True)
    vat_amount = fields.Monetary(string="VAT")
    amount_total = fields.Monetary(
        string="Including VAT", compute="_compute_amount_total", store=True
    )
    is_recoverable = fields.Boolean(
        string="Asked from the debtor",
        help="Costs before an enforceable title stay with the creditor, except acts "
        "that the law requires (Code des procédures civiles d'exécution, L111-8).",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Vendor bill",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    @api.depends("amount", "vat_amount")
    def _compute_amount_total(self):
        for cost in self:
            cost.amount_total = cost.amount + cost.vat_amount
