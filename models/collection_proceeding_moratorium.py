from odoo import api, fields, models

from .collection_plan import RUNNING_STATES
from .collection_proceeding import Missing

KIND = "moratorium"
# What the end of the plan means for the proceeding.
STATE_OF_PLAN = {"kept": "settled", "broken": "lapsed", "cancelled": "closed"}


class CollectionProceeding(models.Model):
    """A payment plan that a commissaire de justice follows, and what that costs.

    Whether it is kept is for the plan to say: it is judged by the real payments.
    """

    _inherit = "collection.proceeding"

    kind = fields.Selection(
        selection_add=[(KIND, "Moratorium")], ondelete={KIND: "cascade"}
    )
    plan_id = fields.Many2one(
        "collection.plan",
        string="Payment plan",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id)]",
    )
    plan_state = fields.Selection(related="plan_id.state", string="State of the plan")
    plan_progress = fields.Float(related="plan_id.progress")
    moratorium_kept_rate = fields.Float(
        string="Kept (%)",
        compute="_compute_moratorium_kept_rate",
        store=True,
        aggregator="avg",
        help="100 for a moratorium that was kept, 0 for one that was broken: its "
        "average over ended moratoriums is the share that was kept.",
    )

    @api.depends("kind", "state")
    def _compute_moratorium_kept_rate(self):
        for proceeding in self:
            is_kept = proceeding.kind == KIND and proceeding.state == "settled"
            proceeding.moratorium_kept_rate = 100 if is_kept else 0

    # === ACTION METHODS === #

    def action_open_plan(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.plan_id.display_name,
            "res_model": "collection.plan",
            "res_id": self.plan_id.id,
            "view_mode": "form",
        }

    # === HOOKS OF THE KIND === #

    def _moratorium_moves(self):
        return {
            "draft": {"ready", "filed", "cancelled"},
            "ready": {"draft", "filed", "cancelled"},
            "filed": {"settled", "lapsed", "closed"},
        }

    def _moratorium_missing(self):
        missing = self._missing_for_commissaire()
        if not self.plan_id:
            missing.append(
                Missing("plan", self.env._("No payment plan: choose the plan."))
            )
        elif self.plan_id.state not in RUNNING_STATES:
            missing.append(
                Missing(
                    "agreement",
                    self.env._("%s is not in force (yet).", self.plan_id.name),
                    "action_open_plan",
                )
            )
        return missing

    def _moratorium_filed(self):
        self.plan_id.follower_id = self.commissaire_id

    def _moratorium_costs(self):
        cost = self._add_parameter_cost("moratorium_fee", self.date_filed)
        self.plan_id.cost += cost.amount_total

    def _moratorium_files(self):
        plan = self.plan_id
        agreement = plan.agreement_id.raw or plan._render_agreement()
        return [(plan._get_document_name(), agreement)]

    def _moratorium_instruction(self):
        return (
            self.env._("Follow-up of an agreed payment plan"),
            [
                self.env._(
                    "The debtor named below has agreed to pay in instalments: the plan "
                    "%(plan)s, %(count)s instalments until %(date)s. Please follow it: "
                    "remind the debtor of each instalment and tell us of any that is "
                    "missed.",
                    plan=self.plan_id.name,
                    count=self.plan_id.line_count,
                    date=self._format_day(self.plan_id.last_date),
                ),
                self.env._(
                    "Payments go to our account below, with the number of the plan."
                ),
            ],
        )

    # === WHEN IT IS ENTRUSTED AND WHEN THE PLAN ENDS === #

    def _stop_reminders(self):
        # A plan holds its own items: what is not in it is chased as before.
        chased = self.filtered(lambda one: one.kind != KIND)
        return super(CollectionProceeding, chased)._stop_reminders()

    def _leave_court(self, is_paid):
        sued = self.filtered(lambda one: one.kind != KIND)
        return super(CollectionProceeding, sued)._leave_court(is_paid)

    def _follow_plans(self, plans):
        """End the moratoriums of plans that have ended."""
        states = {plan: STATE_OF_PLAN.get(plan.state) for plan in plans}
        ended = [plan.id for plan, state in states.items() if state]
        if not ended:
            return
        # Who judges a plan, a debtor who pays included, need not see proceedings.
        moratoriums = self.sudo().search(
            [("kind", "=", KIND), ("plan_id", "in", ended), ("state", "=", "filed")]
        )
        for plan, group in moratoriums.grouped("plan_id").items():
            group._update_state(states[plan])
