import os

from dateutil.relativedelta import relativedelta

from odoo.tests import new_test_user, tagged

from .kpi_book import CollectingBook, ExpectedMonth, Month
from .ledger_check import find_receivables
from .payment_common import PaymentFactsCommon

BOOKS = int(os.environ.get("COLLECTION_RANDOM_BOOKS", "2"))
DEEDS = 30
MONTHS_AGO = (0, 1, 2, 3, 5, 8, 11)
# Known of today only: nothing in the ledger says who could be reached.
OF_THE_PRESENT = {"reachability", "reachability_amount"}


@tagged("post_install", "-at_install")
class TestKpiRandomBooks(PaymentFactsCommon):
    """Indicators of random books are those that a plain recomputation gives.

    ``COLLECTION_RANDOM_BOOKS`` in the environment is the number of books.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = cls.env["collection.kpi"]
        cls.bills, cls.doubtful = (
            cls.receivable.copy({"code": code, "name": name})
            for code, name in (("413900", "Effets"), ("416900", "Clients douteux"))
        )
        cls.reason = cls.env["collection.dispute.reason"].search([], limit=1)
        cls.segment = cls.env["collection.segment"].create(
            {
                "name": "Grands comptes",
                "company_id": cls.company.id,
                "scenario_id": cls.scenario.id,
                "domain": "[]",
            }
        )
        cls.collector = new_test_user(
            cls.env,
            "kpi_random",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=cls.company.id,
        )
        cls.company.write(
            {
                "collection_hour_cost": 30,
                "collection_cost_phone": 5,
                "collection_minutes_phone": 6,
                "collection_cost_letter": 2,
                "collection_cost_email": 0.05,
                "collection_cost_registered_letter": 9,
            }
        )

    def test_random_books(self):
        self.measured = set()
        for seed in range(BOOKS):
            with self.subTest(seed=seed):
                self._check_book(seed)
        kinds = self.env["collection.kpi.kind"].search([])
        self.assertEqual(self.measured | OF_THE_PRESENT, set(kinds.mapped("code")))

    def _check_book(self, seed):
        book = CollectingBook(self, seed)
        book.live(DEEDS)
        book.collect()
        self._commit()
        scopes = self._share_out(book)
        lines = find_receivables(self.env, self.company)
        for months in MONTHS_AGO:
            first = (self.today - relativedelta(months=months)).replace(day=1)
            last = min(first + relativedelta(months=1, days=-1), self.today)
            self.kpis._measure(self.company, first)
            expected = ExpectedMonth(
                self.env,
                self.company,
                lines,
                Month(first, last, self.company.collection_unpaid_days),
            )
            for key, partners in scopes.items():
                with self.subTest(seed=seed, month=first, scope=key[0]):
                    self.assertMonth(first, key, expected.indicators(partners))

    def _share_out(self, book):
        """Give the debtors to a segment and a collector; return who is where."""
        one, two, three = (self._case(debtor) for debtor in book.debtors)
        every = self.env["collection.case"].search(
            [("company_id", "=", self.company.id)]
        )
        every.sudo().write({"segment_id": False, "user_id": False})
        (one | two).sudo().segment_id = self.segment
        (two | three).sudo().user_id = self.collector
        return {
            ("company", False, False): every.partner_id,
            ("segment", self.segment.id, False): (one | two).partner_id,
            ("collector", False, self.collector.id): (two | three).partner_id,
        }

    def assertMonth(self, month, key, expected):
        """Assert that all indicators of a scope are those expected."""
        scope, segment_id, user_id = key
        found = self.kpis.search(
            [
                ("company_id", "=", self.company.id),
                ("month", "=", month),
                ("scope", "=", scope),
                ("segment_id", "=", segment_id),
                ("user_id", "=", user_id),
            ]
        )
        kpis = {kpi.kind_id.code: kpi for kpi in found}
        self.measured.update(code for code, kpi in kpis.items() if kpi.value)
        if kpis or scope == "company":
            self.assertEqual(set(kpis) - OF_THE_PRESENT, set(expected))
        differences = {
            code: (figures, tuple(map(float, (value or 0, part, whole))))
            for code, (value, part, whole) in expected.items()
            if (kpi := kpis.get(code))
            for figures in [(kpi.value, kpi.numerator, kpi.denominator)]
            if kpi.has_value != (value is not None)
            or abs(kpi.value - float(value or 0)) > 0.0501
            or abs(kpi.numerator - float(part)) > 0.0101
            or abs(kpi.denominator - float(whole)) > 0.0101
        }
        self.assertEqual(differences, {})
