from odoo import fields, models


class ResCompany(models.Model):
    """Whether debtors get a page of their own, and for how long a link opens it."""

    _inherit = "res.company"

    collection_portal_enabled = fields.Boolean(
        string="Debtor's page",
        default=True,
        help="E-mails, letters and SMS have a link to a page where the debtor sees "
        "what is owed, pays, promises, asks for instalments or contests.",
    )
    collection_portal_days = fields.Integer(
        string="A link is valid for (days)", default=60
    )

    _collection_portal_days_positive = models.Constraint(
        "CHECK(collection_portal_days > 0)",
        "A link to the debtor's page is valid for one day at least.",
    )
