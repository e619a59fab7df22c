from odoo import fields, models


class ResCompany(models.Model):
    """Who posts the registered letters, and when their receipts should be here."""

    _inherit = "res.company"

    collection_postal_provider_id = fields.Many2one(
        "collection.postal.provider",
        string="Registered letters",
        ondelete="set null",
        domain="[('company_id', 'in', (False, id))]",
        help="Who sends the registered letters of this company. Empty: by hand.",
    )
    collection_receipt_days = fields.Integer(
        string="Receipt expected after (days)",
        default=21,
        help="The collector is asked to look into a registered letter whose "
        "acknowledgement of receipt has not come so many days after posting.",
    )

    _collection_receipt_days_positive = models.Constraint(
        "CHECK(collection_receipt_days > 0)",
        "A receipt is expected after one day at least.",
    )

    def _get_postal_provider(self):
        """Return who sends the registered letters of this company."""
        self.ensure_one()
        # A collector's letters go where an administrator has set.
        provider = self.sudo().collection_postal_provider_id
        if provider.active:
            return provider.with_env(self.env)
        return self.env["collection.postal.provider"]._get_by_hand()
