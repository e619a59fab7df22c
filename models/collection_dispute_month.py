from odoo import api, fields, models
from odoo.tools import SQL

RATES = {
    "dispute_rate:avg": ("amount_disputed", "amount_open"),
    "dispute_count_rate:avg": ("disputed_count", "open_count"),
}


class CollectionDisputeMonth(models.Model):
    """What was disputed of what was open at the end of a month; this month: today.

    One row per salesperson. Written by :meth:`_refresh` every night.
    """

    _name = "collection.dispute.month"
    _description = "Disputes of a month"
    _order = "month desc, id"
    _rec_name = "month"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    month = fields.Date(
        required=True, readonly=True, index=True, help="First day of the month."
    )
    amount_open = fields.Monetary(
        string="Open amount", readonly=True, help="Debts, credits not deducted."
    )
    amount_disputed = fields.Monetary(string="In dispute", readonly=True)
    open_count = fields.Integer(string="Debts still open", readonly=True)
    disputed_count = fields.Integer(string="Debts in dispute", readonly=True)
    dispute_rate = fields.Float(
        string="Dispute rate (% of amount)",
        compute="_compute_rates",
        digits=(5, 1),
        aggregator="avg",
        help="In dispute, in percent of what is open.",
    )
    dispute_count_rate = fields.Float(
        string="Dispute rate (% of number)",
        compute="_compute_rates",
        digits=(5, 1),
        aggregator="avg",
        help="Debts in dispute, in percent of the open debts.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount_open", "amount_disputed", "open_count", "disputed_count")
    def _compute_rates(self):
        for row in self:
            row.dispute_rate = (
                100 * row.amount_disputed / row.amount_open if row.amount_open else 0
            )
            row.dispute_count_rate = (
                100 * row.disputed_count / row.open_count if row.open_count else 0
            )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = RATES[aggregate_spec]
        return SQL(
            "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, part, query),
            self._field_to_sql(self._table, whole, query),
        )

    # === UPKEEP === #

    @api.model
    def _refresh(self, companies):
        """Write this month's figures of ``companies`` anew, one statement for each."""
        self.env.flush_all()
        for company in companies:
            self._refresh_company(company)
        self.invalidate_model()

    @api.model
    def _refresh_company(self, company):
        month = company._get_collection_today().replace(day=1)
        self.env.cr.execute(
            SQL(
                """DELETE FROM collection_dispute_month
                    WHERE company_id = %s AND month = %s""",
                company.id,
                month,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO collection_dispute_month
                          (company_id, currency_id, user_id, month, amount_open,
                           amount_disputed, open_count, disputed_count)
                   SELECT %(company)s, %(currency)s, move.invoice_user_id, %(month)s,
                          sum(line.amount_residual),
                          COALESCE(sum(LEAST(line.amount_residual, disputed.amount))
                              FILTER (WHERE disputed.amount IS NOT NULL), 0),
                          count(*), count(disputed.amount)
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                LEFT JOIN (%(disputed)s) disputed ON disputed.line_id = line.id
                    WHERE line.company_id = %(company)s
                      AND line.account_id = ANY(%(accounts)s)
                      AND line.parent_state = 'posted'
                      AND line.reconciled IS NOT TRUE AND line.amount_residual > 0
                      AND line.partner_id IS NOT NULL
                 GROUP BY move.invoice_user_id""",
                company=company.id,
                currency=company.currency_id.id,
                month=month,
                accounts=self.env["collection.balance"]._receivable_account_ids(),
                disputed=self._sql_disputed(company),
            )
        )

    @api.model
    def _sql_disputed(self, company):
        """Return the SELECT of what is disputed today of each item, without limit."""
        return SQL(
            """SELECT rel.line_id,
                      sum(CASE WHEN dispute.is_partial THEN dispute.amount
                               ELSE 'infinity' END::numeric) AS amount
                 FROM collection_dispute dispute
                 JOIN collection_dispute_line_rel rel ON rel.dispute_id = dispute.id
                WHERE dispute.company_id = %s
                  AND dispute.state IN ('new', 'investigating', 'waiting_debtor')
             GROUP BY rel.line_id""",
            company.id,
        )
