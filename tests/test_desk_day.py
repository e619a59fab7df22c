import unittest
from collections import Counter

from odoo.tests import tagged

from .process_common import HAS_TEMPLATE, NO_TEMPLATE, ProcessCase
from .sink_common import Sink, start_sink

EACH = 20
# A working Tuesday, 11 h in France.
FROZEN = "2026-03-10 10:00:00"
# What has to become of each kind of debtor.
ROWS = {
    "email": "e-mail left",
    "letter": "letter to post",
    "phone": "call to make",
    "sms": "text message left",
    "mail_and_letter": "e-mail left, letter to post",
    "to_validate": "waits for approval",
    "disputed": "left alone: hold_dispute",
    "promised": "left alone: hold_promise",
    "paid": "stopped in the outbox",
    "blacklisted": "no way to reach",
    "bounced": "came back",
    "answered": "left alone: hold_answer",
    "answered_meanwhile": "stopped in the outbox",
    "capped": "left alone: cap_reached",
    "covered": "left alone: covered_by_credits",
}
WORDS = {
    ("email", "sent", "handed_over"): "e-mail left",
    ("email", "to_validate", False): "waits for approval",
    ("email", "cancelled", False): "stopped in the outbox",
    ("email", "failed", False): "no way to reach",
    ("email", "failed", "bounced"): "came back",
    ("letter", "todo", False): "letter to post",
    ("phone", "todo", False): "call to make",
    ("sms", "sent", "handed_over"): "text message left",
}
LEFT = {"email", "mail_and_letter", "bounced"}
STOPPED = {kind for kind, row in ROWS.items() if "left alone" in row} | {
    "paid",
    "answered_meanwhile",
    "blacklisted",
    "bounced",
}


@tagged("post_install", "-at_install")
@unittest.skipUnless(HAS_TEMPLATE, NO_TEMPLATE)
class TestDeskDay(ProcessCase):
    """A day of 300 debtors: the scheduled jobs, a real mail server, one balance."""

    suffix = "desk_day"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sink = Sink()
        cls.environment = {
            "SMTP_PORT": str(start_sink(cls, cls.sink)),
            "EACH": str(EACH),
            "KINDS": ",".join(ROWS),
            "FROZEN": FROZEN,
        }
        cls._run_script("prepare_day")
        cls.day = cls._run_script("play_day")

    def _row(self, debtor):
        """Return the line of the balance on which a debtor stands."""
        words = [
            WORDS.get(tuple(action[:3]), f"unforeseen: {action[:4]}")
            for action in debtor["actions"]
        ]
        return ", ".join(words) or f"left alone: {debtor['code']}"

    def _kind(self, debtor):
        return debtor["debtor"].rpartition(" ")[0]

    def test_every_debtor_is_in_one_row_and_the_rows_add_up(self):
        balance = Counter(
            (self._kind(debtor), self._row(debtor)) for debtor in self.day["rows"]
        )
        self.assertEqual(balance, dict.fromkeys(ROWS.items(), EACH))
        self.assertEqual(balance.total(), EACH * len(ROWS))

    def test_what_left_has_arrived_exactly_once(self):
        expected = Counter(
            debtor["email"] for debtor in self.day["rows"] if self._kind(debtor) in LEFT
        )
        received = Counter(to for tos, _mail in self.sink.messages for to in tos)
        self.assertEqual(received & expected, expected, "all that was sent arrived")
        strangers = received - expected
        self.assertFalse(
            [to for to in strangers if to.endswith("@example.com")],
            "nobody else was written to, nobody twice",
        )
        numbers = Counter(
            debtor["phone"]
            for debtor in self.day["rows"]
            if self._kind(debtor) == "sms"
        )
        self.assertEqual(Counter(self.day["texts"]), numbers)

    def test_whoever_was_not_reached_has_a_reason(self):
        for debtor in self.day["rows"]:
            if self._kind(debtor) not in STOPPED:
                continue
            why = debtor["reason"] or "".join(a[3] for a in debtor["actions"])
            with self.subTest(debtor=debtor["debtor"]):
                self.assertGreater(len(why), 10)

    def test_letters_are_printed_and_no_job_has_failed(self):
        letters = [
            action
            for debtor in self.day["rows"]
            for action in debtor["actions"]
            if action[0] == "letter"
        ]
        self.assertEqual(len(letters), 2 * EACH)
        self.assertTrue(all(has_document for *_action, has_document in letters))
        self.assertEqual([state for state, _errors in self.day["runs"]], ["done"])
