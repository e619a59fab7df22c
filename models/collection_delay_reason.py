from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionDelayReason(models.Model):
    """Why a debtor has not paid, and what that changes for his case."""

    _name = "collection.delay.reason"
    _description = "Reason for delay"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="By which the software knows the reason, whatever its name."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: every company may use this reason."
    )
    consequence = fields.Selection(
        [
            ("none", "Nothing"),
            ("resend", "Send the invoices again"),
            ("dispute", "Open a dispute"),
            ("plan", "Propose a payment plan"),
            ("scenario", "Change the scenario"),
            ("step", "Take a given step next"),
        ],
        string="What follows",
        default="none",
        required=True,
    )
    scenario_id = fields.Many2one(
        "collection.scenario", check_company=True, ondelete="restrict"
    )
    step_id = fields.Many2one(
        "collection.step", check_company=True, ondelete="restrict"
    )
    dispute_reason_id = fields.Many2one(
        "collection.dispute.reason", check_company=True, ondelete="set null"
    )
    pause_days = fields.Integer(
        string="Pause (days)",
        help="For so many days nothing is sent, whatever else follows. 0: no pause.",
    )
    case_count = fields.Integer(compute="_compute_case_count")

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another reason for delay has this code."
    )
    _pause_days_positive = models.Constraint(
        "CHECK(pause_days >= 0)", "The days of a pause are not negative."
    )

    def _compute_case_count(self):
        counts = dict(
            self.env["collection.case"]._read_group(
                [("delay_reason_id", "in", self.ids)],
                ["delay_reason_id"],
                ["__count"],
            )
        )
        for reason in self:
            reason.case_count = counts.get(reason, 0)

    @api.constrains("consequence", "scenario_id", "step_id")
    def _check_consequence(self):
        for reason in self:
            if reason.consequence == "scenario" and not reason.scenario_id:
                raise ValidationError(
                    self.env._("Choose the scenario that follows “%s”.", reason.name)
                )
            if reason.consequence == "step" and not reason.step_id:
                raise ValidationError(
                    self.env._("Choose the step that follows “%s”.", reason.name)
                )

    # === ACTION METHODS === #

    def action_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_case_action"
        )
        return action | {"domain": [("delay_reason_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _apply(self, case, action=None):
        """Note on ``case`` that this is why it is late, and do what follows.

        :param action: the call or other action during which it was learnt
        :return: a window to open next, or ``False``
        """
        self.ensure_one()
        case.ensure_one()
        self._note(case, action)
        if self.pause_days:
            self._pause(case, action)
        opened = getattr(self, f"_apply_{self.consequence}")(case, action)
        case._request_review()
        return opened or False

    def _note(self, case, action):
        case.write(
            {
                "delay_reason_id": self.id,
                "delay_reason_date": case.company_id._get_collection_today(),
            }
        )
        if action:
            action.delay_reason_id = self

    def _pause(self, case, action):
        today = case.company_id._get_collection_today()
        # The administrator has said how long: no limit for holds by hand applies.
        self.env["collection.hold"].sudo().create(
            {
                "case_id": case.id,
                "name": self.name,
                "date_from": today,
                "date_to": today + timedelta(days=self.pause_days),
                "res_model": (action or case)._name,
                "res_id": (action or case).id,
            }
        )

    def _apply_none(self, case, action):
        """Nothing else follows: the reason is for the figures."""

    def _apply_resend(self, case, action):
        contact = action.recipient_id if action else None
        case._resend_invoices(contact if contact and contact.email else None)

    def _apply_dispute(self, case, action):
        return self.env["collection.dispute.open"]._open(
            case, reason=self.dispute_reason_id, action=action
        )

    def _apply_plan(self, case, action):
        return case.action_make_plan()

    def _apply_scenario(self, case, action):
        """Change the scenario; the note on the case says how to go back."""
        before = case.scenario_id
        if before == self.scenario_id:
            return
        case.manual_scenario_id = self.scenario_id
        case._message_log(
            body=self.env._(
                "Reason for the delay: %(reason)s. The scenario is now %(scenario)s; "
                "before it was %(before)s. Choose it again, or release the scenario, "
                "to go back.",
                reason=self.name,
                scenario=self.scenario_id.name,
                before=before.name or self.env._("none"),
            )
        )

    def _apply_step(self, case, action):
        case._request_step(self.step_id, reason=self.name)
