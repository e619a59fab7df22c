from odoo import api, models

from ..tools import automatic_replies, bounces


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        # Mail comes in as any user; the actions are the collectors'.
        actions_sudo = (
            self.env["collection.action"]
            .sudo()
            ._get_carried_by(message_dict["bounced_message"])
        )
        if actions_sudo and not bounces.is_failure(email_message):
            # A report of a delay: the mail is still on its way.
            return
        super()._routing_handle_bounce(email_message, message_dict)
        actions_sudo._note_bounce(
            message_dict["bounced_email"], bounces.reason(email_message)
        )

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        # Threads are given the content of a mail, not what its headers say of it.
        thread = self.with_context(
            collection_automatic_reply=automatic_replies.is_automatic(message)
        )
        return super(MailThread, thread)._message_route_process(
            message, message_dict, routes
        )
