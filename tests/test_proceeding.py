from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

GROUP = "l10n_fr_debt_collection.group_collection_"
LOGGER = "odoo.addons.l10n_fr_debt_collection.models.collection_proceeding"


@tagged("post_install", "-at_install")
class TestProceeding(CollectionCommon):
    def _start(self, amount=1000, partner=None, **values):
        self._invoice(amount, 60, partner)
        return self._case(partner)._start_proceeding("payment_order", **values)

    def test_begins_with_what_has_fallen_due(self):
        due = self._receivables(self._invoice(1000, 60))
        self._invoice(300, -20)
        self._credit_note(50)
        proceeding = self._case()._start_proceeding("payment_order")
        self.assertEqual(proceeding.line_ids, due)
        self.assertEqual(proceeding.state, "draft")
        self.assertRegex(proceeding.name, r"^IP/\d{4}/\d{4}$")
        self.assertEqual(self._case().proceeding_count, 1)

    def test_total_is_the_sum_of_the_rows(self):
        proceeding = self._start(
            amount_principal=1000,
            amount_interest=12.34,
            amount_indemnity=40,
            amount_penalty_clause=100,
            amount_costs=5,
            amount_other=1,
        )
        self.assertEqual(proceeding.amount_total, 1158.34)
        self.assertEqual(
            [code for code, *_row in proceeding._get_amount_rows()],
            ["principal", "indemnity", "interest", "penalty_clause", "costs", "other"],
        )

    def test_moves_are_those_of_the_kind(self):
        proceeding = self._start()
        with mute_logger(LOGGER):
            self.assertFalse(proceeding._update_state("enforceable"))
        self.assertEqual(proceeding.state, "draft")
        proceeding._update_state("ready")
        proceeding.action_draft()
        self.assertEqual(proceeding.state, "draft")
        proceeding.action_cancel()
        self.assertEqual(proceeding.state, "cancelled")
        self.assertEqual(proceeding.date_closed, self.today)
        with mute_logger(LOGGER):
            proceeding._update_state("filed")
        self.assertEqual(proceeding.state, "cancelled")

    def test_every_state_can_be_left_or_is_an_end(self):
        proceeding = self._start()
        states = dict(proceeding._fields["state"].selection)
        for state, targets in proceeding._get_moves().items():
            self.assertIn(state, states)
            self.assertLessEqual(targets, set(states))

    def test_costs_add_up_with_their_vat(self):
        proceeding = self._start()
        proceeding._add_cost("service", 60.38, name="Service", vat=12.076)
        proceeding._add_cost("lawyer", 300, name="Lawyer", vat=60)
        # 60.38 + 12.08 + 360.
        self.assertEqual(proceeding.amount_cost, 432.46)

    def test_what_is_prepared_may_be_deleted(self):
        proceeding = self._start()
        proceeding.unlink()
        kept = self._start(date_filed=self.today)
        with self.assertRaises(UserError):
            kept.unlink()

    def test_collector_prepares_and_invoicing_reads(self):
        proceeding = self._start()
        collector = new_test_user(
            self.env,
            "p_collector",
            f"{GROUP}user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        proceeding.with_user(collector).contract_reference = "Devis 4"
        self.assertTrue(proceeding.with_user(collector).missing)
        with self.assertRaises(AccessError):
            proceeding.with_user(collector).unlink()
        clerk = new_test_user(
            self.env,
            "p_clerk",
            "account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertEqual(proceeding.with_user(clerk).contract_reference, "Devis 4")
        with self.assertRaises(AccessError):
            proceeding.with_user(clerk).contract_reference = "No"
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "p_stranger",
            f"{GROUP}user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            _ = proceeding.with_user(stranger).with_company(other).name
            proceeding.with_user(stranger).read(["name"])

    def test_next_deadline(self):
        proceeding = self._start()
        deadlines = self.env["collection.deadline"]
        later = deadlines._open_by_rule("order_service", proceeding, self.today)
        sooner = deadlines._open_by_rule("fee_deposit", proceeding, self.today)
        self.assertEqual(proceeding.next_deadline_id, sooner)
        search = self.env["collection.proceeding"].search
        self.assertIn(proceeding, search([("next_deadline_date", "<=", self._day(20))]))
        self.assertNotIn(proceeding, search([("next_deadline_date", "<", sooner.date)]))
        sooner.action_done()
        self.assertEqual(proceeding.next_deadline_id, later)
        proceeding.action_cancel()
        self.assertFalse(proceeding.next_deadline_id)
        self.assertEqual(later.state, "cancelled")

    def test_merge_of_debtors_keeps_the_proceeding(self):
        proceeding = self._start()
        proceeding._add_cost("lawyer", 100, name="Lawyer")
        twin = self._make_debtor("Menuiserie Garcin bis")
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (twin + self.debtor).ids, twin
        )
        self._commit()
        self.env.invalidate_all()
        self.assertEqual(proceeding.case_id.partner_id, twin)
        self.assertEqual(proceeding.cost_ids.case_id, proceeding.case_id)
        self.assertEqual(proceeding.partner_id, twin)
