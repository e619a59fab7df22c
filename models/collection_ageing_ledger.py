from odoo import api, models
from odoo.tools import SQL

TRADE = "trade"
BILLS = "bills"
DOUBTFUL = "doubtful"


class CollectionAgeingLedger(models.AbstractModel):
    """Tells from the ledger what was open on any day.

    What was open then is what is open now, with every matching undone that was made
    since (``max_date`` of the partial reconciliation). As both sides of a matching are
    receivables, the sum is the balance of the accounts on that day.
    """

    _name = "collection.ageing.ledger"
    _description = "Receivables on a day"

    @api.model
    def _get_accounts(self, company):
        """Return ``{account id: class}`` of the receivable accounts of ``company``."""
        accounts = self.env["account.account"].with_company(company)
        doubtful = company._get_account_prefixes("collection_doubtful_accounts")
        bills = company._get_account_prefixes("collection_bill_accounts")
        return {
            account.id: DOUBTFUL
            if (account.code or "").startswith(doubtful)
            else BILLS
            if (account.code or "").startswith(bills)
            else TRADE
            for account in accounts.search(
                [
                    *accounts._check_company_domain(company),
                    ("account_type", "=", "asset_receivable"),
                ]
            )
        }

    @api.model
    def _get_ledger_balance(self, company, day):
        """Return the balance of the receivable accounts when ``day`` was over.

        Added up from all that is posted, whatever it is matched with: what an ageing
        balance has to tie to.
        """
        self._flush()
        [[balance]] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(sum(balance), 0) FROM account_move_line
                    WHERE company_id = %(company)s AND parent_state = 'posted'
                      AND date <= %(day)s AND account_id = ANY(%(accounts)s)""",
                company=company.id,
                day=day,
                accounts=list(self._get_accounts(company)),
            )
        )
        return company.currency_id.round(float(balance))

    @api.model
    def _flush(self):
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])

    @api.model
    def _sql_open_items(self, company, day):
        """Return the SELECT of what was open when ``day`` was over, an item a row.

        ``line_id``, ``move_id``, ``partner_id`` (the debtor, NULL if the entry has
        none), ``account_class``, ``due``, ``days_late``, ``amount`` (as posted) and
        ``residual``, in company currency; credits are negative.
        """
        classes = self._get_accounts(company)
        return SQL(
            """WITH later AS (
                   SELECT line_id, sum(amount) AS amount
                     FROM (SELECT debit_move_id AS line_id, amount
                             FROM account_partial_reconcile WHERE max_date > %(day)s
                            UNION ALL
                           SELECT credit_move_id, -amount
                             FROM account_partial_reconcile WHERE max_date > %(day)s
                          ) undone
                    GROUP BY line_id),
               account_class AS (
                   SELECT * FROM unnest(%(accounts)s, %(classes)s)
                       AS class(account_id, name))
               SELECT line.id AS line_id, line.move_id, line.balance AS amount,
                      partner.commercial_partner_id AS partner_id,
                      account_class.name AS account_class, age.due,
                      %(day)s - age.due AS days_late,
                      round(line.amount_residual + COALESCE(later.amount, 0),
                            %(digits)s) AS residual
                 FROM account_move_line line
                 JOIN account_class USING (account_id)
                 LEFT JOIN later ON later.line_id = line.id
                 LEFT JOIN res_partner partner ON partner.id = line.partner_id
                CROSS JOIN LATERAL (
                      SELECT COALESCE(line.date_maturity, line.date) AS due) age
                WHERE line.company_id = %(company)s AND line.parent_state = 'posted'
                  AND line.date <= %(day)s
                  AND (line.reconciled IS NOT TRUE OR later.line_id IS NOT NULL)
                  AND round(line.amount_residual + COALESCE(later.amount, 0),
                            %(digits)s) <> 0""",
            day=day,
            company=company.id,
            digits=company.currency_id.decimal_places,
            accounts=list(classes),
            classes=list(classes.values()),
        )

    @api.model
    def _sql_debtors(self, items):
        """Return the SELECT of the ageing of each debtor and class of account."""
        return SQL(
            """SELECT partner_id, account_class, count(*) AS item_count,
                      %(buckets)s,
                      -COALESCE(sum(residual) FILTER (WHERE residual < 0), 0)
                          AS amount_credit,
                      sum(residual) AS amount_total
                 FROM (%(items)s) item
                GROUP BY partner_id, account_class""",
            items=items,
            buckets=SQL(", ").join(
                SQL(
                    "COALESCE(sum(residual) FILTER (WHERE residual > 0 AND %s), 0)"
                    " AS %s",
                    condition,
                    SQL.identifier(name),
                )
                for name, condition in self._get_buckets()
            ),
        )

    @api.model
    def _get_buckets(self):
        """Return ``[(column, SQL condition)]``: what is due that day is not late."""
        return [
            ("amount_not_due", SQL("days_late <= 0")),
            ("amount_1_30", SQL("days_late BETWEEN 1 AND 30")),
            ("amount_31_60", SQL("days_late BETWEEN 31 AND 60")),
            ("amount_61_90", SQL("days_late BETWEEN 61 AND 90")),
            ("amount_91_120", SQL("days_late BETWEEN 91 AND 120")),
            ("amount_over_120", SQL("days_late > 120")),
        ]
