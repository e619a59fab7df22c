from odoo.tests import tagged

from .debtor_common import DebtorPageCommon


@tagged("post_install", "-at_install")
class TestDebtorTour(DebtorPageCommon):
    """A debtor promises, contests and writes, in a browser and on a telephone."""

    def _walk(self, size):
        self.browser_size = size
        self._invoice(1000, late=40)
        self._invoice(300, late=12)
        case = self._case()
        link = self.env["collection.debtor.link"]._make(case)
        self.start_tour(f"/c/{link._get_token()}", "collection_debtor_tour")
        self.env.invalidate_all()
        self.assertEqual(case.promise_ids.amount, 250)
        self.assertEqual(case.dispute_ids.description, "Two lamps arrived broken")
        self.assertTrue(case.answer_pending)

    def test_a_debtor_answers_at_his_desk(self):
        self._walk("1366x768")

    def test_a_debtor_answers_on_his_telephone(self):
        self.touch_enabled = True
        self._walk("375x667")
