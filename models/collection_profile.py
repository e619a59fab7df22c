from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

# In days: what was paid so long ago counts half.
HALF_LIFE = 182
# What is unpaid counts no later than the window is long.
LATEST = 365
DAYS_A_MONTH = 30.4375
# Mean days late up to which a payer is prompt, slow, late: delays within which a bank
# and a week-end fall, then the classes in which payment delays are published in France.
PROMPT, SLOW, LATE = 5, 15, 30
# Payments, or instalments overdue as long as a late payer's, that make a type.
FEWEST_KNOWN = 3
# Chance to be wrong in saying that a debtor has a usual day of payment.
PAY_DAY_LEVEL = 0.01
# A promise is kept when the money is there so many days after.
PROMISE_GRACE = 3
# In percent: of a limit of next to nothing the share says nothing more.
MOST_CREDIT_USED = 999
# Until when a promise without a date is taken to last.
UNDATED_PROMISE = 8

PROFILE_COLUMNS = (
    "payment_count",
    "days_late_avg",
    "days_late_deviation",
    "late_share",
    "late_trend",
    "days_to_pay_avg",
    "pay_day",
    "last_payment_date",
    "last_payment_amount",
    "invoiced_12m",
    "promise_count",
    "kept_promise_rate",
    "rejected_payment_count",
    "dispute_rate",
    "credit_used",
    "payer_type",
)


class CollectionProfile(models.AbstractModel):
    """Writes how debtors pay on their cases, from the payment facts.

    The window is the 12 months before the company's today. A payment weighs as its
    amount, halved every :data:`HALF_LIFE` days. Units are those of the fields of
    ``collection.case``; ``docs/observatory-profile.md`` gives the rules and why.
    """

    _name = "collection.profile"
    _description = "Behaviour profiles"

    @api.model
    def _refresh(self, company, cases=None):
        """Rewrite the profiles of ``cases``, or of all cases, of ``company``.

        A fixed number of statements. The signals of ``cases`` are judged by what the
        last pass over all cases found to be a signal.
        """
        self.env.flush_all()
        self._write_figures(company, cases)
        self.env["collection.profile.signal"]._refresh(company, cases)

    @api.model
    def _write_figures(self, company, cases):
        names = [SQL.identifier(name) for name in PROFILE_COLUMNS]
        self.env.cr.execute(
            SQL(
                """WITH %(ctes)s
                   UPDATE collection_case c
                      SET (%(names)s) = (%(fresh)s), profile_date = %(today)s
                     FROM fresh
                    WHERE c.id = fresh.id
                      AND (%(own)s) IS DISTINCT FROM (%(fresh)s)""",
                ctes=self._sql_profiles(company, cases),
                names=SQL(", ").join(names),
                own=SQL(", ").join(SQL("c.%s", name) for name in names),
                fresh=SQL(", ").join(SQL("fresh.%s", name) for name in names),
                today=company._get_collection_today(),
            )
        )
        self.env["collection.case"].invalidate_model([*PROFILE_COLUMNS, "profile_date"])

    # === HOOKS === #

    @api.model
    def _sql_promises(self, company):
        """Return the SELECT of ``(case_id, due_on, is_kept)`` of all promises. Hook.

        ``is_kept`` is null while a promise may still be kept.
        """
        return SQL(
            """SELECT promise.case_id, promise.due_on,
                      CASE WHEN bool_and(COALESCE(
                               fact.date_settled <= promise.due_on + %(grace)s, FALSE))
                               THEN TRUE
                           WHEN promise.due_on + %(grace)s < %(today)s THEN FALSE END
                          AS is_kept
                 FROM (%(promises)s) promise
                 JOIN collection_payment_fact fact
                   ON fact.case_id = promise.case_id
                  AND (fact.line_id = ANY(promise.line_ids)
                       OR promise.line_ids IS NULL
                          AND fact.invoice_date <= promise.made_on
                          AND fact.date_due <= promise.due_on
                          AND (fact.date_settled IS NULL
                               OR fact.date_settled >= promise.made_on))
             GROUP BY promise.origin, promise.id, promise.case_id, promise.due_on""",
            grace=PROMISE_GRACE,
            today=company._get_collection_today(),
            promises=self._sql_promises_made(company),
        )

    @api.model
    def _sql_disputed_lines(self, company):
        """Return the SELECT of ``line_id`` of all instalments once disputed. Hook."""
        return SQL(
            """SELECT rel.line_id
                 FROM collection_hold hold
                 JOIN collection_hold_line_rel rel ON rel.hold_id = hold.id
                WHERE hold.company_id = %(company)s AND hold.active
                  AND hold.reason = 'dispute'
                UNION
               SELECT fact.line_id
                 FROM collection_hold hold
                 JOIN collection_payment_fact fact ON fact.case_id = hold.case_id
                WHERE hold.company_id = %(company)s AND hold.active
                  AND hold.reason = 'dispute'
                  AND NOT EXISTS (SELECT FROM collection_hold_line_rel rel
                                   WHERE rel.hold_id = hold.id)
                  AND fact.invoice_date <= COALESCE(hold.date_to, %(today)s)
                  AND (fact.date_settled IS NULL
                       OR fact.date_settled >= hold.date_from)
                UNION
               SELECT item.line_id
                 FROM collection_action action
                 JOIN collection_action_item item ON item.action_id = action.id
                WHERE action.company_id = %(company)s AND action.state = 'done'
                  AND action.outcome = 'disputed' AND item.amount > 0""",
            company=company.id,
            today=company._get_collection_today(),
        )

    @api.model
    def _sql_promises_made(self, company):
        """Return the promises noted as holds or as outcomes of actions.

        ``line_ids`` are the instalments promised, null for all that is due. The hold of
        an action whose outcome is a promise gives it its date.
        """
        return SQL(
            """SELECT 'hold' AS origin, hold.id, hold.case_id,
                      hold.date_from AS made_on, hold.date_to AS due_on,
                      (SELECT array_agg(rel.line_id) FROM collection_hold_line_rel rel
                        WHERE rel.hold_id = hold.id) AS line_ids
                 FROM collection_hold hold
            LEFT JOIN collection_action action
                   ON hold.res_model = 'collection.action' AND action.id = hold.res_id
                WHERE hold.company_id = %(company)s AND hold.active
                  AND hold.reason = 'promise' AND hold.date_to IS NOT NULL
                  AND action.outcome IS DISTINCT FROM 'promised'
                UNION ALL
               SELECT 'action', action.id, action.case_id, action.date,
                      COALESCE((SELECT max(hold.date_to) FROM collection_hold hold
                                 WHERE hold.case_id = action.case_id AND hold.active
                                   AND hold.res_model = 'collection.action'
                                   AND hold.res_id = action.id),
                               action.date + %(undated)s),
                      (SELECT array_agg(item.line_id) FROM collection_action_item item
                        WHERE item.action_id = action.id AND item.amount > 0
                          AND item.line_id IS NOT NULL)
                 FROM collection_action action
                WHERE action.company_id = %(company)s AND action.state = 'done'
                  AND action.outcome = 'promised'""",
            company=company.id,
            undated=UNDATED_PROMISE,
        )

    # === SQL === #

    @api.model
    def _sql_scope(self, company, cases):
        """Return the SELECT of the cases to write."""
        wanted = SQL("TRUE")
        if cases is not None:
            wanted = SQL("c.id = ANY(%s)", list(cases.ids))
        return SQL(
            "SELECT c.id, c.partner_id, c.amount_due FROM collection_case c"
            " WHERE c.company_id = %s AND %s",
            company.id,
            wanted,
        )

    @api.model
    def _sql_profiles(self, company, cases):
        """Return CTEs of which ``fresh`` has an ``id`` and the ``PROFILE_COLUMNS``."""
        today = company._get_collection_today()
        since = today - relativedelta(years=1)
        return SQL(
            """scope AS MATERIALIZED (%(scope)s),
               paid AS MATERIALIZED (%(paid)s),
               paid_habit AS (%(paid_habit)s),
               overdue AS (%(overdue)s),
               habit AS (%(habit)s),
               pay_day AS (%(pay_day)s),
               last_line AS MATERIALIZED (%(last_lines)s),
               instalment AS MATERIALIZED (%(instalments)s),
               matched AS (%(matched)s),
               last_payment AS (%(last_payment)s),
               disputed AS (%(disputed)s),
               invoiced AS (%(invoiced)s),
               promise AS (%(promises)s),
               rejected AS (%(rejected)s),
               fresh AS MATERIALIZED (%(fresh)s)""",
            scope=self._sql_scope(company, cases),
            paid=self._sql_paid(since, today),
            paid_habit=self._sql_paid_habit(),
            overdue=self._sql_overdue(today),
            habit=self._sql_habit(),
            pay_day=self._sql_pay_day(since, today),
            last_lines=self._sql_last_lines(),
            disputed=self._sql_disputed_lines(company),
            invoiced=self._sql_invoiced(since, today),
            promises=self._sql_promise_rates(company, since),
            rejected=self._sql_rejected(company, since),
            fresh=self._sql_fresh(company),
            **self._sql_last_payment(),
        )

    @api.model
    def _sql_paid(self, since, today):
        return SQL(
            """SELECT fact.case_id, fact.date_due, fact.last_payment_date,
                      fact.days_late::float8 AS days,
                      fact.days_to_pay::float8 AS days_to_pay,
                      fact.lateness NOT IN ('early', 'on_time') AS is_late,
                      fact.amount_paid::float8
                      * 0.5::float8 ^ ((%(today)s - fact.date_paid)
                                       / %(half_life)s::float8) AS weight
                 FROM scope
                 JOIN collection_payment_fact fact ON fact.case_id = scope.id
                WHERE fact.state = 'paid'
                  AND fact.date_paid > %(since)s AND fact.date_paid <= %(today)s""",
            since=since,
            today=today,
            half_life=HALF_LIFE,
        )

    @api.model
    def _sql_paid_habit(self):
        return SQL(
            """SELECT case_id, count(*) AS payments,
                      count(*) FILTER (WHERE is_late) AS late,
                      sum(weight * days) / sum(weight) AS days,
                      sum(weight * days_to_pay) / sum(weight) AS days_to_pay
                 FROM paid GROUP BY case_id"""
        )

    @api.model
    def _sql_overdue(self, today):
        return SQL(
            """SELECT fact.case_id, fact.date_due,
                      LEAST(%(today)s - fact.date_due, %(latest)s)::float8 AS days,
                      fact.amount_open::float8 AS weight
                 FROM scope
                 JOIN collection_payment_fact fact ON fact.case_id = scope.id
                WHERE fact.state IN ('open', 'part_paid') AND fact.amount_open > 0
                  AND fact.date_due < %(today)s""",
            today=today,
            latest=LATEST,
        )

    @api.model
    def _sql_habit(self):
        """Return mean, deviation and trend of what was paid, and of what is overdue.

        What is overdue takes part once it is later than what was paid: before, it says
        nothing of how late it will be.
        """
        return SQL(
            """SELECT case_id,
                      sum(weight * days) / sum(weight) AS days,
                      sqrt(GREATEST(sum(weight * days * days) / sum(weight)
                                    - (sum(weight * days) / sum(weight)) ^ 2, 0))
                          AS deviation,
                      regr_slope(days, date_due - DATE '2000-01-01') * %(month)s
                          AS trend,
                      count(*) FILTER (WHERE is_paid OR days > %(late)s) AS known,
                      count(*) AS observed
                 FROM (SELECT case_id, date_due, days, weight, TRUE AS is_paid
                         FROM paid
                    UNION ALL
                       SELECT overdue.case_id, overdue.date_due, overdue.days,
                              overdue.weight, FALSE
                         FROM overdue LEFT JOIN paid_habit USING (case_id)
                        WHERE overdue.days > COALESCE(paid_habit.days, 0)) counted
             GROUP BY case_id""",
            month=DAYS_A_MONTH,
            late=LATE,
        )

    @api.model
    def _sql_pay_day(self, since, today):
        """Return the day of the month on which a debtor pays more than by chance.

        Days with a payment are counted, not payments. The chance that one of the 31
        days is hit that often is at most 31 times the bound of Chernoff, "A Measure of
        Asymptotic Efficiency for Tests of a Hypothesis Based on the Sum of
        Observations", Annals of Mathematical Statistics 23 (1952), 493-507.
        """
        return SQL(
            """SELECT DISTINCT ON (case_id) case_id, day
                 FROM (SELECT case_id, day, count(*)::float8 AS hits,
                              sum(count(*)) OVER (PARTITION BY case_id)::float8 AS days
                         FROM (SELECT DISTINCT fact.case_id, fact.last_payment_date,
                                      CASE WHEN extract(
                                              day FROM fact.last_payment_date + 1) = 1
                                           THEN 31
                                           ELSE extract(day FROM fact.last_payment_date)
                                           END::int AS day
                                 FROM scope
                                 JOIN collection_payment_fact fact
                                   ON fact.case_id = scope.id
                                WHERE fact.last_payment_date > %(since)s
                                  AND fact.last_payment_date <= %(today)s) payment
                     GROUP BY case_id, day) counted
                WHERE hits * ln(hits / days / %(chance)s)
                      + CASE WHEN hits < days THEN
                            (days - hits)
                            * ln((days - hits) / days / (1 - %(chance)s::float8))
                        ELSE 0 END >= ln(31 / %(level)s::float8)
                  AND hits / days > %(chance)s
             ORDER BY case_id, hits DESC, day DESC""",
            since=since,
            today=today,
            chance=1 / DAYS_A_MONTH,
            level=PAY_DAY_LEVEL,
        )

    @api.model
    def _sql_last_lines(self):
        return SQL(
            """SELECT case_id, line_id, last_payment_date
                 FROM (SELECT fact.case_id, fact.line_id, fact.last_payment_date,
                              max(fact.last_payment_date)
                                  OVER (PARTITION BY fact.case_id) AS latest
                         FROM scope
                         JOIN collection_payment_fact fact ON fact.case_id = scope.id
                        WHERE fact.last_payment_date IS NOT NULL) ranked
                WHERE last_payment_date = latest"""
        )

    @api.model
    def _sql_last_payment(self):
        """Return what came on the day of the last payment, as the ledger has it."""
        ledger = self.env["collection.payment.ledger"]
        return {
            "instalments": ledger._sql_instalments(
                SQL("line.id IN (SELECT line_id FROM last_line)")
            ),
            "matched": ledger._sql_matched(),
            "last_payment": SQL(
                """SELECT last_line.case_id, last_line.last_payment_date AS day,
                          sum(matched.amount * matched.cash_share * instalment.rate)
                              AS amount
                     FROM last_line
                     JOIN instalment ON instalment.id = last_line.line_id
                     JOIN matched ON matched.line_id = last_line.line_id
                                 AND matched.kind = 'payment'
                                 AND matched.day = last_line.last_payment_date
                 GROUP BY last_line.case_id, last_line.last_payment_date"""
            ),
        }

    @api.model
    def _sql_invoiced(self, since, today):
        return SQL(
            """SELECT fact.case_id, sum(fact.amount - fact.amount_credited) AS amount,
                      count(DISTINCT fact.move_id) AS invoices,
                      count(DISTINCT fact.move_id) FILTER (
                          WHERE fact.line_id IN (SELECT line_id FROM disputed))
                          AS disputed
                 FROM scope
                 JOIN collection_payment_fact fact ON fact.case_id = scope.id
                WHERE fact.invoice_date > %(since)s AND fact.invoice_date <= %(today)s
             GROUP BY fact.case_id""",
            since=since,
            today=today,
        )

    @api.model
    def _sql_promise_rates(self, company, since):
        return SQL(
            """SELECT case_id, count(*) AS count,
                      100.0 * count(*) FILTER (WHERE is_kept) / count(*) AS kept
                 FROM (%(promises)s) made
                WHERE is_kept IS NOT NULL AND due_on > %(since)s
             GROUP BY case_id""",
            promises=self._sql_promises(company),
            since=since,
        )

    @api.model
    def _sql_rejected(self, company, since):
        return SQL(
            """SELECT partner.commercial_partner_id AS partner_id, count(*) AS count
                 FROM account_payment payment
                 JOIN res_partner partner ON partner.id = payment.partner_id
                WHERE payment.company_id = %(company)s
                  AND payment.partner_type = 'customer'
                  AND payment.state = 'rejected' AND payment.date > %(since)s
             GROUP BY partner.commercial_partner_id""",
            company=company.id,
            since=since,
        )

    @api.model
    def _sql_fresh(self, company):
        # Limits are for accountants to read; here a balance is held against them.
        partners = self.env["res.partner"].sudo().with_company(company)
        return SQL(
            """SELECT scope.id,
                      COALESCE(paid_habit.payments, 0) AS payment_count,
                      round(COALESCE(habit.days, 0)::numeric, 1) AS days_late_avg,
                      round(COALESCE(habit.deviation, 0)::numeric, 1)
                          AS days_late_deviation,
                      round(COALESCE(
                          100.0 * (paid_habit.late + late.overdue)
                          / NULLIF(paid_habit.payments + late.overdue, 0),
                          CASE WHEN late.overdue > 0 THEN 100 ELSE 0 END), 1)
                          AS late_share,
                      CASE WHEN habit.observed >= %(fewest)s THEN
                          round(COALESCE(habit.trend, 0)::numeric, 2)
                          ELSE 0 END AS late_trend,
                      round(COALESCE(paid_habit.days_to_pay, 0)::numeric, 1)
                          AS days_to_pay_avg,
                      COALESCE(pay_day.day, 0) AS pay_day,
                      last_payment.day AS last_payment_date,
                      round(COALESCE(last_payment.amount, 0), %(digits)s)
                          AS last_payment_amount,
                      COALESCE(invoiced.amount, 0) AS invoiced_12m,
                      COALESCE(promise.count, 0) AS promise_count,
                      round(COALESCE(promise.kept, 0), 1) AS kept_promise_rate,
                      COALESCE(rejected.count, 0) AS rejected_payment_count,
                      round(COALESCE(
                          100.0 * invoiced.disputed / invoiced.invoices, 0), 1)
                          AS dispute_rate,
                      CASE WHEN credit.amount > 0 THEN
                          round(LEAST(GREATEST(100 * scope.amount_due / credit.amount,
                                               0), %(most_used)s), 1)
                          ELSE 0 END AS credit_used,
                      %(payer_type)s AS payer_type
                 FROM scope
                 JOIN res_partner partner ON partner.id = scope.partner_id
           CROSS JOIN LATERAL (SELECT (%(credit_limit)s)::numeric AS amount) credit
            LEFT JOIN paid_habit ON paid_habit.case_id = scope.id
            LEFT JOIN habit ON habit.case_id = scope.id
            LEFT JOIN (SELECT case_id, count(*) AS overdue FROM overdue
                        GROUP BY case_id) unpaid ON unpaid.case_id = scope.id
           CROSS JOIN LATERAL (SELECT COALESCE(unpaid.overdue, 0) AS overdue) late
            LEFT JOIN pay_day ON pay_day.case_id = scope.id
            LEFT JOIN last_payment ON last_payment.case_id = scope.id
            LEFT JOIN invoiced ON invoiced.case_id = scope.id
            LEFT JOIN promise ON promise.case_id = scope.id
            LEFT JOIN rejected ON rejected.partner_id = scope.partner_id""",
            fewest=FEWEST_KNOWN,
            digits=company.currency_id.decimal_places,
            payer_type=self._sql_payer_type(),
            credit_limit=partners._field_to_sql("partner", "credit_limit"),
            most_used=MOST_CREDIT_USED,
        )

    @api.model
    def _sql_payer_type(self):
        return SQL(
            """CASE WHEN COALESCE(habit.known, 0) < %(fewest)s THEN 'new'
                    WHEN habit.deviation > GREATEST(%(late)s, habit.days)
                        THEN 'irregular'
                    WHEN habit.days <= %(prompt)s THEN 'prompt'
                    WHEN habit.days <= %(slow)s THEN 'slow'
                    WHEN habit.days <= %(late)s THEN 'late'
                    ELSE 'very_late' END""",
            fewest=FEWEST_KNOWN,
            prompt=PROMPT,
            slow=SLOW,
            late=LATE,
        )
