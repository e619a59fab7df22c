from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

DIRTY_KEY = "l10n_fr_debt_collection.dirty"

BALANCE_COLUMNS = (
    "amount_due",
    "amount_not_due",
    "amount_1_30",
    "amount_31_60",
    "amount_61_90",
    "amount_91_120",
    "amount_over_120",
    "amount_overdue",
    "amount_credit",
    "amount_overdue_net",
    "overdue_since",
    "next_due_date",
)


class CollectionBalance(models.AbstractModel):
    """Keeps the figures of the cases equal to the receivables of the ledger.

    Whatever changes a receivable marks it here; the figures of all debtors concerned
    are rewritten by one statement when the transaction commits. Cases that do not exist
    yet are made by the same statement.
    """

    _name = "collection.balance"
    _description = "Case balances"

    # === MARKING === #

    @api.model
    def _mark_lines(self, line_ids):
        """Have the debtors of these journal items refreshed at commit."""
        if line_ids:
            self._dirty()["lines"].update(line_ids)

    @api.model
    def _mark_partners(self, partner_ids):
        """Have these debtors (commercial partners) refreshed at commit."""
        if partner_ids:
            self._dirty()["partners"].update(partner_ids)

    @api.model
    def _dirty(self):
        precommit = self.env.cr.precommit
        if DIRTY_KEY not in precommit.data:
            precommit.data[DIRTY_KEY] = {"lines": set(), "partners": set()}
            precommit.add(self.sudo()._refresh_marked)
        return precommit.data[DIRTY_KEY]

    @api.model
    def _refresh_marked(self):
        """Refresh what the transaction has touched, then wake the review job."""
        dirty = self.env.cr.precommit.data.pop(DIRTY_KEY, None)
        if not dirty:
            return
        self._flush_sources()
        cron = self.env.ref(
            "l10n_fr_debt_collection.ir_cron_review_cases", raise_if_not_found=False
        )
        if self._write_balances(self._sql_marked_scope(dirty)) and cron:
            cron._trigger()
        self._note_marked(dirty)

    @api.model
    def _note_marked(self, dirty):
        """Note what has changed for work that is done later, by one insert. Hook.

        :param dict dirty: ``{"lines": journal item ids, "partners": debtor ids}``
        """

    # === REFRESH === #

    @api.model
    def _refresh_cases(self, cases):
        """Rewrite the figures of ``cases`` as of today, in one statement."""
        self._flush_sources()
        self._write_balances(
            SQL(
                "SELECT partner_id, company_id FROM collection_case WHERE id = ANY(%s)",
                list(cases.ids),
            )
        )

    @api.model
    def _refresh_companies(self, companies, is_new_day=False):
        """Rewrite the figures of every case of ``companies``; make the missing ones.

        :param is_new_day: have those reviewed on which a new day may change something
        """
        self._flush_sources()
        self._write_balances(
            self._sql_company_scope(companies), is_new_day, whole=companies
        )

    @api.model
    def _create_missing_cases(self):
        """Make the cases of all debtors that ever had a posted receivable."""
        self._flush_sources()
        self._write_balances(
            SQL(
                """SELECT DISTINCT partner.commercial_partner_id AS partner_id,
                          line.company_id
                     FROM account_move_line line
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE line.account_id = ANY(%s) AND line.parent_state = 'posted'""",
                self._receivable_account_ids(),
            )
        )

    @api.model
    def _find_drift(self, companies):
        """Return ``[(case id, stored net, true net)]`` where stored figures are wrong.

        Each case is recomputed as of the day its figures were written for.
        """
        self._flush_sources()
        differs = SQL(" OR ").join(
            SQL(
                "c.%(column)s IS DISTINCT FROM fresh.%(column)s",
                column=SQL.identifier(name),
            )
            for name in BALANCE_COLUMNS
        )
        return self.env.execute_query(
            SQL(
                """WITH target AS (
                       SELECT partner_id, company_id, balance_date AS today
                         FROM collection_case WHERE company_id = ANY(%(companies)s)),
                   fresh AS (%(fresh)s)
                   SELECT c.id, c.amount_due, fresh.amount_due
                     FROM collection_case c JOIN fresh USING (partner_id, company_id)
                    WHERE %(differs)s""",
                companies=companies.ids,
                fresh=self._sql_balances(whole=companies),
                differs=differs,
            )
        )

    # === SQL === #

    @api.model
    def _flush_sources(self):
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["res.company"].flush_model(["collection_scenario_id", "currency_id"])
        self.env["collection.case"].flush_model()

    @api.model
    def _receivable_account_ids(self):
        return self._get_account_ids("asset_receivable")

    @api.model
    def _get_account_ids(self, account_type):
        # Ids as values: with a sub-query the partial index of open items is not used.
        # Plain SQL: every commit of accounting asks for them.
        self.env["account.account"].flush_model(["account_type", "active"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM account_account WHERE account_type = %s AND active",
                account_type,
            )
        )
        return [account_id for (account_id,) in rows]

    @api.model
    def _sql_marked_scope(self, dirty):
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id, line.company_id
                 FROM account_move_line line
                 JOIN res_partner partner ON partner.id = line.partner_id
                WHERE line.id = ANY(%(lines)s) AND line.account_id = ANY(%(accounts)s)
                  AND (line.parent_state = 'posted' OR EXISTS (
                      SELECT FROM collection_case c
                       WHERE c.partner_id = partner.commercial_partner_id
                         AND c.company_id = line.company_id))
                UNION
               SELECT c.partner_id, c.company_id FROM collection_case c
                WHERE c.partner_id = ANY(%(partners)s)
                UNION
               SELECT partner.commercial_partner_id, line.company_id
                 FROM res_partner partner
                 JOIN account_move_line line ON line.partner_id = partner.id
                WHERE partner.commercial_partner_id = ANY(%(partners)s)
                  AND line.account_id = ANY(%(accounts)s)
                  AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'""",
            lines=list(dirty["lines"]),
            partners=list(dirty["partners"]),
            accounts=self._receivable_account_ids(),
        )

    @api.model
    def _sql_company_scope(self, companies):
        return SQL(
            """SELECT partner_id, company_id FROM collection_case
                WHERE company_id = ANY(%(companies)s)
                UNION
               SELECT partner.commercial_partner_id, line.company_id
                 FROM account_move_line line
                 JOIN res_partner partner ON partner.id = line.partner_id
                WHERE line.account_id = ANY(%(accounts)s)
                  AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
                  AND line.company_id = ANY(%(companies)s)""",
            companies=companies.ids,
            accounts=self._receivable_account_ids(),
        )

    @api.model
    def _sql_open_lines(self, whole=None):
        """Return the SELECT of what is open, for each debtor and company.

        :param whole: companies whose whole book is wanted: it is read once, by the
            index of open items, instead of debtor by debtor with all that he has paid
        """
        lines = SQL(
            """SELECT partner.commercial_partner_id AS partner_id, line.company_id,
                      line.amount_residual AS residual,
                      line.amount_residual > 0 AS debit,
                      COALESCE(line.date_maturity, line.date) AS due
                 FROM res_partner partner
                 JOIN account_move_line line ON line.partner_id = partner.id
                WHERE line.account_id = ANY(%(accounts)s)
                  AND line.reconciled IS NOT TRUE
                  AND line.parent_state = 'posted'""",
            accounts=self._receivable_account_ids(),
        )
        if not whole:
            return lines
        return SQL(
            """WITH book AS MATERIALIZED (%s AND line.company_id = ANY(%s))
               SELECT * FROM book""",
            lines,
            whole.ids,
        )

    @api.model
    def _sql_balances(self, whole=None):
        """Return the SELECT of the figures of the pairs in the CTE ``target``.

        ``target`` has ``partner_id``, ``company_id`` and ``today``; a line without a
        due date is due at its own date, and what is due today is not overdue.

        :param whole: the companies, if the pairs are all those they have
        """
        return SQL(
            """SELECT target.partner_id, target.company_id, target.today,
                   COALESCE(sum(l.residual), 0) AS amount_due,
                   COALESCE(sum(l.residual) FILTER (WHERE debit AND late <= 0), 0)
                       AS amount_not_due,
                   COALESCE(sum(l.residual) FILTER (
                       WHERE debit AND late BETWEEN 1 AND 30), 0)
                       AS amount_1_30,
                   COALESCE(sum(l.residual) FILTER (
                       WHERE debit AND late BETWEEN 31 AND 60), 0)
                       AS amount_31_60,
                   COALESCE(sum(l.residual) FILTER (
                       WHERE debit AND late BETWEEN 61 AND 90), 0)
                       AS amount_61_90,
                   COALESCE(sum(l.residual) FILTER (
                       WHERE debit AND late BETWEEN 91 AND 120), 0)
                       AS amount_91_120,
                   COALESCE(sum(l.residual) FILTER (WHERE debit AND late > 120), 0)
                       AS amount_over_120,
                   COALESCE(sum(l.residual) FILTER (WHERE debit AND late > 0), 0)
                       AS amount_overdue,
                   COALESCE(-sum(l.residual) FILTER (WHERE NOT debit), 0)
                       AS amount_credit,
                   GREATEST(
                       COALESCE(sum(l.residual) FILTER (WHERE debit AND late > 0), 0)
                       + COALESCE(sum(l.residual) FILTER (WHERE NOT debit), 0), 0)
                       AS amount_overdue_net,
                   min(l.due) FILTER (WHERE debit AND late > 0) AS overdue_since,
                   min(l.due) FILTER (WHERE debit AND late <= 0) AS next_due_date
              FROM target
              LEFT JOIN (%(lines)s
              ) l ON l.partner_id = target.partner_id
                 AND l.company_id = target.company_id
             CROSS JOIN LATERAL (SELECT target.today - l.due AS late) age
             GROUP BY target.partner_id, target.company_id, target.today""",
            lines=self._sql_open_lines(whole),
        )

    @api.model
    def _write_balances(self, scope, is_new_day=False, whole=None):
        """Insert or update the cases of ``scope`` by one statement; return how many.

        What is right already is not written. ``is_new_day`` has all those reviewed that
        owe something or do not just stand by; see :meth:`_sql_balances` for ``whole``.
        """
        is_to_review = SQL(
            """%s AND (EXCLUDED.amount_overdue > 0 OR EXCLUDED.amount_not_due > 0
                       OR c.state <> 'watch')""",
            is_new_day,
        )
        new_columns = self.env["collection.case"]._get_new_case_columns()
        names = [SQL.identifier(name) for name in BALANCE_COLUMNS]
        self.env.cr.execute(
            SQL(
                """WITH scope AS (%(scope)s),
                   target AS (
                       SELECT scope.partner_id, scope.company_id, days.today
                         FROM scope
                         JOIN unnest(%(company_ids)s, %(todays)s::date[])
                              AS days (company_id, today) USING (company_id)),
                   fresh AS (%(fresh)s)
                   INSERT INTO collection_case AS c (
                       partner_id, company_id, balance_date, create_uid, write_uid,
                       create_date, write_date, %(new_names)s, %(names)s)
                   SELECT fresh.partner_id, fresh.company_id, fresh.today,
                          %(uid)s, %(uid)s,
                          now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                          %(new_values)s, %(fresh_names)s
                     FROM fresh
                     JOIN res_company company ON company.id = fresh.company_id
                     JOIN res_partner partner ON partner.id = fresh.partner_id
                    ORDER BY fresh.partner_id, fresh.company_id
                       ON CONFLICT (partner_id, company_id) DO UPDATE
                      SET balance_date = EXCLUDED.balance_date,
                          review_pending = c.review_pending
                              OR (%(own_names)s) IS DISTINCT FROM (%(excluded_names)s)
                              OR %(is_to_review)s,
                          %(updates)s
                    WHERE (c.balance_date, %(own_names)s) IS DISTINCT FROM
                          (EXCLUDED.balance_date, %(excluded_names)s)
                       OR (c.review_pending IS NOT TRUE AND %(is_to_review)s)""",
                scope=scope,
                is_to_review=is_to_review,
                fresh=self._sql_balances(whole),
                **self._company_days(),
                uid=self.env.uid,
                new_names=SQL(", ").join(SQL.identifier(name) for name in new_columns),
                new_values=SQL(", ").join(new_columns.values()),
                names=SQL(", ").join(names),
                fresh_names=SQL(", ").join(SQL("fresh.%s", name) for name in names),
                own_names=SQL(", ").join(SQL("c.%s", name) for name in names),
                excluded_names=SQL(", ").join(
                    SQL("EXCLUDED.%s", name) for name in names
                ),
                updates=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", name, name) for name in names
                ),
            )
        )
        written = self.env.cr.rowcount
        self.env["collection.case"].invalidate_model()
        return written

    @api.model
    def _company_days(self):
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        return {
            "company_ids": companies.ids,
            "todays": [company._get_collection_today() for company in companies],
        }
