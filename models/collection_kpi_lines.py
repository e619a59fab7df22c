from odoo import models
from odoo.fields import Domain
from odoo.tools import formatLang

from .collection_action_desk import MISSED_OUTCOMES, REACHED_OUTCOMES
from .collection_promise import MATURED_STATES

# What opens the lines of an indicator; of all others it is the ageing balance.
LINES = {
    "recovery_rate": "_get_due",
    "payment_delay": "_get_paid",
    "days_late": "_get_paid",
    "contact_rate": "_get_calls",
    "promise_rate": "_get_promises",
    "promise_kept_rate": "_get_matured",
    "promise_paid_rate": "_get_matured",
    "dispute_rate": "_get_disputes",
    "cost_rate": "_get_contacts",
    "reachability": "_get_debtors",
    "reachability_amount": "_get_debtors",
}
MODULE = "l10n_fr_debt_collection."


class CollectionKpi(models.Model):
    """Which records an indicator was made of."""

    _inherit = "collection.kpi"

    # === ACTION METHODS === #

    def action_open_lines(self):
        """Open what the figure was made of."""
        self.ensure_one()
        finder = LINES.get(self.kind_id.code)
        if not finder:
            return self.action_open_balance()
        xmlid, domain = getattr(self, finder)()
        action = self.env["ir.actions.act_window"]._for_xml_id(MODULE + xmlid)
        return action | {
            "name": self.display_name,
            "domain": list(domain & Domain("company_id", "=", self.company_id.id)),
            "context": {},
        }

    # === WORDS === #

    def _format_figure(self, figure):
        """Return a figure of this indicator with its unit."""
        words = formatLang(self.env, figure, digits=1)
        if self.unit == "percent":
            return self.env._("%s %%", words)
        return self.env._("%s days", words)

    def _format_value(self):
        self.ensure_one()
        words = self._format_figure(self.value)
        return self.env._("> %s", words) if self.is_more else words

    # === BUSINESS METHODS === #

    def _in_month(self, name):
        return Domain(name, ">=", self.month) & Domain(name, "<=", self.date)

    def _of_owner(self, path="case_id."):
        """Return the domain of the debtors of the segment or collector."""
        if self.segment_id:
            return Domain(f"{path}segment_id", "=", self.segment_id.id)
        if self.user_id:
            return Domain(f"{path}user_id", "=", self.user_id.id)
        return Domain.TRUE

    def _get_due(self):
        return "collection_payment_fact_action", (
            self._in_month("date_due") & self._of_owner()
        )

    def _get_paid(self):
        return "collection_payment_fact_action", (
            self._in_month("last_payment_date") & self._of_owner()
        )

    def _get_calls(self):
        return "collection_action_action", (
            self._in_month("date")
            & Domain("channel", "=", "phone")
            & Domain("outcome", "in", REACHED_OUTCOMES + MISSED_OUTCOMES)
            & self._of_owner()
        )

    def _get_contacts(self):
        return "collection_action_action", (
            self._in_month("date")
            & Domain("state", "in", ("sent", "done"))
            & self._of_owner()
        )

    def _get_promises(self):
        return "collection_promise_action", (
            self._in_month("date_made") & self._of_owner()
        )

    def _get_matured(self):
        return "collection_promise_action", (
            self._in_month("date_limit")
            & Domain("state", "in", MATURED_STATES)
            & self._of_owner()
        )

    def _get_disputes(self):
        closed = Domain("date_closed", "=", False) | Domain(
            "date_closed", ">", self.date
        )
        return "collection_dispute_action", (
            Domain("date_opened", "<=", self.date) & closed & self._of_owner()
        )

    def _get_debtors(self):
        return "collection_case_action", (
            Domain("amount_due", ">", 0) & self._of_owner("")
        )
