from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCockpit(CollectionCommon, HttpCase):
    """The home of managers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.name = "Tour Debtor"

    def _prepare(self):
        self._invoice(5000, late=60)
        case = self._case()
        case._review()
        month = (self.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        self._invoice(400, late=(self.today - month).days - 2)
        self.env["collection.kpi"]._measure(self.company, month)
        rule = self.env["collection.alert.rule"].create(
            {
                "name": "Large debts",
                "company_id": self.company.id,
                "domain": "[('amount_overdue', '>', 1000)]",
                "is_on": True,
            }
        )
        rule._look()
        return case

    def _figures(self):
        cockpit = self.env["collection.cockpit"].with_context(
            allowed_company_ids=self.company.ids
        )
        return cockpit.with_company(self.company).get_dashboard()

    def test_figures(self):
        case = self._prepare()
        figures = self._figures()
        recovery = next(
            tile for tile in figures["indicators"] if tile["code"] == "recovery_rate"
        )
        self.assertEqual((recovery["value"], recovery["state"]), (0, "missed"))
        self.assertEqual(recovery["target"], 90)
        self.assertTrue(recovery["method"])
        self.assertEqual([row["id"] for row in figures["debtors"]], case.ids)
        self.assertAlmostEqual(figures["debtors"][0]["overdue"], 5400)
        self.assertEqual(figures["alerts"]["count"], 1)
        self.assertEqual(figures["alerts"]["rows"][0]["label"], "Large debts")
        self.assertEqual(len(figures["efforts"]), 12)
        self.assertAlmostEqual(figures["total"]["amount_overdue"], 5400)

    def test_it_costs_a_fixed_number_of_queries(self):
        self._prepare()
        for number in range(25):
            debtor = self._make_debtor(f"Client {number}")
            self._invoice(1500, late=20, partner=debtor)
            self._case(debtor)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            figures = self._figures()
        self.assertEqual(len(figures["debtors"]), 20)

    def test_who_may_not_read_cases_sees_nothing(self):
        stranger = new_test_user(
            self.env,
            "cockpit_stranger",
            "base.group_user",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            self.env["collection.cockpit"].with_user(stranger).get_dashboard()

    def test_tour(self):
        self._prepare()
        self.start_tour(
            "/odoo/collection-home",
            "collection_cockpit_tour",
            login=self.env.user.login,
        )
