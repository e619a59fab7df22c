from odoo import fields, models


class CollectionRiskHistory(models.Model):
    """Where a debtor stood at the end of a month; this month: where it stands.

    Written by :meth:`collection.risk._store_history` only.
    """

    _name = "collection.risk.history"
    _description = "Risk of a debtor in a month"
    _order = "month desc, risk_score desc, id"
    _rec_name = "month"
    _log_access = False

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="case_id.partner_id", string="Debtor")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    month = fields.Date(
        required=True, readonly=True, index=True, help="First day of the month."
    )
    risk_score = fields.Integer(readonly=True, aggregator="avg")
    risk_band_id = fields.Many2one(
        "collection.risk.band",
        string="Risk band",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    amount_due = fields.Monetary(string="Balance", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    days_late_avg = fields.Float(
        string="Days late", readonly=True, digits=(8, 1), aggregator="avg"
    )
    default_probability = fields.Float(
        string="Default probability (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
    )

    _case_month_uniq = models.Constraint(
        "UNIQUE(case_id, month)", "A case has one row of risk per month."
    )
