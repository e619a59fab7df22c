from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.receivable_indicators import MonthFigures, Turnover
from .collection_ageing_ledger import DOUBTFUL

# The DSO looks at the turnover of so many months, the count-back at up to so many.
PERIOD_MONTHS = 3
HISTORY_MONTHS = 24
YEAR_MONTHS = 12
# Days late of the classes between which what is owed grows older.
CLASSES = (("1_30", 1, 30), ("31_60", 31, 60), ("61_90", 61, 90), ("91_120", 91, 120))


class CollectionKpiLedger(models.AbstractModel):
    """Reads from the ledger what the indicators of a month are made of.

    Everything is read as it stood on the last day: what was paid since is not, what was
    invoiced since neither. Doubtful debtors are left out of the receivables.
    """

    _name = "collection.kpi.ledger"
    _description = "Figures of indicators"

    @api.model
    def _read_month(self, company, first_day, last_day):
        """Return ``{(scope, segment id, collector id): MonthFigures}``.

        The company always has figures, segments and collectors when there is something
        to measure. Scopes are those of ``collection.kpi``; ids are ``False`` elsewhere.
        """
        self.env["collection.ageing.ledger"]._flush()
        self.env["account.move"].flush_model()
        self.env["collection.case"].flush_model(["segment_id", "user_id"])
        figures = defaultdict(dict)
        figures[("company", False, False)] = {}
        for values in (
            self._read_openings(company, first_day),
            self._read_closings(company, last_day),
            self._read_due(company, first_day, last_day),
            self._read_paid(company, first_day, last_day),
            self._read_turnover(company, first_day, last_day),
        ):
            for key, one in values.items():
                figures[key].update(one)
        for one in figures.values():
            for moment in ("opening", "closing"):
                one[f"{moment}_classes"] = tuple(
                    one.pop(f"{moment}_{name}", Decimal(0)) for name, *_days in CLASSES
                )
        period = first_day - relativedelta(months=PERIOD_MONTHS - 1)
        days = (last_day - period).days + 1
        return {key: MonthFigures(days=days, **one) for key, one in figures.items()}

    @api.model
    def _read_cashed(self, company, first_day, last_day):
        """Return what was cashed in the period, in company currency."""
        self.env["collection.ageing.ledger"]._flush()
        paid = self._read_paid(company, first_day, last_day)
        cashed = paid.get(("company", False, False), {}).get("paid", 0)
        return company.currency_id.round(float(cashed))

    # === RECEIVABLES === #

    @api.model
    def _read_overdue(self, company, day):
        """Return what was late when ``day`` was over, in company currency.

        Credits are left out: they are nobody's delay.
        """
        self.env["collection.ageing.ledger"]._flush()
        late = SQL("sum(residual) FILTER (WHERE residual > 0 AND days_late > 0)")
        items = self._sql_receivables(company, day)
        [(overdue,)] = self.env.execute_query(
            SQL("SELECT %s FROM (%s) item", late, items)
        )
        return company.currency_id.round(float(overdue or 0))

    @api.model
    def _read_openings(self, company, first_day):
        items = self._sql_receivables(company, first_day - timedelta(days=1))
        return self._read_scopes(
            company,
            items,
            {"opening": SQL("sum(residual)"), **self._sql_classes("opening")},
        )

    @api.model
    def _read_closings(self, company, last_day):
        def late(days):
            return SQL(
                "sum(residual) FILTER (WHERE residual > 0 AND days_late > %s)", days
            )

        return self._read_scopes(
            company,
            self._sql_receivables(company, last_day),
            {
                "closing": SQL("sum(residual)"),
                "not_due": SQL(
                    "sum(residual) FILTER (WHERE residual > 0 AND days_late <= 0)"
                ),
                "overdue": late(0),
                "unpaid": late(company.collection_unpaid_days),
                "over_90": late(90),
                **self._sql_classes("closing"),
            },
        )

    @api.model
    def _sql_classes(self, moment):
        return {
            f"{moment}_{name}": SQL(
                "sum(residual) FILTER (WHERE residual > 0"
                " AND days_late BETWEEN %s AND %s)",
                first,
                last,
            )
            for name, first, last in CLASSES
        }

    @api.model
    def _sql_receivables(self, company, day):
        ledger = self.env["collection.ageing.ledger"]
        return SQL(
            "SELECT * FROM (%s) item WHERE account_class <> %s",
            ledger._sql_open_items(company, day),
            DOUBTFUL,
        )

    # === PAYMENTS === #

    @api.model
    def _read_due(self, company, first_day, last_day):
        """Read what fell due in the month, and what became of it until its end.

        What was moved to another receivable falls due there.
        """
        items = SQL(
            """SELECT instalment.partner_id, instalment.balance AS due,
                      settled.paid * instalment.rate AS due_paid,
                      settled.credited * instalment.rate AS due_credited
                 FROM instalment
                 LEFT JOIN (
                      SELECT line_id,
                             sum(amount * cash_share) FILTER (
                                 WHERE kind = 'payment') AS paid,
                             sum(amount) FILTER (
                                 WHERE kind = 'credited'
                                    OR kind = 'written_off' AND is_transfer) AS credited
                        FROM matched WHERE day <= %(day)s GROUP BY line_id
                      ) settled ON settled.line_id = instalment.id
                WHERE instalment.date <= %(day)s""",
            day=last_day,
        )
        return self._read_settled(
            company,
            SQL(
                "COALESCE(line.date_maturity, line.date) BETWEEN %s AND %s",
                first_day,
                last_day,
            ),
            items,
            ("due", "due_paid", "due_credited"),
        )

    @api.model
    def _read_paid(self, company, first_day, last_day):
        """Read what was cashed in the month, and how long it took."""
        items = SQL(
            """SELECT instalment.partner_id, cash.amount AS paid,
                      cash.amount * (matched.day - instalment.invoiced) AS paid_days,
                      cash.amount * (matched.day - instalment.due) AS paid_days_late
                 FROM matched
                 JOIN instalment ON instalment.id = matched.line_id
                CROSS JOIN LATERAL (
                      SELECT matched.amount * matched.cash_share * instalment.rate
                          AS amount) cash
                WHERE matched.kind = 'payment' AND matched.day BETWEEN %s AND %s""",
            first_day,
            last_day,
        )
        return self._read_settled(
            company,
            SQL(
                """line.id IN (SELECT debit_move_id FROM account_partial_reconcile
                                WHERE max_date BETWEEN %s AND %s)""",
                first_day,
                last_day,
            ),
            items,
            ("paid", "paid_days", "paid_days_late"),
        )

    @api.model
    def _read_settled(self, company, lines, items, names):
        ledger = self.env["collection.payment.ledger"]
        lines = SQL("%s AND line.company_id = %s", lines, company.id)
        return self._read_scopes(
            company,
            items,
            {name: SQL("sum(%s)", SQL.identifier(name)) for name in names},
            ctes=SQL(
                "WITH instalment AS MATERIALIZED (%s), matched AS MATERIALIZED (%s)",
                ledger._sql_instalments(lines),
                ledger._sql_matched(),
            ),
        )

    # === TURNOVER === #

    @api.model
    def _read_turnover(self, company, first_day, last_day):
        """Read what was invoiced, with tax, by invoice date, credit notes deducted."""
        start = first_day - relativedelta(months=HISTORY_MONTHS - 1)
        months = [
            first_day - relativedelta(months=number) for number in range(HISTORY_MONTHS)
        ]
        items = SQL(
            """SELECT commercial_partner_id AS partner_id, invoice_date,
                      amount_total_signed AS amount
                 FROM account_move
                WHERE company_id = %s AND state = 'posted'
                  AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  AND invoice_date BETWEEN %s AND %s""",
            company.id,
            start,
            last_day,
        )
        amounts = self._read_scopes(
            company,
            items,
            {
                str(number): SQL(
                    "sum(amount) FILTER (WHERE invoice_date BETWEEN %s AND %s)",
                    month,
                    month + relativedelta(months=1) - timedelta(days=1),
                )
                for number, month in enumerate(months)
            },
        )
        return {
            key: self._sum_turnover(list(values.values()), months, last_day)
            for key, values in amounts.items()
        }

    @api.model
    def _sum_turnover(self, amounts, months, last_day):
        ends = [last_day, *(month - timedelta(days=1) for month in months)]
        history = [
            Turnover(amount, (end - month).days + 1)
            for amount, month, end in zip(amounts, months, ends, strict=False)
        ]
        while history and not history[-1].amount:
            history.pop()
        return {
            "turnover": amounts[0],
            "period_turnover": sum(amounts[:PERIOD_MONTHS]),
            "year_turnover": sum(amounts[:YEAR_MONTHS]),
            "history": history,
        }

    # === SCOPES === #

    @api.model
    def _read_scopes(self, company, items, aggregates, ctes=None):
        """Add up ``items`` for the company, for its segments and for its collectors.

        :param SQL items: SELECT with a ``partner_id``, the debtor
        :param dict aggregates: ``{name: SQL}`` over its columns
        :return: ``{(scope, segment id, collector id): {name: Decimal}}``
        """
        rows = self.env.execute_query(
            SQL(
                """%(ctes)s
                   SELECT GROUPING(c.segment_id, c.user_id), c.segment_id, c.user_id,
                          %(aggregates)s
                     FROM (%(items)s) item
                     LEFT JOIN collection_case c ON c.partner_id = item.partner_id
                                                AND c.company_id = %(company)s
                    GROUP BY GROUPING SETS ((), (c.segment_id), (c.user_id))""",
                ctes=ctes or SQL(),
                aggregates=SQL(", ").join(aggregates.values()),
                items=items,
                company=company.id,
            )
        )
        values = {}
        for grouping, segment_id, user_id, *amounts in rows:
            scope = {3: "company", 1: "segment", 2: "collector"}[grouping]
            if scope == "company" or segment_id or user_id:
                key = (scope, segment_id or False, user_id or False)
                values[key] = {
                    name: Decimal(str(amount or 0))
                    for name, amount in zip(aggregates, amounts, strict=True)
                }
        return values
