from odoo import models


class CollectionAction(models.Model):
    """What the mail server did not take, or not clearly."""

    _inherit = "collection.action"

    # === ACTION METHODS === #

    def action_confirm_departure(self):
        """Note that messages in doubt have left: the mail server knows them."""
        doubtful = self.filtered(lambda action: action.delivery_state == "in_doubt")
        # Collectors may not write on mails that are not their own.
        doubtful.mail_id.sudo().write(
            {"state": "sent", "failure_type": False, "failure_reason": False}
        )
        doubtful.write({"delivery_state": "handed_over", "failure_reason": False})
        return True

    def action_send_again(self):
        """Send messages in doubt once more: the mail server does not know them."""
        doubtful = self.filtered(lambda action: action.delivery_state == "in_doubt")
        doubtful.mail_id.sudo().mark_outgoing()
        mails_cron = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
        mails_cron._trigger()
        return True

    # === BUSINESS METHODS === #

    def _doubt(self, reason):
        """Note that nobody knows whether these messages have left.

        They count as sent: what may have arrived is not said again.
        """
        self.write({"delivery_state": "in_doubt", "failure_reason": reason})
        self._log_in_run("in_doubt", reason)
        self.case_id._message_log_batch(
            {
                action.case_id.id: f"{action.step_id.name or action.display_name}: "
                f"{reason}"
                for action in self
            }
        )

    def _end_doubt(self):
        doubtful = self.filtered(lambda action: action.delivery_state == "in_doubt")
        doubtful.write({"delivery_state": "queued", "failure_reason": False})

    def _log_in_run(self, code, message):
        """Tell those who read the log of a run what became of its messages later."""
        # The queue runs as any user.
        self.env["collection.run.log"].sudo().create(
            [
                {
                    "run_id": action.run_id.id,
                    "case_id": action.case_id.id,
                    "level": "warning",
                    "code": code,
                    "message": message,
                    "amount": action.amount,
                }
                for action in self
                if action.run_id
            ]
        )
