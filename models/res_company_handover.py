from odoo import fields, models
from odoo.fields import Domain

from .collection_case_watch import FROZEN
from .collection_handover import OPEN_STATES


class ResCompany(models.Model):
    """Which cases are proposed for handover, and to whom."""

    _inherit = "res.company"

    collection_handover_provider_id = fields.Many2one(
        "collection.handover.provider",
        string="Usual provider",
        help="Proposed first, and by steps of scenarios.",
    )
    collection_handover_days = fields.Integer(
        string="Overdue for more than (days)",
        default=90,
        help="The oldest item of a case has been overdue for longer.",
    )
    collection_handover_exhausted = fields.Boolean(
        string="All steps done",
        default=True,
        help="Propose also, whatever their age, cases whose scenario has no step left.",
    )
    collection_handover_probability = fields.Float(
        string="Default risk from (%)",
        digits=(5, 1),
        help="Propose only cases whose default risk is as high; 0: whatever the risk.",
    )
    collection_handover_minimum = fields.Monetary(
        string="Overdue, net, from", default=100.0
    )
    collection_handover_maximum = fields.Monetary(
        string="Overdue, net, up to", help="0: no limit."
    )

    _collection_handover_positive = models.Constraint(
        "CHECK(collection_handover_days >= 0 AND collection_handover_minimum >= 0"
        " AND collection_handover_maximum >= 0"
        " AND collection_handover_probability >= 0)",
        "Days, amounts and risks from which cases are proposed are not negative.",
    )

    def _get_handover_candidates_domain(self, days=None, minimum=None, maximum=None):
        """Return the domain of the cases of this company that may be handed over now.

        Not those with somebody else already, on hold, up to date or in insolvency
        proceedings.
        """
        self.ensure_one()
        days = self.collection_handover_days if days is None else days
        minimum = self.collection_handover_minimum if minimum is None else minimum
        maximum = self.collection_handover_maximum if maximum is None else maximum
        last_day = fields.Date.subtract(self._get_collection_today(), days=days)
        is_due = Domain("overdue_since", "<", last_day)
        if self.collection_handover_exhausted:
            is_due |= Domain("next_step_id", "=", False) & Domain(
                "scenario_id", "!=", False
            )
        domain = Domain(
            [
                ("company_id", "=", self.id),
                ("state", "in", ("open", "legal")),
                ("amount_overdue_net", ">=", max(minimum, self.currency_id.rounding)),
                ("proceeding", "not in", FROZEN),
                ("handover_ids", "not any", [("state", "in", OPEN_STATES)]),
            ]
        )
        if maximum:
            domain &= Domain("amount_overdue_net", "<=", maximum)
        if self.collection_handover_probability:
            domain &= Domain(
                "default_probability", ">=", self.collection_handover_probability
            )
        return domain & is_due
