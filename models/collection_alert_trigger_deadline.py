from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


class CollectionAlertTriggerDeadline(models.AbstractModel):
    """A deadline of the case is near."""

    _name = "collection.alert.trigger.deadline"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: deadline"

    _is_state = True

    @api.model
    def _get_label(self):
        return self.env._("A deadline is near")

    @api.model
    def _find(self, rule, company, cases_domain):
        last_day = company._get_collection_today() + timedelta(days=rule.threshold)
        domain = Domain("case_id", "any", cases_domain)
        domain &= Domain("state", "=", "open") & Domain("date", "<=", last_day)
        if codes := rule._get_codes():
            domain &= Domain("rule_id.code", "in", codes)
        return {
            deadline.case_id.id: self.env._(
                "%(deadline)s: %(date)s",
                deadline=deadline.name,
                date=format_date(self.env, deadline.date),
            )
            for deadline in self.env["collection.deadline"].search(
                domain, order="date desc"
            )
        }
