from odoo import models

FAILED_STATES = ("exception", "cancel")
# The server was not there: that says nothing about the address.
SERVER_FAILURES = ("mail_smtp",)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "cancel":
            self._follow_collection_actions()
        if vals.get("state") == "outgoing":
            self._get_collection_actions("failed")._return_to_outbox()
        return result

    def _get_collection_actions(self, *states):
        """Return the actions in one of ``states`` that these mails carry."""
        # The mail queue runs as any user; the actions are the collectors'.
        return (
            self.env["collection.action"]
            .sudo()
            .search([("mail_id", "in", self.ids), ("state", "in", states)])
        )

    def _prepare_outgoing_list(self, *args, **kwargs):
        # A line break in a name would begin another header, or be refused.
        emails = super()._prepare_outgoing_list(*args, **kwargs)
        for email in emails:
            email["subject"] = _one_line(email.get("subject") or "")
            for key in ("email_to", "email_cc"):
                email[key] = [_one_line(address) for address in email.get(key) or ()]
        return emails

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
        self.exists()._follow_collection_actions(failure_type)
        return result

    def _follow_collection_actions(self, failure_type=None):
        """Give the actions that these mails carry the state of their mail.

        A reminder whose mail did not leave has not been sent; one whose mail left after
        all has. It counts as refused when the address may be to blame: the next run
        takes another way.
        """
        for action in self._get_collection_actions("sent", "failed"):
            mail = action.mail_id
            if mail.state in FAILED_STATES and action.state == "sent":
                is_refused = (
                    mail.state == "exception" and failure_type not in SERVER_FAILURES
                )
                action.delivery_state = "refused" if is_refused else False
                action._fail(
                    mail.failure_reason or self.env._("The e-mail was cancelled.")
                )
            elif mail.state == "sent":
                action.delivery_state = "handed_over"
                if action.state == "failed":
                    action._update_state("sent", failure_reason=False)


def _one_line(text):
    return " ".join(text.split())
