import os
from datetime import timedelta

from odoo.tests import tagged

from .kpi_book import CollectingBook
from .ledger_check import find_gaps, find_receivables, month_ends, open_items
from .payment_common import PaymentFactsCommon

BOOKS = int(os.environ.get("COLLECTION_RANDOM_BOOKS", "1"))
DEEDS = 36


class TwoYearBook(CollectingBook):
    """A book of two years: more of its months have something to tie."""

    def _age(self, most=730):
        return super()._age(most)


@tagged("post_install", "-at_install")
class TestAgeingRandomBooks(PaymentFactsCommon):
    """Complaint 35: at the end of each of 24 months the ageing ties to the ledger.

    In total, and each column of each debtor and class of account with a recomputation.
    ``COLLECTION_RANDOM_BOOKS`` in the environment is the number of books.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.setup_other_currency(
            "USD",
            rates=[
                (cls.today - timedelta(days=days), 0.8 + days % 7 / 10)
                for days in range(0, 800, 25)
            ],
        )
        cls.bills, cls.doubtful = (
            cls.receivable.copy({"code": code, "name": name})
            for code, name in (("413900", "Effets"), ("416900", "Clients douteux"))
        )

    def test_random_books_tie_at_24_month_ends(self):
        for seed in range(BOOKS):
            book = TwoYearBook(self, seed)
            for deed in (
                book.move_to_doubtful,
                book.move_to_bills,
                book.issue_credit_note,
            ):
                book.sell()
                deed()
            book.live(DEEDS)
            lines = find_receivables(self.env, self.company)
            days = month_ends(self.today)
            for day in days:
                with self.subTest(seed=seed, day=day):
                    gaps = find_gaps(self.env, self.company, day, lines)
                    self.assertEqual(gaps, {})
            self.assertHasEverything(lines, days)

    def assertHasEverything(self, lines, days):
        """Assert that what makes a balance difficult has happened in the book."""
        items = [item for day in days for item in open_items(lines, day)]
        self.assertTrue(any(item.residual < 0 for item in items), "credits")
        accounts = {item.account[:3] for item in items}
        self.assertLessEqual({"411", "413", "416"}, accounts)
        journal = self.company.currency_exchange_journal_id
        self.assertIn(journal, lines.move_id.journal_id, "exchange differences")
        self.assertGreater(len({item.line for item in items}), 20)
