import os
from datetime import timedelta
from random import Random

from odoo.tests import tagged
from odoo.tools import float_compare

from .payment_common import AMOUNTS, PaymentFactsCommon
from .random_book import RandomBook, expected_fact, is_instalment

BOOKS = int(os.environ.get("COLLECTION_RANDOM_BOOKS", "3"))
ROUNDS, DEEDS = 3, 10
FACT = "collection.payment.fact"


@tagged("post_install", "-at_install")
class TestRandomBooks(PaymentFactsCommon):
    """The facts of random books are those that a plain recomputation gives.

    ``COLLECTION_RANDOM_BOOKS`` in the environment is the number of books.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        random = Random("rates")
        cls.usd = cls.setup_other_currency(
            "USD",
            rates=[
                (cls.today - timedelta(days=days), random.uniform(0.8, 1.6))
                for days in range(0, 500, 25)
            ],
        )

    def _find_differences(self, fact, expected):
        """Return ``{field: (value, what it should be)}``."""
        differences = {}
        for name, value in expected.items():
            is_number = fact._fields[name].type in ("float", "monetary")
            digits = 2 if name == "amount" or name in AMOUNTS else 6
            is_same = (
                float_compare(fact[name], float(value), precision_digits=digits) == 0
                if is_number
                else fact[name] == value
            )
            if not is_same:
                differences[name] = (fact[name], value)
        return differences

    def assertFactsAreTrue(self, book):
        """Assert that the facts of a book are what its ledger says, all of them."""
        self.env.invalidate_all()
        lines = book.lines
        facts = self.env[FACT].search([("line_id", "in", lines.ids)])
        self.assertEqual(set(facts.line_id.ids), set(lines.filtered(is_instalment).ids))
        for fact in facts:
            self.assertEqual(
                self._find_differences(fact, expected_fact(fact.line_id)),
                {},
                f"{fact.name}, due on {fact.date_due}",
            )
            if fact.currency_id == fact.company_currency_id:
                self.assertAlmostEqual(
                    sum(fact[name] for name in AMOUNTS), fact.amount, 2, fact.name
                )
        return facts

    def test_random_books(self):
        books = []
        for seed in range(BOOKS):
            with self.subTest(seed=seed):
                books.append(self._check_book(RandomBook(self, seed)))
        self.assertBooksHaveEverything(self.env[FACT].union(*books))

    def _check_book(self, book):
        """Check the facts of a book as it grows, and anew; return them."""
        for _round in range(ROUNDS):
            # Nobody else counts rows that are not committed: joins would take seconds.
            self.env.cr.execute("ANALYZE account_move_line, account_partial_reconcile")
            book.live(DEEDS)
            self._upkeep()
            facts = self.assertFactsAreTrue(book)
        kept = self._snapshot(facts)
        self.assertEqual(self._rebuild(), 0, "the upkeep has left nothing to mend")
        facts.sudo().unlink()
        self.assertEqual(self._rebuild(), len(kept))
        facts = self.assertFactsAreTrue(book)
        self.assertEqual(self._snapshot(facts), kept)
        return facts

    def assertBooksHaveEverything(self, facts):
        """Assert that what the definitions tell apart has happened in the books."""
        states = dict(facts._fields["state"].selection)
        self.assertEqual(set(facts.mapped("state")), set(states))
        self.assertEqual(facts.currency_id, self.usd | self.company.currency_id)
        for name in AMOUNTS:
            self.assertTrue(facts.filtered(name), name)
