from odoo import api, models
from odoo.fields import Domain

from .collection_action_desk import REACHED_OUTCOMES
from .collection_action_result import NO_CONTACT


class CollectionAlertTriggerSilence(models.AbstractModel):
    """So many contacts since the debtor last answered or paid something."""

    _name = "collection.alert.trigger.silence"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: no answer"

    _is_state = True

    @api.model
    def _get_label(self):
        return self.env._("No answer after so many contacts")

    @api.model
    def _find(self, rule, company, cases_domain):
        about = Domain(
            "case_id", "any", cases_domain & Domain("amount_overdue", ">", 0)
        )
        answers = self.env["collection.action"]._read_group(
            about & Domain("outcome", "in", REACHED_OUTCOMES),
            ["case_id"],
            ["date:max"],
        )
        last_answer = {case.id: day for case, day in answers}
        for case, day in self.env["collection.payment.fact"]._read_group(
            about & Domain("last_payment_date", "!=", False),
            ["case_id"],
            ["last_payment_date:max"],
        ):
            known = last_answer.get(case.id)
            last_answer[case.id] = max(day, known) if known else day
        contacts = self.env["collection.action"]._read_group(
            about
            & Domain("state", "in", ("sent", "done"))
            & Domain("outcome", "not in", NO_CONTACT),
            ["case_id", "date:day"],
        )
        counts = {}
        for case, day in contacts:
            if case.id not in last_answer or day > last_answer[case.id]:
                counts[case.id] = counts.get(case.id, 0) + 1
        return {
            case_id: self.env._("%s contacts without an answer or a payment", count)
            for case_id, count in counts.items()
            if count >= rule.threshold
        }
