from odoo import api, models
from odoo.tools import SQL

# What moves cash; the counterparts of receivables that do not are credits.
CASH_JOURNALS = ("bank", "cash", "credit")


class CollectionClaimLedger(models.AbstractModel):
    """Reads from the ledger what was open on a day, and what has settled it.

    A settlement counts on the later of its own day and that of the invoice. Amounts are
    in the currency of the item; ``rate`` times an amount gives company currency, at the
    rate at which the item is in the books.
    """

    _name = "collection.claim.ledger"
    _description = "Receivables of a claim in the ledger"

    @api.model
    def _read_items(self, stops, lines=None, paid_since=None):
        """Return the items of each case as rows, the oldest first; one query for all.

        :param stops: ``{case id: day}``; items and settlements after it do not count
        :param lines: only these; otherwise what was due by then, and all credits
        :param paid_since: with what was paid late from that day on
        """
        self._flush_sources()
        return self._fetch(
            SQL(
                """SELECT item.* FROM (%(items)s) item
                    WHERE item.residual <> 0
                       OR (item.balance > 0 AND item.settled_on > item.due
                           AND item.settled_on >= %(paid_since)s::date)
                 ORDER BY item.due, item.line_id""",
                items=self._sql_items(stops, lines, paid_since),
                paid_since=paid_since or None,
            )
        )

    @api.model
    def _read_settlements(self, line_ids, last_day):
        """Return what has settled these debts up to ``last_day``, in order of time."""
        self._flush_sources()
        return self._fetch(
            SQL(
                """SELECT partial.debit_move_id AS line_id, partial.max_date AS day,
                          partial.debit_amount_currency AS amount,
                          COALESCE(NULLIF(move.name, '/'), move.ref) AS name,
                          %(is_payment)s AS is_payment,
                          move.reversed_entry_id = debit.move_id AS is_correction
                     FROM account_partial_reconcile partial
                     JOIN account_move_line debit ON debit.id = partial.debit_move_id
                     JOIN account_move_line credit ON credit.id = partial.credit_move_id
                     JOIN account_move move ON move.id = credit.move_id
                     JOIN account_journal journal ON journal.id = move.journal_id
                     JOIN res_company company ON company.id = debit.company_id
                    WHERE partial.debit_move_id = ANY(%(lines)s)
                      AND partial.max_date <= %(last_day)s
                      AND partial.debit_amount_currency <> 0
                 ORDER BY partial.max_date, partial.id""",
                is_payment=self._sql_is_payment(),
                lines=list(line_ids),
                last_day=last_day,
            )
        )

    @api.model
    def _fetch(self, query):
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    @api.model
    def _flush_sources(self):
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "collection.case",
        ):
            self.env[model].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])

    # === SQL === #

    @api.model
    def _sql_items(self, stops, lines, paid_since):
        return SQL(
            """SELECT c.id AS case_id, line.id AS line_id, line.move_id, line.balance,
                      line.currency_id, line.amount_currency,
                      line.balance / line.amount_currency AS rate,
                      line.amount_currency - settled.debit + settled.credit AS residual,
                      settled.last_day AS settled_on, asked.stop,
                      COALESCE(move.invoice_date, line.date) AS date,
                      line.date AS booked_on,
                      COALESCE(line.date_maturity, line.date) AS due,
                      COALESCE(NULLIF(move.name, '/'), move.ref, line.name, '/')
                          AS document,
                      move.move_type IN ('out_invoice', 'out_receipt') AS is_invoice,
                      move.collection_claim_statement_id IS NOT NULL AS is_interest,
                      move.reversed_entry_id,
                      %(is_payment)s AS is_payment,
                      move.collection_rate_kind AS rate_kind,
                      move.collection_rate_value AS rate_value
                 FROM UNNEST(%(ids)s::int[], %(stops)s::date[]) asked (id, stop)
                 JOIN collection_case c ON c.id = asked.id
                 JOIN res_company company ON company.id = c.company_id
                 JOIN res_partner partner
                   ON partner.commercial_partner_id = c.partner_id
                 JOIN account_move_line line
                   ON line.partner_id = partner.id AND line.company_id = c.company_id
                 JOIN account_move move ON move.id = line.move_id
                 JOIN account_journal journal ON journal.id = move.journal_id
           CROSS JOIN LATERAL (%(settled)s) settled
                WHERE line.account_id = ANY(%(accounts)s)
                  AND line.parent_state = 'posted'
                  AND line.amount_currency <> 0
                  AND line.date <= asked.stop
                  AND (%(reconciled)s OR line.reconciled IS NOT TRUE
                       OR settled.is_touched_since)
                  AND %(wanted)s""",
            is_payment=self._sql_is_payment(),
            ids=list(stops),
            stops=list(stops.values()),
            settled=self._sql_settled(),
            accounts=self.env["collection.balance"]._receivable_account_ids(),
            reconciled=bool(paid_since),
            wanted=self._sql_wanted(lines),
        )

    @api.model
    def _sql_settled(self):
        """Return what had settled an item by the day asked for, in its currency."""
        return SQL(
            """SELECT COALESCE(SUM(partial.debit_amount_currency) FILTER (
                          WHERE partial.debit_move_id = line.id
                            AND partial.max_date <= asked.stop), 0) AS debit,
                      COALESCE(SUM(partial.credit_amount_currency) FILTER (
                          WHERE partial.credit_move_id = line.id
                            AND partial.max_date <= asked.stop), 0) AS credit,
                      MAX(partial.max_date) FILTER (
                          WHERE partial.max_date <= asked.stop) AS last_day,
                      BOOL_OR(partial.max_date > asked.stop) AS is_touched_since
                 FROM (SELECT own.* FROM account_partial_reconcile own
                        WHERE own.debit_move_id = line.id
                        UNION ALL
                       SELECT own.* FROM account_partial_reconcile own
                        WHERE own.credit_move_id = line.id) partial"""
        )

    @api.model
    def _sql_wanted(self, lines):
        if lines is not None:
            return SQL("line.id = ANY(%s)", list(lines.ids))
        return SQL(
            """(line.balance < 0
                OR COALESCE(line.date_maturity, line.date) <= asked.stop
                   AND (move.move_type IN ('out_invoice', 'out_receipt')
                        OR move.move_type = 'entry' AND journal.type = 'general'
                           AND journal.id IS DISTINCT FROM
                               company.currency_exchange_journal_id))"""
        )

    @api.model
    def _sql_is_payment(self):
        """Tell payments from credits; an exchange difference goes with its payment."""
        return SQL(
            """(move.move_type = 'entry' AND (
                    move.origin_payment_id IS NOT NULL
                    OR move.statement_line_id IS NOT NULL
                    OR journal.type = ANY(%(cash)s)
                    OR journal.id = company.currency_exchange_journal_id))""",
            cash=list(CASH_JOURNALS),
        )
