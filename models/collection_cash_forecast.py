from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.cash_forecast import WEEK, aggregate

WEEKS = 13
KEPT = relativedelta(years=1)
# Reconciliations of so many weeks ago may still be entered.
OPEN_WEEKS = 6


class CollectionCashForecast(models.Model):
    """The cash that a week is expected to bring, as computed on a day.

    The latest computation is kept, and the first of each week of the past year: what
    it said of its weeks is compared with what came.
    """

    _name = "collection.cash.forecast"
    _description = "Cash forecast"
    _order = "computed_on desc, week_start"
    _rec_name = "week_start"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", store=True, string="Company currency"
    )
    computed_on = fields.Date(required=True, readonly=True)
    week_start = fields.Date(
        string="Week of", required=True, readonly=True, help="Monday of the week."
    )
    weeks_ahead = fields.Integer(
        readonly=True,
        aggregator=False,
        help="How many weeks after the one it was computed in; 0: the same.",
    )
    is_latest = fields.Boolean(string="Latest computation", readonly=True)
    is_first = fields.Boolean(string="First computation of its week", readonly=True)
    amount_expected = fields.Monetary(
        string="Expected cash",
        currency_field="company_currency_id",
        readonly=True,
        help="What is open, times the probability to be paid in that week.",
    )
    amount_low = fields.Monetary(
        string="Low estimate",
        currency_field="company_currency_id",
        readonly=True,
        help="Less than this comes in one week of ten.",
    )
    amount_high = fields.Monetary(
        string="High estimate",
        currency_field="company_currency_id",
        readonly=True,
        help="More than this comes in one week of ten.",
    )
    amount_due_then = fields.Monetary(
        string="Falling due",
        currency_field="company_currency_id",
        readonly=True,
        help="What falls due in that week: the cash if everybody paid on the day.",
    )
    amount_received = fields.Monetary(
        string="Cash received",
        currency_field="company_currency_id",
        readonly=True,
        help="Payments of customers allocated to that week, once it is over. Those of "
        "invoices made in the meantime are among them.",
    )
    deviation = fields.Monetary(
        string="Received less expected",
        currency_field="company_currency_id",
        compute="_compute_deviation",
    )

    _one_per_week = models.Constraint(
        "UNIQUE(company_id, computed_on, week_start)",
        "A computation has one row per week.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount_received", "amount_expected", "week_start")
    def _compute_deviation(self):
        today = fields.Date.context_today(self)
        for row in self:
            is_over = row.week_start and row.week_start + WEEK <= today
            row.deviation = is_over and row.amount_received - row.amount_expected

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, company, outlooks, today):
        """Store the weeks that these outlooks foresee, and what past weeks brought."""
        # Nobody writes forecasts by hand: any computation of the company does.
        forecasts_sudo = self.sudo()
        forecasts_sudo._make_room(company, today)
        forecasts_sudo.create(forecasts_sudo._prepare_weeks(company, outlooks, today))
        self.flush_model()
        self._fill_received(company, today)

    @api.model
    def _make_room(self, company, today):
        """Delete the latest computation unless it is kept, and those too old."""
        of_company = [("company_id", "=", company.id)]
        rows = self.search(of_company)
        rows.filtered(
            lambda row: (
                row.computed_on >= today
                or row.computed_on < today - KEPT
                or not row.is_first
            )
        ).unlink()
        self.search([*of_company, ("is_latest", "=", True)]).is_latest = False

    @api.model
    def _prepare_weeks(self, company, outlooks, today):
        monday = today - timedelta(days=today.weekday())
        is_first = not self.search_count(
            [
                ("company_id", "=", company.id),
                ("computed_on", ">=", monday),
                ("is_first", "=", True),
            ],
            limit=1,
        )
        predictions = [
            outlook.prediction
            for outlook in outlooks
            if outlook.prediction and outlook.item.amount > 0
        ]
        due = self._sum_due(outlooks, monday)
        rounded = company.currency_id.round
        return [
            {
                "company_id": company.id,
                "computed_on": today,
                "week_start": week.first_day,
                "weeks_ahead": number,
                "is_latest": True,
                "is_first": is_first,
                "amount_expected": rounded(week.expected),
                "amount_low": rounded(max(0.0, week.low)),
                "amount_high": rounded(week.high),
                "amount_due_then": rounded(due.get(number, 0.0)),
            }
            for number, week in enumerate(aggregate(predictions, monday, WEEKS))
        ]

    @api.model
    def _sum_due(self, outlooks, monday):
        """Return ``{number of the week: what falls due in it}``."""
        due = {}
        for outlook in outlooks:
            number = (outlook.item.due - monday).days // WEEK.days
            due[number] = due.get(number, 0.0) + outlook.item.amount
        return due

    @api.model
    def _fill_received(self, company, today):
        """Write what the weeks that are over have brought, by one statement."""
        ledger = self.env["collection.payment.ledger"]
        monday = today - timedelta(days=today.weekday())
        since = monday - OPEN_WEEKS * WEEK
        self.env.cr.execute(
            SQL(
                """WITH instalment AS (%(instalments)s),
                   matched AS (%(matched)s),
                   received AS (
                       SELECT date_trunc('week', matched.day)::date AS week,
                              sum(matched.amount * matched.cash_share * instalment.rate)
                                  AS amount
                         FROM matched JOIN instalment ON instalment.id = matched.line_id
                        WHERE matched.kind = 'payment'
                          AND matched.day >= %(since)s AND matched.day < %(monday)s
                     GROUP BY 1)
                   UPDATE collection_cash_forecast forecast
                      SET amount_received = round(fresh.amount, %(digits)s)
                     FROM (SELECT week_start, COALESCE(received.amount, 0) AS amount
                             FROM generate_series(%(since)s::date,
                                                  %(monday)s::date - 7, '7 days')
                                  AS weeks (week_start)
                        LEFT JOIN received ON received.week = week_start) fresh
                    WHERE forecast.company_id = %(company)s
                      AND forecast.week_start = fresh.week_start""",
                instalments=ledger._sql_instalments(
                    SQL(
                        """line.company_id = %s AND line.id IN (
                               SELECT debit_move_id FROM account_partial_reconcile
                                WHERE max_date >= %s AND max_date < %s)""",
                        company.id,
                        since,
                        monday,
                    )
                ),
                matched=ledger._sql_matched(),
                since=since,
                monday=monday,
                digits=company.currency_id.decimal_places,
                company=company.id,
            )
        )
        self.invalidate_model(["amount_received"])
