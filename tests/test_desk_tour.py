from odoo.tests import HttpCase, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestDeskTour(CollectionCommon, HttpCase):
    """A collector works through his calls in a browser."""

    def test_k7_s6_collector_works_through_his_calls(self):
        self.scenario.step_ids[2].channel = "phone"
        debtors = {
            name: self._make_debtor(f"Tour {name}")
            for name in ("Small", "Middle", "Large")
        }
        for amount, partner in zip((100, 900, 5000), debtors.values(), strict=True):
            self._invoice(amount, late=20, partner=partner)
        self.run_on()
        self.env["collection.desk.item"].action_open_list()
        self.start_tour(
            "/odoo/collection-work-list",
            "collection_desk_tour",
            login=self.env.user.login,
        )
        large = self._case(debtors["Large"])
        promise = self.env["collection.promise"].search([("case_id", "=", large.id)])
        self.assertEqual((promise.amount, promise.date_promised), (5000, self._day(7)))
        self.assertEqual(promise.note, "By transfer")
        self.assertTrue(debtors["Middle"].collection_phone_wrong_on)
        self.assertEqual(self._case(debtors["Small"]).action_ids.state, "todo")
