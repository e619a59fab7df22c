from odoo import api, models
from odoo.fields import Domain


class CollectionAlertTriggerPlan(models.AbstractModel):
    """An instalment of a payment plan is late, or the plan is broken."""

    _name = "collection.alert.trigger.plan"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: late payment plan"

    _is_state = True

    @api.model
    def _get_label(self):
        return self.env._("A payment plan is late or broken")

    @api.model
    def _find(self, rule, company, cases_domain):
        plans = self.env["collection.plan"].search(
            Domain("case_id", "any", cases_domain)
            & Domain("state", "in", ("late", "broken"))
        )
        return {plan.case_id.id: plan.display_name for plan in plans}
