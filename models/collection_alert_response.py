import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import plaintext2html

_logger = logging.getLogger(__name__)
# What can be done about the company's figures; the rest is done to a case.
COMPANY_KINDS = ("activity", "server")


class CollectionAlertResponse(models.Model):
    """One thing that is done when an alert rule speaks.

    What differs between kinds is in methods named ``_respond_<kind>``, which get the
    alerts and return what to note on all of them, or on each, as ``{alert: words}``; a
    new kind is a value of the selection and a method.
    """

    _name = "collection.alert.response"
    _description = "Response to alerts"
    _order = "rule_id, sequence, id"

    rule_id = fields.Many2one(
        "collection.alert.rule", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("activity", "Task for the owner"),
            ("step", "Next step of the case"),
            ("switch", "Switch of scenario"),
            ("hold", "Hold"),
            ("dispute", "Dispute"),
            ("server", "Server action"),
        ],
        string="What is done",
        required=True,
        default="activity",
    )
    summary = fields.Char(
        translate=True, help="Of the task, the hold or the dispute. Empty: the rule."
    )
    days = fields.Integer(
        default=0, help="Until the task is due, or that the hold lasts."
    )
    step_id = fields.Many2one("collection.step", ondelete="restrict")
    scenario_id = fields.Many2one("collection.scenario", ondelete="restrict")
    dispute_reason_id = fields.Many2one(
        "collection.dispute.reason", ondelete="restrict"
    )
    server_action_id = fields.Many2one(
        "ir.actions.server",
        domain="[('model_id.model', 'in', ('collection.case', 'collection.alert'))]",
        ondelete="restrict",
        help="Runs on the cases, or on the alerts, in one go.",
    )

    _days_positive = models.Constraint(
        "CHECK(days >= 0)", "A number of days is not negative."
    )

    # === CONSTRAINTS === #

    @api.constrains(
        "kind", "step_id", "scenario_id", "dispute_reason_id", "server_action_id"
    )
    def _check_complete(self):
        needed = self._get_needed_fields()
        for response in self:
            name = needed.get(response.kind)
            if name and not response[name]:
                raise ValidationError(
                    self.env._(
                        "Alert rule “%(rule)s”: choose the %(field)s of the response.",
                        rule=response.rule_id.name,
                        field=self._fields[name]._description_string(self.env).lower(),
                    )
                )

    @api.model
    def _get_needed_fields(self):
        """Return ``{kind: field that it needs}``. Hook."""
        return {
            "step": "step_id",
            "switch": "scenario_id",
            "dispute": "dispute_reason_id",
            "server": "server_action_id",
        }

    # === BUSINESS METHODS === #

    def _respond(self, alerts):
        """Do it for all alerts at once; if that fails, one by one.

        What fails is noted on its alert and does not stop the others.
        """
        self.ensure_one()
        alerts -= self._leave_alone(alerts)
        if not alerts:
            return
        try:
            with self.env.cr.savepoint():
                self._carry_out(alerts)
            return
        except Exception as error:
            if len(alerts) == 1:
                self._note_failure(alerts, error)
                return
            _logger.info("%s failed for %s alerts at once", self, len(alerts))
        for alert in alerts:
            self._respond(alert)

    def _leave_alone(self, alerts):
        """Return the alerts without a case, noted, if this is done to cases only."""
        without = alerts.filtered(lambda alert: not alert.case_id)
        if self.kind in COMPANY_KINDS or not without:
            return alerts.browse()
        without._note_response(
            self.env._(
                "%s: nothing done, the alert is about the company and not about a "
                "debtor. Choose a task or a server action in the rule.",
                self._get_label(),
            )
        )
        return without

    def _carry_out(self, alerts):
        done = getattr(self, f"_respond_{self.kind}")(alerts)
        notes = done if isinstance(done, dict) else dict.fromkeys(alerts, done)
        for alert, note in notes.items():
            alert._note_response(note)

    def _note_failure(self, alert, error):
        _logger.info("%s failed for %s", self, alert, exc_info=True)
        alert._note_response(
            self.env._(
                "%(response)s failed: %(error)s",
                response=self._get_label(),
                error=error,
            )
        )

    def _respond_activity(self, alerts):
        values = []
        for alert in alerts:
            record = alert.case_id or alert
            owner = alert.user_id or self.rule_id.user_id or self.env.user
            values.append(
                {
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "summary": self._get_summary(),
                    "note": plaintext2html(alert.detail or ""),
                    "date_deadline": self._get_last_day(alert),
                    "user_id": owner.id,
                }
            )
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        activities.create(values)
        return self.env._("Task: %s", self._get_summary())

    def _respond_step(self, alerts):
        for detail, group in alerts.grouped("detail").items():
            group.case_id._request_step(self.step_id, reason=self._get_reason(detail))
        return self.env._("Next step: %s", self.step_id.name)

    def _respond_switch(self, alerts):
        for detail, group in alerts.grouped("detail").items():
            group.case_id._switch_scenario(self.scenario_id, self._get_reason(detail))
        return self.env._("Scenario: %s", self.scenario_id.name)

    def _respond_hold(self, alerts):
        self.env["collection.hold"].create(
            [
                {
                    "case_id": alert.case_id.id,
                    "reason": "manual",
                    "name": f"{self._get_summary()}: {alert.detail or ''}",
                    "date_from": alert.company_id._get_collection_today(),
                    "date_to": self._get_last_day(alert),
                    "user_id": alert.user_id.id,
                    "res_model": alert._name,
                    "res_id": alert.id,
                }
                for alert in alerts
            ]
        )
        return self.env._("Hold for %s days", self.days)

    def _respond_dispute(self, alerts):
        for alert in alerts:
            case = alert.case_id
            debts = case.line_ids.filtered(lambda line: line.amount_residual > 0)
            if not debts:
                raise UserError(
                    self.env._("Nothing is open on this: there is nothing to dispute.")
                )
            case._dispute(self.dispute_reason_id, debts, description=alert.detail or "")
        return self.env._("Dispute: %s", self.dispute_reason_id.name)

    def _respond_server(self, alerts):
        action = self.server_action_id
        records = alerts if action.model_id.model == alerts._name else alerts.case_id
        action.with_context(
            active_model=records._name,
            active_ids=records.ids,
            active_id=records[:1].id,
        ).run()
        return self.env._("Server action: %s", action.name)

    # === HELPERS === #

    def _get_label(self):
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _get_summary(self):
        self.ensure_one()
        return self.summary or self.rule_id.name

    def _get_reason(self, detail):
        return self.env._(
            "Alert “%(rule)s”: %(detail)s", rule=self.rule_id.name, detail=detail or ""
        )

    def _get_last_day(self, alert):
        return alert.company_id._get_collection_today() + timedelta(days=self.days)
