from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_is_trader = fields.Boolean(
        string="Your company is a trader",
        default=True,
        help="Commercial companies and traders (articles L121-1 and L210-1 of the Code "
        "de commerce). Off for associations, civil companies, liberal professions.",
    )
