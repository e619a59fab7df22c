from odoo import fields, models

from ..tools import planning


class ResCompany(models.Model):
    """How often a debtor may be contacted."""

    _inherit = "res.company"

    collection_cap_count = fields.Integer(
        string="Contacts at most",
        help="Number of days with a contact, by any scenario, campaign or person, "
        "within the period beside. Zero: no limit.",
    )
    collection_cap_days = fields.Integer(string="within (days)", default=30)

    _collection_cap_positive = models.Constraint(
        "CHECK(collection_cap_count >= 0 AND collection_cap_days BETWEEN 0 AND 366)",
        "The limit of contacts is a number of contacts within at most 366 days.",
    )

    def _get_contact_cap(self):
        """Return the :class:`planning.Cap` of this company."""
        self.ensure_one()
        return planning.Cap(self.collection_cap_count, self.collection_cap_days)
