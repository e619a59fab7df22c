from datetime import date
from io import BytesIO
from unittest.mock import patch

from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .test_insolvency import JUDGMENT, NOW, InsolvencyCommon

REPORT = "l10n_fr_debt_collection.collection_vat_recovery_statement"


def one_page(*words):
    """Return a PDF of one page with these words."""
    content = BytesIO()
    canvas = Canvas(content)
    canvas.drawString(100, 400, " ".join(words))
    canvas.save()
    return content.getvalue()


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVatRecovery(InsolvencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"]
        cls.loss = accounts.create(
            {"code": "654999", "name": "Losses", "account_type": "expense"}
        )
        cls.tax_20 = cls._make_tax(20)
        cls.tax_10 = cls._make_tax(10)
        cls.partner = cls._make_debtor("Bois Durand", company_registry="552100554")

    @classmethod
    def _make_tax(cls, rate, **values):
        return cls.company_data["default_tax_sale"].copy(
            {
                "name": f"VAT {rate} {values}",
                "amount": rate,
                "price_include_override": "tax_excluded",
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        # 1000.00 at 20 % and 500.00 at 10 %: 1200.00 + 550.00 = 1750.00.
        self.invoice = self._taxed(
            date(2026, 9, 1), (1000, self.tax_20), (500, self.tax_10)
        )
        self.case = self._case(self.partner)
        self._give_siren(self.case, "552100554")

    def _taxed(self, day, *parts):
        return self._dated(
            day,
            0,
            self.partner,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Lampes",
                        "price_unit": price,
                        "tax_ids": [Command.set(tax.ids)],
                    }
                )
                for price, tax in parts
            ],
        )

    def _wizard(self, **values):
        action = self.case.action_recover_vat()
        wizard = Form(
            self.env["collection.vat.recovery.make"].with_context(**action["context"])
        )
        for name, value in values.items():
            setattr(wizard, name, value)
        return wizard

    def _recover(self, **values):
        action = self._wizard(**values).save().action_make()
        return self.env["collection.vat.recovery"].browse(action["res_id"])

    def _with_pdfs(self, recovery):
        """Make the file of ``recovery`` with short PDFs of invoice and statement."""
        with (
            patch.object(
                type(self.env["account.move"]),
                "_get_collection_invoice_pdfs",
                lambda moves: {
                    move.id: one_page("FACTURE", move.name) for move in moves
                },
            ),
            patch.object(
                type(self.env["collection.pdf"]),
                "_render",
                lambda pdf, report, records: dict.fromkeys(
                    records.ids, one_page("STATEMENT")
                ),
            ),
        ):
            recovery.action_make_documents()
        reader = PdfReader(BytesIO(recovery.document_id.raw))
        return [page.extract_text().strip() for page in reader.pages]

    # === WHEN IT IS OFFERED === #

    def test_law_lj_judgment_or_certificate_vat_recovery(self):
        """Nothing is offered before; on the judgment of a liquidation at once."""
        self.assertFalse(self.case.vat_recovery_ground)
        event = self._open_by_hand(self.case)
        self.assertEqual(self.case.vat_recovery_ground, "liquidation")
        self.assertIn("272-1", event.activity_id.note)
        wizard = self._wizard()
        self.assertEqual(wizard.ground, "liquidation")
        self.assertEqual(wizard.date, JUDGMENT)
        self.assertEqual(wizard.recipient_id, self.officer)
        recovery = self.env["collection.vat.recovery"].browse(
            wizard.save().action_make()["res_id"]
        )
        self.assertEqual(
            sorted(recovery.line_ids.mapped(lambda line: (line.rate, line.amount_tax))),
            [(10, 50), (20, 200)],
        )
        self.assertEqual(recovery.amount_untaxed, 1500)
        self.assertEqual(recovery.amount_tax, 250)
        pages = self._with_pdfs(recovery)
        self.assertEqual(len(pages), 2)
        self.assertIn(f"FACTURE {self.invoice.name}", pages[1])
        self.assertIn("DUPLICATE", pages[1])
        self.assertRegex(pages[1], r"1[,\s]?500\.00.*250\.00")

    def test_receivership_offers_nothing_by_itself(self):
        event = self._open_by_hand(self.case, code="opening_receivership")
        self.assertFalse(self.case.vat_recovery_ground)
        self.assertNotIn("272-1", event.activity_id.note)

    def test_certificate_comes_before_the_judgment(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        declaration.date_certificate = date(2026, 11, 20)
        wizard = self._wizard()
        self.assertEqual(
            (wizard.ground, wizard.date), ("certificate", date(2026, 11, 20))
        )

    # === HOW MUCH === #

    def test_part_paid_invoice_is_recovered_in_proportion(self):
        # 1750.00 - 350.00 = 1400.00 unpaid. At 20 %: 1400 * 1200 / 1750 = 960.00, of
        # which 960 / 6 = 160.00 of VAT; the rest 440.00, of which 440 / 11 = 40.00.
        self._pay_on("2026-10-01", self.invoice, 350)
        self._open_by_hand(self.case)
        recovery = self._recover()
        self.assertEqual(recovery.amount_total, 1400)
        self.assertEqual(recovery.amount_tax, 200)
        self.assertEqual(recovery.amount_untaxed, 1200)

    def test_plan_gives_up_a_part_only(self):
        self._open_by_hand(self.case, code="opening_receivership")
        # 60 % of 1750.00 = 1050.00. At 20 %: 1050 * 1200 / 1750 = 720.00, VAT 120.00;
        # the rest 330.00, VAT 30.00.
        recovery = self._recover(
            ground="plan_waiver", date=date(2026, 11, 20), waived_percent=60
        )
        self.assertEqual(recovery.amount_tax, 150)
        self.assertEqual(recovery.amount_total, 1050)
        self.assertIn("No proof", recovery.warning)

    def test_share_above_the_whole_is_refused(self):
        self._open_by_hand(self.case, code="opening_receivership")
        with self.assertRaisesRegex(UserError, "between 0 and 100"):
            self._recover(
                ground="plan_waiver", date=date(2026, 11, 20), waived_percent=140
            )

    def test_outside_insolvency_a_proof_is_asked_for(self):
        recovery = self._recover(ground="failed_pursuit", date=date(2026, 11, 2))
        self.assertEqual(recovery.recipient_id, self.partner)
        self.assertIn("No proof", recovery.warning)
        recovery.proof_ids = self.env["ir.attachment"].create(
            {"name": "proof.pdf", "raw": b"x"}
        )
        self.assertNotIn("No proof", recovery.warning)

    def test_invoice_after_the_judgment_is_not_proposed(self):
        later = self._taxed(date(2026, 11, 15), (100, self.tax_20))
        self._open_by_hand(self.case)
        wizard = self._wizard()
        self.assertIn(self.invoice, wizard.move_ids)
        self.assertNotIn(later, wizard.move_ids)

    def test_same_vat_is_not_recovered_twice(self):
        self._open_by_hand(self.case)
        first = self._recover()
        self.assertFalse(len(self._wizard().move_ids))
        wizard = self._wizard()
        wizard.move_ids.add(self.invoice)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            wizard.save().action_make()
        first.action_cancel()
        self.assertEqual(self._recover().amount_tax, 250)

    def test_vat_on_payment_is_not_recovered(self):
        transition = self.env["account.account"].create(
            {
                "code": "445899",
                "name": "Transition",
                "account_type": "liability_current",
                "reconcile": True,
            }
        )
        self.company.tax_exigibility = True
        on_payment = self._make_tax(
            20,
            tax_exigibility="on_payment",
            cash_basis_transition_account_id=transition.id,
        )
        self._taxed(date(2026, 9, 2), (200, on_payment))
        self._open_by_hand(self.case)
        recovery = self._recover()
        self.assertEqual(recovery.amount_tax, 250)
        self.assertIn("VAT on payment", recovery.warning)

    def test_credit_that_is_not_matched_is_pointed_out(self):
        self._credit_note(100, 30, self.partner)
        self._open_by_hand(self.case)
        self.assertIn("not matched", self._recover().warning)

    def test_dividend_without_payment_is_pointed_out(self):
        self._open_by_hand(self.case)
        dividend = self.env["collection.dividend"].create(
            {
                "proceeding_id": self._declare(self.case).id,
                "date_expected": date(2026, 11, 20),
                "date_received": date(2026, 11, 20),
                "amount_received": 35,
            }
        )
        recovery = self._recover()
        self.assertIn("35.00", recovery.warning)
        dividend.payment_line_id = self._receivables(
            self._pay_on("2026-11-20", self.invoice, 35).move_id
        )
        recovery.invalidate_recordset(["warning"])
        self.assertNotIn("35.00", recovery.warning)

    # === PAPERS === #

    def test_statement_names_what_the_text_asks_for(self):
        self._open_by_hand(self.case)
        recovery = self._recover()
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, recovery.ids
        )
        pages = " ".join(html.decode().replace("\xa0", " ").split())
        for words in (
            self.invoice.name,
            "09/01/2026",
            "cannot be deducted",
            "272",
            "552100554",
            "SELARL Delorme",
        ):
            self.assertIn(words, pages)
        self.assertRegex(pages, r"1,?500\.00")
        self.assertIn("250.00", pages)

    def test_file_follows_the_chosen_form(self):
        self._open_by_hand(self.case)
        recovery = self._recover(form="statement")
        self.assertEqual(self._with_pdfs(recovery), ["STATEMENT"])
        recovery.action_draft()
        recovery.form = "duplicates"
        (duplicate,) = self._with_pdfs(recovery)
        self.assertIn("stayed unpaid", duplicate)

    def test_sent_recovery_is_kept(self):
        self._open_by_hand(self.case)
        recovery = self._recover()
        self._with_pdfs(recovery)
        recovery.action_sent()
        self.assertEqual(recovery.date_sent, self.today)
        with self.assertRaisesRegex(UserError, "cannot become"):
            recovery.action_draft()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            recovery.unlink()

    # === ENTRY === #

    def test_entry_is_a_balanced_draft(self):
        self.company.collection_loss_account_id = self.loss
        self._open_by_hand(self.case)
        recovery = self._recover()
        recovery.action_make_entry()
        entry = recovery.move_id
        self.assertEqual(entry.state, "draft")
        self.assertEqual(sum(entry.line_ids.mapped("balance")), 0)
        by_account = {}
        for line in entry.line_ids:
            by_account.setdefault(line.account_id, 0)
            by_account[line.account_id] += line.balance
        receivable = self._receivables(self.invoice).account_id
        vat = self.invoice.line_ids.filtered("tax_line_id").account_id
        self.assertEqual(by_account[self.loss], 1500)
        self.assertEqual(sum(by_account[account] for account in vat), 250)
        self.assertEqual(by_account[receivable], -1750)
        with self.assertRaisesRegex(UserError, "entry already"):
            recovery.action_make_entry()

    def test_entry_credits_the_doubtful_account(self):
        receivable = self._receivables(self.invoice).account_id
        doubtful = receivable.copy({"code": "416999", "name": "Doubtful"})
        self.company.write(
            {
                "collection_loss_account_id": self.loss.id,
                "collection_doubtful_account_id": doubtful.id,
            }
        )
        self._open_by_hand(self.case)
        recovery = self._recover()
        recovery.action_make_entry()
        credited = recovery.move_id.line_ids.filtered("credit").account_id
        self.assertEqual(credited, doubtful)

    def test_entry_without_account_says_where_to_choose_it(self):
        self._open_by_hand(self.case)
        recovery = self._recover()
        with self.assertRaisesRegex(UserError, "settings of debt collection"):
            recovery.action_make_entry()
