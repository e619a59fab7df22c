from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_insolvency import JUDGMENT, NOW, DeclarationCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestInsolvencyChain(DeclarationCommon):
    """The declaration with interest, deadlines and the notes of limitation."""

    # === INTEREST === #

    def test_law_opening_judgment_known_freezes_the_claim(self):
        """The statement stops on the day before, once, whoever declares later."""
        self._open_by_hand(self.case)
        statement = self.case._find_frozen_statement(JUDGMENT)
        self.assertEqual(statement.date_stop, date(2026, 11, 8))
        self.assertEqual(statement.state, "final")
        declaration = self._declare(self.case)
        self.assertEqual(declaration.statement_id, statement)
        declaration.action_freeze_again()
        self.assertGreater(declaration.statement_id.version, statement.version)

    def test_interest_is_that_of_the_statement(self):
        """1000.00 due on 1 September, business: rate of the second half-year + 10."""
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        rate = self.env["collection.legal.parameter"]._get_value(
            "ecb_main_rate", date(2026, 9, 2)
        )
        # From 2 September to 8 November included: 29 + 31 + 8 = 68 days.
        interest = self.company.currency_id.round(1000 * (rate + 10) / 100 * 68 / 365)
        due = declaration.declaration_line_ids.filtered("is_due")
        self.assertEqual(due.amount_interest, interest)

    def test_compensation_is_an_option(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        due, later = declaration.declaration_line_ids.sorted("date_due")
        self.assertTrue(due.is_due)
        self.assertFalse(later.is_due)
        self.assertEqual(later.date_due, date(2026, 11, 30))
        self.assertEqual(declaration.amount_to_fall_due, 400)
        # 40 euros on the invoice that was due, none on the other.
        self.assertEqual(due.amount_indemnity, 40)
        self.assertEqual(later.amount_indemnity, 0)
        with_indemnity = declaration.amount_declared
        declaration.has_indemnity = False
        self.assertEqual(with_indemnity - declaration.amount_declared, 40)

    # === DEADLINES === #

    def test_challenge_is_to_be_answered_in_thirty_days(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        declaration._update_state("ready")
        declaration.action_file()
        with self.assertRaisesRegex(UserError, "on which day"):
            declaration.action_contested()
        declaration.date_contested = date(2026, 11, 20)
        declaration.action_contested()
        deadline = self.case.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "creditor_answer"
        )
        self.assertEqual(deadline.date, date(2026, 12, 20))
        declaration.action_answered()
        self.assertEqual(deadline.state, "done")

    def test_posting_is_noted_for_the_limitation(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        declaration._update_state("ready")
        declaration.action_file()
        noted = self.env["collection.limitation.event"].search(
            [("case_id", "=", self.case.id)]
        )
        self.assertEqual(noted.mapped("kind"), ["insolvency_declaration"])

    def test_unpaid_since_the_judgment_is_to_be_made_known(self):
        self._open_by_hand(self.case)
        self.env["collection.case"]._cron_open_information_deadlines()
        self.assertFalse(self._information_deadline())
        self._dated(date(2026, 11, 15), 70, self.partner)
        self._commit()
        for _night in range(2):
            self.env["collection.case"]._cron_open_information_deadlines()
        deadline = self._information_deadline()
        # Six months from the publication of 10 November.
        self.assertEqual(deadline.mapped("date"), [date(2027, 5, 10)])
        self.assertEqual(deadline.amount, 70)

    def test_deadline_is_the_end_of_the_second_year(self):
        event = self._open_by_hand(self.case)
        deadline = event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "vat_recovery"
        )
        self.assertEqual(deadline.date, date(2028, 12, 31))
        self.case._close_vat_recovery(date(2027, 3, 2))
        self.assertEqual(deadline.date, date(2029, 12, 31))

    def test_sent_recovery_meets_the_deadline(self):
        event = self._open_by_hand(self.case)
        recovery = self.env["collection.vat.recovery"].create(
            {
                "case_id": self.case.id,
                "ground": "liquidation",
                "date_ground": JUDGMENT,
                "recipient_id": self.partner.id,
            }
        )
        recovery._update_state("ready")
        recovery.action_sent()
        deadline = event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "vat_recovery"
        )
        self.assertEqual(deadline.state, "done")

    def _information_deadline(self):
        return self.case.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code.startswith("post_judgment")
        )
