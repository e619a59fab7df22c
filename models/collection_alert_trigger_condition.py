from odoo import api, models


class CollectionAlertTriggerCondition(models.AbstractModel):
    """The cases of the rule's condition: any field, any threshold."""

    _name = "collection.alert.trigger.condition"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: condition"

    _is_state = True

    @api.model
    def _get_label(self):
        return self.env._("A condition becomes true")

    @api.model
    def _find(self, rule, company, cases_domain):
        cases = self._get_cases(rule, company, cases_domain)
        return rule._explain(cases.with_env(self.env))
