from bisect import bisect_left
from math import floor

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain

MONTHS = 24
# Last day late of each class of delays; what is later is in one more.
DELAY_CLASSES = (-16, -1, 0, 7, 15, 30, 60, 90)


class CollectionCase(models.Model):
    """How the debtor paid over two years, as the charts of its case show it."""

    _inherit = "collection.case"

    def get_payment_profile(self):
        """Return what the charts show, as plain JSON.

        Delays are in days, weighted by amount, None where nothing was paid; amounts in
        company currency. ``domain`` is what they count: the instalments paid in the 24
        months that end with the current one.
        """
        self.ensure_one()
        today = self.company_id._get_collection_today()
        first = today.replace(day=1) - relativedelta(months=MONTHS - 1)
        paid = (
            Domain("case_id", "=", self.id)
            & Domain("state", "=", "paid")
            & Domain("date_paid", ">=", fields.Date.to_string(first))
            & Domain("date_paid", "<=", fields.Date.to_string(today))
        )
        groups = self.env["collection.payment.fact"]._read_group(
            paid,
            ["date_paid:month"],
            [
                "__count",
                "amount_paid:sum",
                "days_late_weighted:avg",
                "days_late:array_agg",
            ],
        )
        found = {month: figures for month, *figures in groups}
        months = [first + relativedelta(months=number) for number in range(MONTHS)]
        return {
            "currency_id": self.currency_id.id,
            "domain": list(paid),
            "months": [
                self._get_month_figures(month, found.get(month)) for month in months
            ],
            "delays": self._count_delays(
                delay for *_sums, delays in found.values() for delay in delays
            ),
            "scores": self._read_risk_scores(first),
        }

    def _get_month_figures(self, month, figures):
        count, amount, days_late, _delays = figures or (0, 0, None, None)
        return {
            "month": fields.Date.to_string(month),
            "count": count,
            "amount": amount,
            "days_late": days_late,
        }

    def _count_delays(self, delays):
        """Return how many delays are in each class: its days, its name, its count."""
        counts = [0] * (len(DELAY_CLASSES) + 1)
        for delay in delays:
            counts[bisect_left(DELAY_CLASSES, floor(delay + 0.5))] += 1
        limits = (None, *DELAY_CLASSES, None)
        return [
            {
                "from": lower if lower is None else lower + 1,
                "to": upper,
                "label": label,
                "count": count,
            }
            for lower, upper, label, count in zip(
                limits, limits[1:], self._get_delay_labels(), counts, strict=False
            )
        ]

    def _get_delay_labels(self):
        return [
            self.env._("More than 15 days early"),
            self.env._("1-15 days early"),
            self.env._("On the due date"),
            self.env._("1-7 days late"),
            self.env._("8-15 days late"),
            self.env._("16-30 days late"),
            self.env._("31-60 days late"),
            self.env._("61-90 days late"),
            self.env._("More than 90 days late"),
        ]

    def _read_risk_scores(self, first):
        """Return the score that was noted in each month since ``first``."""
        history = self.env["collection.risk.history"].search_fetch(
            [("case_id", "=", self.id), ("month", ">=", first)],
            ["month", "risk_score"],
            order="month",
        )
        return [
            {"month": fields.Date.to_string(row.month), "score": row.risk_score}
            for row in history
        ]
