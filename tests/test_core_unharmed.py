from odoo.tests import new_test_user, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCoreUnharmed(CollectionCommon):
    """What Odoo does without the module works, and costs as much, with it."""

    def test_who_does_not_collect_duplicates_a_contact(self):
        user = new_test_user(
            self.env,
            login="without_collection",
            groups="base.group_user,base.group_partner_manager",
        )
        self.debtor.write({"collection_legal_form": "SAS", "city": "Nevers"})
        duplicate = self.debtor.with_user(user).copy()
        self.assertEqual(duplicate.city, "Nevers")
        self.assertFalse(duplicate.sudo().collection_legal_form)

    def test_nothing_reserved_to_collectors_is_copied_with_core_records(self):
        """Odoo reads what it copies as the user who duplicates."""
        mine = self.env["ir.module.module"].search(
            [("name", "=", "l10n_fr_debt_collection")]
        )
        copied = [
            f"{model._name}.{name}"
            for model in self.env.values()
            if not model._name.startswith("collection.")
            for name, field in model._fields.items()
            if mine.name in (field._modules or ()) and field.groups and field.copy
        ]
        self.assertEqual(copied, [])

    def test_a_commit_costs_the_same_for_many_invoices(self):
        invoices = [self._invoice(100 + number, 5, post=False) for number in range(21)]
        self._commit()
        single = self._count_commit(invoices[0])
        many = self._count_commit(self.env["account.move"].union(*invoices[1:]))
        self.assertLessEqual(many, single)
        self.assertLessEqual(single, 14)
        self.assertEqual(self._case().amount_due, sum(range(100, 121)))

    def _count_commit(self, invoices):
        """Return how many queries the module adds to the commit of a posting."""
        invoices.action_post()
        self.env.flush_all()
        balance = self.env["collection.balance"]
        before = self.env.cr.sql_log_count
        balance.sudo()._refresh_marked()
        return self.env.cr.sql_log_count - before
