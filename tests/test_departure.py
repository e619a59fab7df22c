import smtplib
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

TAKEN = "taken"
HANG_UP = "hang up before the words"
BUSY = "451 for the recipient"
DROP = "hang up after the words, which are kept"
REFUSE = "554 for the words"
AWAY = "nobody listens"


class FakeServer:
    """A mail server that behaves as it is told, one message after the other."""

    def __init__(self, *behaviours):
        self.behaviours = list(behaviours)
        self.received = []

    def connect(self, *_args, **_kwargs):
        if self.behaviours[:1] == [AWAY]:
            raise OSError("Connection refused")
        return FakeSession(self)


class FakeSession:
    """One connection: as much of ``smtplib.SMTP`` as Odoo uses."""

    def __init__(self, server):
        self.server = server
        self.behaviour = None

    def send_message(self, message, _sender, recipients):
        behaviours = self.server.behaviours
        self.behaviour = behaviours.pop(0) if behaviours else TAKEN
        if self.behaviour == HANG_UP:
            raise smtplib.SMTPServerDisconnected("gone")
        if self.behaviour == BUSY:
            raise smtplib.SMTPRecipientsRefused({recipients[0]: (451, b"later")})
        code, text = self.data(message)
        if code != 250:
            raise smtplib.SMTPDataError(code, text)

    def data(self, message):
        if self.behaviour == REFUSE:
            return 554, b"no"
        self.server.received.append(message["To"])
        if self.behaviour == DROP:
            raise smtplib.SMTPServerDisconnected("gone")
        return 250, b"OK"

    def quit(self):
        self.behaviour = None


@tagged("post_install", "-at_install")
class TestDeparture(CollectionCommon):
    """A reminder is given to the mail server once, whatever happens meanwhile."""

    def setUp(self):
        super().setUp()
        self._invoice(1000, late=20)
        self.executed = self.run_on()
        self.action = self._actions(self.executed)
        self.mail = self.action.mail_id.sudo()
        self.notes = self.env["collection.mail.departure"]

    def _send(self, *behaviours):
        """Have the queue send the mail; return what the server has received."""
        server = FakeServer(*behaviours)
        servers = type(self.env["ir.mail_server"])
        self._commit()
        with (
            mute_logger("odoo.addons.mail.models.mail_mail"),
            patch.object(servers, "_disable_send", lambda *_args: False),
            patch.object(
                servers, "_connect__", lambda _self, *args, **kw: server.connect()
            ),
        ):
            self.mail.send()
        return server.received

    def _codes(self):
        return self.executed.log_ids.mapped("code")

    def assertInDoubt(self):
        self.assertEqual((self.mail.state, self.action.state), ("exception", "sent"))
        self.assertEqual(self.action.delivery_state, "in_doubt")
        self.assertIn(self.mail.message_id, self.action.failure_reason)
        self.assertEqual(self._codes().count("in_doubt"), 1)

    def test_taken(self):
        self.assertEqual(len(self._send()), 1)
        self.assertEqual(self.action.delivery_state, "handed_over")
        self.assertEqual(self.notes._get_noted(self.mail.ids), {self.mail.id: True})

    def test_connection_lost_after_the_words_is_in_doubt_and_not_said_again(self):
        self.assertEqual(len(self._send(DROP)), 1)
        self.assertInDoubt()
        self.assertFalse(self._send())
        self.assertFalse(self._actions(self.run_on(1)), "what may have arrived counts")

    def test_connection_lost_before_the_words_is_tried_again(self):
        self.assertFalse(self._send(HANG_UP))
        self.assertEqual((self.mail.state, self.action.state), ("outgoing", "sent"))
        self.assertGreater(self.mail.scheduled_date, fields.Datetime.now())
        self.assertEqual(len(self._send()), 1)
        self.assertEqual(self.action.delivery_state, "handed_over")

    def test_busy_server_is_tried_again_and_blames_no_address(self):
        self.assertFalse(self._send(BUSY))
        self.assertFalse(self._send(BUSY))
        self.assertEqual((self.mail.state, self.action.state), ("outgoing", "sent"))
        self.assertEqual(self.action.delivery_state, "queued")
        self.assertEqual(self._codes().count("postponed"), 1, "said once")
        self.assertEqual(len(self._send()), 1)

    def test_busy_for_two_days_is_a_failure(self):
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=3), self.mail.id],
        )
        self.mail.invalidate_recordset(["create_date"])
        self.assertFalse(self._send(BUSY))
        self.assertEqual((self.mail.state, self.action.state), ("exception", "failed"))
        self.assertFalse(self.action.delivery_state, "the address is not to blame")

    def test_clear_refusal_is_a_failure(self):
        self.assertFalse(self._send(REFUSE))
        self.assertEqual((self.mail.state, self.action.state), ("exception", "failed"))
        self.assertFalse(self.notes._get_noted(self.mail.ids))
        self.mail.mark_outgoing()
        self.assertEqual(len(self._send()), 1)

    def test_process_died_after_the_server_took_it(self):
        self.notes._claim(self.mail.id)
        self.notes._note_taken(self.mail.id)
        self.assertFalse(self._send())
        self.assertEqual((self.mail.state, self.action.state), ("sent", "sent"))
        self.assertEqual(self.action.delivery_state, "handed_over")

    def test_process_died_while_giving_it(self):
        self.notes._claim(self.mail.id)
        self.assertFalse(self._send())
        self.assertInDoubt()

    def test_what_was_given_is_not_taken_back_by_a_payment(self):
        self.notes._claim(self.mail.id)
        self.notes._note_taken(self.mail.id)
        self._pay(self.action.item_ids.move_id)
        self.assertFalse(self._send())
        self.assertEqual(self.action.state, "sent")

    def test_server_away_does_not_make_forget_what_was_given(self):
        self.notes._claim(self.mail.id)
        self._send(AWAY)
        self.assertEqual(self.mail.state, "outgoing")
        self.assertFalse(self._send())
        self.assertInDoubt()

    def test_a_person_ends_the_doubt(self):
        self._send(DROP)
        self.action.action_confirm_departure()
        self.assertEqual((self.mail.state, self.action.state), ("sent", "sent"))
        self.assertEqual(self.action.delivery_state, "handed_over")
        self.assertFalse(self._send())

    def test_a_person_sends_again(self):
        self._send(DROP)
        self.action.action_send_again()
        self.assertEqual(self.action.delivery_state, "queued")
        self.assertEqual(len(self._send()), 1)
        self.assertEqual(self.action.delivery_state, "handed_over")

    def test_one_hang_up_does_not_hold_the_others_up(self):
        other = self._make_debtor("Serrurerie Vidal")
        self._invoice(500, late=20, partner=other)
        action = self._actions(self.run_on(), other)
        self.mail |= action.mail_id.sudo()
        self.assertEqual(len(self._send(HANG_UP)), 1)
        self.assertEqual(
            set(self.mail.mapped("state")), {"outgoing", "sent"}, "one waits, one left"
        )

    def test_job_executes_its_batch_once(self):
        other = self._make_debtor("Serrurerie Vidal")
        self._invoice(500, late=20, partner=other)
        run = self.run_on(execute=False)
        run._update_state("running")
        planned = self._actions(run, other)
        run._execute_job(planned.ids)
        mail = planned.mail_id
        self.assertEqual(planned.state, "sent")
        run._execute_job(planned.ids)
        self.assertEqual(planned.mail_id, mail)
        self.assertEqual(
            self.env["mail.mail"].sudo().search_count([("res_id", "=", mail.res_id)]), 1
        )

    def test_work_taken_up_again_is_logged(self):
        run = self.run_on(execute=False)
        run._update_state("running")
        run.is_at_work = True  # as its process left it
        run._work()
        self.assertIn("resumed", run.log_ids.mapped("code"))

    def test_debtor_contacted_by_another_run_begins_the_batch_again(self):
        other = self._make_debtor("Serrurerie Vidal")
        self._invoice(500, late=20, partner=other)
        run = self.run_on(execute=False)
        planned = self._actions(run, other)
        deliver = type(planned)._deliver
        tries = []

        def deliver_late(actions):
            tries.append(actions)
            if len(tries) == 1:
                raise UniqueViolation
            return deliver(actions)

        with (
            patch.object(type(planned), "_deliver", deliver_late),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            run._work()
        self.assertEqual((len(tries), planned.state), (2, "sent"))
        self.assertFalse(run.log_ids.filtered(lambda log: log.level == "error"))

    def test_error_of_one_is_told_from_a_conflict(self):
        batches = self.env["collection.batch"]
        given_up = []

        def work(_records):
            raise UniqueViolation

        def give_up(records, _reason):
            given_up.append(records)

        arguments = (self.action, work, give_up)
        with mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_batch"):
            batches._one_by_one_on_error(*arguments)
        self.assertEqual(given_up, [self.action])
        again = batches.with_context(collection_begins_again=True)
        with self.assertRaises(UniqueViolation):
            again._one_by_one_on_error(*arguments)

    def test_work_paused_for_others_is_not_called_interrupted(self):
        self._invoice(500, late=20, partner=self._make_debtor("Serrurerie Vidal"))
        run = self.run_on(execute=False)
        with patch.object(type(run), "_commit_batch", lambda *_args: 0):
            self.assertFalse(run._work())
        run._work()
        self.assertEqual(run.state, "done")
        self.assertNotIn("resumed", run.log_ids.mapped("code"))
