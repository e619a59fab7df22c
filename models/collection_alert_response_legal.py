from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

MESSAGE, NOTICE, ORDER, HANDOVER = (
    "message",
    "formal_notice",
    "payment_order",
    "handover",
)


class CollectionAlertResponse(models.Model):
    """Responses that write to the debtor or prepare a legal act.

    An act is prepared, never filed: a person signs it. What stands in its way is noted
    on the alert with the remedy.
    """

    _inherit = "collection.alert.response"

    kind = fields.Selection(
        selection_add=[
            ("step",),
            (MESSAGE, "E-mail outside the scenario"),
            (NOTICE, "Formal notice, to be sent"),
            (ORDER, "Payment order request, to be filed"),
            (HANDOVER, "Proposal of a handover"),
            ("switch",),
        ],
        ondelete=dict.fromkeys((MESSAGE, NOTICE, ORDER, HANDOVER), "cascade"),
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Words",
        domain="[('model', '=', 'collection.action')]",
        ondelete="restrict",
        help="Of the e-mail. Only what may be chased on that day is claimed in it.",
    )

    def _get_needed_fields(self):
        return super()._get_needed_fields() | {MESSAGE: "template_id"}

    # === RESPONSES === #

    def _respond_message(self, alerts):
        capped = self._get_capped_days(alerts.case_id)
        return {
            alert: self.env._(
                "No e-mail before %s: the debtor has been contacted as often as the "
                "settings allow.",
                format_date(self.env, capped[alert.case_id.id]),
            )
            if alert.case_id.id in capped
            else self._send_message(alert.case_id)
            for alert in alerts
        }

    def _send_message(self, case):
        lines = self._get_claimable_lines(case)
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing overdue may be chased today: look at the holds, "
                    "disputes and promises of the case."
                )
            )
        action = case._send_apart(self.template_id, lines=lines)
        return self.env._("E-mail to %s", action.recipient_address)

    def _respond_formal_notice(self, alerts):
        notices = alerts.case_id._make_formal_notice(deliver=False)
        by_case = notices.grouped("case_id")
        missing = self.env._("No formal notice: the case says why.")
        return {
            alert: self.env._(
                "Formal notice prepared: %s", by_case[alert.case_id].display_name
            )
            if alert.case_id in by_case
            else missing
            for alert in alerts
        }

    def _respond_payment_order(self, alerts):
        notes = {}
        for alert in alerts:
            request = alert.case_id._start_proceeding(ORDER)
            notes[alert] = self.env._("Request prepared: %s", request.display_name)
        return notes

    def _respond_handover(self, alerts):
        for company in alerts.company_id:
            if not company.collection_handover_provider_id:
                raise UserError(
                    self.env._(
                        "%s has no usual provider: choose one in the settings of "
                        "debt collection.",
                        company.name,
                    )
                )
        held = alerts.case_id.filtered("handover_id")
        drafts = (alerts.case_id - held)._propose_to_provider().grouped("case_id")
        notes = {}
        for alert in alerts:
            case = alert.case_id
            if case in drafts:
                note = self.env._(
                    "Handover proposed: %s", drafts[case].provider_id.display_name
                )
            elif case in held:
                note = self.env._("A handover is already under way.")
            else:
                note = self.env._("Nothing of this case can be entrusted now.")
            notes[alert] = note
        return notes

    # === HELPERS === #

    @api.model
    def _get_capped_days(self, cases):
        """Return ``{case id: first day}`` of those not to be contacted before it."""
        capped = {}
        for company, group in cases.grouped("company_id").items():
            today = company._get_collection_today()
            facts = self.env["collection.planner"]._get_facts(group, today)
            for case_id, fact in facts.items():
                first_day = fact.cap.opens_on(fact.contacts, today)
                if first_day > today:
                    capped[case_id] = first_day
        return capped

    @api.model
    def _get_claimable_lines(self, case):
        """Return the overdue items of ``case`` that may be chased today."""
        excluded = case._get_exclusions(case.company_id._get_collection_today())
        return case._get_lines_to_claim().filtered(lambda line: line not in excluded)
