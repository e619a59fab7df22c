from odoo import api, models

from ..tools.proceedings import OPENINGS, PLANS
from .collection_case_insolvency import LIQUIDATIONS

# Who tells the representative of unpaid claims from after the judgment, until when:
# Code de commerce, L622-17 (from the end of the observation period) and L641-13.
INFORM_AFTER_PLAN = "post_judgment_information"
INFORM_IN_LIQUIDATION = "post_judgment_information_liquidation"


class CollectionCase(models.Model):
    """Claims from after the opening judgment: paid when due, or made known in time."""

    _inherit = "collection.case"

    @api.model
    def _cron_open_information_deadlines(self):
        """Open the deadlines to make known what is unpaid from after the judgments."""
        events = self.env["collection.registry.event"].search(
            [("state", "!=", "cancelled"), ("code", "in", list(OPENINGS))]
        )
        events.case_id._open_information_deadlines()

    def _open_information_deadlines(self):
        """Open the deadline of each case that has unpaid claims of this kind, once."""
        days = {
            case.id: event.judgment_date
            for case, event in self._get_opening_events().items()
            if event.judgment_date
        }
        if not days:
            return
        unpaid = {
            case_id: after
            for case_id, (_before, after) in self._read_judgment_amounts(days).items()
            if after > 0
        }
        known = self.env["collection.deadline"].search(
            [
                ("case_id", "in", list(unpaid)),
                ("rule_id.code", "in", (INFORM_AFTER_PLAN, INFORM_IN_LIQUIDATION)),
            ]
        )
        for case in self.browse(unpaid) - known.case_id:
            case._open_information_deadline(unpaid[case.id])

    def _open_information_deadline(self, amount):
        """Open the deadline from the liquidation or the plan, if there is one yet."""
        self.ensure_one()
        event = self.event_ids.filtered(
            lambda event: (
                event.state != "cancelled" and event.code in {*LIQUIDATIONS, *PLANS}
            )
        ).sorted(lambda event: (event.published_on, event.id))[-1:]
        if not event:
            return
        is_liquidation = event.code in LIQUIDATIONS
        self.env["collection.deadline"]._open_by_rule(
            INFORM_IN_LIQUIDATION if is_liquidation else INFORM_AFTER_PLAN,
            event,
            (not is_liquidation and event.judgment_date) or event.clock_date,
            amount=amount,
        )
