from odoo import fields, models

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"


class ResPartner(models.Model):
    """Has the cases follow the credit limit, and shows what is proposed beside it."""

    _inherit = "res.partner"

    collection_credit_proposed = fields.Monetary(
        related="collection_case_id.credit_proposed",
        string="Proposed credit limit",
        currency_field="collection_currency_id",
        groups=COLLECTOR,
    )
    collection_credit_review = fields.Selection(
        related="collection_case_id.credit_review",
        string="Review of the credit limit",
        groups=COLLECTOR,
    )

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if "credit_limit" in vals:
            self.env["collection.credit.policy"]._mark(
                self.env.company, self.commercial_partner_id
            )
        return result
