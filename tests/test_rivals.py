import time

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

RUN_LOGGER = "odoo.addons.l10n_fr_debt_collection.models.collection_run"


class RivalCase(CollectionCommon):
    """What users of other add-ons complain of, one test each."""

    def _step(self, delay):
        return self.scenario.step_ids.filtered(lambda step: step.delay_days == delay)

    def _body(self, run, partner=None):
        return self._actions(run, partner).mail_id.body_html


@tagged("post_install", "-at_install")
class TestComplaints(RivalCase):
    """Section 2 of the requirements, by number."""

    def test_complaint_01_partly_paid_invoice_is_still_claimed(self):
        invoice = self._invoice(1200, late=5)
        self.run_on()
        self._pay(invoice, 200)
        self.assertAsks(self.run_on(10), 1000, step=15)
        self.assertEqual(len(self._case().action_ids), 2, "the history is kept")

    def test_complaint_02_original_and_open_amounts_are_both_shown(self):
        invoice = self._invoice(1200, late=20)
        self._pay(invoice, 200)
        run = self.run_on()
        self.assertRegex(self._body(run), r"1\D?200")
        self.assertRegex(self._body(run), r"1\D?000")

    def test_complaint_03_open_credit_note_reduces_the_claim(self):
        self._invoice(1000, late=20)
        credit_note = self._credit_note(400)
        run = self.run_on()
        self.assertAsks(run, 600)
        self.assertIn(credit_note.name, self._body(run))

    def test_complaint_04_cancelled_credit_note_does_not_count(self):
        self._invoice(1000, late=20)
        credit_note = self._credit_note(400)
        credit_note.button_draft()
        credit_note.button_cancel()
        self.assertAsks(self.run_on(), 1000)

    def test_complaint_05_reminding_one_invoice_does_not_hide_the_others(self):
        self._invoice(1000, late=15)
        self.run_on()
        self._invoice(300, late=2)
        self.assertAsks(self.run_on(1), 1300, step=3)

    def test_complaint_06_disputed_invoice_is_taken_out(self):
        disputed = self._invoice(1000, late=20)
        self._invoice(300, late=20)
        self.env["collection.hold"].create(
            {
                "case_id": self._case().id,
                "reason": "dispute",
                "name": "Wrong model delivered",
                "line_ids": [(6, 0, self._receivables(disputed).ids)],
                "date_to": self._day(15),
            }
        )
        run = self.run_on()
        self.assertAsks(run, 300)
        self.assertNotIn(disputed.name, self._body(run))

    def test_complaint_07_too_recent_invoice_is_not_included(self):
        self.scenario.grace_days = 3
        recent = self._invoice(300, late=3)
        self._invoice(1000, late=20)
        run = self.run_on()
        self.assertAsks(run, 1000)
        self.assertNotIn(recent.name, self._body(run))

    def test_complaint_08_mail_of_the_invoicing_contact_is_used(self):
        self.debtor.email = False
        self._step(15).fallback_channel = "letter"
        contact = self.env["res.partner"].create(
            {
                "parent_id": self.debtor.id,
                "type": "invoice",
                "name": "Factures",
                "email": "factures@example.com",
            }
        )
        self._invoice(1000, late=20)
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual((action.channel, action.recipient_id), ("email", contact))

    def test_complaint_09_blacklisted_address_is_a_failure_not_a_queue(self):
        self.env["mail.blacklist"].sudo()._add(self.debtor.email)
        self._invoice(1000, late=20)
        action = self.assertAsks(self.run_on(), 1000)
        self.assertEqual(action.state, "failed")
        self.assertFalse(action.mail_id)
        self.assertTrue(self._case().is_unreachable)

    def test_complaint_10_state_follows_the_mail(self):
        self._invoice(1000, late=20)
        action = self.assertAsks(self.run_on(), 1000)
        self._fail_mail(action)
        self.assertEqual(action.state, "failed")

    def test_complaint_11_language_is_the_debtor_s_whoever_runs(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("en_US")
        self.template.with_context(lang="fr_FR").body_html = "<p>Cher client</p>"
        self.debtor.lang = "fr_FR"
        english = self._make_debtor("London Lamps", lang="en_US")
        self._invoice(1000, late=20)
        self._invoice(1000, late=20, partner=english)
        self.env.user.lang = "en_US"
        run = self.run_on()
        french_body, english_body = self._body(run), self._body(run, english)
        self.assertIn("Cher client", french_body)
        self.assertNotIn("Dear", french_body)
        self.assertRegex(french_body, r"1\s000,00")
        self.assertIn("Dear London Lamps", english_body)
        self.assertIn("1,000.00", english_body)
        self.assertNotIn("Cher", english_body)

    def test_complaint_11_german_debtor_and_scheduled_run(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.debtor.lang = "de_DE"
        self.company.collection_auto_run = True
        invoice = self._invoice(1000, late=20)
        self._commit()
        with self.enter_registry_test_mode():
            for job in ("ir_cron_daily_follow_up", "ir_cron_execute_runs"):
                self.env.ref(f"l10n_fr_debt_collection.{job}").method_direct_trigger()
        self.env.invalidate_all()
        run = self.env["collection.run"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        body = self._body(run)
        self.assertIn("1.000,00", body)
        self.assertIn(invoice.invoice_date_due.strftime("%d.%m.%Y"), body)

    @mute_logger(RUN_LOGGER)
    def test_complaint_12_one_failing_text_does_not_stop_the_others(self):
        broken = self._make_debtor("Broken SARL")
        self._invoice(500, late=20, partner=broken)
        self._invoice(1000, late=20)
        self.template.body_html = (
            '<p t-if="\'Broken\' in object.partner_id.name" t-out="1 / 0"/><p>Hi</p>'
        )
        run = self.run_on()
        self.assertEqual(self._actions(run).state, "sent")
        self.assertEqual(self._actions(run, broken).state, "failed")

    def test_complaint_13_attachments_are_those_of_this_debtor(self):
        self._step(15).write({"attach_invoices": True, "attach_statement": True})
        debtors = [self._make_debtor(f"Debtor{number} SA") for number in range(3)]
        invoices = {
            debtor: self._invoice(100, late=20, partner=debtor) for debtor in debtors
        }
        run = self.run_on()
        for debtor, invoice in invoices.items():
            names = self._actions(run, debtor).mail_id.attachment_ids.mapped("name")
            own = invoice.name.replace("/", "_")
            self.assertEqual(len(names), 2)
            self.assertTrue(any(own in name for name in names))
            self.assertTrue(any(debtor.name in name for name in names))

    def test_complaint_14_no_mail_without_a_recipient(self):
        self.debtor.email = False
        self._invoice(1000, late=20)
        run = self.run_on()
        self.assertFalse(
            self.env["mail.mail"].search(
                [("model", "=", "collection.case"), ("res_id", "=", self._case().id)]
            )
        )
        self.assertIn("unreachable", self._reasons(run))

    def test_complaint_15_two_companies_run_the_same_day(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        other.write(
            {"collection_scenario_id": self.scenario.copy({"company_id": other.id}).id}
        )
        other.email = "b@example.com"
        self._invoice(1000, late=20)
        self._invoice_of(other, 77)
        self._commit()
        self.env.user.company_ids |= other
        runs = (
            self.env["collection.run"]
            .with_context(allowed_company_ids=[self.company.id, other.id])
            .create([{"company_id": self.company.id}, {"company_id": other.id}])
        )
        runs.action_execute()
        self.assertEqual(runs.mapped("action_ids.amount"), [1000, 77])
        for run in runs:
            self.assertEqual(run.action_ids.line_ids.company_id, run.company_id)

    def test_complaint_16_scheduled_run_is_idempotent(self):
        self.company.collection_auto_run = True
        self._invoice(1000, late=20)
        self._commit()
        daily, worker = (
            self.env.ref(f"l10n_fr_debt_collection.{name}")
            for name in ("ir_cron_daily_follow_up", "ir_cron_execute_runs")
        )
        for _twice in range(2):
            with self.enter_registry_test_mode():
                daily.method_direct_trigger()
                worker.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self._case().action_ids.filtered("mail_id")), 1)

    def test_complaint_18_one_message_per_debtor_and_day(self):
        self._invoice(1000, late=40)
        self._invoice(500, late=20)
        self._invoice(200, late=5)
        self.assertAsks(self.run_on(), 1700)

    def test_complaint_20_invoice_pdf_is_made_when_there_is_none(self):
        self._step(15).attach_invoices = True
        invoice = self._invoice(1000, late=20)
        self.assertFalse(invoice.invoice_pdf_report_id)
        self.assertTrue(self._actions(self.run_on()).attachment_ids)

    def test_complaint_20_electronic_invoice_keeps_its_data(self):
        self._step(15).attach_invoices = True
        self.company.write({"vat": "FR44732829320", "phone": "+33 1 99 00 00 01"})
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        self.debtor.invoice_edi_format = "facturx"
        invoice = self._invoice(1000, late=20, post=False, partner_bank_id=bank.id)
        invoice.invoice_line_ids.tax_ids = self.company_data["default_tax_sale"]
        invoice.action_post()
        self.env["account.move.send"].with_context(
            force_report_rendering=True
        )._generate_and_send_invoices(invoice, sending_methods=[])
        attached = self._actions(self.run_on()).attachment_ids
        self.assertEqual(
            {file.name: file.raw for file in attached},
            {
                file.name: file.raw
                for file in invoice.invoice_pdf_report_id | invoice.ubl_cii_xml_id
            },
            "the very files the customer had, data included",
        )

    def test_complaint_22_item_is_taken_out_of_one_message(self):
        kept, left_out = self._invoice(1000, late=20), self._invoice(300, late=18)
        self._commit()
        wizard = self.env["collection.follow.up"].browse(
            self._case().action_follow_up()["res_id"]
        )
        action = wizard.action_ids
        self.assertAlmostEqual(action.amount, 1300)
        item = action.item_ids.filtered(lambda item: item.move_id == left_out)
        item.action_leave_out()
        self.assertAlmostEqual(action.amount, 1000)
        self.assertAlmostEqual(wizard.amount, 1000)
        with self.assertRaisesRegex(UserError, "skip the whole message"):
            action.item_ids.action_leave_out()
        wizard.action_send()
        self.assertEqual(action.state, "sent")
        self.assertEqual(action.item_ids.move_id, kept)
        self.assertNotIn(left_out.name, action.mail_id.body_html)
        self._commit()
        self.assertAsks(self.run_on(1), 1300, step=15)

    def test_complaint_23_logged_text_is_the_sent_text(self):
        self._invoice(1000, late=20)
        action = self.assertAsks(self.run_on(), 1000)
        logged = self._case().message_ids.filtered(
            lambda message: message == action.mail_id.mail_message_id
        )
        self.assertIn("please pay", logged.body)
        self.assertIn("please pay", action.body)
        self.assertIn("please pay", action.mail_id.body_html)

    def test_complaint_24_first_overdue_instalment_is_claimed(self):
        self._invoice(1000, late=20, days=(30, 90))
        self.assertAsks(self.run_on(), 500)

    def test_complaint_25_no_follow_up_flag_is_honoured(self):
        self._invoice(1000, late=20).no_followup = True
        self.assertAsksNothing(self.run_on(), "no_followup")

    def test_complaint_26_nothing_is_sent_about_zero(self):
        self._invoice(1000, late=20)
        self._payment_on_account(1000)
        self.assertAsksNothing(self.run_on(), "covered_by_credits")

    def test_complaint_27_invoice_of_a_contact_shows_under_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Achats", "parent_id": self.debtor.id}
        )
        self._invoice(1000, late=20, partner=contact)
        self.assertEqual(self._case().amount_overdue, 1000)
        self.assertFalse(
            self.env["collection.case"].search([("partner_id", "=", contact.id)])
        )

    def test_complaint_28_partial_payment_is_printed(self):
        invoice = self._invoice(1200, late=20)
        self._pay(invoice, 450)
        run = self.run_on()
        self.assertIn("750", self._body(run))

    def test_complaint_29_figures_do_not_depend_on_the_active_company(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        self.env.user.company_ids |= other
        self._invoice(1000, late=20)
        case = self._case()
        both = case.with_context(allowed_company_ids=[other.id, self.company.id])
        self.assertEqual(both.amount_due, case.amount_due)
        self.assertEqual(len(both.line_ids), 1)
        run = (
            self.env["collection.run"]
            .with_context(allowed_company_ids=[other.id, self.company.id])
            .create({"company_id": self.company.id, "date": self.today})
        )
        run.action_execute()
        self.assertAsks(run, 1000)

    def test_complaint_31_a_second_run_sends_nothing_again(self):
        self._invoice(1000, late=20)
        self.run_on()
        self.assertFalse(self._actions(self.run_on()))

    @mute_logger(RUN_LOGGER, "odoo.sql_db")
    def test_complaint_32_sql_error_of_one_debtor_is_isolated(self):
        broken = self._make_debtor("Broken SARL")
        self._invoice(500, late=20, partner=broken)
        self._invoice(1000, late=20)
        run = self.run_on(execute=False)
        model = type(self.env["collection.action"])
        write_items = model._write_items

        def break_sql(actions, decisions):
            if broken in actions.partner_id:
                actions.env.cr.execute("SELECT 1 / 0")
            return write_items(actions, decisions)

        self.patch(model, "_write_items", break_sql)
        run.action_execute()
        self.assertEqual(self._actions(run).state, "sent")
        self.assertEqual(self._actions(run, broken).state, "failed")

    def test_complaint_33_late_in_the_evening_the_day_is_the_company_s(self):
        self.company.partner_id.tz = "Europe/Paris"
        with self.freeze("2026-03-10 23:30:00"):
            self.assertEqual(str(self.company._get_collection_today()), "2026-03-11")

    def test_complaint_34_contact_form_needs_no_heavy_figure(self):
        self._invoice(1000, late=20)
        self._commit()
        self.env.invalidate_all()
        begin = time.monotonic()
        self.debtor.read(["collection_balance", "collection_risk_score"])
        self.assertLess(time.monotonic() - begin, 0.2)

    def test_complaint_37_amounts_are_compared_in_company_currency(self):
        dollar = self.setup_other_currency("USD", rates=[("2016-01-01", 2.0)])
        self._step(15).minimum_amount = 600
        self._invoice(1000, late=20, currency_id=dollar.id)
        self.assertAsks(self.run_on(), 500, step=3)

    def test_complaint_39_days_late_can_be_searched(self):
        old, recent = self._invoice(1000, late=40), self._invoice(100, late=4)
        found = self.env["account.move.line"].search(
            [
                ("collection_days_late", ">=", 30),
                ("account_type", "=", "asset_receivable"),
                ("move_id", "in", (old + recent).ids),
            ]
        )
        self.assertEqual(found.move_id, old)
        self.assertEqual(found.collection_days_late, 40)

    def test_complaint_39_days_late_can_be_sorted_by(self):
        invoices = [self._invoice(100, late=late) for late in (4, 40, 12)]
        lines = self.env["account.move.line"]
        self.assertTrue(
            lines.fields_get(["collection_days_late"])["collection_days_late"][
                "sortable"
            ]
        )
        found = lines.search(
            [
                ("account_type", "=", "asset_receivable"),
                ("move_id", "in", [invoice.id for invoice in invoices]),
            ],
            order="collection_days_late DESC",
        )
        self.assertEqual(found.mapped("collection_days_late"), [40, 12, 4])

    def test_complaint_41_nothing_is_excluded_for_ever(self):
        self._invoice(1000, late=20)
        self.env["collection.hold"].create(
            {"case_id": self._case().id, "name": "Talks", "date_to": self._day(8)}
        )
        self.assertAsksNothing(self.run_on(8), "hold_manual")
        self.assertAsks(self.run_on(9), 1000)

    def test_complaint_41_debts_older_than_the_activation_are_taken(self):
        self.company.collection_scenario_id = False
        self._invoice(1000, late=200)
        self.assertAsksNothing(self.run_on(), "no_scenario")
        self.company.collection_scenario_id = self.scenario
        self.assertAsks(self.run_on(), 1000, step=30)

    def _invoice_of(self, company, amount):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": self.debtor.id,
                "invoice_date": self._day(-20),
                "invoice_date_due": self._day(-20),
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        return move


@tagged("post_install", "-at_install")
class TestTraps(RivalCase):
    """The wrong results of rivals, by the number of the benchmark."""

    def test_trap_01_open_credit_note_covers_the_invoice(self):
        self._invoice(1000, late=60)
        self._credit_note(1000, age=20)
        self.assertAsksNothing(self.run_on(), "covered_by_credits")

    def test_trap_02_payment_on_account_covers_the_invoice(self):
        self._invoice(1000, late=60)
        self._payment_on_account(1000)
        self.assertAsksNothing(self.run_on(), "covered_by_credits")

    def test_trap_03_payment_without_journal_entry(self):
        invoice = self._invoice(1000, late=60)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.debtor.id,
                "amount": 1000,
                "journal_id": self.company_data["default_journal_bank"].id,
                "invoice_ids": [(6, 0, invoice.ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.env.flush_all()
        invoice.invalidate_recordset()
        self.assertEqual(invoice.amount_residual, 1000)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertAsksNothing(self.run_on(), f"payment_{invoice.payment_state}")

    def test_trap_04_invoice_blocked_by_the_user(self):
        self._invoice(1000, late=60).action_toggle_block_payment()
        self.assertAsksNothing(self.run_on(), "payment_blocked")

    def test_trap_05_no_follow_up_flag(self):
        self._invoice(1000, late=60).no_followup = True
        self.assertAsksNothing(self.run_on(), "no_followup")

    def test_trap_06_paid_between_the_run_and_the_sending(self):
        invoice = self._invoice(1000, late=20)
        run = self.run_on(execute=False)
        self._pay(invoice)
        run.action_execute()
        self.assertFalse(self._actions(run))
        self.assertTrue(run.action_ids.failure_reason)

    def test_trap_07_part_payment_after_the_run_is_deducted(self):
        invoice = self._invoice(1000, late=20)
        run = self.run_on(execute=False)
        self._pay(invoice, 700)
        run.action_execute()
        self.assertAsks(run, 300)

    def test_trap_08_failed_message_does_not_count(self):
        self._invoice(1000, late=5)
        action = self.assertAsks(self.run_on(), 1000, step=3)
        self._fail_mail(action)
        self.assertAsks(self.run_on(1), 1000, step=3)

    def test_trap_09_prepared_and_never_sent_is_not_overtaken(self):
        self._step(3).mode = "validate"
        self._invoice(1000, late=5)
        self.assertAsks(self.run_on(), 1000, step=3)
        self.assertAsksNothing(self.run_on(20), "action_pending")

    def test_trap_10_two_invoices_at_two_levels_make_one_message(self):
        self._invoice(1000, late=40)
        self._invoice(200, late=5)
        self.assertAsks(self.run_on(), 1200)

    def test_trap_11_malformed_address_falls_back(self):
        self.debtor.email = "compta at example.com"
        self._step(15).fallback_channel = "letter"
        self._invoice(1000, late=20)
        self.assertEqual(self.assertAsks(self.run_on(), 1000).channel, "letter")

    def test_trap_12_neither_mail_nor_address_is_reported(self):
        self.debtor.write(
            {"email": False, "street": False, "zip": False, "city": False}
        )
        self._step(15).fallback_channel = "letter"
        self._invoice(1000, late=20)
        run = self.run_on()
        self.assertEqual(self.assertAsks(run, 1000).state, "failed")
        self.assertIn("unreachable", self._reasons(run))

    def test_trap_13_minimum_is_not_converted_the_wrong_way(self):
        dollar = self.setup_other_currency("USD", rates=[("2016-01-01", 1.1)])
        self.scenario.minimum_amount = 100
        self._invoice(95, late=60, currency_id=dollar.id)
        self.assertAsksNothing(self.run_on(), "below_minimum")

    def test_trap_14_opening_entry_without_due_date_is_claimed(self):
        line = self._opening_entry(1000)
        line.no_followup = False
        self.assertFalse(line.date_maturity)
        self.assertAsks(self.run_on(), 1000, step=30)

    def test_trap_15_another_company_may_run_at_an_earlier_date(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        self._invoice(1000, late=60)
        self.run_on()
        user = new_test_user(
            self.env,
            "two_companies",
            groups="base.group_user,l10n_fr_debt_collection.group_collection_admin",
            company_id=other.id,
            company_ids=[(6, 0, (self.company | other).ids)],
        )
        run = (
            self.env["collection.run"]
            .with_user(user)
            .with_context(allowed_company_ids=[other.id, self.company.id])
            .create({"date": self._day(-5), "company_id": other.id})
        )
        run.action_execute()
        self.assertEqual(run.state, "done")

    def test_trap_16_debtor_with_a_credit_only_is_not_late(self):
        self._pay(self._invoice(100, late=400))
        self._credit_note(150, age=10)
        case = self._case()
        case._review()
        self.assertEqual(case.days_overdue, 0)
        self.assertNotIn("overdue", case.risk_note)
        self.assertEqual((case.amount_due, case.amount_overdue), (-150, 0))
