from odoo import models

from ..tools.court_officers import court_officers
from ..tools.proceedings import CLOSINGS, CONVERSIONS, OPENINGS
from .collection_plan import OPEN_STATES as OPEN_PLAN_STATES

LIQUIDATIONS = frozenset({"opening_liquidation", "conversion_liquidation"})
# Claims go to the liquidator, else to the mandataire judiciaire.
CLAIM_ROLES = ("liquidator", "court_agent")


class CollectionRegistryEvent(models.Model):
    """What an opening judgment stops, freezes and opens besides the reminders."""

    _inherit = "collection.registry.event"

    # === EFFECTS === #

    def _take_effect(self):
        # What else stops comes first: the note and the task then tell of it.
        stopping = self.filtered(
            lambda event: (
                event.state != "cancelled"
                and event.code in OPENINGS | CONVERSIONS
                and event._stops_reminders()
            )
        )
        if stopping:
            stopping._stop_agreements()
            stopping._stop_proceedings()
            stopping._open_vat_recovery()
            self.env["collection.voidable.payment"]._flag(stopping.case_id)
        self._date_vat_recovery()
        return super()._take_effect()

    def _stop_agreements(self):
        """End plans and promises: the debtor may not pay earlier debts any more."""
        for event in self:
            plans = event.case_id.plan_ids.filtered(
                lambda plan: plan.state in OPEN_PLAN_STATES
            )
            plans._cancel(reason=event.name)
        promises = self.env["collection.promise"].search(
            [("case_id", "in", self.case_id.ids), ("state", "=", "open")]
        )
        promises._cancel("insolvency")

    def _stop_proceedings(self):
        """Close what was asked of a court, or seized: individual actions stop."""
        for event in self:
            proceedings = event.case_id._get_open_proceedings().filtered(
                lambda proceeding: proceeding.kind != "claim_declaration"
            )
            proceedings._stop_for_insolvency(event)

    def _open_vat_recovery(self):
        """Open the deadline to recover VAT: in a liquidation it runs already."""
        self.case_id._open_vat_recovery_deadline(
            self.filtered(lambda event: event.code in LIQUIDATIONS)
        )

    def _date_vat_recovery(self):
        """Count the time to recover VAT from the closing, once it is known."""
        for event in self:
            if event.code in CLOSINGS and event.state != "cancelled":
                event.case_id._close_vat_recovery(
                    event.judgment_date or event.published_on
                )

    # === WORDS === #

    def _get_advice(self):
        advice = super()._get_advice()
        if self.state == "cancelled" or self.code not in OPENINGS | CONVERSIONS:
            return advice
        if self.hold_id:
            advice.append(
                self.env._(
                    "Payment plans, promises and requests to court are stopped, and "
                    "interest ends the day before the judgment (Code de commerce, "
                    "L622-21 and L622-28). Tell the commissaire de justice of any "
                    "seizure under way."
                )
            )
        if self.code in LIQUIDATIONS:
            advice.append(
                self.env._(
                    "VAT on unpaid invoices: article 272-1 of the CGI provides for its "
                    "recovery, in a liquidation from the judgment on."
                )
            )
        return advice

    # === WHO IS APPOINTED === #

    def _get_claims_officer(self):
        """Return whom claims are declared to: the address on an envelope, by lines.

        Read in the words of the judgment, or entered by hand; empty when not known.
        """
        self.ensure_one()
        if self.officer_id:
            return self.officer_id._get_postal_lines()
        officers = {}
        for officer in court_officers(self.summary):
            officers.setdefault(officer.role, officer)
        chosen = next(filter(None, map(officers.get, CLAIM_ROLES)), None)
        if not chosen:
            return []
        parts = (chosen.name, *chosen.address.split(","))
        return [part.strip() for part in parts if part.strip()]
