from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

LOST = ("bounced", "refused", "unclaimed", "returned")


class CollectionAlertTriggerReturned(models.AbstractModel):
    """A message or a letter came back."""

    _name = "collection.alert.trigger.returned"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: message that came back"

    @api.model
    def _get_label(self):
        return self.env._("A message or a letter comes back")

    @api.model
    def _find(self, rule, company, cases_domain):
        actions = self.env["collection.action"].search(
            Domain("case_id", "any", cases_domain)
            & (
                Domain("delivery_state", "in", LOST)
                | Domain("outcome", "=", "returned")
            )
            & Domain("write_date", ">=", rule.looked_at)
            & Domain("date", ">=", rule._get_first_day(company))
        )
        labels = dict(actions._fields["channel"]._description_selection(self.env))
        return {
            action.case_id.id: self.env._(
                "%(channel)s of %(date)s",
                channel=labels.get(action.channel, action.channel),
                date=format_date(self.env, action.date),
            )
            for action in actions
        }
