from odoo import api, fields, models


class SmsSms(models.Model):
    """Text messages to debtors: in decent hours, and only while they are due."""

    _inherit = "sms.sms"

    state = fields.Selection(
        selection_add=[("waiting", "Waits for its hour")],
        ondelete={"waiting": "set default"},
    )
    collection_action_ids = fields.One2many(
        "collection.action", "sms_id", string="Collection actions"
    )
    collection_send_after = fields.Datetime(
        string="Not sent before", readonly=True, index="btree_not_null"
    )

    # === QUEUE === #

    @api.model
    def _process_queue(self):
        self._release_collection_messages()
        self._delay_collection_messages()
        return super()._process_queue()

    @api.model
    def _release_collection_messages(self):
        """Put the messages whose hour has come back in the queue."""
        self.search(
            [
                ("state", "=", "waiting"),
                ("collection_send_after", "<=", fields.Datetime.now()),
            ]
        ).write({"state": "outgoing"})

    @api.model
    def _delay_collection_messages(self):
        """Take messages out of the queue whose debtors may not be written to now.

        They leave it rather than being passed over: the queue comes back at once to
        what it has not sent.
        """
        actions = self.search(
            [
                ("state", "=", "outgoing"),
                ("to_delete", "!=", True),
                ("collection_action_ids", "!=", False),
            ]
        ).collection_action_ids
        for company, group in actions.grouped("company_id").items():
            group.with_company(company)._delay_sms()

    # === SENDING === #

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        leaving = self._recheck_collection_actions()
        # Each company has its own provider; the queue takes them all at once.
        result = None
        for messages in leaving.grouped(
            lambda message: message.mail_message_id.record_company_id
        ).values():
            result = super(SmsSms, messages)._send(
                unlink_failed=unlink_failed,
                unlink_sent=unlink_sent,
                raise_exception=raise_exception,
            )
        return result

    def _recheck_collection_actions(self):
        """Return the messages that may leave, with the words that are true now."""
        # The queue runs as any user; the actions are the collectors'.
        actions = self.sudo().collection_action_ids
        if not actions:
            return self
        leaving = actions._recheck_before_sending()._drop_lost_sms()
        return self - (actions - leaving).sms_id
