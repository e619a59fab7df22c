from markupsafe import Markup

from odoo import Command, api, models

from ..tools.phones import clean_phone
from ..tools.text_messages import takes_messages


class CollectionChannelSms(models.AbstractModel):
    """Text message: a few words in Odoo's queue of text messages.

    It is a message of the case too, where its delivery can be followed.
    """

    _name = "collection.channel.sms"
    _description = "Collection by text message"
    _inherit = ["collection.channel"]

    _rank = 15

    @api.model
    def _get_label(self):
        return self.env._("Text message")

    @api.model
    def _get_step_problem(self, step):
        if step.sms_template_id:
            return ""
        return self.env._(
            "Step “%s” sends a text message: choose its words.", step.name
        )

    @api.model
    def _get_problem(self, contact, case):
        if not (contact.phone or "").strip():
            return self.env._("no phone number")
        if contact.collection_phone_wrong_on:
            return self.env._("%s is a wrong number", contact.phone)
        if not takes_messages(self._get_address(contact)):
            return self.env._("%s is no mobile number", contact.phone)
        if contact.collection_sms_opt_out:
            return self.env._("%s wishes no text messages", contact.display_name)
        # The blacklist is readable by internal users only; a run may be someone else's.
        if contact.sudo().phone_sanitized_blacklisted:
            return self.env._("%s is blacklisted", contact.phone)
        return ""

    @api.model
    def _get_address(self, contact):
        return clean_phone(contact.phone, contact.country_id.code).e164

    @api.model
    def _get_openings(self, contacts, moment):
        """Return ``{contact id: from when he may be written to}``, naive, in UTC.

        ``None`` where no hour of the month to come allows it.
        """
        return self.env["collection.call.window"]._get_openings(contacts, moment)

    @api.model
    def _deliver(self, actions):
        actions._freeze_texts()
        messages = self._post_messages(actions)
        # Text messages are the system's: collectors may not create them.
        texts = (
            self.env["sms.sms"].sudo().create(self._prepare_texts(actions, messages))
        )
        self._track(actions, texts)
        for action, text in zip(actions, texts, strict=True):
            action._update_state(
                "sent", sms_id=text.id, sms_uuid=text.uuid, delivery_state="queued"
            )

    @api.model
    def _stop(self, actions):
        # Text messages are the system's: collectors may not write them.
        actions.sms_id.sudo().action_set_canceled()

    @api.model
    def _renew(self, actions):
        for action in actions:
            action.sms_id.sudo().body = action._get_sms_text()

    @api.model
    def _post_messages(self, actions):
        """Write the texts in the chatters of the cases."""
        return (
            self.env["mail.message"]
            .sudo()
            .create(
                [
                    {
                        "model": "collection.case",
                        "res_id": action.case_id.id,
                        "record_name": action.case_id.display_name,
                        "record_company_id": action.company_id.id,
                        "message_type": "sms",
                        "subtype_id": self.env.ref("mail.mt_note").id,
                        "body": action.body or Markup(""),
                        "author_id": (action.user_id or self.env.user).partner_id.id,
                    }
                    for action in actions
                ]
            )
        )

    @api.model
    def _prepare_texts(self, actions, messages):
        return [
            {
                "number": action.recipient_address,
                "body": action._get_sms_text(),
                "partner_id": action.recipient_id.id,
                "mail_message_id": message.id,
            }
            for action, message in zip(actions, messages, strict=True)
        ]

    @api.model
    def _track(self, actions, texts):
        """Have what becomes of the messages told to actions and chatters."""
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": text.mail_message_id.author_id.id,
                    "mail_message_id": text.mail_message_id.id,
                    "notification_status": "ready",
                    "notification_type": "sms",
                    "res_partner_id": action.recipient_id.id,
                    "sms_number": text.number,
                    "is_read": True,
                    "sms_tracker_ids": [
                        Command.create(
                            {"sms_uuid": text.uuid, "collection_action_id": action.id}
                        )
                    ],
                }
                for action, text in zip(actions, texts, strict=True)
            ]
        )
