from odoo import models

FAILED_STATES = ("exception", "cancel")


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in FAILED_STATES:
            self._fail_collection_actions()
        return result

    def _fail_collection_actions(self):
        """A reminder whose e-mail did not leave has not been sent."""
        # The mail queue runs as any user; the actions are the collectors'.
        actions_sudo = self.env["collection.action"].sudo()
        for action in actions_sudo.search(
            [("mail_id", "in", self.ids), ("state", "=", "sent")]
        ):
            action._fail(
                action.mail_id.failure_reason or self.env._("The e-mail was cancelled.")
            )
