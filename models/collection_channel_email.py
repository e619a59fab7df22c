from odoo import api, models
from odoo.tools import SQL, formataddr


class CollectionChannelEmail(models.AbstractModel):
    """E-mail: one message with all items, put in Odoo's mail queue.

    The mail is a message of the case: it stays in its chatter, and replies land there.
    """

    _name = "collection.channel.email"
    _description = "Collection by e-mail"
    _inherit = ["collection.channel"]

    _rank = 10
    _needs_text = True

    @api.model
    def _get_label(self):
        return self.env._("E-mail")

    @api.model
    def _get_problem(self, contact, case):
        if not contact.email:
            return self.env._("no e-mail address")
        if not contact.email_normalized:
            return self.env._("invalid address %s", contact.email)
        if contact.collection_email_dead_on:
            return self.env._("the domain of %s receives no mail", contact.email)
        # The blacklist is readable by internal users only; a run may be someone else's.
        contact_sudo = contact.sudo()
        if contact_sudo.is_blacklisted:
            return self.env._("%s is blacklisted", contact.email)
        if contact_sudo.message_bounce:
            return self.env._("mail to %s bounces", contact.email)
        return ""

    @api.model
    def _get_address(self, contact):
        return contact.email_normalized

    @api.model
    def _deliver(self, actions):
        actions._freeze_texts()
        attachments = actions._make_attachments()
        mails = self._create_mails(self._prepare_mails(actions, attachments))
        for action, mail in zip(actions, mails, strict=True):
            action.mail_id = mail
        actions._update_state("sent", delivery_state="queued")
        mails_cron = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
        mails_cron._trigger()

    @api.model
    def _create_mails(self, values):
        """Create mails whose messages say what they say.

        Core would sanitize each body as a message: that of a mail is made of our own
        layout around words that were sanitized when the action took them.
        """
        # Collectors may not create mails that are not their own notifications.
        mails = self.env["mail.mail"].sudo()
        mails = mails.create([{**each, "body": ""} for each in values])
        mails.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE mail_message SET body = mail.body_html
                     FROM mail_mail mail
                    WHERE mail.mail_message_id = mail_message.id
                      AND mail.id = ANY(%s)""",
                list(mails.ids),
            )
        )
        mails.mail_message_id.invalidate_recordset(["body"])
        return mails

    @api.model
    def _renew(self, actions):
        actions.attachment_ids.unlink()
        attachments = actions._make_attachments()
        values = self._prepare_mails(actions, attachments)
        for action, mail_values in zip(actions, values, strict=True):
            # The queue runs as any user.
            action.mail_id.sudo().write(
                {
                    name: mail_values[name]
                    for name in ("subject", "body", "body_html", "attachment_ids")
                }
            )

    @api.model
    def _stop(self, action):
        action.mail_id.sudo().write({"state": "cancel"})

    @api.model
    def _prepare_mails(self, actions, attachments):
        reply_tos = actions.case_id._notify_get_reply_to()
        bodies = actions._render_mails()
        subtype = self.env.ref("mail.mt_comment")
        return [
            {
                "model": "collection.case",
                "res_id": action.case_id.id,
                "record_name": action.case_id.display_name,
                "message_type": "email_outgoing",
                "subtype_id": subtype.id,
                "is_internal": False,
                "subject": action.subject,
                "body": bodies[action.id],
                "body_html": bodies[action.id],
                "author_id": (action.user_id or self.env.user).partner_id.id,
                "email_from": formataddr(
                    (
                        action.signatory_name or action.company_id.name,
                        action.signatory_email,
                    )
                ),
                "reply_to": reply_tos.get(action.case_id.id) or action.signatory_email,
                "recipient_ids": [(4, action.recipient_id.id)],
                "attachment_ids": [(6, 0, attachments.get(action.id, []))],
                "auto_delete": False,
            }
            for action in actions
        ]
