import smtplib
from contextlib import contextmanager

from odoo import api, fields, models, modules
from odoo.tools import SQL

KEPT_DAYS = 90
TEMPORARY = range(400, 500)


class AlreadyGivenError(smtplib.SMTPServerDisconnected):
    """Another process has given this message to the mail server.

    Core leaves the message alone after this kind of error, and so shall it be.
    """


class Departure:
    """How far one message has come with the mail server, as long as it is spoken to.

    ``is_begun``: the server has been given the words and has not said no. Before,
    nothing can have left.
    ``is_temporary``: the server has refused for now (SMTP codes 4xx).
    """

    def __init__(self, mail):
        self.mail_id = mail.id
        self.is_begun = False
        self.is_temporary = False

    @contextmanager
    def watch(self, notes, session):
        """Note each stage of ``session.send_message`` before the next one begins."""
        give = session.data

        def give_once(message):
            if not notes._claim(self.mail_id):
                raise AlreadyGivenError
            self.is_begun = True
            return give(message)

        session.data = give_once
        try:
            yield
        except smtplib.SMTPServerDisconnected:
            raise
        except Exception as error:
            self._take_answer(notes, error.__context__)
            raise
        else:
            notes._note_taken(self.mail_id)
        finally:
            session.data = give

    def _take_answer(self, notes, error):
        """Note a refusal; what is none leaves the message as given."""
        self.is_temporary = _is_temporary(error)
        if self.is_begun and isinstance(error, smtplib.SMTPResponseException):
            notes._release([self.mail_id])
            self.is_begun = False


def _is_temporary(error):
    """Return whether a mail server has said "not now" rather than "no" (RFC 5321)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in TEMPORARY for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and (
        error.smtp_code in TEMPORARY
    )


class CollectionMailDeparture(models.Model):
    """A message that was given to the mail server, noted before it was given.

    The note is committed beside the transaction that sends. Whatever becomes of that
    transaction, of its process and of the connection, nobody gives the message to the
    server a second time unless a person says so.
    """

    _name = "collection.mail.departure"
    _description = "Message given to the mail server"
    _log_access = False

    # No foreign key: the mail may be locked, or not committed yet.
    mail_number = fields.Integer(required=True, readonly=True)
    given_at = fields.Datetime(required=True, readonly=True)
    taken_at = fields.Datetime(
        readonly=True, help="The mail server has said that it has the message."
    )

    _once = models.UniqueIndex("(mail_number)", "A message is given once.")

    @contextmanager
    def _aside(self):
        """Yield this model in a transaction of its own, committed at the end."""
        if modules.module.current_test:
            yield self
            return
        with self.env.registry.cursor() as cursor:
            yield self.with_env(self.env(cr=cursor))

    @api.model
    def _claim(self, mail_id):
        """Note that a mail is about to be given; return False if it was before."""
        with self._aside() as notes:
            return bool(
                notes.env.execute_query(
                    SQL(
                        """INSERT INTO collection_mail_departure (mail_number, given_at)
                           VALUES (%s, now() AT TIME ZONE 'UTC')
                           ON CONFLICT DO NOTHING RETURNING id""",
                        mail_id,
                    )
                )
            )

    @api.model
    def _note_taken(self, mail_id):
        """Note that the mail server has said that it has the message."""
        with self._aside() as notes:
            notes.env.cr.execute(
                SQL(
                    """UPDATE collection_mail_departure
                          SET taken_at = now() AT TIME ZONE 'UTC'
                        WHERE mail_number = %s""",
                    mail_id,
                )
            )

    @api.model
    def _release(self, mail_ids):
        """Let these mails be given to the mail server (again)."""
        with self._aside() as notes:
            notes.env.cr.execute(
                SQL(
                    "DELETE FROM collection_mail_departure WHERE mail_number = ANY(%s)",
                    list(mail_ids),
                )
            )

    @api.model
    def _get_noted(self, mail_ids):
        """Return ``{mail id: whether it was taken}`` of those given before."""
        with self._aside() as notes:
            return dict(
                notes.env.execute_query(
                    SQL(
                        """SELECT mail_number, taken_at IS NOT NULL
                             FROM collection_mail_departure
                            WHERE mail_number = ANY(%s)""",
                        list(mail_ids),
                    )
                )
            )

    @api.autovacuum
    def _gc_settled(self):
        """Forget the mails given long ago that nothing is to become of any more."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM collection_mail_departure departure
                    WHERE given_at < now() AT TIME ZONE 'UTC' - %s * interval '1 day'
                      AND NOT EXISTS (
                          SELECT FROM mail_mail mail
                           WHERE mail.id = departure.mail_number
                             AND mail.state IN ('outgoing', 'exception'))""",
                KEPT_DAYS,
            )
        )
