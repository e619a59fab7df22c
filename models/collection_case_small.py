from odoo import models
from odoo.tools import format_date

from ..tools.french_regions import department_and_region
from ..tools.traders import is_trader
from .collection_plan import OPEN_STATES


class CollectionCase(models.Model):
    """The procedures that a commissaire de justice leads, and the choice of a way."""

    _inherit = "collection.case"

    # === ACTION METHODS === #

    def action_choose_legal_path(self):
        """Show the ways there are for this debtor side by side."""
        self.ensure_one()
        return self.env["collection.legal.path"]._open(self)

    def action_small_claims(self):
        """Prepare the simplified procedure for small claims."""
        return self._start_claim("small_claims")

    def action_uncontested_claim(self):
        """Prepare the procedure for uncontested claims between traders."""
        return self._start_claim("uncontested_claim")

    def action_summons(self):
        """Prepare a demand to pay served by a commissaire de justice."""
        return self._start_claim("summons")

    def action_moratorium(self):
        """Entrust a payment plan to a commissaire; without one draw a plan up first."""
        self.ensure_one()
        plan = self._get_plan_to_entrust()
        if not plan:
            return self.action_make_plan()
        lines = plan.item_ids.line_id
        return self._start_proceeding(
            "moratorium",
            lines,
            plan_id=plan.id,
            commissaire_id=plan.follower_id.id,
            amount_principal=sum(lines.mapped("amount_residual")),
        )._get_records_action()

    # === PROCEEDINGS === #

    def _start_claim(self, kind):
        """Open a new proceeding of ``kind``, with a statement of what is claimed."""
        self.ensure_one()
        proceeding = self._start_proceeding(kind, notice_id=self._get_last_notice().id)
        proceeding._take_new_statement()
        return proceeding._get_records_action()

    def _get_plan_to_entrust(self):
        """Return the open plan that no commissaire has been entrusted with, if any."""
        self.ensure_one()
        entrusted = self.proceeding_ids.filtered(
            lambda one: one.kind == "moratorium" and one.state != "cancelled"
        ).plan_id
        return (self.plan_ids - entrusted).filtered(
            lambda plan: plan.state in OPEN_STATES
        )[:1]

    def _prepare_amicable_attempt(self):
        """Return what a request to a court says of the last refused small claim.

        A procedure for small claims without agreement counts as the amicable attempt of
        article 750-1 of the Code de procédure civile.
        """
        self.ensure_one()
        refused = self.proceeding_ids.filtered(
            lambda one: one.kind == "small_claims" and one.state == "refused"
        )[:1]
        if not refused:
            return {}
        answers = refused._fields["debtor_answer"]._description_selection(self.env)
        return {
            "amicable_attempt": "small_claims",
            "amicable_note": self.env._(
                "%(name)s, invitation of %(date)s: %(answer)s",
                name=refused.name,
                date=format_date(self.env, refused.date_invited),
                answer=dict(answers).get(refused.debtor_answer, "").lower(),
            ),
        }

    def _get_default_dates(self, lines):
        """A demand served by a commissaire puts the debtor in default."""
        dates = super()._get_default_dates(lines)
        demands = self.env["collection.proceeding"].search(
            [
                ("case_id", "in", self.ids),
                ("date_demand_served", "!=", False),
                ("line_ids", "in", lines.ids),
            ],
            order="date_demand_served",
        )
        for demand in demands:
            for line in demand.line_ids & lines:
                known = dates.get(line.id)
                day = demand.date_demand_served
                dates[line.id] = min(known, day) if known else day
        return dates

    # === WHO THE DEBTOR IS === #

    def _is_debtor_trader(self):
        """Return whether the debtor is a trader; ``None`` while that is not known."""
        self.ensure_one()
        # What a collector may not see of the contact still decides the procedure.
        known = self.partner_id.sudo().collection_trader
        if known:
            return known == "trader"
        if self.debtor_type in ("consumer", "public"):
            return False
        return is_trader(self.registry_record_id.legal_form)

    def _is_between_traders(self):
        """Return whether both sides are traders; ``None`` while that is not known."""
        self.ensure_one()
        if not self.company_id.collection_is_trader:
            return False
        return self._is_debtor_trader()

    def _describe_traders(self):
        """Return what is known of whether both sides are traders, as a sentence."""
        self.ensure_one()
        if not self.company_id.collection_is_trader:
            return self.env._("Your company is no trader.")
        return {
            True: self.env._("Both sides are traders."),
            False: self.env._("The debtor is no trader."),
            None: self.env._("Whether the debtor is a trader is not known."),
        }[self._is_debtor_trader()]

    def _get_debtor_department(self):
        """Return the department of the debtor, as ``"69 Rhône"``; ``""`` if unknown."""
        self.ensure_one()
        if not self._get_court_department():
            return ""
        return department_and_region(self.partner_id.zip or "")[0]
