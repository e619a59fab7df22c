from odoo import api, models
from odoo.fields import Domain


class CollectionAlertTriggerAnnouncement(models.AbstractModel):
    """A registry has announced something about the debtor."""

    _name = "collection.alert.trigger.announcement"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: announcement"

    @api.model
    def _get_label(self):
        return self.env._("A registry announces something")

    @api.model
    def _find(self, rule, company, cases_domain):
        domain = Domain("case_id", "any", cases_domain)
        domain &= Domain("create_date", ">=", rule.looked_at)
        domain &= Domain("state", "!=", "cancelled")
        if codes := rule._get_codes():
            domain &= Domain("code", "in", codes)
        # Announcements are kept by the watch; whoever may read alerts may read this.
        events = self.env["collection.registry.event"].sudo().search(domain)
        return {event.case_id.id: event.display_name for event in events}
