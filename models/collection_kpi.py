from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.receivable_indicators import month_indicators, work_indicators

# Months of the past that are measured when a company is measured first.
FIRST_MONTHS = 12
# A month over is measured once more after so many days: late bank statements are in.
FINAL_AFTER_DAYS = 10
# Indicators that the ledger does not keep: what was measured then stays.
KNOWN_OF_THE_PRESENT = ("reachability", "reachability_amount")
SCOPES = [
    ("company", "Company"),
    ("segment", "Segment"),
    ("collector", "Collector"),
]


class CollectionKpi(models.Model):
    """An indicator of a month: of a company, of one of its segments or collectors.

    Written by the nightly job from the ledger as it stood when the month was over, so
    that it can be made again at any time.
    """

    _name = "collection.kpi"
    _description = "Indicator of a month"
    _order = "month desc, sequence, id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind_id = fields.Many2one(
        "collection.kpi.kind",
        string="Indicator",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(related="kind_id.sequence", store=True)
    unit = fields.Selection(related="kind_id.unit")
    method = fields.Text(related="kind_id.method")
    month = fields.Date(required=True, readonly=True, index=True, help="Its first day.")
    date = fields.Date(
        string="As of", required=True, readonly=True, help="Last day that counts."
    )
    scope = fields.Selection(SCOPES, required=True, readonly=True)
    segment_id = fields.Many2one(
        "collection.segment", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    has_value = fields.Boolean(
        readonly=True, help="Off: there was nothing to measure that month."
    )
    value = fields.Float(digits=(12, 1), readonly=True, aggregator="avg")
    is_more = fields.Boolean(
        string="At least",
        readonly=True,
        help="The invoices known do not use the receivables up: the figure is higher.",
    )
    numerator = fields.Float(digits=(16, 2), readonly=True)
    denominator = fields.Float(digits=(16, 2), readonly=True)
    target = fields.Float(digits=(8, 1), readonly=True, aggregator=None)
    state = fields.Selection(
        [("met", "Target met"), ("missed", "Target missed"), ("none", "No target")],
        required=True,
        readonly=True,
        index=True,
    )
    is_final = fields.Boolean(
        string="Final",
        readonly=True,
        help="The month is over and late bank statements are in.",
    )

    _once = models.UniqueIndex(
        "(company_id, kind_id, month, scope, COALESCE(segment_id, 0),"
        " COALESCE(user_id, 0))",
        "An indicator is kept once a month.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind_id", "month", "segment_id", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for kpi in self:
            month = format_date(self.env, kpi.month, date_format="MMMM y")
            owner = kpi.segment_id.name or kpi.user_id.name
            kpi.display_name = " · ".join(
                filter(None, (kpi.kind_id.name, month, owner))
            )

    # === ACTION METHODS === #

    def action_open_balance(self):
        """Open the ageing balance of the day of the figure: what it was made of."""
        self.ensure_one()
        ageing = self.env["collection.ageing"].create(
            {"company_id": self.company_id.id, "date": self.date}
        )
        return ageing.action_compute()

    # === JOB === #

    @api.model
    def _cron_measure(self):
        """Measure the months of every company that are not final yet."""
        for company in self.env["res.company"]._iterate_in_cron():
            for month in self._get_months_to_measure(company):
                self._measure(company, month)
                self.env["ir.cron"]._commit_progress()

    @api.model
    def _get_months_to_measure(self, company):
        """Return the first days of the months that are missing or not final."""
        today = company._get_collection_today()
        current = today.replace(day=1)
        [[last_final]] = self._read_group(
            [("company_id", "=", company.id), ("is_final", "=", True)],
            aggregates=["month:max"],
        )
        first = (
            last_final + relativedelta(months=1)
            if last_final
            else current - relativedelta(months=FIRST_MONTHS)
        )
        count = (current.year - first.year) * 12 + current.month - first.month
        return [first + relativedelta(months=number) for number in range(count + 1)]

    @api.model
    def _measure(self, company, month):
        """Write the indicators of ``company`` for ``month`` anew.

        :param month: first day of the month
        """
        today = company._get_collection_today()
        last_day = month + relativedelta(months=1) - timedelta(days=1)
        day = min(last_day, today)
        figures = self.env["collection.kpi.ledger"]._read_month(company, month, day)
        work = self.env["collection.kpi.work"]._read_month(company, month, day, figures)
        is_final = today > last_day + timedelta(days=FINAL_AFTER_DAYS)
        # Nobody writes indicators by hand: any measure of the company does.
        kpis_sudo = self.sudo()
        kpis = kpis_sudo.search(
            [("company_id", "=", company.id), ("month", "=", month)]
        )
        (kpis - kpis._filter_past_presence(company)).unlink()
        kinds = (
            self.env["collection.kpi.kind"].with_company(company).search(Domain.TRUE)
        )
        kept = set(kpis.exists().kind_id.mapped("code"))
        kpis_sudo.create(
            [
                {
                    "company_id": company.id,
                    "month": month,
                    "date": day,
                    "is_final": is_final,
                    "scope": scope,
                    "segment_id": segment_id,
                    "user_id": user_id,
                    **self._prepare(kind, indicators[kind.code]),
                }
                for key, month_figures in figures.items()
                for scope, segment_id, user_id in [key]
                for indicators in [
                    month_indicators(month_figures) | work_indicators(work[key])
                ]
                for kind in kinds
                if kind.code in indicators and kind.code not in kept
            ]
        )

    def _filter_past_presence(self, company):
        """Return those that were known of their day only, and cannot be made again."""
        today = company._get_collection_today()
        return self.filtered(
            lambda kpi: (
                kpi.has_value
                and kpi.kind_id.code in KNOWN_OF_THE_PRESENT
                and kpi.date < today.replace(day=1)
            )
        )

    @api.model
    def _prepare(self, kind, indicator):
        has_value = indicator.value is not None
        value = float(indicator.value or 0)
        is_met = kind._is_met(value) if has_value else None
        return {
            "kind_id": kind.id,
            "has_value": has_value,
            "value": value,
            "is_more": indicator.is_more,
            "numerator": float(indicator.numerator),
            "denominator": float(indicator.denominator),
            "target": kind.target,
            "state": "none" if is_met is None else "met" if is_met else "missed",
        }
