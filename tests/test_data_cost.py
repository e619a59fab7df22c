from datetime import timedelta

from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestDataCost(CollectionCommon):
    """K17: what missing and wrong data cost, worked out by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "collection_hour_cost": 36,
                "collection_minutes_issue": 5,
                "collection_money_rate": 7.3,
                "collection_cost_letter": 2,
                "collection_cost_phone": 4,
            }
        )

    def _costs(self):
        self._commit()
        figures = self.env["collection.case"].get_quality_dashboard()["costs"]
        return {row["code"]: row for row in figures["rows"]}, figures["total"]

    def _contact(self, channel, outcome, days=-30, state="done"):
        self.env["collection.action"].create(
            {
                "case_id": self._case().id,
                "channel": channel,
                "outcome": outcome,
                "date": self._day(days),
                "state": state,
            }
        )

    def test_k17_useless_reminders(self):
        """Two letters at 2 and a call at 4; what arrived or is old is not counted."""
        self._invoice(1000, late=30)
        for channel, outcome, days in (
            ("letter", "returned", -30),
            ("letter", "returned", -300),
            ("phone", "wrong_number", -5),
            ("phone", "reached", -5),
            ("letter", "returned", -400),
        ):
            self._contact(channel, outcome, days)
        costs, total = self._costs()
        self.assertEqual(costs["contacts"]["count"], 3)
        self.assertAlmostEqual(costs["contacts"]["amount"], 2 + 2 + 4)
        self.assertGreaterEqual(total, 8)
        found = self.env["collection.action"].search(costs["contacts"]["domain"])
        self.assertEqual(len(found), 3)

    def test_k17_time_to_complete_the_files(self):
        """Each issue takes five minutes at 36 an hour: 3."""
        self._invoice(1000, late=30)
        self._case()._refresh_quality()
        row = self._costs()[0]["time"]
        issues = self.env["collection.data.issue"].search(
            [("company_id", "=", self.company.id), ("severity", "!=", "info")]
        )
        self.assertTrue(issues)
        self.assertEqual(row["count"], len(issues))
        self.assertAlmostEqual(row["amount"], 3 * len(issues))
        self.assertEqual(
            self.env["collection.data.issue"].search(row["domain"]), issues
        )

    def test_k17_money_nobody_asks_for(self):
        """1,000 for 50 days at 7.3 percent a year: 10."""
        self._invoice(1000, late=50)
        case = self._case()
        reached = {"reach_phone": False, "reach_email": False, "reach_post": False}
        case.sudo().write(reached)
        row = self._costs()[0]["late"]
        self.assertEqual(row["count"], 1)
        self.assertAlmostEqual(row["amount"], 10)
        self.assertEqual(self.env["collection.case"].search(row["domain"]), case)
        case.sudo().reach_post = True
        self.assertEqual(self._costs()[0]["late"]["amount"], 0)

    def test_k17_useless_proceedings(self):
        self._invoice(1000, late=50)
        case = self._case()
        proceedings = self.env["collection.proceeding"].create(
            [{"case_id": case.id, "kind": "payment_order"} for _number in range(2)]
        )
        for proceeding in proceedings:
            proceeding._add_cost(
                "court_fee", 35, name="Fee", date=self.today - timedelta(days=9)
            )
        proceedings[0].sudo().write({"state": "lapsed"})
        row = self._costs()[0]["proceedings"]
        self.assertEqual((row["count"], row["amount"]), (1, 35))

    def test_total_is_on_the_home_of_managers(self):
        self._invoice(1000, late=30)
        self._contact("letter", "returned")
        figures = self.env["collection.cockpit"].get_dashboard()["data_cost"]
        self.assertAlmostEqual(figures["total"], self._costs()[1])
        self.assertGreater(figures["total"], 0)
