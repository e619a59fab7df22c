from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestInterestInvoice(CollectionCommon):
    """Interest and fixed compensation are claimed once, whatever the order of things.

    1000 x 12.15 % x 30 / 365 = 9.986, so 9.99, for the 30 days until 2 March 2026; x 60
    days until 1 April = 19.97. An invoice or a waiver closes a period: the 30 days that
    follow are rounded on their own, 9.99 again.
    """

    def setUp(self):
        super().setUp()
        self._invoice(1000, 0, days=(0,), invoice_date=date(2026, 1, 31))
        self.case = self._case()
        self.case.debtor_type = "business"

    def _statement(self, stop, **options):
        return self.case._make_claim_statement(stop, **options)

    def _bill(self, statement, **options):
        wizard = self.env["collection.interest.invoice"].create(
            {"statement_id": statement.id, **options}
        )
        return self.env["account.move"].browse(wizard.action_make()["res_id"])

    def _figures(self, statement):
        own = statement.line_ids.filtered(lambda line: line.amount_total == 1000)
        return [round(own.interest, 2), own.indemnity]

    def _waive(self, day, **options):
        return self.env["collection.interest.waiver"].create(
            {
                "case_id": self.case.id,
                "date_until": day,
                "reason": "Late delivery",
                **options,
            }
        )

    def test_two_statements_made_before_cannot_both_be_invoiced(self):
        """The 30 days and the 40 euros of the first are in the second too."""
        first = self._statement(date(2026, 3, 2))
        second = self._statement(date(2026, 4, 1))
        self.assertEqual(self._figures(second), [19.97, 40])
        self._bill(first)
        with self.assertRaisesRegex(UserError, "Make a new statement"):
            self._bill(second)
        renewed = self._statement(date(2026, 4, 1))
        self.assertEqual(self._figures(renewed), [9.99, 0])
        self.assertAlmostEqual(self._bill(renewed).amount_total, 9.99)

    def test_an_earlier_day_after_the_invoice_is_not_invoiced_again(self):
        self._bill(self._statement(date(2026, 4, 1)))
        earlier = self._statement(date(2026, 3, 2))
        with self.assertRaises(UserError):
            self._bill(earlier)

    def test_compensation_left_out_of_the_invoice_stays_claimed(self):
        invoice = self._bill(self._statement(date(2026, 3, 2)), with_indemnity=False)
        self.assertAlmostEqual(invoice.amount_total, 9.99)
        self.assertEqual(self._figures(self._statement(date(2026, 4, 1))), [9.99, 40])

    def test_interest_left_out_of_the_invoice_stays_claimed(self):
        invoice = self._bill(self._statement(date(2026, 3, 2)), with_interest=False)
        self.assertAlmostEqual(invoice.amount_total, 40)
        self.assertEqual(self._figures(self._statement(date(2026, 4, 1))), [19.97, 0])

    def test_a_statement_can_be_made_while_the_invoice_is_a_draft(self):
        invoice = self._bill(self._statement(date(2026, 3, 2)))
        self.assertEqual((invoice.state, bool(invoice.name)), ("draft", False))
        later = self._statement(date(2026, 4, 1))
        self.assertEqual(self._figures(later), [9.99, 0])
        self.assertEqual(later.settlement_ids.kind, "invoiced")
        self.assertTrue(later._recompute_check())

    def test_the_compensation_can_be_invoiced_after_the_interest(self):
        statement = self._statement(date(2026, 3, 2))
        self._bill(statement, with_indemnity=False)
        second = self._bill(statement, with_interest=False)
        self.assertAlmostEqual(second.amount_total, 40)
        with self.assertRaisesRegex(UserError, "invoiced already"):
            self._bill(statement, with_interest=False)

    def test_cancelled_invoice_is_claimed_again(self):
        self._bill(self._statement(date(2026, 3, 2))).button_cancel()
        self.assertEqual(self._figures(self._statement(date(2026, 4, 1))), [19.97, 40])

    def test_amount_of_a_waiver_is_what_statements_show_less(self):
        self.assertAlmostEqual(self._waive(date(2026, 3, 2)).amount, 9.99)
        # The days after the first waiver, and the compensation.
        second = self._waive(date(2026, 4, 1), with_indemnity=True)
        self.assertAlmostEqual(second.amount, 49.99)
