from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .collection_kpi_kind import HIGHER


class CollectionKpiBaseline(models.Model):
    """An indicator as it was when the company began, to hold the present against.

    Taken once, from the last whole month, and kept: indicators are made anew from the
    ledger, the baseline is not.
    """

    _name = "collection.kpi.baseline"
    _description = "Indicator before the beginning"
    _order = "sequence, id"
    _rec_name = "kind_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind_id = fields.Many2one(
        "collection.kpi.kind",
        string="Indicator",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(related="kind_id.sequence", store=True)
    unit = fields.Selection(related="kind_id.unit")
    method = fields.Text(related="kind_id.method")
    date = fields.Date(string="Taken on", required=True, readonly=True)
    month = fields.Date(
        string="Month before", required=True, readonly=True, help="Its first day."
    )
    value = fields.Float(string="Before", digits=(12, 1), readonly=True)
    kpi_id = fields.Many2one(
        "collection.kpi",
        string="Latest figure",
        compute="_compute_now",
        help="Of the last whole month since.",
    )
    value_now = fields.Float(string="Now", digits=(12, 1), compute="_compute_now")
    difference = fields.Float(digits=(12, 1), compute="_compute_now")
    progress = fields.Selection(
        [
            ("better", "Better"),
            ("worse", "Worse"),
            ("same", "Unchanged"),
            ("unknown", "Not measured yet"),
        ],
        compute="_compute_now",
    )

    _once = models.Constraint(
        "UNIQUE(company_id, kind_id)", "There is one baseline of each indicator."
    )

    # === COMPUTE METHODS === #

    @api.depends("kind_id", "company_id", "value")
    def _compute_now(self):
        latest = self._get_latest()
        for baseline in self:
            kpi = latest.get((baseline.company_id, baseline.kind_id))
            baseline.kpi_id = kpi
            baseline.value_now = kpi.value if kpi else 0
            baseline.difference = kpi.value - baseline.value if kpi else 0
            baseline.progress = baseline._judge(kpi)

    def _get_latest(self):
        """Return ``{(company, kind): figure}`` of the newest whole month since."""
        latest = {}
        for company, baselines in self.grouped("company_id").items():
            current = company._get_collection_today().replace(day=1)
            kpis = self.env["collection.kpi"].search(
                [
                    ("company_id", "=", company.id),
                    ("kind_id", "in", baselines.kind_id.ids),
                    ("scope", "=", "company"),
                    ("has_value", "=", True),
                    ("month", "<", current),
                ],
                order="month",
            )
            began = {baseline.kind_id: baseline.month for baseline in baselines}
            for kpi in kpis:
                if kpi.month > began[kpi.kind_id]:
                    latest[company, kpi.kind_id] = kpi
        return latest

    def _judge(self, kpi):
        self.ensure_one()
        if not kpi:
            return "unknown"
        if round(abs(self.difference), 1) == 0:
            return "same"
        rises_well = self.kind_id.better == HIGHER
        return "better" if (self.difference > 0) == rises_well else "worse"

    # === ACTION METHODS === #

    def action_open_balance(self):
        """Open the ageing balance that the present figure was made of."""
        self.ensure_one()
        return self.kpi_id.action_open_balance() if self.kpi_id else False

    # === BUSINESS METHODS === #

    @api.model
    def _take(self, company):
        """Keep the indicators of ``company`` as they are; those it has stay.

        :return: the baselines of the company
        """
        today = company._get_collection_today()
        current = today.replace(day=1)
        before = current - relativedelta(months=1)
        own = self.search([("company_id", "=", company.id)])
        for month in (before, current):
            self.env["collection.kpi"]._measure(company, month)
        figures = self.env["collection.kpi"].search(
            [
                ("company_id", "=", company.id),
                ("scope", "=", "company"),
                ("has_value", "=", True),
                ("month", "in", (before, current)),
                ("kind_id", "not in", own.kind_id.ids),
            ],
            order="month",
        )
        # Nobody writes a baseline by hand.
        made = self.sudo().create(
            [
                {
                    "company_id": company.id,
                    "kind_id": kind.id,
                    "date": today,
                    "month": kpis[0].month,
                    "value": kpis[0].value,
                }
                for kind, kpis in figures.grouped("kind_id").items()
            ]
        )
        return own | made.with_env(self.env)
