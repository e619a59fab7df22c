import logging
import smtplib
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.tools import split_every

from .collection_mail_departure import Departure
from .mail_mail import SERVER_FAILURES

_logger = logging.getLogger(__name__)

TRY_AGAIN_AFTER = timedelta(minutes=15)
TRY_AGAIN_FOR = timedelta(days=2)
# Reminders handed over to the server between two looks at the books.
RECHECK_BATCH = 20


class MailMail(models.Model):
    """Gives each reminder to the mail server once, whatever happens meanwhile."""

    _inherit = "mail.mail"

    def write(self, vals):
        result = super().write(vals)
        is_wanted = not self.env.context.get("collection_postponing")
        if vals.get("state") == "outgoing" and is_wanted:
            reminders = self._get_collection_actions("sent", "failed")
            if reminders:
                # Whoever sends a message again wants it sent.
                self.env["collection.mail.departure"]._release(reminders.mail_id.ids)
                reminders._end_doubt()
        return result

    def _send(self, auto_commit=False, smtp_session=None, **kwargs):
        reminders = self._get_collection_actions("sent").mail_id
        others = self - reminders
        if others or not reminders:
            super(MailMail, others)._send(
                auto_commit=auto_commit, smtp_session=smtp_session, **kwargs
            )
        session = _Session(self.env, smtp_session, kwargs.get("mail_server"))
        try:
            for mails in split_every(RECHECK_BATCH, reminders.ids, self.browse):
                mails._send_reminders(session, auto_commit, **kwargs)
        finally:
            session.close()
        return True

    def _send_reminders(self, session, auto_commit, **kwargs):
        """Hand over some reminders; leave them for later when others hold them."""
        try:
            mails = self - self._settle_given(auto_commit)
            # Those no longer due are cancelled: they are passed over.
            mails._get_collection_actions("sent")._recheck_before_sending()
            for mail in mails:
                mail._hand_over(session, auto_commit, **kwargs)
        except OperationalError as error:
            if not auto_commit:
                raise
            # Somebody else has these mails, or has changed their debtors.
            _logger.info("%s: left for later after %s", self, error)
            self.env.cr.rollback()
            self.env.invalidate_all()

    def _settle_given(self, auto_commit):
        """Write what became of those given to the server before; return them.

        The process that gave them died, or its transaction failed. Before anything
        else: what has left is neither brought up to date nor taken back.
        """
        noted = self.env["collection.mail.departure"]._get_noted(self.ids)
        given = self.browse(noted)
        for mail in given:
            if mail._is_mine():
                mail._settle(noted[mail.id])
        if given and auto_commit:
            self._commit_sending()
        return given

    def _commit_sending(self):
        """Keep what the mail server has been given, as core does after each mail."""
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _hand_over(self, session, auto_commit, **kwargs):
        """Give one reminder to the mail server, if nobody else does."""
        if not self._is_mine():
            return
        if session.is_lost:
            self._put_off(self.env._("The mail server hangs up."))
        else:
            self._speak(session, auto_commit, **kwargs)
        if auto_commit:
            self._commit_sending()

    def _is_mine(self):
        """Lock this mail; return whether it is still to be sent, and by nobody else."""
        self.flush_recordset()
        locked = self.try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset(["state"])
        return bool(locked) and locked.state == "outgoing"

    # The rest of the chain of _send is called for one mail at a time.
    # pylint: disable-next=missing-return
    def _speak(self, session, auto_commit, **kwargs):
        departure = Departure(self)
        mail = self.with_context(collection_departure=departure)
        try:
            # pylint: disable-next=super-method-mismatch
            super(MailMail, mail)._send(
                auto_commit=auto_commit, smtp_session=session.connection, **kwargs
            )
        except smtplib.SMTPServerDisconnected as error:
            session.lose()
            if departure.is_begun:
                self._settle(is_taken=False)
            else:
                self._put_off(str(error))

    def _settle(self, is_taken):
        """Write what is known of a message that was given to the server before."""
        if not is_taken:
            self._leave_in_doubt()
            return
        self.write({"state": "sent", "failure_type": False, "failure_reason": False})
        self._postprocess_sent_message(
            success_pids=self.recipient_ids, success_emails=[]
        )

    def _leave_in_doubt(self):
        """Say that nobody knows whether these messages have left; leave it to people.

        SMTP cannot tell: the connection was lost between the words and the answer.
        """
        for mail in self:
            reason = self.env._(
                "The connection was lost after the message had been given to the mail "
                "server: whether it has left is not known. Look for %s in the log of "
                "the mail server, and send it again if it is not there.",
                mail.message_id,
            )
            mail.write(
                {
                    "state": "exception",
                    "failure_type": "unknown",
                    "failure_reason": reason,
                }
            )
            mail._get_collection_actions("sent")._doubt(reason)

    def _may_wait(self):
        """Return those of these mails that have not been tried for too long."""
        limit = fields.Datetime.now() - TRY_AGAIN_FOR
        return self.filtered(lambda mail: mail.create_date > limit)

    def _postpone(self, reason):
        """Keep reminders in the outbox that the server did not take for now."""
        again_at = fields.Datetime.now() + TRY_AGAIN_AFTER
        # Two days of trying again are one thing to say.
        first_time = self.filtered(lambda mail: not mail.scheduled_date)
        first_time._get_collection_actions("sent")._log_in_run(
            "postponed", self.env._("In the outbox, to be tried again: %s", reason)
        )
        self.with_context(collection_postponing=True).write(
            {
                "state": "outgoing",
                "failure_type": False,
                "failure_reason": reason,
                "scheduled_date": again_at,
            }
        )
        # The queue runs as any user.
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger(again_at)

    def _put_off(self, reason):
        """Try this mail again later, for two days at most."""
        if self._may_wait():
            self._postpone(reason)
            return
        self.write({"state": "exception", "failure_reason": reason})
        self._follow_collection_actions(SERVER_FAILURES[0])

    def _follow_collection_actions(self, failure_type=None):
        departure = self.env.context.get("collection_departure")
        failed = self.filtered(lambda mail: mail.state == "exception")
        if departure and departure.is_begun and failed:
            return failed._leave_in_doubt()
        if departure and departure.is_temporary:
            failure_type = SERVER_FAILURES[0]
        waiting = self.browse()
        if failure_type in SERVER_FAILURES:
            reminders = failed._get_collection_actions("sent").mail_id
            waiting = reminders._may_wait()
            for reason, mails in waiting.grouped("failure_reason").items():
                mails._postpone(reason or self.env._("The mail server is away."))
        return super(MailMail, self - waiting)._follow_collection_actions(failure_type)


class _Session:
    """The connection to a mail server, made anew when it was lost."""

    def __init__(self, env, given, mail_server):
        self._env = env
        self._own = None
        self._address = {
            "mail_server_id": mail_server and mail_server.id,
            "smtp_from": getattr(given, "smtp_from", None),
        }
        self.connection = given
        self.is_lost = False

    def lose(self):
        """Note that the connection is gone, and make another."""
        self.close()
        try:
            self._own = self._env["ir.mail_server"]._connect__(**self._address)
        except Exception as error:
            _logger.info("The mail server does not come back: %s", error)
            self.is_lost = True
        self.connection = self._own

    def close(self):
        """Take leave of the server that was connected here."""
        if self._own:
            try:
                self._own.quit()
            except smtplib.SMTPServerDisconnected:
                _logger.debug("The mail server had hung up before.")
            self._own = None
