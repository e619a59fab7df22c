import random
from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

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
class TestAgeingDay(CollectionCommon):
    """Complaint 35: the ageing balance of a past day is that of its ledger."""

    def _ageing(self, days=0):
        ageing = self.env["collection.ageing"].create(
            {"company_id": self.company.id, "date": self._day(days)}
        )
        ageing.action_compute()
        return ageing

    def _pay_on(self, invoice, days, amount=None):
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        values = {"payment_date": self._day(days)}
        if amount:
            values["amount"] = amount
        wizard = self.env["account.payment.register"].with_context(**context)
        return wizard.create(values)._create_payments()

    def _amounts(self, ageing, *names):
        return [sum(ageing.line_ids.mapped(name)) for name in names]

    def _content(self, action):
        attachment_id = int(action["url"].split("/")[3].split("?")[0])
        return self.env["ir.attachment"].browse(attachment_id).raw

    def assertTies(self, ageing):
        """Assert that the balance is that of the ledger, read in another way."""
        [[ledger]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", ageing.date),
            ],
            aggregates=["balance:sum"],
        )
        self.assertAlmostEqual(ageing.ledger_balance, ledger)
        self.assertAlmostEqual(ageing.amount_total, ledger)
        self.assertAlmostEqual(ageing.amount_gap, 0)
        amounts = self._amounts(ageing, *BUCKETS)
        [credit] = self._amounts(ageing, "amount_credit")
        self.assertAlmostEqual(sum(amounts) - credit, ledger)

    # === FIGURES === #

    def test_complaint_35_what_is_paid_since_was_open_then(self):
        invoice = self._invoice(1000, late=50)
        self._pay_on(invoice, days=-10, amount=400)
        self._pay_on(invoice, days=-3)
        for days, expected in ((-60, []), (-20, [1000]), (-5, [600]), (0, [])):
            ageing = self._ageing(days)
            self.assertEqual(ageing.line_ids.mapped("amount_total"), expected, days)
            self.assertTies(ageing)

    def test_age_is_that_of_the_day_by_the_due_date_of_each_item(self):
        """Due 10 and 40 days ago: a month ago neither late nor 10 days late."""
        self._invoice(1000, late=40, days=(0, 30))
        ageing = self._ageing(-30)
        self.assertEqual(self._amounts(ageing, *BUCKETS), [500, 500, 0, 0, 0, 0])
        ageing = self._ageing()
        self.assertEqual(self._amounts(ageing, *BUCKETS), [0, 500, 500, 0, 0, 0])

    def test_due_that_day_is_not_due_and_buckets_end_on_the_right_day(self):
        for late in (0, 1, 30, 31, 60, 61, 90, 91, 120, 121):
            self._invoice(100 + late, late=late)
        self.assertEqual(
            self._amounts(self._ageing(), *BUCKETS),
            [100, 101 + 130, 131 + 160, 161 + 190, 191 + 220, 221],
        )

    def test_credits_matched_later_are_credits_of_that_day(self):
        invoice = self._invoice(1000, late=30)
        refund = self._credit_note(300, age=20)
        ageing = self._ageing(-10)
        self.assertEqual(self._amounts(ageing, "amount_credit"), [300])
        receivables = self._receivables(invoice + refund)
        receivables.reconcile()
        # A matching counts from the later of the two dates on, so from the refund's.
        ageing = self._ageing(-10)
        self.assertEqual(
            self._amounts(ageing, "amount_1_30", "amount_credit"), [700, 0]
        )
        ageing = self._ageing(-25)
        self.assertEqual(
            self._amounts(ageing, "amount_1_30", "amount_credit"), [1000, 0]
        )
        self.assertTies(ageing)

    def test_doubtful_debtors_and_bills_are_shown_apart(self):
        doubtful = self.company_data["default_account_receivable"].copy(
            {"code": "416900", "name": "Clients douteux"}
        )
        invoice = self._invoice(800, late=200)
        self._invoice(500, late=5)
        receivable = self._receivables(invoice)
        transfer = self.env["account.move"].create(
            {
                "date": self._day(-8),
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.debtor.id,
                            "date_maturity": receivable.date_maturity,
                            field: 800,
                        }
                    )
                    for account, field in (
                        (receivable.account_id, "credit"),
                        (doubtful, "debit"),
                    )
                ],
            }
        )
        transfer.action_post()
        (receivable + transfer.line_ids.filtered("credit")).reconcile()
        classes = {
            line.account_class: line.amount_total for line in self._ageing().line_ids
        }
        self.assertEqual(classes, {"trade": 500, "doubtful": 800})
        self.assertTies(self._ageing(-10))

    def test_receivable_without_a_debtor_counts(self):
        move = self._opening_entry(250).move_id
        move.button_draft()
        move.line_ids.partner_id = False
        move.action_post()
        ageing = self._ageing()
        self.assertEqual(ageing.line_ids.mapped("amount_total"), [250])
        self.assertFalse(ageing.line_ids.partner_id)
        self.assertTies(ageing)

    def test_days_to_come_are_refused(self):
        with self.assertRaisesRegex(UserError, "not written yet"):
            self._ageing(1)

    def test_random_books_tie_on_every_day(self):
        draw = random.Random(35)
        debtors = [self._make_debtor(f"Débiteur {number}") for number in range(3)]
        for _number in range(12):
            late = draw.randrange(0, 150)
            partner = draw.choice(debtors)
            amount = draw.randrange(100, 2000)
            invoice = self._invoice(
                amount, late, partner, days=draw.choice([(0,), (0, 30)])
            )
            kind = draw.choice(["paid", "part", "credited", "open", "unmatched"])
            age = draw.randrange(0, late + 1)
            if kind in ("paid", "part"):
                part = amount // 3 if kind == "part" else None
                self._pay_on(invoice, -age, part)
            elif kind == "credited":
                refund = self._credit_note(amount // 2, age, partner)
                self._receivables(invoice + refund).reconcile()
            elif kind == "unmatched":
                self._pay_on(invoice, -age)
                self._receivables(invoice).remove_move_reconcile()
        for days in range(-160, 1, 16):
            self.assertTies(self._ageing(days))

    def test_exchange_differences_tie(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": dollar.id, "rate": rate, "name": self._day(days)}
                for rate, days in ((1.25, -100), (1.0, -20))
            ]
        )
        invoice = self._invoice(1000, late=60, currency_id=dollar.id)
        self._pay_on(invoice, days=-10)
        for days in (-70, -30, -10, 0):
            self.assertTies(self._ageing(days))

    # === SCREENS AND FILES === #

    def test_every_figure_opens_its_items(self):
        invoice = self._invoice(1000, late=50)
        self._pay_on(invoice, days=-3, amount=400)
        self.env["collection.hold"].create(
            {
                "case_id": self._case().id,
                "reason": "dispute",
                "name": "Broken",
                "date_from": self._day(-15),
                "date_to": self._day(20),
            }
        )
        action = self._ageing(-10).action_open_debtors()
        line = self.env[action["res_model"]].search(action["domain"])
        action = line.action_open_items()
        item = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(item.move_id, invoice)
        self.assertEqual((item.amount, item.residual), (1000, 1000))
        self.assertEqual((item.days_late, item.status), (40, "Dispute"))

    def test_what_is_expected_is_shown_for_today_only(self):
        self._invoice(900, late=10)
        case = self._case()
        case.sudo().write({"forecast_30": 500, "forecast_later": 400})
        ageing = self._ageing()
        self.assertEqual(
            self._amounts(ageing, "forecast_30", "forecast_later"), [500, 400]
        )
        self.assertIn("Expected within 30 days", ageing.summary)
        self.assertNotIn("Expected within 30 days", self._ageing(-1).summary)

    def test_spreadsheet_has_totals_debtors_and_items(self):
        self.debtor.name = "=HYPERLINK(1) Menuiserie"
        invoice = self._invoice(1000, late=50)
        content = self._content(self._ageing().action_download())
        book = load_workbook(BytesIO(content))
        totals, debtors, items = book.worksheets
        self.assertEqual(totals.cell(5, 2 + 7).value, 1000)
        self.assertEqual(debtors.cell(5, 1).value, "=HYPERLINK(1) Menuiserie")
        self.assertEqual(debtors.cell(5, 1).data_type, "s", "a text, no formula")
        self.assertEqual(items.cell(5, 2).value, invoice.name)
        self.assertEqual(items.cell(5, 5).value, 50)
        self.assertEqual(items.cell(5, 7).value, 1000)

    def test_pdf_has_totals_and_the_largest_debtors(self):
        self._invoice(1000, late=50)
        ageing = self._ageing(-10)
        reader = PdfReader(BytesIO(self._content(ageing.action_print())))
        text = " ".join(reader.pages[0].extract_text().split())
        self.assertEqual(len(reader.pages), 1)
        self.assertIn("Menuiserie Garcin", text)
        self.assertIn("General ledger", text)
        self.assertIn("1,000", text)

    def test_pdf_has_the_indicators_of_its_month_with_their_method(self):
        self._invoice(1000, late=50)
        month = self._day(-35).replace(day=1)
        for first in (month, (month - timedelta(days=1)).replace(day=1)):
            self.env["collection.kpi"]._measure(self.company, first)
        ageing = self._ageing((month - self.today).days + 20)
        reader = PdfReader(BytesIO(self._content(ageing.action_print())))
        text = " ".join(reader.pages[1].extract_text().split())
        self.assertEqual(len(reader.pages), 2)
        self.assertIn("Indicators of", text)
        self.assertIn("Overdue share", text)
        self.assertIn("What is overdue at the end of the month over", text)

    def test_company_of_others_is_out_of_reach(self):
        self._invoice(1000, late=50)
        other = self.env["res.company"].create({"name": "Autre"})
        user = new_test_user(
            self.env,
            "ageing@example.com",
            groups="l10n_fr_debt_collection.group_collection_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        ageing = self.env["collection.ageing"].with_user(user)
        with self.assertRaises(AccessError):
            ageing.create(
                {"company_id": self.company.id, "date": self.today}
            ).action_compute()

    def test_queries_do_not_grow_with_the_debtors(self):
        counts = []
        for number in range(2):
            for debtor in range(1 + 5 * number):
                partner = self._make_debtor(f"D{number}{debtor}")
                self._invoice(100, late=10, partner=partner)
            self._commit()
            self.env.invalidate_all()
            ageing = self.env["collection.ageing"].create(
                {"company_id": self.company.id, "date": self.today - timedelta(days=1)}
            )
            before = self.env.cr.sql_log_count
            ageing.action_compute()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
