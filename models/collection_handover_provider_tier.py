from decimal import Decimal

from odoo import fields, models

from ..tools import handover_fees


class CollectionHandoverProviderTier(models.Model):
    """One rate of a success fee: from so many days or so much money on."""

    _name = "collection.handover.provider.tier"
    _description = "Success fee of a recovery provider"
    _order = "provider_id, limit_from, id"

    provider_id = fields.Many2one(
        "collection.handover.provider", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="provider_id.company_id", store=True)
    limit_from = fields.Float(
        string="From",
        digits=(16, 2),
        help="Days overdue, or an amount in company currency; itself included.",
    )
    percent = fields.Float(string="Success fee (%)", digits=(5, 2), required=True)

    _one_per_limit = models.Constraint(
        "UNIQUE(provider_id, limit_from)", "Two success fees begin at the same limit."
    )
    _percent_possible = models.Constraint(
        "CHECK(limit_from >= 0 AND percent >= 0 AND percent <= 100)",
        "Limits are not negative, and a success fee lies between 0 and 100 %.",
    )

    def _to_tier(self):
        self.ensure_one()
        return handover_fees.Tier(
            start=Decimal(repr(self.limit_from)), percent=Decimal(repr(self.percent))
        )
