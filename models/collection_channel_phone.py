from markupsafe import Markup

from odoo import api, models


class CollectionChannelPhone(models.AbstractModel):
    """Phone call: an activity of the collector, closed with an outcome."""

    _name = "collection.channel.phone"
    _description = "Collection by phone"
    _inherit = ["collection.channel"]

    _rank = 30
    _activity_type = "mail.mail_activity_data_call"

    @api.model
    def _get_label(self):
        return self.env._("Phone call")

    @api.model
    def _get_problem(self, contact, case):
        if not (contact.phone or "").strip():
            return self.env._("no phone number")
        if contact.collection_phone_wrong_on:
            return self.env._("%s is a wrong number", contact.phone)
        return self._get_collector_problem(case)

    @api.model
    def _get_collector_problem(self, case):
        if case._get_collector():
            return ""
        return self.env._(
            "no collector: set one on the case or a default one in the settings"
        )

    @api.model
    def _get_address(self, contact):
        return contact.phone

    @api.model
    def _deliver(self, actions):
        activity_type = self.env.ref(self._activity_type)
        # Core names each activity after its record: one query for all names.
        actions.partner_id.fetch(["complete_name"])
        # A run started by a colleague hands out activities to everybody.
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(mail_activity_quick_update=True)
            .create(
                [self._prepare_activity(action, activity_type) for action in actions]
            )
        )
        for action, activity in zip(actions, activities, strict=True):
            action._update_state("todo", activity_id=activity.id)

    @api.model
    def _prepare_activity(self, action, activity_type):
        return {
            "res_model_id": self.env["ir.model"]._get_id("collection.case"),
            "res_id": action.case_id.id,
            "activity_type_id": activity_type.id,
            "user_id": action.user_id.id,
            "date_deadline": action.date,
            "summary": self._get_summary(action),
            "note": action.step_id.script or Markup(""),
            "automated": True,
        }

    @api.model
    def _get_summary(self, action):
        name = action.step_id.name or self._get_label()
        return (
            f"{name} · {action.recipient_address}" if action.recipient_address else name
        )
