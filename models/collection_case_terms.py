from odoo import models


class CollectionCase(models.Model):
    """What was agreed with the debtor about late payment."""

    _inherit = "collection.case"

    def _get_rate_terms(self):
        """Return the kind and the value of the rate agreed, else those of the law."""
        self.ensure_one()
        for owner in (self._get_terms_partner(), self.company_id):
            if owner.collection_rate_kind:
                return owner.collection_rate_kind, owner.collection_rate_value
        return "law", 0.0

    def _is_interest_first(self):
        """Return whether payments bear on interest before the principal."""
        self.ensure_one()
        allocation = self._get_terms_partner().collection_allocation
        if allocation:
            return allocation == "interest"
        return self.company_id.collection_interest_first

    def _get_terms_partner(self):
        # The terms decide of the claim, whoever has it made.
        return self.partner_id.sudo().with_company(self.company_id)
