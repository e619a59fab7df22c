from collections import defaultdict
from math import hypot, sqrt
from statistics import NormalDist
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.cash_forecast import COMMON_ERROR
from .collection_observatory import MANAGER

MONTHS = 24
YEAR = 12
SEASON_MONTHS = [f"{month:02}" for month in range(1, 13)]
ON_TIME = ("early", "on_time")
PAST_WEEKS = 8
EXPECTED_WEEKS = 4
# In standard deviations: less comes in one case of ten, and more in one of ten.
REACH = NormalDist().inv_cdf(0.9)
TOP_ABNORMAL = 5
AGEING_BUCKETS = (
    "amount_not_due",
    "amount_1_30",
    "amount_31_60",
    "amount_61_90",
    "amount_91_120",
    "amount_over_120",
)
TOTALS = ("amount_due", "amount_overdue", "amount_at_risk", *AGEING_BUCKETS)


class PaymentGroup(NamedTuple):
    """The instalments of one month of payment, month of the year and lateness."""

    month: object
    season: str
    lateness: str
    count: int
    paid: float
    days_late: float


class CollectionObservatory(models.AbstractModel):
    """The overview: how debtors pay, and what cash is to be expected.

    It reads what the last computation has stored, in a fixed number of grouped reads,
    for the companies that are chosen and keep their books in the same currency as the
    current one.
    """

    _inherit = "collection.observatory"

    @api.model
    def get_dashboard(self):
        """Return the figures of the overview as plain JSON.

        Amounts are in the currency of the current company, delays in days, shares in
        percent. ``domain`` is what all figures count. As long as nothing was computed
        ``computed_on`` is empty and there are no figures.

        :raises AccessError: when the user may not read cases
        """
        self.env["collection.case"].check_access("read")
        companies = self.env["collection.case"]._get_dashboard_companies()
        domain = Domain("company_id", "in", companies.ids)
        figures = {
            "computed_on": self._get_computed_on(companies),
            "can_compute": self.env.user.has_group(MANAGER),
            "currency_id": self.env.company.currency_id.id,
            "domain": list(domain),
        }
        if not figures["computed_on"]:
            return figures
        today = self.env.company._get_collection_today()
        cash = self._read_cash(domain, today)
        return {
            **figures,
            **self._read_cases(domain),
            **self._read_payments(domain, today),
            "cash": cash,
            "expected": self._sum_expected(cash),
            "predicted": self._read_predicted_ageing(companies),
            "abnormal": self._read_abnormal(domain),
        }

    @api.model
    def _get_computed_on(self, companies):
        """Return when the oldest of the figures were computed, as text in UTC."""
        dates = companies.filtered("collection_observatory_date").mapped(
            "collection_observatory_date"
        )
        return fields.Datetime.to_string(min(dates)) if dates else False

    # === CASES === #

    @api.model
    def _read_cases(self, domain):
        """Return totals, the ageing balance and the debtors of each level of risk.

        It counts the cases of the ageing balance: something is open on them.
        """
        open_domain = domain & Domain.OR(
            Domain(name, "!=", 0)
            for name in ("amount_not_due", "amount_overdue", "amount_credit")
        )
        cases = self.env["collection.case"]
        groups = [
            (level, count, dict(zip(TOTALS, amounts, strict=True)))
            for level, count, *amounts in cases._read_group(
                open_domain,
                ["risk_level"],
                ["__count", *(f"{name}:sum" for name in TOTALS)],
            )
        ]
        totals = {
            name: sum(amounts[name] or 0 for _level, _count, amounts in groups)
            for name in TOTALS
        }
        return {
            "open_domain": list(open_domain),
            "total": totals | {"count": sum(count for _level, count, _sums in groups)},
            "ageing": [
                {
                    "code": name,
                    "label": cases._fields[name]._description_string(self.env),
                    "amount": totals[name],
                }
                for name in AGEING_BUCKETS
            ],
            "risks": self._list_risks(groups),
        }

    @api.model
    def _list_risks(self, groups):
        labels = self.env["collection.case"]._fields["risk_level"]
        found = {level: (count, amounts) for level, count, amounts in groups}
        rows = [
            *labels._description_selection(self.env),
            (False, self.env._("Not scored yet")),
        ]
        return [
            {
                "code": level,
                "label": label,
                "count": found[level][0],
                "amount": found[level][1]["amount_due"] or 0,
                "at_risk": found[level][1]["amount_at_risk"] or 0,
            }
            for level, label in rows
            if level in found
        ]

    @api.model
    def _read_abnormal(self, domain):
        """Return who pays unlike before: how many, and those who owe most, with why."""
        unusual = domain & Domain("is_abnormal", "=", True)
        cases = self.env["collection.case"].search(
            unusual, order="amount_due desc, id", limit=TOP_ABNORMAL
        )
        return {
            "count": self.env["collection.case"].search_count(unusual),
            "rows": [
                {
                    "id": case.id,
                    "name": case.partner_id.display_name,
                    "amount": case.amount_due,
                    "since": fields.Date.to_string(case.abnormal_since),
                    "note": case.abnormal_note or "",
                }
                for case in cases
            ],
        }

    # === PAYMENTS === #

    @api.model
    def _read_payments(self, domain, today):
        """Return how late was paid: 12 months and those before, by month and season."""
        first = today.replace(day=1) - relativedelta(months=MONTHS - 1)
        months = [first + relativedelta(months=number) for number in range(MONTHS)]
        paid = (
            domain
            & Domain("state", "=", "paid")
            & Domain("date_paid", ">=", fields.Date.to_string(first))
            & Domain("date_paid", "<=", fields.Date.to_string(today))
        )
        groups = [
            PaymentGroup(*row)
            for row in self.env["collection.payment.fact"]._read_group(
                paid,
                ["date_paid:month", "season_month", "lateness"],
                ["__count", "amount_paid:sum", "days_late_weighted:avg"],
            )
        ]
        year = [group for group in groups if group.month >= months[-YEAR]]
        year_before = [group for group in groups if group.month < months[-YEAR]]
        by_month, by_season = defaultdict(list), defaultdict(list)
        for group in groups:
            by_month[group.month].append(group)
            by_season[group.season].append(group)
        return {
            "paid_domain": list(paid),
            "year_start": fields.Date.to_string(months[-YEAR]),
            "year": self._summarise_delays(year),
            "year_before": self._summarise_delays(year_before),
            "months": [
                {"month": fields.Date.to_string(month)}
                | self._summarise_delays(by_month[month])
                for month in months
            ],
            "seasons": [
                {"month": season} | self._summarise_delays(by_season[season])
                for season in SEASON_MONTHS
            ],
        }

    @api.model
    def _summarise_delays(self, groups):
        """Return the mean delay, weighted by amount, and the share paid on time.

        Both are None when nothing was paid. The share is one of instalments.
        """
        count = sum(group.count for group in groups)
        amount = sum(group.paid or 0 for group in groups)
        on_time = sum(group.count for group in groups if group.lateness in ON_TIME)
        delay = sum((group.days_late or 0) * (group.paid or 0) for group in groups)
        return {
            "count": count,
            "amount": amount,
            "days_late": delay / amount if amount else None,
            "on_time": 100 * on_time / count if count else None,
        }

    # === FORECAST === #

    @api.model
    def _read_cash(self, domain, today):
        """Return the weeks: what came in those that are over, what the next bring."""
        monday = today - relativedelta(days=today.weekday())
        names = ("expected", "low", "high", "due_then", "received")
        groups = self.env["collection.cash.forecast"]._read_group(
            domain & self._get_weeks_domain(monday),
            ["week_start:day"],
            [f"amount_{name}:sum" for name in names],
            order="week_start:day",
        )
        return [
            {
                "week": fields.Date.to_string(week),
                "is_over": week < monday,
                **{
                    name: amount or 0
                    for name, amount in zip(names, amounts, strict=True)
                },
            }
            for week, *amounts in groups
        ]

    @api.model
    def _get_weeks_domain(self, monday):
        """Return the coming weeks as last computed, and past ones as first computed."""
        start = Domain("week_start", ">=", monday)
        past = Domain("week_start", ">=", monday - relativedelta(weeks=PAST_WEEKS))
        return (start & Domain("is_latest", "=", True)) | (
            past
            & ~start
            & Domain("is_first", "=", True)
            & Domain("weeks_ahead", "=", 0)
        )

    @api.model
    def _sum_expected(self, cash):
        """Return what the next weeks bring together, with its interval.

        What each week has of its own evens out over the weeks, what all have in common
        does not, see ``tools.cash_forecast``.
        """
        weeks = [week for week in cash if not week["is_over"]][:EXPECTED_WEEKS]
        amount = sum(week["expected"] for week in weeks)
        common = REACH * COMMON_ERROR
        own = sum(
            (week["high"] - week["expected"]) ** 2 - (common * week["expected"]) ** 2
            for week in weeks
        )
        margin = hypot(sqrt(max(0, own)), common * amount)
        return {
            "weeks": len(weeks),
            "amount": amount,
            "low": max(0, amount - margin),
            "high": amount + margin,
        }

    @api.model
    def _read_predicted_ageing(self, companies):
        return self.env["collection.forecast"]._get_predicted_ageing(companies)
