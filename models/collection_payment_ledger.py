from odoo import api, models
from odoo.tools import SQL

FACT_COLUMNS = (
    "line_id",
    "move_id",
    "name",
    "company_id",
    "currency_id",
    "partner_id",
    "case_id",
    "user_id",
    "invoice_date",
    "date_due",
    "season_month",
    "date_paid",
    "last_payment_date",
    "date_settled",
    "amount",
    "amount_paid",
    "amount_credited",
    "amount_written_off",
    "amount_open",
    "state",
    "days_late",
    "days_to_pay",
    "lateness",
    "step_id",
    "channel",
    "contact_date",
    "days_after_contact",
)


class CollectionPaymentLedger(models.AbstractModel):
    """Reads from the ledger how each instalment was settled.

    An instalment is a posted receivable with a positive balance, of a sale document or
    of an entry that is no exchange difference. What is matched with it is

    * a payment, when it moves cash: of a payment, a bank statement or a cash journal.
      Where its entry also writes something off, only the share of the cash is one;
    * a credit note, an exchange difference (no settlement of its own), or else
    * a write-off or a transfer: ``is_transfer`` where its entry moves the debt to
      another receivable, a bill or a doubtful account, and nothing is settled.

    A payment counts on the day of the reconciliation (``max_date``): an advance on the
    day of the invoice. Parts are measured in the currency of the instalment and shown
    in company currency at the rate of its document.
    """

    _name = "collection.payment.ledger"
    _description = "Payments in the ledger"

    @api.model
    def _write_facts(self, lines, facts):
        """Write the facts of the items in ``lines``; delete those no longer true.

        :param SQL lines: condition on ``line``, the journal items
        :param SQL facts: condition on ``fact``, the facts there may be of them
        :return: how many facts were written, those deleted not counted
        """
        self._flush_sources()
        columns = [SQL.identifier(name) for name in FACT_COLUMNS]
        self.env.cr.execute(
            SQL(
                """WITH %(ctes)s,
                   gone AS (
                       DELETE FROM collection_payment_fact fact
                        WHERE %(facts)s AND NOT EXISTS (
                              SELECT FROM fresh WHERE fresh.line_id = fact.line_id))
                   INSERT INTO collection_payment_fact AS fact (%(columns)s)
                   SELECT %(columns)s FROM fresh
                       ON CONFLICT (line_id) DO UPDATE
                      SET (%(columns)s) = (%(excluded)s)
                    WHERE (%(own)s) IS DISTINCT FROM (%(excluded)s)""",
                ctes=self._sql_facts(lines),
                facts=facts,
                columns=SQL(", ").join(columns),
                own=SQL(", ").join(SQL("fact.%s", name) for name in columns),
                excluded=SQL(", ").join(SQL("EXCLUDED.%s", name) for name in columns),
            )
        )
        written = self.env.cr.rowcount
        self.env["collection.payment.fact"].invalidate_model()
        return written

    @api.model
    def _with_settled(self, line_ids):
        """Return these items and those that they are matched with as credits."""
        self._flush_sources()
        return [
            line_id
            for (line_id,) in self.env.execute_query(
                SQL(
                    """SELECT unnest(%(ids)s)
                        UNION
                       SELECT debit_move_id FROM account_partial_reconcile
                        WHERE credit_move_id = ANY(%(ids)s)""",
                    ids=list(line_ids),
                )
            )
        ]

    @api.model
    def _flush_sources(self):
        self.env.flush_all()

    # === SQL === #

    @api.model
    def _sql_facts(self, lines):
        """Return CTEs of which ``fresh`` has the columns of ``FACT_COLUMNS``."""
        return SQL(
            """instalment AS MATERIALIZED (%(instalments)s),
               matched AS (%(matched)s),
               settlement AS MATERIALIZED (%(settlements)s),
               contact AS (%(contacts)s),
               fresh AS MATERIALIZED (%(fresh)s)""",
            instalments=self._sql_instalments(lines),
            matched=self._sql_matched(),
            settlements=self._sql_settlements(),
            contacts=self._sql_contacts(),
            fresh=self._sql_fresh(),
        )

    @api.model
    def _sql_instalments(self, lines):
        return SQL(
            """SELECT line.id, line.move_id, line.company_id, line.currency_id,
                      company.currency_exchange_journal_id AS exchange_journal_id,
                      currency.decimal_places AS digits,
                      line.balance, line.amount_residual,
                      line.reconciled IS TRUE AS is_settled,
                      COALESCE(line.balance / NULLIF(line.amount_currency, 0), 1)
                          AS rate,
                      COALESCE(line.date_maturity, line.date) AS due,
                      COALESCE(move.invoice_date, line.date) AS invoiced,
                      line.date,
                      COALESCE(NULLIF(move.name, '/'), move.ref, line.name) AS name,
                      move.invoice_user_id AS user_id,
                      partner.commercial_partner_id AS partner_id
                 FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                 JOIN account_journal journal ON journal.id = move.journal_id
                 JOIN res_company company ON company.id = line.company_id
                 JOIN res_currency currency ON currency.id = company.currency_id
                 JOIN res_partner partner ON partner.id = line.partner_id
                WHERE %(lines)s
                  AND line.account_id = ANY(%(accounts)s)
                  AND line.parent_state = 'posted'
                  AND line.balance > 0
                  AND (move.move_type IN ('out_invoice', 'out_receipt')
                       OR move.move_type = 'entry' AND journal.type = 'general'
                          AND journal.id IS DISTINCT FROM
                              company.currency_exchange_journal_id)""",
            lines=lines,
            accounts=self.env["collection.balance"]._receivable_account_ids(),
        )

    @api.model
    def _sql_matched(self):
        """Return what the instalments are matched with, in their currency.

        The companies and currencies are joined to the instalments only: the planner
        cannot know how many instalments of a CTE a further join leaves.
        """
        balance = self.env["collection.balance"]
        return SQL(
            """WITH counterpart AS MATERIALIZED (
                   SELECT instalment.id AS line_id, instalment.exchange_journal_id,
                          partial.max_date AS day, credit.move_id,
                          partial.debit_amount_currency * CASE
                              WHEN credit.currency_id = instalment.currency_id THEN 1
                              ELSE (%(with_exchange)s) END AS amount
                     FROM instalment
                     JOIN account_partial_reconcile partial
                       ON partial.debit_move_id = instalment.id
                      AND partial.debit_amount_currency <> 0
                     JOIN account_move_line credit
                       ON credit.id = partial.credit_move_id),
               entry AS (
                   SELECT part.move_id,
                          sum(part.balance) FILTER (
                              WHERE part.account_id = ANY(%(cash)s)) AS cash,
                          -sum(part.balance) FILTER (
                              WHERE part.account_id = ANY(%(receivable)s))
                              AS receivable
                     FROM account_move_line part
                    WHERE part.move_id IN (SELECT move_id FROM counterpart)
                      AND part.account_id = ANY(%(accounts)s)
                 GROUP BY part.move_id)
               SELECT counterpart.line_id, counterpart.day, counterpart.amount,
                      CASE WHEN move.move_type <> 'entry' THEN 'credited'
                           WHEN move.journal_id = counterpart.exchange_journal_id
                               THEN 'exchange'
                           WHEN payment.id IS NOT NULL
                                OR move.statement_line_id IS NOT NULL
                                OR journal.type IN ('bank', 'cash', 'credit')
                                OR entry.cash <> 0 THEN 'payment'
                           ELSE 'written_off' END AS kind,
                      LEAST(1, COALESCE(
                          NULLIF(abs(COALESCE(payment.amount_company_currency_signed,
                                              entry.cash)), 0)
                          / NULLIF(GREATEST(entry.receivable, 0), 0), 1)) AS cash_share,
                      entry.receivable = 0 AS is_transfer
                 FROM counterpart
                 JOIN account_move move ON move.id = counterpart.move_id
                 JOIN account_journal journal ON journal.id = move.journal_id
            LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
            LEFT JOIN entry ON entry.move_id = counterpart.move_id""",
            with_exchange=self._sql_with_exchange(),
            cash=(cash := balance._get_account_ids("asset_cash")),
            receivable=(receivable := balance._receivable_account_ids()),
            accounts=cash + receivable,
        )

    @api.model
    def _sql_with_exchange(self):
        """Return how many times more than its amount a match in other currency settles.

        Mostly 1. But where a credit note in another currency is matched with a document
        in company currency, an exchange difference closes what is left: it goes with
        the credit note.
        """
        return SQL(
            """SELECT COALESCE(sum(twin.debit_amount_currency) / NULLIF(
                          sum(twin.debit_amount_currency) FILTER (
                              WHERE move.journal_id IS DISTINCT FROM
                                    instalment.exchange_journal_id), 0), 1)
                 FROM account_partial_reconcile twin
                 JOIN account_move_line line ON line.id = twin.credit_move_id
                 JOIN account_move move ON move.id = line.move_id
                WHERE twin.debit_move_id = instalment.id
                  AND (line.currency_id <> instalment.currency_id
                       OR move.journal_id = instalment.exchange_journal_id)"""
        )

    @api.model
    def _sql_settlements(self):
        return SQL(
            """SELECT line_id,
                      sum(amount) FILTER (WHERE kind = 'payment') AS by_payment,
                      sum(amount * cash_share) FILTER (WHERE kind = 'payment') AS paid,
                      sum(amount) FILTER (WHERE kind = 'credited') AS credited,
                      sum(amount) FILTER (WHERE kind = 'written_off') AS written_off,
                      sum((day - DATE '2000-01-01') * amount * cash_share)
                          FILTER (WHERE kind = 'payment')
                      / NULLIF(sum(amount * cash_share)
                                   FILTER (WHERE kind = 'payment'), 0) AS paid_day,
                      max(day) FILTER (WHERE kind = 'payment') AS last_payment,
                      max(day) FILTER (WHERE kind <> 'exchange') AS last_day
                 FROM matched GROUP BY line_id"""
        )

    @api.model
    def _sql_contacts(self):
        """Return the last contact about each instalment before its last payment."""
        return SQL(
            """SELECT DISTINCT ON (item.line_id) item.line_id, action.step_id,
                      action.channel, action.date
                 FROM settlement
                 JOIN collection_action_item item ON item.line_id = settlement.line_id
                 JOIN collection_action action ON action.id = item.action_id
                WHERE action.state IN ('sent', 'done')
                  AND COALESCE(action.outcome, '') NOT IN ('skipped', 'expired')
                  AND action.date <= settlement.last_payment
             ORDER BY item.line_id, action.date DESC, action.id DESC"""
        )

    @api.model
    def _sql_fresh(self):
        return SQL(
            """SELECT instalment.id AS line_id, instalment.move_id, instalment.name,
                      instalment.company_id,
                      instalment.currency_id, instalment.partner_id, c.id AS case_id,
                      instalment.user_id, instalment.invoiced AS invoice_date,
                      instalment.due AS date_due,
                      to_char(instalment.due, 'MM') AS season_month,
                      DATE '2000-01-01' + round(settlement.paid_day)::int AS date_paid,
                      settlement.last_payment AS last_payment_date,
                      CASE WHEN is_settled THEN
                          COALESCE(settlement.last_day, instalment.date) END
                          AS date_settled,
                      instalment.balance AS amount,
                      cents.paid AS amount_paid, cents.credited AS amount_credited,
                      cents.by_payment - cents.paid + cents.written_off
                          AS amount_written_off,
                      instalment.amount_residual AS amount_open,
                      CASE WHEN is_settled AND cents.paid > 0 THEN 'paid'
                           WHEN is_settled THEN 'credited'
                           WHEN cents.paid > 0 THEN 'part_paid'
                           ELSE 'open' END AS state,
                      late.days AS days_late,
                      late.days + (instalment.due - instalment.invoiced)
                          AS days_to_pay,
                      CASE WHEN late.whole_days < 0 THEN 'early'
                           WHEN late.whole_days = 0 THEN 'on_time'
                           WHEN late.whole_days <= 30 THEN '1_30'
                           WHEN late.whole_days <= 60 THEN '31_60'
                           WHEN late.whole_days <= 90 THEN '61_90'
                           WHEN late.days IS NOT NULL THEN 'over_90' END AS lateness,
                      contact.step_id, contact.channel, contact.date AS contact_date,
                      settlement.last_payment - contact.date AS days_after_contact
                 FROM instalment
            LEFT JOIN collection_case c ON c.partner_id = instalment.partner_id
                                       AND c.company_id = instalment.company_id
            LEFT JOIN settlement ON settlement.line_id = instalment.id
            LEFT JOIN contact ON contact.line_id = instalment.id
           CROSS JOIN LATERAL (
                      SELECT %(paid)s AS paid, %(by_payment)s AS by_payment,
                             %(credited)s AS credited, %(written_off)s AS written_off
                      ) cents
           CROSS JOIN LATERAL (
                      SELECT CASE WHEN is_settled AND cents.paid > 0 THEN
                          instalment.due - DATE '2000-01-01' END AS day) due
           CROSS JOIN LATERAL (
                      SELECT (settlement.paid_day - due.day)::float8 AS days,
                             round(settlement.paid_day)::int - due.day AS whole_days
                      ) late""",
            **{
                name: SQL(
                    "round(COALESCE(settlement.%s, 0) * instalment.rate,"
                    " instalment.digits)",
                    SQL.identifier(name),
                )
                for name in ("paid", "by_payment", "credited", "written_off")
            },
        )
