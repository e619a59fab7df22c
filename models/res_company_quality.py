from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_data_max_age = fields.Integer(
        string="Verify again after (days)",
        default=365,
        help="Data of debtors that were verified longer ago are stale.",
    )

    _collection_data_max_age_positive = models.Constraint(
        "CHECK(collection_data_max_age > 0)",
        "Data stay fresh for at least one day.",
    )
