from odoo import fields, models


class SmsTracker(models.Model):
    """Tells collection what becomes of its text messages."""

    _inherit = "sms.tracker"

    collection_action_id = fields.Many2one(
        "collection.action",
        string="Collection action",
        index="btree_not_null",
        ondelete="cascade",
    )

    def _action_update_from_sms_state(
        self, sms_state, failure_type=False, failure_reason=False
    ):
        result = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )
        self._get_collection_actions()._follow_sms(
            sms_state, failure_type, failure_reason
        )
        return result

    def _action_update_from_provider_error(self, provider_error):
        result = super()._action_update_from_provider_error(provider_error)
        _status, failure_type, failure_reason = result
        self._get_collection_actions()._follow_sms(
            "error", failure_type, failure_reason
        )
        return result

    def _get_collection_actions(self):
        # Providers report without a user, the queue as any: actions are collectors'.
        return self.sudo().collection_action_id
