from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.risk_score import DebtorFacts, get_factors

# Where the facts of the score are read: ``c`` is the case, ``record`` the debtor in the
# registers, ``day`` the today of the company. Numbers come as floats, not as decimals.
FACT_COLUMNS = {
    "today": "day.today",
    "is_business": "COALESCE(c.debtor_type, '') NOT IN ('consumer', 'public')",
    "amount_overdue_net": "COALESCE(c.amount_overdue_net, 0)::float8",
    "open_debit": "(COALESCE(c.amount_not_due, 0)"
    " + COALESCE(c.amount_overdue, 0))::float8",
    "amount_due": "COALESCE(c.amount_due, 0)::float8",
    "days_overdue": "GREATEST(COALESCE(day.today - c.overdue_since, 0), 0)",
    "payment_count": "COALESCE(c.payment_count, 0)",
    "days_late_avg": "COALESCE(c.days_late_avg, 0)::float8",
    "days_late_deviation": "COALESCE(c.days_late_deviation, 0)::float8",
    "late_share": "COALESCE(c.late_share, 0)::float8",
    "late_trend": "COALESCE(c.late_trend, 0)::float8",
    "default_probability": "COALESCE(c.default_probability, 0)::float8",
    "is_abnormal": "COALESCE(c.is_abnormal, FALSE)",
    "abnormal_since": "c.abnormal_since",
    "credit_used": "COALESCE(c.credit_used, 0)::float8",
    "invoiced_12m": "COALESCE(c.invoiced_12m, 0)::float8",
    "proceeding": "COALESCE(record.proceeding, 'none')",
    "proceeding_since": "record.proceeding_since",
    "register": "COALESCE(record.state, 'unknown')",
    "ceased_on": "record.ceased_on",
    "struck_off_on": "record.struck_off_on",
    "created_on": "record.created_on",
    "size_category": "COALESCE(record.size_category, '')",
    "staff_band": "COALESCE(record.staff_band, '')",
    "dispute_rate": "COALESCE(c.dispute_rate, 0)::float8",
    "promise_count": "COALESCE(c.promise_count, 0)",
    "kept_promise_rate": "COALESCE(c.kept_promise_rate, 0)::float8",
    "quality_score": "CASE WHEN c.quality_date IS NOT NULL THEN c.quality_score END",
    "is_unreachable": "COALESCE(c.is_unreachable, FALSE)",
}


class CollectionRisk(models.AbstractModel):
    """Scores the risk of debtors, all at once, and remembers it month by month.

    What is scored and how: :mod:`tools.risk_score`. The points are those of
    ``collection.risk.weight``, the bands those of ``collection.risk.band``.
    """

    _name = "collection.risk"
    _description = "Risk of debtors"

    @api.model
    def _refresh(self, company, cases=None):
        """Score these cases, or all of the company, and write what has changed."""
        if cases is None:
            cases = self.env["collection.case"].search(
                [("company_id", "=", company.id), ("active", "in", (True, False))],
                order="id",
            )
        cases._refresh_risk()

    @api.model
    def _refresh_all(self):
        """Score everybody again because weights or bands have changed.

        It is no news about the debtors: nothing is noted on their cases.
        """
        for company in self.env["res.company"].search(Domain.TRUE):
            self.with_context(collection_no_band_note=True)._refresh(company)

    @api.model
    def _score(self, cases):
        """Return ``{case id: [(code, points, facts)]}``, read by one statement."""
        weights = self.env["collection.risk.weight"]._get_weights()
        return {
            case_id: get_factors(debtor, weights)
            for case_id, debtor in self._read_debtors(cases)
        }

    @api.model
    def _read_debtors(self, cases):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, %(columns)s
                     FROM unnest(%(ids)s) AS chosen (id)
                     JOIN collection_case c ON c.id = chosen.id
                     JOIN unnest(%(company_ids)s, %(todays)s) AS day (company_id, today)
                       ON day.company_id = c.company_id
                LEFT JOIN collection_registry_record record
                       ON record.id = c.registry_record_id""",
                columns=SQL(", ").join(
                    SQL(FACT_COLUMNS[name]) for name in DebtorFacts._fields
                ),
                ids=list(cases.ids),
                **self.env["collection.balance"]._company_days(),
            )
        )
        return [(row[0], DebtorFacts._make(row[1:])) for row in rows]

    @api.model
    def _store_history(self, company):
        """Note where the debtors of a company stand this month, by one statement.

        Whoever owes something or has paid in the last 12 months. The row of a month is
        written again until the month is over: it ends as the last value.
        """
        self.env.flush_all()
        today = company._get_collection_today()
        self.env.cr.execute(
            SQL(
                """INSERT INTO collection_risk_history
                          (case_id, company_id, currency_id, month, risk_score,
                           risk_band_id, amount_due, amount_overdue, days_late_avg,
                           default_probability)
                   SELECT c.id, c.company_id, c.currency_id, %(month)s,
                          COALESCE(c.risk_score, 0), c.risk_band_id,
                          COALESCE(c.amount_due, 0), COALESCE(c.amount_overdue, 0),
                          COALESCE(c.days_late_avg, 0),
                          COALESCE(c.default_probability, 0)
                     FROM collection_case c
                    WHERE c.company_id = %(company_id)s
                      AND (c.amount_not_due > 0 OR c.amount_overdue > 0
                           OR c.last_payment_date > %(today)s - INTERVAL '12 months'
                           OR EXISTS (SELECT FROM collection_risk_history old
                                       WHERE old.case_id = c.id
                                         AND old.month = %(month)s))
                       ON CONFLICT (case_id, month) DO UPDATE
                      SET risk_score = EXCLUDED.risk_score,
                          risk_band_id = EXCLUDED.risk_band_id,
                          amount_due = EXCLUDED.amount_due,
                          amount_overdue = EXCLUDED.amount_overdue,
                          days_late_avg = EXCLUDED.days_late_avg,
                          default_probability = EXCLUDED.default_probability""",
                company_id=company.id,
                today=today,
                month=today.replace(day=1),
            )
        )
        self.env["collection.risk.history"].invalidate_model()
