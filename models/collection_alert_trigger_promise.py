from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date


class CollectionAlertTriggerPromise(models.AbstractModel):
    """A promise to pay was broken."""

    _name = "collection.alert.trigger.promise"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: broken promise"

    @api.model
    def _get_label(self):
        return self.env._("A promise is broken")

    @api.model
    def _find(self, rule, company, cases_domain):
        promises = self.env["collection.promise"].search(
            Domain("case_id", "any", cases_domain)
            & Domain("state", "=", "broken")
            & Domain("write_date", ">=", rule.looked_at)
            & Domain("date_limit", ">=", rule._get_first_day(company))
        )
        return {
            promise.case_id.id: self.env._(
                "%(amount)s promised for %(date)s",
                amount=format_amount(self.env, promise.amount, promise.currency_id),
                date=format_date(self.env, promise.date_promised),
            )
            for promise in promises
        }
