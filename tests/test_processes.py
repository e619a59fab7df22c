import unittest

from odoo.tests import tagged

from .process_common import HAS_TEMPLATE, NO_TEMPLATE, SIGKILLED, ProcessCase
from .sink_common import Sink, start_sink

DEBTORS = 23


@tagged("post_install", "-at_install")
@unittest.skipUnless(HAS_TEMPLATE, NO_TEMPLATE)
class TestProcesses(ProcessCase):
    """Real processes on a real database: killed, started again, mails really sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sink = Sink()
        cls.environment = {"SMTP_PORT": str(start_sink(cls, cls.sink))}
        prepared = cls._run_script("prepare", DEBTORS=str(DEBTORS))
        cls.moves = prepared["moves"]

    def test_killed_twice_then_by_two_at_once_everything_happens_once(self):
        self._run_script("execute", SIGKILLED, DIE="between:2")
        halfway = self._run_script("report")
        self.assertEqual(len(halfway["debtors"]), 10)
        self._run_script("execute", SIGKILLED, DIE="within:2")
        self.assertEqual(len(self._run_script("report")["debtors"]), 15)
        self._run_twice_at_once("execute")
        report = self._run_script("report")
        self.assertEqual(len(report["debtors"]), DEBTORS)
        for name, actions, mails, first_state, last_state in report["debtors"]:
            with self.subTest(debtor=name):
                self.assertEqual((actions, mails), (1, 1))
                self.assertEqual((first_state, last_state), ("sent", "sent"))
        self.assertEqual(report["mails"], DEBTORS)
        self._check_delivery()

    def _check_delivery(self):
        self._run_twice_at_once("send")
        states = {row[4] for row in self._run_script("report")["debtors"]}
        self.assertEqual(states, {"sent"}, "what has left has not failed")
        received = {message["To"]: message for _to, message in self.sink.messages}
        self.assertEqual(len(self.sink.messages), DEBTORS, "each mail once")
        for number, move in enumerate(self.moves):
            address = f"debtor{number:03d}@example.com"
            [message] = [message for to, message in received.items() if address in to]
            with self.subTest(address=address):
                self._check_message(message, number, move)

    def _check_message(self, message, number, move):
        body = message.get_body(("html",)).get_content()
        others = [name for name in self.moves if name != move]
        self.assertIn(move, body)
        self.assertFalse([name for name in others if name in body])
        self.assertRegex(body, rf"1\D?{number:03d}")
        is_french = number % 2
        self.assertEqual("Bonjour" in body, bool(is_french))
        self.assertEqual("Hello" in body or "Dear" in body, not is_french)
        self.assertIn("compta@atelier.example", message["From"])
        self.assertIn("catchall@atelier.example", message["Reply-To"])
        attached = {part.get_filename(): part for part in message.iter_attachments()}
        invoice = move.replace("/", "_")
        self.assertEqual(len(attached), 2, "statement and invoice")
        self.assertTrue([name for name in attached if invoice in name])
        for part in attached.values():
            self.assertEqual(part.get_content_type(), "application/pdf")
            self.assertTrue(part.get_content().startswith(b"%PDF"))
