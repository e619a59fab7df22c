from odoo import fields, models


class ResCompany(models.Model):
    """How debtors whose behaviour is unusual are told of."""

    _inherit = "res.company"

    collection_abnormal_level = fields.Float(
        string="False signals (%)",
        default=5.0,
        digits=(5, 2),
        help="Of the signals of unusual behaviour, how many may be false alarms. Less: "
        "fewer signals, later.",
    )
    collection_abnormal_activity = fields.Boolean(
        string="Task on unusual behaviour",
        help="Give the collector a task when a debtor begins to pay later than it used "
        "to. Off: a note on the case only.",
    )
    collection_abnormal_threshold = fields.Float(
        string="Highest p-value of a signal",
        readonly=True,
        help="As the last pass over all cases has found it. By it a case is judged "
        "between two passes.",
    )

    _collection_abnormal_level_range = models.Constraint(
        "CHECK(collection_abnormal_level > 0 AND collection_abnormal_level <= 50)",
        "The share of false signals lies above 0 % and not above 50 %.",
    )
