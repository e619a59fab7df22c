from odoo import api, fields, models


class CollectionDeclarationLine(models.Model):
    """One item of a declared claim, as it was before the opening judgment.

    Amounts are in company currency; those of items in another one at the rate of the
    judgment day (Code de commerce, L622-25). Credits are negative.
    """

    _name = "collection.declaration.line"
    _description = "Item of a declared claim"
    _order = "proceeding_id, date_due, id"
    _check_company_auto = True

    proceeding_id = fields.Many2one(
        "collection.proceeding", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="proceeding_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    document = fields.Char(readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date(string="Due on", readonly=True)
    is_due = fields.Boolean(
        string="Due at the judgment",
        readonly=True,
        help="Off: it falls due after the judgment, and is declared with its date.",
    )
    foreign_currency_id = fields.Many2one(
        "res.currency", string="Currency of the item", readonly=True
    )
    foreign_amount = fields.Monetary(
        string="In its currency",
        currency_field="foreign_currency_id",
        readonly=True,
    )
    exchange_rate = fields.Float(
        digits=(16, 6),
        readonly=True,
        aggregator=None,
        help="Company currency for one unit of the item's, on the judgment day.",
    )
    amount_booked = fields.Monetary(
        string="Open in the ledger",
        readonly=True,
        help="What was open the evening before the judgment, at the rate of the "
        "booking.",
    )
    amount = fields.Monetary(string="Principal", readonly=True)
    amount_interest = fields.Monetary(string="Interest", readonly=True)
    amount_indemnity = fields.Monetary(string="Fixed compensation", readonly=True)
    amount_total = fields.Monetary(
        string="Declared", compute="_compute_amount_total", store=True
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "amount",
        "amount_interest",
        "amount_indemnity",
        "proceeding_id.has_indemnity",
    )
    def _compute_amount_total(self):
        for line in self:
            indemnity = line.amount_indemnity if line.proceeding_id.has_indemnity else 0
            line.amount_total = line.amount + line.amount_interest + indemnity
