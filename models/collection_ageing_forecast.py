from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.payment_outlook import AGEING_BUCKETS, predicted_ageing

HORIZONS = (0, 30, 60, 90)


class CollectionAgeingForecast(models.Model):
    """The ageing balance of today, and what is expected to be left of it later."""

    _name = "collection.ageing.forecast"
    _description = "Predicted ageing balance"
    _order = "days, bucket"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", store=True, string="Company currency"
    )
    computed_on = fields.Date(required=True, readonly=True)
    days = fields.Selection(
        [
            ("0", "Today"),
            ("30", "In 30 days"),
            ("60", "In 60 days"),
            ("90", "In 90 days"),
        ],
        string="Horizon",
        required=True,
        readonly=True,
    )
    # The letter has the buckets sorted by age.
    bucket = fields.Selection(
        [
            ("a_not_due", "Not due"),
            ("b_1_30", "1-30 days"),
            ("c_31_60", "31-60 days"),
            ("d_61_90", "61-90 days"),
            ("e_91_120", "91-120 days"),
            ("f_over_120", "> 120 days"),
        ],
        string="Age",
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(
        string="Still unpaid",
        currency_field="company_currency_id",
        readonly=True,
        help="What is open today, credits deducted, times the probability to be unpaid "
        "by then. New invoices are not foreseen.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, company, outlooks, today):
        """Replace the balances of ``company`` by those of these outlooks."""
        # Nobody writes forecasts by hand: any computation of the company does.
        forecasts_sudo = self.sudo()
        forecasts_sudo.search([("company_id", "=", company.id)]).unlink()
        balances = {days: predicted_ageing(outlooks, today, days) for days in HORIZONS}
        forecasts_sudo.create(
            [
                {
                    "company_id": company.id,
                    "computed_on": today,
                    "days": str(days),
                    "bucket": bucket,
                    "amount": company.currency_id.round(amounts[name]),
                }
                for days, amounts in balances.items()
                for (bucket, _label), name in zip(
                    self._fields["bucket"].selection, AGEING_BUCKETS, strict=True
                )
            ]
        )

    @api.model
    def _read_balances(self, companies):
        """Return ``[{"days": days, "amounts": {field of the case: amount}}]``."""
        groups = self._read_group(
            Domain("company_id", "in", companies.ids) & Domain("days", "!=", "0"),
            ["days", "bucket"],
            ["amount:sum"],
        )
        balances = {}
        for days, bucket, amount in groups:
            name = f"amount{bucket[1:]}"
            balances.setdefault(int(days), {})[name] = amount
        return [
            {"days": days, "amounts": amounts}
            for days, amounts in sorted(balances.items())
        ]
