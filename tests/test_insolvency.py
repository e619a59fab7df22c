from datetime import date, timedelta
from io import BytesIO
from unittest.mock import patch

from pypdf import PdfReader, PdfWriter

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .test_watch import LIQUIDATED, NOW, WatchCommon

JUDGMENT = date(2026, 11, 9)


def blank_page():
    """Return a PDF of one empty page."""
    content = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(content)
    return content.getvalue()


@freeze_time(NOW)
class InsolvencyCommon(WatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The papers are tested in the language of their source.
        cls.classPatch(
            type(cls.company), "_get_collection_legal_lang", lambda company: "en_US"
        )
        cls.officer = cls.env["res.partner"].create(
            {
                "name": "SELARL Delorme",
                "is_company": True,
                "street": "4 place Bellecour",
                "zip": "69002",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
            }
        )

    def _dated(self, day, amount, partner=None, **values):
        """Return an invoice of ``day``, due at once."""
        late = (self.today - day).days
        return self._invoice(amount, late, partner, **values)

    def _open_by_hand(self, case, code="opening_liquidation", day=JUDGMENT, **values):
        """Enter an opening judgment through the window, published the day after."""
        wizard = Form(
            self.env["collection.opening.judgment"].with_context(
                default_case_id=case.id
            )
        )
        wizard.code = code
        wizard.date = day
        wizard.court = "Tribunal de commerce de Lyon"
        wizard.date_published = day + timedelta(days=1)
        wizard.officer_id = self.officer
        for name, value in values.items():
            setattr(wizard, name, value)
        wizard.save().action_save()
        return case.event_ids.filtered(lambda event: event.source == "manual").sorted(
            "id"
        )[-1:]

    def _declare(self, case):
        """Return the declaration of a case, ready for its file to be made."""
        action = case.action_declare_claim()
        declaration = self.env["collection.proceeding"].browse(action["res_id"])
        declaration.write(
            {"representative_name": "Jeanne Martin", "signatory_name": "Jeanne Martin"}
        )
        return declaration

    def _pay_on(self, day, invoices, amount=None):
        with freeze_time(f"{day} 10:00:00"):
            return self._pay(invoices, amount)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestJudgmentByHand(InsolvencyCommon):
    def setUp(self):
        super().setUp()
        self.case = self._case_of("552100554", late=30, amount=500)

    def test_law_opening_judgment_known(self):
        """On the day it is entered everything stops, and the claim is frozen."""
        plan = self.case._propose_plan(count=2, origin="phone")
        plan._update_state("sent")
        plan.write({"agreed_by": "phone", "signed_by": "D"})
        plan._start()
        run = self.run_on(0, execute=False)
        event = self._open_by_hand(self.case, code="opening_receivership")
        # Reminders
        self.assertEqual(self.case.proceeding, "receivership")
        self.assertEqual(self.case.active_hold_ids.mapped("reason"), ["insolvency"])
        self.assertFalse(self._actions(run, self.case.partner_id))
        self.assertAsksNothing(self.run_on(1), "hold_insolvency", self.case.partner_id)
        # Claims of the plan
        self.assertEqual(plan.state, "cancelled")
        # The sum: frozen on the evening before
        self.assertEqual(event.amount_at_judgment, 500)
        # Deadlines: two and three months from the publication of 10 November
        dates = {
            deadline.rule_id.code: deadline.date for deadline in event.deadline_ids
        }
        self.assertEqual(dates["claim_declaration"], date(2027, 1, 10))
        self.assertEqual(dates["goods_claim"], date(2027, 2, 10))
        # The task, and seizures
        task = event.activity_id
        self.assertEqual(task.date_deadline, date(2027, 1, 10))
        self.assertIn("any seizure under way", task.note)

    def test_promise_ends_with_the_judgment(self):
        debts = self.case._get_promised_debts(0)
        self.case._promise(500, self.today + timedelta(days=5), debts)
        self._open_by_hand(self.case)
        promise = self.env["collection.promise"].search(
            [("case_id", "=", self.case.id)]
        )
        self.assertEqual(promise.state, "cancelled")
        self.assertEqual(promise.cancel_reason, "insolvency")

    def test_request_to_court_is_closed_with_a_task(self):
        proceedings = self.env["collection.proceeding"]
        waiting = proceedings.create({"case_id": self.case.id, "kind": "payment_order"})
        filed = proceedings.create({"case_id": self.case.id, "kind": "payment_order"})
        filed.write({"state": "filed", "date_filed": date(2026, 10, 1)})
        self._open_by_hand(self.case)
        self.assertEqual(waiting.state, "cancelled")
        self.assertEqual(filed.state, "closed")
        tasks = self.case.activity_ids.filtered(
            lambda task: "Tell the court" in (task.summary or "")
        )
        self.assertEqual(len(tasks), 1)
        self.assertIn("L622-21", tasks.note)

    def test_judgment_not_published_counts_from_the_judgment(self):
        event = self._open_by_hand(self.case, is_published=False)
        declare = event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "claim_declaration"
        )
        self.assertEqual(declare.date, date(2027, 1, 9))
        self.assertIn("Not published yet", event.activity_id.note)

    def test_announcement_takes_over_and_corrects_the_publication(self):
        case = self._case_of(LIQUIDATED)
        manual = self._open_by_hand(case, is_published=False)
        declaration = self._declare(case)
        # Published on 17 November, eight days after the judgment.
        event = self._record("records_lj_ouverture")
        self.assertEqual(manual.state, "cancelled")
        self.assertEqual(event.officer_id, self.officer)
        declare = event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "claim_declaration"
        )
        self.assertEqual(len(declare), 1)
        self.assertEqual(declare.date, date(2027, 1, 17))
        self.assertEqual(case.opening_event_id, event)
        self.assertEqual(len(case.active_hold_ids), 1)
        self.assertEqual(declaration.event_id, event)
        self.assertEqual(declaration.declare_by, date(2027, 1, 17))

    def test_debtor_without_siren_is_stopped_too(self):
        partner = self._make_debtor("Artisan inconnu")
        self._invoice(300, 20, partner)
        case = self._case(partner)
        event = self._open_by_hand(case)
        self.assertFalse(event.siren)
        self.assertEqual(case.active_hold_ids.mapped("reason"), ["insolvency"])
        self.assertTrue(event.deadline_ids)
        # The SIREN is found later: the judgment stays his.
        self._give_siren(case, "552100554")
        case.sudo()._drop_foreign_events()
        self.assertEqual(event.siren, "552100554")
        self.assertEqual(event.state, "new")

    def test_conversion_into_liquidation_opens_no_second_declaration(self):
        self._open_by_hand(self.case, code="opening_receivership")
        with freeze_time("2026-11-23 10:00:00"):
            event = self._open_by_hand(
                self.case, code="conversion_liquidation", day=date(2026, 11, 20)
            )
        self.assertEqual(self.case.proceeding, "liquidation")
        codes = self.case.deadline_ids.rule_id.mapped("code")
        self.assertEqual(codes.count("claim_declaration"), 1)
        self.assertEqual(self.case.judgment_date, JUDGMENT)
        self.assertNotIn("claim_declaration", event.deadline_ids.rule_id.mapped("code"))

    def test_the_same_judgment_is_entered_once(self):
        self._open_by_hand(self.case)
        with self.assertRaisesRegex(UserError, "known already"):
            self._open_by_hand(self.case)

    def test_judgment_to_come_is_refused(self):
        with self.assertRaisesRegex(UserError, "a day to come"):
            self._open_by_hand(self.case, day=date(2026, 11, 30))

    def test_publication_before_the_judgment_is_refused(self):
        with self.assertRaisesRegex(UserError, "cannot have been published"):
            self._open_by_hand(self.case, date_published=date(2026, 11, 1))

    def test_collector_may_enter_a_judgment(self):
        collector = new_test_user(
            self.env,
            "insolvency_collector",
            groups="l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        wizard = (
            self.env["collection.opening.judgment"]
            .with_user(collector)
            .create(
                {
                    "case_id": self.case.id,
                    "date": JUDGMENT,
                    "court": "Tribunal de commerce de Lyon",
                    "date_published": date(2026, 11, 10),
                }
            )
        )
        wizard.action_save()
        self.assertEqual(self.case.proceeding, "liquidation")


class DeclarationCommon(InsolvencyCommon):
    def setUp(self):
        super().setUp()
        self.partner = self._make_debtor("Bois Durand", company_registry="552100554")
        self.due = self._dated(date(2026, 9, 1), 1000, self.partner)
        # Of 1 October, due 60 days later: on 30 November, after the judgment.
        self.later = self._invoice(
            400,
            (self.today - date(2026, 11, 30)).days,
            self.partner,
            days=(60,),
        )
        self.case = self._case(self.partner)
        self._give_siren(self.case, "552100554")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDeclaration(DeclarationCommon):
    def test_sum_is_that_of_the_judgment_day(self):
        # Paid before the judgment: 1000 - 250 = 750 stay due.
        self._pay_on("2026-11-05", self.due, 250)
        # Paid after it, and invoiced after it: neither changes what is declared.
        self._pay_on("2026-11-12", self.due, 100)
        self._dated(date(2026, 11, 15), 70, self.partner)
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        items = declaration.declaration_line_ids
        self.assertEqual(
            {item.document: item.amount_booked for item in items},
            {self.due.name: 750, self.later.name: 400},
        )
        # The payment has settled interest first (Code civil, 1343-1): 65 days up to
        # 5 November at 12.40 %, 1000 * 0.1240 * 65 / 365 = 22.08; 227.92 are left for
        # the principal: 1000 - 227.92 = 772.08.
        self.assertEqual(items.filtered("is_due").amount, 772.08)
        self.assertFalse(declaration.declaration_note)
        self.assertEqual(self.case.amount_before_judgment, 1050)
        self.assertEqual(self.case.amount_after_judgment, 70)

    def test_sums_due_and_sums_to_fall_due_are_apart(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        due, later = declaration.declaration_line_ids.sorted("date_due")
        self.assertTrue(due.is_due)
        self.assertFalse(later.is_due)
        self.assertEqual(later.date_due, date(2026, 11, 30))
        self.assertEqual(declaration.amount_to_fall_due, 400)

    def test_credit_note_before_the_judgment_reduces_the_claim(self):
        self._credit_note(150, (self.today - date(2026, 10, 1)).days, self.partner)
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        self.assertEqual(
            sum(declaration.declaration_line_ids.mapped("amount")), 1000 + 400 - 150
        )
        self.assertIn("not matched with invoices", declaration.declaration_note)

    def test_foreign_item_is_converted_on_the_judgment_day(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        dollar.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": dollar.id, "name": day, "rate": rate}
                for day, rate in (("2026-08-01", 1.25), ("2026-11-09", 1.6))
            ]
        )
        self._dated(date(2026, 9, 15), 800, self.partner, currency_id=dollar.id)
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        foreign = declaration.declaration_line_ids.filtered("foreign_currency_id")
        self.assertEqual(foreign.foreign_amount, 800)
        # Booked at 1.25: 640; declared at 1.6, the rate of the judgment: 500.
        self.assertEqual(foreign.amount_booked, 640)
        self.assertEqual(foreign.amount, 500)

    def test_declaration_lacks_are_said_in_one_go(self):
        self._open_by_hand(self.case, officer_id=self.env["res.partner"])
        declaration = self._declare(self.case)
        declaration.write({"signatory_name": False, "security": "pledge"})
        with self.assertRaises(UserError) as caught:
            declaration.action_make_declaration()
        for words in ("representative or liquidator", "who signs", "rank"):
            self.assertIn(words, str(caught.exception))

    def test_no_declaration_without_a_judgment(self):
        with self.assertRaisesRegex(UserError, "No opening judgment"):
            self.case.action_declare_claim()

    def test_second_click_opens_the_same_declaration(self):
        self._open_by_hand(self.case)
        first = self._declare(self.case)
        self.assertEqual(self._declare(self.case), first)

    def test_posted_in_time_meets_the_deadlines(self):
        event = self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        declaration._update_state("ready")
        declaration.date_filed = date(2026, 11, 20)
        declaration.action_file()
        self.assertEqual(declaration.state, "filed")
        states = {
            deadline.rule_id.code: deadline.state for deadline in event.deadline_ids
        }
        self.assertEqual(states["claim_declaration"], "done")
        self.assertEqual(states["foreclosure_relief"], "cancelled")
        self.assertEqual(states["goods_claim"], "open")

    def test_posted_late_keeps_the_deadline_of_relief(self):
        self._dated(date(2026, 5, 4), 300, self.partner)
        event = self._open_by_hand(self.case, day=date(2026, 7, 1))
        # Published on 2 July: to be posted by 2 September.
        declaration = self._declare(self.case)
        declaration._update_state("ready")
        declaration.action_file()
        self.assertEqual(declaration.state, "late")
        relief = event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "foreclosure_relief"
        )
        self.assertEqual((relief.state, relief.date), ("open", date(2027, 1, 2)))

    def test_posted_declaration_is_not_frozen_again(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        declaration._update_state("ready")
        declaration.action_file()
        with self.assertRaisesRegex(UserError, "has been posted"):
            declaration.action_freeze_again()

    def test_file_to_post_says_what_the_law_asks_for(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        declaration.write(
            {
                "security": "retention_of_title",
                "security_note": "Article 7 of our terms of sale",
                "signatory_kind": "employee",
            }
        )
        declaration.signatory_name = "Paul Roux"
        pages = self._html_of(declaration, "collection_claim_declaration_report")
        for words in (
            "SELARL Delorme",
            "Tribunal de commerce de Lyon",
            "sincere and true",
            "Retention of title",
            "Article 7 of our terms of sale",
            self.due.name,
            "Paul Roux",
        ):
            self.assertIn(words, pages)
        power = self._html_of(declaration, "collection_power_of_attorney_report")
        self.assertIn("Jeanne Martin", power)
        self.assertIn("Paul Roux", power)

    def _html_of(self, record, report):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            f"l10n_fr_debt_collection.{report}", record.ids
        )
        return " ".join(html.decode().split())


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAfterJudgment(InsolvencyCommon):
    def setUp(self):
        super().setUp()
        self.partner = self._make_debtor("Bois Durand", company_registry="552100554")
        self.invoice = self._dated(date(2026, 9, 1), 1000, self.partner)
        self.case = self._case(self.partner)
        self._give_siren(self.case, "552100554")
        self.flags = self.env["collection.voidable.payment"]

    def test_law_payment_after_judgment(self):
        """A payment after the judgment on an old debt is listed, with one task."""
        self._pay_on("2026-11-05", self.invoice, 100)
        self._open_by_hand(self.case)
        self.assertFalse(self.case.voidable_payment_ids)
        self._pay_on("2026-11-12", self.invoice, 300)
        new = self._dated(date(2026, 11, 15), 50, self.partner)
        self._pay_on("2026-11-20", new)
        self.flags._cron_flag()
        flag = self.case.voidable_payment_ids
        self.assertEqual(flag.mapped("amount"), [300])
        self.assertEqual(flag.date, date(2026, 11, 12))
        self.assertEqual(flag.date_voidable_until, date(2029, 11, 12))
        self.assertEqual(self.case.voidable_count, 1)
        self.flags._cron_flag()
        self.assertEqual(len(self._tasks()), 1)
        self.assertIn("L622-7", self._tasks().note)
        flag.action_keep()
        self.flags._cron_flag()
        self.assertEqual(flag.state, "kept")
        self.assertEqual(self.case.voidable_payment_ids, flag)

    def test_credit_note_after_the_judgment_is_no_payment(self):
        self._open_by_hand(self.case)
        credit = self._credit_note(200, 1, self.partner)
        (self._receivables(credit) + self._receivables(self.invoice)).reconcile()
        self.flags._cron_flag()
        self.assertFalse(self.case.voidable_payment_ids)

    def test_payment_matched_before_the_judgment_was_known_is_flagged_at_once(self):
        self._pay_on("2026-11-12", self.invoice, 300)
        self._open_by_hand(self.case)
        self.assertEqual(self.case.voidable_count, 1)

    def test_dividend_is_no_voidable_payment(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        payment = self._pay_on("2026-11-20", self.invoice, 200)
        self.flags._cron_flag()
        self.assertEqual(self.case.voidable_count, 1)
        line = self._receivables(payment.move_id)
        self.env["collection.dividend"].create(
            {
                "proceeding_id": declaration.id,
                "date_expected": date(2026, 11, 20),
                "date_received": date(2026, 11, 20),
                "amount_received": 200,
                "payment_line_id": line.id,
            }
        )
        self.assertFalse(self.case.voidable_payment_ids)
        self.flags._cron_flag()
        self.assertFalse(self.case.voidable_payment_ids)
        self.assertEqual(declaration.amount_dividend, 200)

    def test_queries_do_not_grow_with_the_debtors(self):
        cases = self.case
        for number in range(6):
            partner = self._make_debtor(f"Débiteur {number}")
            invoice = self._dated(date(2026, 9, 1), 100, partner)
            case = self._case(partner)
            self._open_by_hand(case)
            self._pay_on("2026-11-20", invoice, 10)
            cases |= case
        self.env.flush_all()
        # The accounts of receivables, and the payments.
        with self.assertQueryCount(2):
            rows = self.flags._find_new()
        self.assertEqual(len(rows), 6)

    def test_late_dividend_is_found(self):
        self._open_by_hand(self.case)
        declaration = self._declare(self.case)
        late, coming = self.env["collection.dividend"].create(
            [
                {
                    "proceeding_id": declaration.id,
                    "date_expected": day,
                    "amount_expected": 100,
                }
                for day in (date(2026, 11, 1), date(2027, 11, 1))
            ]
        )
        found = self.env["collection.dividend"].search([("is_late", "=", True)])
        self.assertIn(late, found)
        self.assertNotIn(coming, found)

    def _tasks(self):
        return self.case.activity_ids.filtered(
            lambda task: "Paid after the opening judgment" in (task.summary or "")
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestStory(InsolvencyCommon):
    def test_from_the_judgment_to_the_vat(self):
        """A liquidation from the letter of the liquidator to the VAT recovered."""
        tax = self.company_data["default_tax_sale"].copy(
            {"name": "20 %", "amount": 20, "price_include_override": "tax_excluded"}
        )
        partner = self._make_debtor("Bois Durand", company_registry="552100554")
        invoice = self._dated(
            date(2026, 9, 1),
            1000,
            partner,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Lampes",
                        "price_unit": 1000,
                        "tax_ids": [Command.set(tax.ids)],
                    }
                )
            ],
        )
        case = self._case(partner)
        self._give_siren(case, "552100554")
        # Judgment and declaration
        self._open_by_hand(case)
        declaration = self._declare(case)
        self._keep_pdf(invoice)
        with self._quick_pdfs():
            declaration.action_make_declaration()
        self.assertEqual(declaration.state, "ready")
        kinds = set(declaration.exhibit_ids.mapped("kind"))
        self.assertLessEqual({"invoice", "statement"}, kinds)
        # Declaration, list of the exhibits, exhibits.
        pages = PdfReader(BytesIO(declaration.file_id.raw)).pages
        self.assertGreaterEqual(len(pages), 2 + len(declaration.exhibit_ids))
        declaration.action_file()
        # Admission
        with self.assertRaisesRegex(UserError, "for how much"):
            declaration.action_admitted()
        declaration.amount_admitted_unsecured = 1200
        declaration.action_admitted()
        self.assertEqual(declaration.state, "admitted")
        # Dividend: 10 %
        payment = self._pay_on("2026-11-22", invoice, 120)
        with Form(self.env["collection.dividend"]) as dividend:
            dividend.proceeding_id = declaration
            dividend.source = "liquidation"
            dividend.date_expected = date(2026, 11, 22)
            dividend.payment_line_id = self._receivables(payment.move_id)
        self.assertEqual(declaration.amount_dividend, 120)
        # Certificate
        declaration.date_certificate = date(2026, 11, 23)
        self.assertEqual(case.vat_recovery_ground, "certificate")
        # VAT: 1200 - 120 = 1080 unpaid, of which 1080 / 6 = 180 of VAT
        action = declaration.action_recover_vat()
        wizard = Form(
            self.env["collection.vat.recovery.make"].with_context(**action["context"])
        )
        self.assertEqual(wizard.date, date(2026, 11, 23))
        recovery = self.env["collection.vat.recovery"].browse(
            wizard.save().action_make()["res_id"]
        )
        self.assertEqual(recovery.proceeding_id, declaration)
        self.assertEqual(recovery.recipient_id, self.officer)
        self.assertEqual(recovery.amount_untaxed, 900)
        self.assertEqual(recovery.amount_tax, 180)
        self.assertEqual(recovery.date_limit, date(2028, 12, 31))

    def _keep_pdf(self, invoice):
        """Have ``invoice`` as it was sent: one page."""
        self.env["ir.attachment"].create(
            {
                "name": f"{invoice.name}.pdf",
                "raw": blank_page(),
                "mimetype": "application/pdf",
                "res_model": invoice._name,
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset(["invoice_pdf_report_id"])

    def _quick_pdfs(self):
        """Have PDFs made without the converter: their words are tested as HTML."""
        return patch.object(
            type(self.env["collection.pdf"]),
            "_render",
            lambda pdf, report, records: dict.fromkeys(records.ids, blank_page()),
        )
