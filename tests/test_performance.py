from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.models.ir_qweb import IrQweb

from .common import CollectionCommon

FEW, MANY = 4, 16


@tagged("post_install", "-at_install")
class TestPerformance(CollectionCommon):
    """A batch costs a fixed number of queries, however many debtors are in it."""

    def _book(self, count, late=20):
        debtors = super()._book(count, late, prefix=f"Société{late}.")
        self._commit()
        return debtors

    def _count(self, work):
        """Return how many queries a piece of work takes on cold caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _measure(self, late):
        """Return the queries of plan and execution, for few and for many debtors."""
        counts = []
        for count in (1, FEW, MANY):  # at the first, much is loaded once for all
            self._book(count, late)
            run = self.env["collection.run"].create(
                {"company_id": self.company.id, "date": self.today}
            )
            planned = self._count(run._preview)
            self.assertEqual(run.waiting_count, count)
            counts.append((planned, self._count(run._work)))
            self.assertEqual(len(run.action_ids), count)
        return counts[1:]

    def _check_growth(self, late):
        """Check that many take no more queries than few; return those of many."""
        (few_planned, few_done), many = self._measure(late)
        self.assertLessEqual(many[0], few_planned)
        self.assertEqual(many[1], few_done)
        return many

    def test_queries_of_mails_do_not_grow_with_the_debtors(self):
        self.assertLess(sum(self._check_growth(late=20)), 300)

    def test_queries_of_mails_with_pdf_do_not_grow_with_the_debtors(self):
        self.scenario.step_ids.attach_statement = True
        self._check_growth(late=20)

    def test_queries_of_letters_do_not_grow_with_the_debtors(self):
        self._check_growth(late=35)

    def test_words_are_compiled_once_per_batch(self):
        self._book(MANY)
        compiled = []
        real = IrQweb._generate_code

        def spy(qweb, template):
            if not isinstance(template, (int, str)):
                compiled.append(template)
            return real(qweb, template)

        with patch.object(IrQweb, "_generate_code", spy):
            run = self.run_on()
        self.assertEqual(len(run.action_ids), MANY)
        self.assertEqual(len(compiled), 1)

    def test_each_debtor_reads_his_own_words_and_items(self):
        debtors = self._book(MANY)
        for action in self.run_on().action_ids:
            mail = action.mail_id
            self.assertIn(action.partner_id.name, mail.body_html)
            self.assertIn(action.item_ids.name, mail.body_html)
            for other in debtors - action.partner_id:
                self.assertNotIn(f"{other.name},", mail.body_html)
            self.assertEqual(str(mail.mail_message_id.body), mail.body_html)

    def test_large_batches_are_printed_side_by_side(self):
        pdf = self.env["collection.pdf"]
        actions = self.env["collection.action"]
        self.assertEqual([len(part) for part in pdf._share_out(actions)], [0])
        many = actions.browse(range(1, 102))
        parts = pdf._share_out(many)
        self.assertEqual([len(part) for part in parts], [51, 50])
        self.assertEqual(actions.concat(*parts), many)

    def test_items_of_a_part_claimed_keep_the_rest_aside(self):
        """300 of 1,000 are held: 700 are claimed, 300 noted as not claimed."""
        invoice = self._invoice(1000, late=20)
        self.env["collection.hold"].create(
            {
                "case_id": self._case(invoice.partner_id).id,
                "line_ids": self._receivables(invoice).ids,
                "reason": "dispute",
                "name": "One lamp broken",
                "amount": 300,
            }
        )
        item = self._actions(self.run_on()).item_ids
        amounts = (item.amount, item.amount_residual_currency, item.amount_held)
        self.assertEqual(amounts, (700, 700, 300))
