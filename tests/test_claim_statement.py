from datetime import date
from io import BytesIO
from unittest.mock import patch

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestClaimStatement(CollectionCommon):
    """Interest and fixed compensation, worked out by hand.

    ECB rates: 4.50 % in 2024-S1, 2.15 % in 2025-S2 and 2026-S1, 2.40 % in 2026-S2.
    Legal rate ("other" creditors): 2.62 % in 2026-S1, 2.75 % in 2026-S2.
    """

    def _due(self, amount, day, days=(0,), **values):
        return self._invoice(amount, 0, days=days, invoice_date=day, **values)

    def _pay_on(self, invoice, day, amount):
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        wizard = self.env["account.payment.register"].with_context(**context)
        return wizard.create({"payment_date": day, "amount": amount})._create_payments()

    def _statement(self, stop, **options):
        return self._business()._make_claim_statement(stop, **options)

    def _business(self, debtor_type="business"):
        case = self._case()
        case.debtor_type = debtor_type
        return case

    def _figures(self, statement):
        return [
            round(amount, 2)
            for amount in (
                statement.amount_principal,
                statement.amount_interest,
                statement.amount_indemnity,
            )
        ]

    # === BETWEEN PROFESSIONALS === #

    def test_law_b2b_no_clause(self):
        """ECB + 10, one segment per half-year, from the day after the due date.

        10 days of June at 12.15 %: 1000 x 12.15 % x 10 / 365 = 3.33; 20 days of July
        at 12.40 %: 1000 x 12.40 % x 20 / 365 = 6.79.
        """
        self._due(1000, date(2026, 6, 20))
        statement = self._statement(date(2026, 7, 20))
        self.assertEqual(self._figures(statement), [1000, 10.12, 40])
        self.assertEqual(
            [
                (segment.date_start, segment.date_end, segment.days, segment.rate)
                for segment in statement.segment_ids
            ],
            [
                (date(2026, 6, 21), date(2026, 6, 30), 10, 12.15),
                (date(2026, 7, 1), date(2026, 7, 20), 20, 12.4),
            ],
        )
        self.assertEqual(
            [round(segment.interest, 2) for segment in statement.segment_ids],
            [3.33, 6.79],
        )
        self.assertIn("plus 10 points", statement.rate_words)
        self.assertTrue(statement._recompute_check())

    def test_day_basis_in_a_leap_year(self):
        """91 days of 2024 at 14.50 %: 36.15 by 365, 36.05 by the 366 of that year."""
        self._due(1000, date(2023, 12, 31))
        by_365 = self._statement(date(2024, 3, 31))
        self.assertEqual(round(by_365.amount_interest, 2), 36.15)
        self.company.collection_interest_basis = "366"
        exact = self._statement(date(2024, 3, 31))
        self.assertEqual(round(exact.amount_interest, 2), 36.05)
        self.assertEqual(exact.segment_ids.mapped("year_days"), [366])
        self.assertEqual(by_365.basis, "365")

    def test_law_partial_payment(self):
        """Interest first: 9.99 of the 500 paid after 30 days, 490.01 on the principal.

        1000 x 12.15 % x 30 / 365 = 9.99; then 509.99 x 12.15 % x 30 / 365 = 5.09.
        Principal first: 9.99 + 500 x 12.15 % x 30 / 365 = 9.99 + 4.99.
        """
        invoice = self._due(1000, date(2026, 1, 31))
        self._pay_on(invoice, date(2026, 3, 2), 500)
        statement = self._statement(date(2026, 4, 1))
        self.assertEqual(self._figures(statement), [509.99, 5.09, 40])
        split = statement.settlement_ids
        self.assertEqual(
            (split.date, split.kind, split.to_interest, split.to_principal),
            (date(2026, 3, 2), "payment", 9.99, 490.01),
        )
        self.debtor.with_company(self.company).collection_allocation = "principal"
        statement = self._statement(date(2026, 4, 1))
        self.assertEqual(self._figures(statement), [500, 14.98, 40])
        self.assertFalse(statement.interest_first)

    def test_credit_note_cuts_principal_from_the_invoice_date(self):
        """What a credit note takes back has never been due: 600 for 30 days = 5.99."""
        invoice = self._due(1000, date(2026, 1, 31))
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": date(2026, 2, 15)})
        )
        credit = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        credit.invoice_line_ids.price_unit = 400
        credit.invoice_date = date(2026, 2, 15)
        credit.action_post()
        (self._receivables(invoice) | self._receivables(credit)).reconcile()
        statement = self._statement(date(2026, 3, 2))
        self.assertEqual(self._figures(statement), [600, 5.99, 40])
        self.assertEqual(statement.line_ids.amount_credit, 400)

    def test_law_40_eur(self):
        """Once per invoice, however many instalments; none for what is not late."""
        self._due(1000, date(2026, 1, 1), days=(0, 30))
        self._due(500, date(2026, 2, 1))
        self._due(300, date(2026, 3, 31))
        statement = self._statement(date(2026, 3, 31))
        self.assertEqual(statement.amount_indemnity, 80)
        self.assertEqual(statement.indemnity_count, 2)
        self.assertEqual(len(statement.line_ids), 4)

    def test_law_contract_rate(self):
        """6 % is used, and said to be below three times the legal rate (7.86 %)."""
        invoice = self._due(1000, date(2026, 1, 31))
        invoice.write({"collection_rate_kind": "fixed", "collection_rate_value": 6})
        statement = self._statement(date(2026, 3, 2))
        # 1000 x 6 % x 30 / 365
        self.assertEqual(round(statement.amount_interest, 2), 4.93)
        self.assertIn("7.86", statement.warning)
        invoice.write({"collection_rate_kind": "multiple", "collection_rate_value": 3})
        statement = self._statement(date(2026, 3, 2))
        # 1000 x 7.86 % x 30 / 365
        self.assertEqual(round(statement.amount_interest, 2), 6.46)
        self.assertFalse(statement.warning)

    def test_law_legal_interest_and_penalties_exclusive(self):
        """A formal notice adds no legal interest to the penalties of a professional."""
        self._due(1000, date(2026, 1, 31))
        before = self._statement(date(2026, 3, 2))
        with self._notice(date(2026, 2, 10)):
            after = self._statement(date(2026, 3, 2))
        self.assertEqual(self._figures(after), self._figures(before))
        self.assertEqual(after.line_ids.mapped("rate_kind"), ["law"])

    def test_law_rate_row_missing(self):
        """No rate of the half-year: an error with the remedy, never the last rate."""
        parameters = self.env["collection.legal.parameter"]
        parameters._get("ecb_main_rate", date(2026, 7, 1)).unlink()
        self._due(1000, date(2026, 6, 20))
        self._statement(date(2026, 6, 30))
        with self.assertRaisesRegex(UserError, "ecb_main_rate.*Legal parameters"):
            self._statement(date(2026, 7, 1))

    # === CONSUMERS, UNKNOWN, PUBLIC BUYERS === #

    def _notice(self, day):
        cases = type(self.env["collection.case"])
        return patch.object(
            cases,
            "_get_default_dates",
            lambda self, lines: dict.fromkeys(lines.ids, day),
        )

    def test_law_consumer_debtor(self):
        """No 40 euros, no ECB + 10; legal interest from a dated formal notice only.

        1000 x 2.62 % x 30 / 365 = 2.15 for the 30 days after the notice of 1 March.
        """
        self._due(1000, date(2026, 1, 31))
        case = self._business("consumer")
        statement = case._make_claim_statement(date(2026, 3, 31))
        self.assertEqual(self._figures(statement), [1000, 0, 0])
        self.assertIn("without a dated formal notice", statement.warning)
        with self._notice(date(2026, 3, 1)):
            statement = case._make_claim_statement(date(2026, 3, 31))
        self.assertEqual(self._figures(statement), [1000, 2.15, 0])
        self.assertEqual(statement.segment_ids.date_start, date(2026, 3, 2))
        self.assertIn("1231-6", statement.rate_words)

    def test_law_debtor_type_unknown(self):
        self._due(1000, date(2026, 1, 31))
        statement = self._business("unknown")._make_claim_statement(date(2026, 3, 31))
        self.assertEqual(self._figures(statement), [1000, 0, 0])
        self.assertEqual(statement.regime, "consumer")
        self.assertIn("Set the type of debtor", statement.warning)

    def test_law_public_buyer(self):
        """ECB + 8 of the half-year in which interest began, for the whole delay.

        30 days at 10.15 %, also those of July: 1000 x 10.15 % x 30 / 365 = 8.34.
        """
        self._due(1000, date(2026, 6, 20))
        statement = self._business("public")._make_claim_statement(date(2026, 7, 20))
        self.assertEqual(self._figures(statement), [1000, 8.34, 40])
        self.assertEqual(statement.segment_ids.mapped("rate"), [10.15])

    # === INSOLVENCY === #

    def test_interest_stops_the_day_before_the_judgment(self):
        self._due(1000, date(2026, 1, 31))
        self._due(200, date(2026, 3, 20))
        case = self._business()
        judgments = patch.object(
            type(case),
            "_get_judgment_dates",
            lambda cases: dict.fromkeys(cases.ids, date(2026, 3, 3)),
        )
        with judgments:
            statement = case._make_claim_statement(date(2026, 4, 30))
        # 30 days until 2 March; what fell due later bears neither interest nor 40 EUR.
        self.assertEqual(statement.date_stop, date(2026, 3, 2))
        self.assertEqual(self._figures(statement), [1000, 9.99, 40])
        self.assertIn("L622-28", statement.stop_reason)

    # === VERSIONS === #

    def test_a_final_statement_stays_and_the_next_is_a_new_version(self):
        invoice = self._due(1000, date(2026, 1, 31))
        first = self._statement(date(2026, 3, 2))
        self._pay_on(invoice, date(2026, 2, 20), 300)
        self.assertEqual(self._figures(first), [1000, 9.99, 40])
        self.assertTrue(first._recompute_check())
        with self.assertRaises(UserError):
            first.date_stop = date(2026, 4, 1)
        with self.assertRaises(UserError):
            first.line_ids[0].principal = 1
        with self.assertRaises(UserError):
            first.unlink()
        second = self._statement(date(2026, 3, 2))
        self.assertEqual((first.version, second.version), (1, 2))
        self.assertNotEqual(first.name, second.name)
        self.assertLess(second.amount_principal, 1000)

    def test_nothing_due_is_refused(self):
        self._due(1000, date(2026, 5, 31))
        with self.assertRaisesRegex(UserError, "Nothing is due"):
            self._statement(date(2026, 3, 2))

    # === INVOICES AND WAIVERS === #

    def test_interest_is_invoiced_once_and_without_vat(self):
        self._due(1000, date(2026, 1, 31))
        statement = self._statement(date(2026, 3, 2))
        wizard = self.env["collection.interest.invoice"].create(
            {"statement_id": statement.id}
        )
        invoice = self.env["account.move"].browse(wizard.action_make()["res_id"])
        self.assertEqual(invoice.state, "draft")
        self.assertAlmostEqual(invoice.amount_total, 49.99)
        self.assertAlmostEqual(invoice.amount_tax, 0)
        self.assertEqual(invoice.partner_id, self.debtor)
        with self.assertRaisesRegex(UserError, "invoiced already"):
            self.env["collection.interest.invoice"].create(
                {"statement_id": statement.id}
            ).action_make()
        invoice.action_post()
        later = self._statement(date(2026, 4, 1))
        own = later.line_ids.filtered(lambda line: line.move_id != invoice)
        # 30 more days only, and no second compensation.
        self.assertEqual(round(own.interest, 2), 9.99)
        self.assertEqual(own.indemnity, 0)
        of_interest = later.line_ids - own
        self.assertEqual((of_interest.interest, of_interest.indemnity), (0, 0))

    def test_waiver_with_its_reason(self):
        self._due(1000, date(2026, 1, 31))
        case = self._business()
        waiver = self.env["collection.interest.waiver"].create(
            {
                "case_id": case.id,
                "date_until": date(2026, 3, 2),
                "reason": "Late delivery",
                "with_indemnity": True,
            }
        )
        self.assertAlmostEqual(waiver.amount, 49.99)
        statement = case._make_claim_statement(date(2026, 4, 1))
        self.assertEqual(self._figures(statement), [1000, 9.99, 0])
        self.assertAlmostEqual(statement.line_ids.interest_waived, 9.99)
        waiver.action_lift()
        statement = case._make_claim_statement(date(2026, 4, 1))
        self.assertEqual(self._figures(statement), [1000, 19.97, 40])

    def test_interest_stays_claimable_once_the_principal_is_paid(self):
        """Complaint 42: paid 30 days late, 9.99 of interest and 40 euros are left."""
        invoice = self._due(1000, date(2026, 1, 31))
        self._pay_on(invoice, date(2026, 3, 2), 1000)
        case = self._business()
        with self.assertRaises(UserError):
            case._make_claim_statement(date(2026, 4, 1))
        statement = case._make_claim_statement(
            date(2026, 4, 1), paid_since=date(2026, 1, 1)
        )
        self.assertEqual(self._figures(statement), [0, 9.99, 40])

    # === WIZARD AND DOCUMENTS === #

    def test_wizard_shows_what_it_will_make(self):
        self._due(1000, date(2026, 1, 31))
        action = self._business().action_claim_statement()
        form = Form(
            self.env["collection.claim.make"].browse(action["res_id"]),
            "l10n_fr_debt_collection.collection_claim_make_view_form",
        )
        form.date_stop = date(2026, 3, 2)
        self.assertAlmostEqual(form.amount_total, 1049.99)
        wizard = form.save()
        with patch.object(
            type(self.env["collection.claim.statement"]), "_attach", lambda self: self
        ):
            opened = wizard.action_make()
        statement = self.env["collection.claim.statement"].browse(opened["res_id"])
        self.assertEqual((statement.state, statement.amount_total), ("final", 1049.99))

    def test_document_and_spreadsheet_can_be_followed_line_by_line(self):
        self.debtor.lang = "en_US"
        invoice = self._due(1000, date(2026, 6, 20))
        self._pay_on(invoice, date(2026, 7, 5), 100)
        statement = self._statement(date(2026, 7, 20))
        pdf, workbook = statement._attach()
        pages = PdfReader(BytesIO(pdf.raw)).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        for words in (
            statement.name,
            invoice.name,
            "How it is calculated",
            "12.15 %",
            "12.40 %",
            "/ 365",
            "1343-1",
        ):
            self.assertIn(words, text)
        book = load_workbook(BytesIO(workbook.raw))
        items, periods = book.worksheets
        self.assertEqual(periods["H6"].value, "=ROUND(E6*F6/100*D6/G6,2)")
        for row, segment in enumerate(statement.segment_ids, start=6):
            base, rate = periods[f"E{row}"].value, periods[f"F{row}"].value
            days = (periods[f"C{row}"].value - periods[f"B{row}"].value).days + 1
            self.assertAlmostEqual(
                round(base * rate / 100 * days / 365, 2), segment.interest
            )
        self.assertEqual(items["A6"].value, invoice.name)

    def test_texts_are_no_formulas_in_the_spreadsheet(self):
        invoice = self._due(1000, date(2026, 1, 31), post=False)
        invoice.name = "=1+1"
        invoice.action_post()
        statement = self._statement(date(2026, 3, 2))
        book = load_workbook(BytesIO(statement._render_xlsx()))
        cell = book.worksheets[0]["A6"]
        self.assertEqual((cell.value, cell.data_type), ("=1+1", "s"))

    def test_many_statements_cost_a_bounded_number_of_queries(self):
        cases = self.env["collection.case"]
        for number in range(12):
            debtor = self._make_debtor(f"Client {number}")
            self._due(1000, date(2026, 1, 31), partner=debtor)
            cases |= self._case(debtor)
        cases.debtor_type = "business"
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            prepared = cases._prepare_claims(date(2026, 3, 2))
        self.assertEqual(len(prepared), 12)

    def test_other_companies_see_nothing(self):
        self._due(1000, date(2026, 1, 31))
        statement = self._statement(date(2026, 3, 2))
        other = self.env["res.company"].create({"name": "Another"})
        stranger = new_test_user(
            self.env,
            "claim_stranger",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=other.id,
        )
        with self.assertRaises(AccessError):
            statement.with_user(stranger).read(["amount_total"])
