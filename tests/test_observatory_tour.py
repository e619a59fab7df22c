from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestObservatoryTour(CollectionCommon, HttpCase):
    """From a figure of the overview to how one debtor pays, in a browser."""

    def test_from_the_overview_to_the_profile_of_a_debtor(self):
        self.debtor.name = "Tour Debtor"
        for due, paid in ((80, 60), (50, 20)):
            invoice = self._invoice(1000, late=due)
            self._register_payment(invoice, payment_date=self._day(-paid))
        self._invoice(700, late=10)
        case = self._case()
        self.env["collection.payment.fact"]._rebuild(self.company)
        case._review()
        self.company.collection_observatory_date = fields.Datetime.now()
        self.start_tour(
            "/odoo/collection-observatory",
            "collection_observatory_tour",
            login=self.env.user.login,
        )
        self.assertEqual(case.payment_count, 2)
