from odoo import fields, models


class ResCompany(models.Model):
    """How indicators and results of contacts are measured."""

    _inherit = "res.company"

    collection_unpaid_days = fields.Integer(
        string="Unpaid after (days late)",
        default=30,
        help="What is late by more days counts in the unpaid rate.",
    )
    collection_result_days = fields.Integer(
        string="Cash counts for (days)",
        default=15,
        help="Cash within so many days after a contact, and before the next one, is "
        "its result.",
    )
    collection_weak_share = fields.Float(
        string="A step is weak below (%)",
        default=5.0,
        help="Of the debtors contacted by a step, the share of those who then pay "
        "something.",
    )

    _collection_result_positive = models.Constraint(
        "CHECK(collection_result_days > 0 AND collection_unpaid_days >= 0"
        " AND collection_weak_share BETWEEN 0 AND 100)",
        "The days in which cash counts are one at least, the share of a weak step is "
        "between 0 and 100 percent.",
    )
