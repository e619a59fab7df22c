from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        actions = self._get_open_collection_actions()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        actions._update_state("done", outcome="done", outcome_note=feedback)
        actions.case_id._request_review()
        return result

    def unlink(self):
        actions = self._get_open_collection_actions()
        result = super().unlink()
        if actions:
            actions._cancel(outcome="skipped")
        return result

    def _get_open_collection_actions(self):
        # Whoever may close the activity closes the action that it stands for.
        actions_sudo = self.env["collection.action"].sudo()
        if not self:
            return actions_sudo
        return actions_sudo.search(
            [("activity_id", "in", self.ids), ("state", "=", "todo")]
        )
