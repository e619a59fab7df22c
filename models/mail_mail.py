from odoo import models

FAILED_STATES = ("exception", "cancel")


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "cancel":
            self._follow_collection_actions()
        return result

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # Not in write: core writes "exception" before sending, in case it dies.
        result = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        self.exists()._follow_collection_actions()
        return result

    def _follow_collection_actions(self):
        """Give the actions that these mails carry the state of their mail.

        A reminder whose mail did not leave has not been sent; one whose mail left after
        all has.
        """
        # The mail queue runs as any user; the actions are the collectors'.
        actions_sudo = self.env["collection.action"].sudo()
        actions = actions_sudo.search(
            [("mail_id", "in", self.ids), ("state", "in", ("sent", "failed"))]
        )
        for action in actions:
            mail = action.mail_id
            if mail.state in FAILED_STATES and action.state == "sent":
                action._fail(
                    mail.failure_reason or self.env._("The e-mail was cancelled.")
                )
            elif mail.state == "sent" and action.state == "failed":
                action._update_state("sent", failure_reason=False)
