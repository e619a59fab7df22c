from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

BUCKETS = (
    "amount_not_due",
    "amount_1_30",
    "amount_31_60",
    "amount_61_90",
    "amount_91_120",
    "amount_over_120",
)


@tagged("post_install", "-at_install")
class TestBalance(CollectionCommon):
    """The figures of a case are those of the ledger when the transaction commits."""

    def _ledger(self, partner=None):
        [(total,)] = self.env["account.move.line"]._read_group(
            [
                ("partner_id", "child_of", (partner or self.debtor).id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ],
            [],
            ["balance:sum"],
        )
        return total

    def assertTiesToLedger(self):
        case = self._case()
        self.assertAlmostEqual(case.amount_due, self._ledger())
        self.assertAlmostEqual(
            sum(case[name] for name in BUCKETS) - case.amount_credit, case.amount_due
        )
        self.assertAlmostEqual(
            sum(case[name] for name in BUCKETS[1:]), case.amount_overdue
        )

    # === AGEING === #

    def test_buckets_end_on_the_right_day(self):
        for late in (0, 1, 30, 31, 60, 61, 90, 91, 120, 121):
            self._invoice(100 + late, late=late)
        case = self._case()
        self.assertEqual(
            [case[name] for name in BUCKETS],
            [100, 101 + 130, 131 + 160, 161 + 190, 191 + 220, 221],
        )
        self.assertEqual(case.overdue_since, self._day(-121))
        self.assertEqual(case.days_overdue, 121)
        self.assertTiesToLedger()

    def test_credits_have_a_column_of_their_own(self):
        self._invoice(1000, late=20)
        self._credit_note(300)
        self._payment_on_account(900)
        case = self._case()
        self.assertEqual(case.amount_1_30, 1000)
        self.assertEqual(case.amount_credit, 1200)
        self.assertEqual(case.amount_due, -200)
        self.assertEqual(case.amount_overdue_net, 0)
        self.assertTiesToLedger()

    def test_due_date_is_the_company_s_day_not_the_server_s(self):
        self._invoice(1000, late=-1)
        self.company.partner_id.tz = "Pacific/Auckland"
        with self.freeze("%s 22:30:00" % self.today):
            self.env["collection.balance"]._refresh_cases(self._case())
            self.assertEqual(self._case().amount_not_due, 1000, "due today over there")
        with self.freeze("%s 22:30:00" % self._day(1)):
            self.env["collection.balance"]._refresh_cases(self._case())
            self.assertEqual(self._case().amount_overdue, 1000)

    # === AT COMMIT === #

    def test_draft_invoice_makes_no_case(self):
        self._invoice(1000, late=20, post=False)
        self.assertFalse(self._case())

    def test_case_makes_itself_at_posting(self):
        self._invoice(1000, late=20)
        case = self._case()
        self.assertEqual(len(case), 1)
        self.assertEqual(case.amount_overdue, 1000)
        self.assertEqual(case.scenario_id, self.scenario)

    def test_who_searches_before_the_commit_finds_the_case(self):
        self._invoice(1000, late=20)
        case = self.env["collection.case"].search([("partner_id", "=", self.debtor.id)])
        self.assertEqual(case.amount_overdue, 1000)

    def test_paid_at_once_still_makes_a_case(self):
        self._pay(self._invoice(1000, late=20))
        self.assertEqual(self._case().amount_due, 0)

    def test_reset_to_draft_and_cancel(self):
        invoice = self._invoice(1000, late=20)
        self._invoice(10, late=20)
        self.assertEqual(self._case().amount_due, 1010)
        invoice.button_draft()
        self.assertEqual(self._case().amount_due, 10)
        invoice.button_cancel()
        self.assertEqual(self._case().amount_due, 10)
        self.assertTiesToLedger()

    def test_payment_reconciled_then_unreconciled(self):
        invoice = self._invoice(1000, late=20)
        self.assertEqual(self._case().amount_due, 1000)
        self._pay(invoice)
        case = self._case()
        self.assertEqual((case.amount_due, case.amount_overdue), (0, 0))
        self._receivables(invoice).remove_move_reconcile()
        case = self._case()
        self.assertEqual(
            (case.amount_due, case.amount_overdue, case.amount_credit), (0, 1000, 1000)
        )
        self.assertTiesToLedger()

    def test_due_date_changed(self):
        invoice = self._invoice(1000, late=20)
        self.assertEqual(self._case().amount_1_30, 1000)
        self._receivables(invoice).date_maturity = self._day(-70)
        self.assertEqual(self._case().amount_61_90, 1000)

    def test_partner_changed_refreshes_both_debtors(self):
        other = self._make_debtor("Autre SARL")
        invoice = self._invoice(1000, late=20)
        self._invoice(1, late=20)
        self._commit()
        self._receivables(invoice).partner_id = other
        self.assertEqual(self._case().amount_due, 1)
        self.assertEqual(self._case(other).amount_due, 1000)

    def test_contact_moved_under_another_company_takes_its_debt_along(self):
        group = self._make_debtor("Groupe Holding")
        self._invoice(1000, late=20)
        self._commit()
        self.debtor.write({"is_company": False, "parent_id": group.id})
        self.assertEqual(self._case(group).amount_due, 1000)

    def test_one_statement_per_transaction(self):
        balance = type(self.env["collection.balance"])
        self._commit()
        others = [self._make_debtor(f"Société {number}") for number in range(5)]
        with patch.object(
            balance,
            "_write_balances",
            autospec=True,
            side_effect=balance._write_balances,
        ) as write:
            for partner in others:
                self._invoice(100, late=20, partner=partner)
            self._commit()
        self.assertEqual(write.call_count, 1)
        self.assertEqual(
            [self._case(partner).amount_due for partner in others], [100] * 5
        )

    def test_unrelated_change_refreshes_nothing(self):
        invoice = self._invoice(1000, late=20)
        self._commit()
        balance = type(self.env["collection.balance"])
        with patch.object(balance, "_write_balances") as write:
            invoice.narration = "Thank you"
            self._commit()
        write.assert_not_called()

    def test_branch_of_a_company_has_its_own_cases(self):
        branch = self.env["res.company"].create(
            {
                "name": "Agence de Lyon",
                "parent_id": self.company.id,
                "country_id": self.company.country_id.id,
            }
        )
        self.env.user.company_ids |= branch
        self._commit()
        move = (
            self.env["account.move"]
            .with_company(branch)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": branch.id,
                    "partner_id": self.debtor.id,
                    "invoice_date": self._day(-20),
                    "invoice_date_due": self._day(-20),
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 55, "tax_ids": []})
                    ],
                }
            )
        )
        move.action_post()
        self._invoice(1000, late=20)
        self.assertEqual(self._case(company=branch).amount_due, 55)
        self.assertEqual(self._case().amount_due, 1000)

    # === NIGHTLY CHECK === #

    def test_no_drift(self):
        self._invoice(1000, late=20)
        self._credit_note(10)
        self._commit()
        self.assertEqual(self.env["collection.balance"]._find_drift(self.company), [])

    @mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_case")
    def test_drift_is_found_reported_and_mended(self):
        self._invoice(1000, late=20)
        case = self._case()
        self.env.cr.execute(
            "UPDATE collection_case SET amount_due = 7 WHERE id = %s", [case.id]
        )
        self.env.invalidate_all()
        drift = self.env["collection.balance"]._find_drift(self.company)
        self.assertEqual(
            [(i, float(a), float(b)) for i, a, b in drift], [(case.id, 7, 1000)]
        )
        self.env["collection.case"]._report_drift(drift)
        self.env["collection.balance"]._refresh_companies(self.company)
        self.assertEqual(case.amount_due, 1000)
        self.assertIn("drifted", case.message_ids[0].body)

    def test_missing_cases_are_made_for_settled_debtors_too(self):
        self._pay(self._invoice(1000, late=20))
        self._case().sudo().unlink()
        self.assertFalse(self._case())
        self.env["collection.balance"]._create_missing_cases()
        self.assertEqual(len(self._case()), 1)
