from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestUninstall(CollectionCommon):
    """The module goes: what it has made goes along, the ledger stays as it was."""

    def _count(self, table):
        self.env.cr.execute(f"SELECT count(*) FROM {table}")
        return self.env.cr.fetchone()[0]

    def test_ledger_and_companies_survive(self):
        invoice = self._invoice(1000, late=20)
        action = self._actions(self.run_on())
        self.assertTrue(action)
        self.env.flush_all()
        kept = ("account_move", "account_move_line", "res_company", "res_partner")
        kept += ("payment_transaction", "account_payment", "mail_message")
        before = {table: self._count(table) for table in kept}
        uninstall_hook(self.env)
        self.assertEqual({table: self._count(table) for table in kept}, before)
        self.assertEqual(invoice.amount_residual, 1000)
        for table in ("collection_case", "collection_action", "collection_run"):
            self.assertEqual(self._count(table), 0, table)
