from ast import literal_eval

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from .payment_common import PaymentFactsCommon

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"


@tagged("post_install", "-at_install")
class TestPaymentDates(PaymentFactsCommon):
    """When an instalment was due and when it was paid."""

    def test_unpaid(self):
        invoice = self._invoice(1000, late=20, days=(30,))
        fact = self._facts(invoice)
        self.assertSettled(fact, "open", still=1000)
        self.assertNeverPaid(fact)
        self.assertEqual(fact.amount, 1000)
        self.assertEqual(fact.invoice_date, self._day(-50))
        self.assertEqual(fact.date_due, self._day(-20))
        self.assertEqual(fact.season_month, f"{self._day(-20).month:02}")
        self.assertFalse(fact.date_settled)
        self.assertEqual(fact.name, invoice.name)
        self.assertEqual(fact.line_id, self._receivables(invoice))
        self.assertEqual(fact.case_id, self._case())
        self.assertEqual(fact.partner_id, self.debtor)
        self.assertEqual(fact.company_id, self.company)
        self.assertEqual(fact.currency_id, self.company.currency_id)
        self.assertEqual(fact.payment_term_id, invoice.invoice_payment_term_id)

    def test_paid_late(self):
        invoice = self._invoice(1000, late=20, days=(30,))
        self._settle(invoice, days=-3)
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=1000)
        self.assertEqual(fact.days_late, 17)
        self.assertEqual(fact.days_to_pay, 47)
        self.assertEqual(fact.lateness, "1_30")
        self.assertEqual(fact.date_paid, self._day(-3))
        self.assertEqual(fact.last_payment_date, self._day(-3))
        self.assertEqual(fact.date_settled, self._day(-3))

    def test_paid_early_or_in_time(self):
        early = self._invoice(1000, late=20, days=(30,))
        in_time = self._invoice(1000, late=20, days=(30,))
        self._settle(early, days=-25)
        self._settle(in_time, days=-20)
        self.assertEqual(self._facts(early).lateness, "early")
        self.assertEqual(self._facts(early).days_late, -5)
        self.assertEqual(self._facts(in_time).lateness, "on_time")
        self.assertEqual(self._facts(in_time).days_late, 0)
        self.assertEqual(self._count_delays(self._facts(in_time)), 1)

    def test_classes_of_lateness_end_on_the_right_day(self):
        seen = {}
        for late in (1, 30, 31, 60, 61, 90, 91):
            invoice = self._invoice(100, late=late)
            self._settle(invoice)
            seen[late] = self._facts(invoice).lateness
        self.assertEqual(
            seen,
            {
                1: "1_30",
                30: "1_30",
                31: "31_60",
                60: "31_60",
                61: "61_90",
                90: "61_90",
                91: "over_90",
            },
        )

    def test_lateness_is_counted_to_the_day_of_payment_shown(self):
        invoice = self._invoice(1000, late=31)
        self._settle(invoice, days=-1, amount=500)
        self._settle(invoice, days=0)
        fact = self._facts(invoice)
        self.assertEqual(fact.days_late, 30.5)
        self.assertEqual(fact.date_paid, self._day(0))
        self.assertEqual(fact.lateness, "31_60")

    def test_payments_in_parts_are_weighted_by_their_amounts(self):
        invoice = self._invoice(1000, late=30)
        self._settle(invoice, days=-20, amount=300)
        fact = self._facts(invoice)
        self.assertSettled(fact, "part_paid", paid=300, still=700)
        self.assertEqual(fact.date_paid, self._day(-20))
        self.assertFalse(fact.lateness)
        self.assertFalse(self._count_delays(fact), "not before it is paid in full")
        self._settle(invoice, days=-9)
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=1000)
        self.assertAlmostEqual(fact.days_late, 0.3 * 10 + 0.7 * 21, 6)
        self.assertEqual(fact.date_paid, self._day(-30 + 18), "17.7 days, rounded")
        self.assertEqual(fact.last_payment_date, self._day(-9))
        self.assertEqual(fact.date_settled, self._day(-9))

    def test_instalments_are_facts_of_their_own(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 % at once, the rest within 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": share} | days)
                    for share, days in ((30, {"nb_days": 0}), (70, {"nb_days": 60}))
                ],
            }
        )
        invoice = self._invoice(1000, late=70, invoice_payment_term_id=term.id)
        self._settle(invoice, days=-60, amount=300)
        first, second = self._facts(invoice)
        self.assertSettled(first, "paid", paid=300)
        self.assertEqual((first.date_due, first.days_late), (self._day(-70), 10))
        self.assertSettled(second, "open", still=700)
        self.assertEqual(second.date_due, self._day(-10))
        self._settle(invoice, days=-12)
        first, second = self._facts(invoice)
        self.assertEqual((first.days_late, second.days_late), (10, -2))
        self.assertEqual(second.days_to_pay, 58)

    def test_payment_on_account_counts_on_the_day_of_the_invoice(self):
        payment = self._advance(1000, days=-50)
        invoice = self._invoice(1000, late=-10, days=(30,))
        self._reconcile(payment.move_id, invoice)
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=1000)
        self.assertEqual(fact.date_paid, self._day(-20))
        self.assertEqual((fact.days_late, fact.days_to_pay), (-30, 0))

    def test_opening_entry_is_due_on_its_own_date(self):
        line = self._opening_entry(1000)
        fact = self._facts(line.move_id)
        self.assertSettled(fact, "open", still=1000)
        self.assertEqual(fact.date_due, self._day(-60))
        self.assertEqual(fact.invoice_date, self._day(-60))
        self._reconcile(line.move_id, self._advance(1000, days=-50).move_id)
        fact = self._facts(line.move_id)
        self.assertSettled(fact, "paid", paid=1000)
        self.assertEqual(fact.days_late, 10)

    def test_opening_entry_with_a_due_date(self):
        entry = self._entry(
            -60,
            (self.receivable, 1000, {"date_maturity": self._day(-15)}),
            (self.expense, -1000, {}),
        )
        self._reconcile(entry, self._advance(1000, days=-5).move_id)
        fact = self._facts(entry)
        self.assertEqual(fact.date_due, self._day(-15))
        self.assertEqual((fact.days_late, fact.days_to_pay), (10, 55))


@tagged("post_install", "-at_install")
class TestPaymentAmounts(PaymentFactsCommon):
    """What is a payment, and how much of an instalment it has settled."""

    def test_credit_note_is_no_payment(self):
        invoice = self._invoice(1000, late=20)
        self._reconcile(invoice, self._credit_note(1000, age=5))
        fact = self._facts(invoice)
        self.assertSettled(fact, "credited", credited=1000)
        self.assertNeverPaid(fact)
        self.assertEqual(fact.date_settled, self._day(-5))

    def test_credit_note_and_payment(self):
        invoice = self._invoice(1000, late=20)
        self._settle(invoice, days=-10, amount=600)
        self._reconcile(invoice, self._credit_note(400, age=2))
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=600, credited=400)
        self.assertEqual(fact.days_late, 10, "the credit note came later")
        self.assertEqual(fact.date_settled, self._day(-2))

    def test_credit_note_has_no_fact_of_its_own(self):
        self.assertFalse(self._facts(self._credit_note(100)))

    def test_unused_credit_note_settles_nothing(self):
        invoice = self._invoice(1000, late=20)
        self._credit_note(1000)
        self.assertSettled(self._facts(invoice), "open", still=1000)

    def test_refund_paid_back_has_no_fact(self):
        credit_note = self._credit_note(100)
        payments = self._settle(credit_note)
        self.assertFalse(self._facts(credit_note, payments.move_id))

    def test_write_off_in_the_payment_is_not_cash(self):
        invoice = self._invoice(1000, late=20)
        self._settle(
            invoice,
            days=-5,
            amount=950,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=950, written_off=50)
        self.assertEqual(fact.days_late, 15)

    def test_overpayment_kept_by_the_company(self):
        invoice = self._invoice(1000, late=20)
        self._settle(
            invoice,
            amount=1004,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self.assertSettled(self._facts(invoice), "paid", paid=1000)

    def test_write_off_entry_is_no_payment(self):
        invoice = self._invoice(1000, late=20)
        self._reconcile(invoice, self._write_off(1000, days=-1))
        fact = self._facts(invoice)
        self.assertSettled(fact, "credited", written_off=1000)
        self.assertNeverPaid(fact)
        self.assertEqual(fact.date_settled, self._day(-1))

    def test_rest_written_off_after_a_payment(self):
        invoice = self._invoice(1000, late=20)
        self._settle(invoice, days=-15, amount=990)
        self._reconcile(invoice, self._write_off(10))
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=990, written_off=10)
        self.assertEqual(fact.days_late, 5)

    def test_bank_statement_is_a_payment(self):
        invoice = self._invoice(1000, late=20)
        self._import_receipt(self._receivables(invoice), 1000, self._day(-4))
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=1000)
        self.assertEqual(fact.days_late, 16)

    def test_bank_charges_withheld_are_not_cash(self):
        invoice = self._invoice(1000, late=20)
        bank = self.journals["bank"].default_account_id
        receipt = self._entry(
            0,
            (bank, 985, {}),
            (self.expense, 15, {}),
            (self.receivable, -1000, {}),
            journal="bank",
        )
        self._reconcile(invoice, receipt)
        self.assertSettled(self._facts(invoice), "paid", paid=985, written_off=15)

    def test_cash_in_a_general_journal_is_a_payment(self):
        invoice = self._invoice(1000, late=20)
        bank = self.journals["bank"].default_account_id
        self._reconcile(
            invoice, self._entry(0, (bank, 1000, {}), (self.receivable, -1000, {}))
        )
        self.assertSettled(self._facts(invoice), "paid", paid=1000)

    def test_one_payment_of_several_invoices(self):
        invoices = self._invoice(1000, late=20) | self._invoice(500, late=50)
        self._settle(invoices, amount=1200)
        older, newer = self._facts(*invoices)
        self.assertSettled(older, "paid", paid=500)
        self.assertSettled(newer, "part_paid", paid=700, still=300)

    def test_receipt_to_a_customer(self):
        receipt = self._invoice(100, late=20, move_type="out_receipt")
        self._settle(receipt)
        self.assertSettled(self._facts(receipt), "paid", paid=100)

    # === CURRENCIES === #

    def _dollars(self, amount, **values):
        """Return an invoice, 60 days old, at 1.25 dollars a euro."""
        return self._invoice(amount, late=60, currency_id=self.usd.id, **values)

    def test_exchange_difference_settles_nothing(self):
        invoice = self._dollars(1250)
        self.assertSettled(self._facts(invoice), "open", still=1000)
        self._settle(invoice)
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=1000)
        self.assertEqual((fact.amount, fact.currency_id), (1000, self.usd))
        self.assertEqual(fact.days_late, 60)
        exchange = invoice.line_ids.matched_credit_ids.exchange_move_id
        self.assertTrue(exchange, "there was one")
        self.assertFalse(self._facts(*exchange))

    def test_exchange_loss(self):
        self.usd.rate_ids.filtered(lambda rate: rate.rate == 1).rate = 2.5
        invoice = self._dollars(1250)
        self._settle(invoice)
        self.assertSettled(self._facts(invoice), "paid", paid=1000)

    def test_part_payments_at_changing_rates_weigh_by_the_invoice_s_currency(self):
        invoice = self._dollars(1250)
        self._settle(invoice, days=-40, amount=250)
        self.assertSettled(self._facts(invoice), "part_paid", paid=200, still=800)
        self._settle(invoice)
        fact = self._facts(invoice)
        self.assertSettled(fact, "paid", paid=1000)
        self.assertAlmostEqual(fact.days_late, 0.2 * 20 + 0.8 * 60, 6)

    def test_dollar_invoice_paid_in_euros(self):
        invoice = self._dollars(1250)
        self._settle(invoice, amount=625, currency_id=self.company.currency_id.id)
        self.assertSettled(self._facts(invoice), "part_paid", paid=500, still=500)

    def test_euro_invoice_paid_in_dollars(self):
        invoice = self._invoice(1000, late=60)
        self._settle(invoice, days=-40, amount=1250, currency_id=self.usd.id)
        self.assertSettled(self._facts(invoice), "paid", paid=1000)

    def test_exchange_loss_goes_with_the_credit_note_in_dollars(self):
        credit_note = self._credit_note(500, age=40, currency_id=self.usd.id)
        invoice = self._invoice(1000, late=5)
        self._reconcile(invoice, credit_note)
        loss = self._receivables(invoice).matched_credit_ids.exchange_move_id
        self.assertEqual(
            loss.amount_total_signed,
            100,
            "500 dollars were 400 euros, now they are 500",
        )
        self._settle(invoice, amount=100)
        self.assertSettled(
            self._facts(invoice), "part_paid", paid=100, credited=500, still=400
        )

    def test_write_off_in_a_dollar_payment(self):
        invoice = self._dollars(1250)
        self._settle(
            invoice,
            amount=1000,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self.assertSettled(self._facts(invoice), "paid", paid=800, written_off=200)

    # === WHEN THE BOOKS CHANGE === #

    def test_unreconciled_payment_gives_back_an_open_item(self):
        invoice = self._invoice(1000, late=20)
        self._settle(invoice)
        self.assertSettled(self._facts(invoice), "paid", paid=1000)
        self._receivables(invoice).remove_move_reconcile()
        fact = self._facts(invoice)
        self.assertSettled(fact, "open", still=1000)
        self.assertNeverPaid(fact)
        self.assertFalse(fact.date_settled)

    def test_rejected_payment(self):
        invoice = self._invoice(1000, late=20)
        payment = self._settle(invoice)
        self.assertSettled(self._facts(invoice), "paid", paid=1000)
        payment.action_draft()
        payment.action_cancel()
        self.assertSettled(self._facts(invoice), "open", still=1000)

    def test_draft_and_cancelled_invoices_have_no_fact(self):
        invoice = self._invoice(1000, late=20)
        self.assertTrue(self._facts(invoice))
        invoice.button_draft()
        self.assertFalse(self._facts(invoice))
        invoice.button_cancel()
        self.assertFalse(self._facts(invoice))

    def test_corrected_invoice_has_new_figures(self):
        invoice = self._invoice(1000, late=20)
        self._facts(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 700
        invoice.action_post()
        fact = self._facts(invoice)
        self.assertEqual(fact.amount, 700)
        self.assertSettled(fact, "open", still=700)

    def test_due_date_put_off(self):
        invoice = self._invoice(1000, late=20)
        self._settle(invoice)
        self.assertEqual(self._facts(invoice).days_late, 20)
        self._receivables(invoice).date_maturity = self._day(-5)
        fact = self._facts(invoice)
        self.assertEqual((fact.date_due, fact.days_late), (self._day(-5), 5))

    def test_payment_alone_refreshes_its_instalments(self):
        invoice = self._invoice(1000, late=20)
        self._upkeep()
        payment = self._settle(invoice)
        self._commit()
        payment_lines = self._receivables(payment.move_id)
        self.env["collection.payment.fact"]._refresh_lines(payment_lines.ids)
        self.assertSettled(
            self.env["collection.payment.fact"].search([("move_id", "=", invoice.id)]),
            "paid",
            paid=1000,
        )

    def test_review_job_keeps_the_facts_up_to_date(self):
        invoice = self._invoice(1000, late=20)
        self._settle(invoice)
        self._commit()
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_review_cases"
            ).method_direct_trigger()
        fact = self.env["collection.payment.fact"].search(
            [("move_id", "=", invoice.id)]
        )
        self.assertSettled(fact, "paid", paid=1000)

    def test_rebuild_gives_what_the_upkeep_gave(self):
        paid = self._invoice(1000, late=40, days=(0, 30))
        self._upkeep()
        self._settle(paid, days=-30, amount=400)
        self._upkeep()
        self._settle(paid)
        self._reconcile(self._invoice(300, late=9), self._credit_note(200))
        self._settle(self._dollars(1250), amount=700)
        unreconciled = self._invoice(50, late=3)
        self._settle(unreconciled)
        self._upkeep()
        self._receivables(unreconciled).remove_move_reconcile()
        self._upkeep()
        everything = [("company_id", "=", self.company.id)]
        Fact = self.env["collection.payment.fact"]
        kept = self._snapshot(Fact.search(everything))
        self.assertEqual(len(kept), 5)
        self.assertEqual(self._rebuild(), 0, "nothing was wrong")
        self.assertEqual(self._snapshot(Fact.search(everything)), kept)
        Fact.search(everything).sudo().unlink()
        self.assertEqual(self._rebuild(), 5)
        self.assertEqual(self._snapshot(Fact.search(everything)), kept)

    def test_rebuild_mends_and_removes(self):
        invoice = self._invoice(1000, late=20)
        draft = self._invoice(500, late=20)
        facts = self._facts(invoice, draft)
        draft.button_draft()
        self._commit()
        facts.sudo().filtered(lambda fact: fact.move_id == invoice).amount_paid = 7
        self._rebuild()
        self.assertFalse(facts.exists().filtered(lambda fact: fact.move_id == draft))
        self.assertSettled(facts.exists(), "open", still=1000)


@tagged("post_install", "-at_install")
class TestPaymentDimensions(PaymentFactsCommon):
    """By what the payments can be looked at, and by whom."""

    def _group(self, domain, groupby, *measures):
        return self.env["collection.payment.fact"]._read_group(
            Domain("company_id", "=", self.company.id) & Domain(domain),
            groupby,
            measures,
        )

    # === WHO === #

    def test_invoice_of_a_contact_belongs_to_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Service achats", "parent_id": self.debtor.id}
        )
        invoice = self._invoice(1000, late=20, partner=contact)
        fact = self._facts(invoice)
        self.assertEqual(fact.partner_id, self.debtor)
        self.assertEqual(fact.case_id, self._case())

    def test_merged_debtors(self):
        double = self._make_debtor("Menuiserie Garcin Double")
        invoices = self._invoice(1000, 20) | self._invoice(500, 20, double)
        self._settle(invoices[1])
        self._facts(*invoices)
        survivor = self._case()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.debtor | double).ids, self.debtor
        )
        self._commit()
        self.env.invalidate_all()
        facts = self._facts(*invoices)
        self.assertEqual(len(facts), 2)
        self.assertEqual(facts.partner_id, self.debtor)
        self.assertEqual(facts.case_id, survivor)
        self.assertEqual(self._rebuild(), 0)

    def test_contact_put_under_another_company(self):
        group = self._make_debtor("Groupe Holding")
        invoice = self._invoice(1000, late=20)
        self._facts(invoice)
        self.debtor.write({"is_company": False, "parent_id": group.id})
        self._upkeep()
        self._rebuild()
        fact = self._facts(invoice)
        self.assertEqual(fact.partner_id, group)
        self.assertEqual(fact.case_id, self._case(group))

    def test_dimensions_are_those_of_today(self):
        invoice = self._invoice(1000, late=20)
        fact = self._facts(invoice)
        salesperson = new_test_user(self.env, "vendeuse", "base.group_user")
        industry = self.env["res.partner.industry"].create({"name": "Sciage"})
        segment = self.env["collection.segment"].create(
            {
                "name": "Scieries",
                "company_id": self.company.id,
                "scenario_id": self.scenario.id,
            }
        )
        belgium = self.env.ref("base.be")
        self.debtor.write({"country_id": belgium.id, "industry_id": industry.id})
        self._case().sudo().segment_id = segment
        invoice.invoice_user_id = salesperson
        self._rebuild()
        self.assertEqual(fact.user_id, salesperson)
        self.assertEqual(
            self._group(
                [], ["country_id", "industry_id", "segment_id", "user_id"], "__count"
            ),
            [(belgium, industry, segment, salesperson, 1)],
        )

    def test_region_of_the_debtor(self):
        invoice = self._invoice(1000, late=20)
        self._case()._review()
        self.assertEqual(self._facts(invoice).region, "Auvergne-Rhône-Alpes")
        self.assertEqual(
            self._group([], ["region"], "amount:sum"), [("Auvergne-Rhône-Alpes", 1000)]
        )

    # === AFTER WHICH CONTACT === #

    def test_step_before_the_payment(self):
        invoice = self._invoice(1000, late=4)
        self.assertAsks(self.run_on(), 1000, step=3)
        self.assertAsks(self.run_on(12), 1000, step=15)
        self.assertFalse(self._facts(invoice).step_id, "not paid yet")
        self._settle(invoice, days=5, amount=400)
        fact = self._facts(invoice)
        self.assertEqual(fact.step_id.delay_days, 3)
        self.assertEqual(fact.channel, "email")
        self.assertEqual(fact.contact_date, self.today)
        self.assertEqual(fact.days_after_contact, 5)
        self._settle(invoice, days=20)
        fact = self._facts(invoice)
        self.assertEqual(fact.step_id.delay_days, 15, "that of the last payment")
        self.assertEqual(fact.days_after_contact, 8)

    def test_contact_of_the_same_day_counts(self):
        invoice = self._invoice(1000, late=4)
        self.run_on()
        self._settle(invoice)
        fact = self._facts(invoice)
        self.assertEqual(fact.step_id.delay_days, 3)
        self.assertEqual(fact.days_after_contact, 0)

    def test_contact_after_the_payment_has_not_brought_it(self):
        invoice = self._invoice(1000, late=4)
        self.run_on()
        self._settle(invoice, days=-1)
        fact = self._facts(invoice)
        self.assertFalse(fact.step_id)
        self.assertFalse(fact.channel)
        self.assertFalse(fact.contact_date)

    def test_letter_that_never_left_is_no_contact(self):
        invoice = self._invoice(1000, late=32)
        action = self.assertAsks(self.run_on(), 1000, step=30)
        self.assertEqual(action.state, "todo")
        self._settle(invoice, days=2)
        self.assertFalse(self._facts(invoice).step_id)

    # === MEASURES === #

    def test_means_are_weighted_by_what_was_paid(self):
        small, large, credited, unpaid = (
            self._invoice(amount, late=50) for amount in (1000, 3000, 8000, 9000)
        )
        self._settle(small, days=-40)
        self._settle(large)
        self._reconcile(credited, self._credit_note(8000))
        self._facts(small, large, credited, unpaid)
        self.assertEqual(
            self._group(
                [],
                [],
                "days_late_weighted:avg",
                "days_to_pay_weighted:avg",
                "days_late:avg",
                "__count",
            ),
            [((1000 * 10 + 3000 * 50) / 4000,) * 2 + (30, 4)],
        )
        by_state = dict(self._group([], ["state"], "days_late_weighted:avg"))
        self.assertEqual(by_state["paid"], 40)
        self.assertFalse(by_state["open"])
        self.assertFalse(by_state["credited"])

    def test_a_write_off_does_not_weigh(self):
        partly, full = (self._invoice(1000, late=50) for _number in range(2))
        self._settle(
            partly,
            days=-50,
            amount=250,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self._settle(full)
        self._facts(partly, full)
        [(mean,)] = self._group([], [], "days_late_weighted:avg")
        self.assertEqual(mean, 1000 * 50 / 1250)

    # === SCREENS === #

    def _search_filters(self):
        arch = self.env["collection.payment.fact"].get_view(view_type="search")["arch"]
        return etree.fromstring(arch).iter("filter")

    def test_every_grouping_of_the_screen_gives_the_measures_of_the_pivot(self):
        self._settle(self._invoice(1000, late=20), days=-10)
        self._upkeep()
        groupings = [
            literal_eval(node.get("context"))["group_by"]
            for node in self._search_filters()
            if node.get("context")
        ]
        self.assertIn("season_month", groupings)
        self.assertIn("region", groupings)
        self.assertIn("step_id", groupings)
        for grouping in groupings:
            with self.subTest(grouping=grouping):
                [group] = self.env["collection.payment.fact"].formatted_read_group(
                    [("company_id", "=", self.company.id)],
                    [grouping],
                    ["amount:sum", "days_late_weighted:avg"],
                )
                self.assertEqual(group["amount:sum"], 1000)
                self.assertEqual(group["days_late_weighted:avg"], 10)

    def _filter(self, name):
        [node] = [node for node in self._search_filters() if node.get("name") == name]
        domain = literal_eval(node.get("domain").replace("uid", str(self.env.uid)))
        return self.env["collection.payment.fact"].search(
            Domain("company_id", "=", self.company.id) & Domain(domain)
        )

    def test_filters(self):
        paid, late, part, unpaid, credited, old, future = (
            self._invoice(100, late=late) for late in (5, 5, 5, 5, 5, 800, -30)
        )
        self._settle(paid, days=-5)
        self._settle(late)
        self._settle(part, amount=40)
        self._reconcile(credited, self._credit_note(100))
        self._upkeep()
        for name, moves in {
            "paid": paid | late,
            "unpaid": part | unpaid | old | future,
            "part_paid": part,
            "credited": credited,
            "paid_late": late,
            "overdue": part | unpaid | old,
            "last_24_months": paid | late | part | unpaid | credited,
        }.items():
            with self.subTest(filter=name):
                self.assertEqual(self._filter(name).move_id, moves)

    def test_my_customers(self):
        colleague = new_test_user(self.env, "vendeuse", "base.group_user")
        mine, other = self._invoice(100, 5), self._invoice(100, 5)
        mine.invoice_user_id = self.env.user
        other.invoice_user_id = colleague
        self._upkeep()
        self.assertEqual(self._filter("my_customers").move_id, mine)

    def test_case_opens_its_payments(self):
        invoice = self._invoice(1000, late=20)
        self._settle(invoice)
        other = self._invoice(1000, 20, self._make_debtor("Autre SARL"))
        unpaid = self._invoice(1000, late=2)
        facts = self._facts(invoice, unpaid)
        self._facts(other)
        case = self._case()
        self.assertEqual(case.paid_instalment_count, 1)
        action = case.action_open_payments()
        self.assertEqual(action["views"][0][1], "list")
        self.assertEqual(
            self.env["collection.payment.fact"].search(action["domain"]), facts.sorted()
        )

    def test_fact_opens_its_document(self):
        invoice = self._invoice(1000, late=20)
        action = self._facts(invoice).action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("account.move", invoice.id)
        )

    def test_expected_date_of_items_and_invoice(self):
        invoice = self._invoice(1000, late=20, days=(0, 30, 60, 90))
        facts = self._facts(invoice).sudo()
        self.assertFalse(invoice.collection_expected_date)
        for fact, days in zip(facts, (40, 15, 30, 20), strict=True):
            fact.expected_date = self._day(days)
        first = facts[0]
        self.env.invalidate_all()
        self.assertEqual(first.line_id.collection_expected_date, self._day(40))
        self.assertEqual(invoice.collection_expected_date, self._day(40))
        self._settle(invoice, amount=250)
        self._upkeep()
        self.assertFalse(first.line_id.collection_expected_date, "settled")
        self.assertEqual(invoice.collection_expected_date, self._day(30))
        self.assertEqual(first.expected_date, self._day(40), "to be compared with")

    # === ACCESS === #

    def test_collectors_read_and_do_not_write(self):
        collector = new_test_user(self.env, "collector", COLLECTOR)
        collector.write(
            {"company_ids": self.company.ids, "company_id": self.company.id}
        )
        fact = self._facts(self._invoice(1000, late=20))
        for user in (collector, self.env.user):
            mine = fact.with_user(user)
            self.assertEqual(mine.amount, 1000)
            with self.assertRaises(AccessError):
                mine.amount = 1
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.copy()

    def test_others_do_not_read(self):
        employee = new_test_user(self.env, "employee", "base.group_user")
        fact = self._facts(self._invoice(1000, late=20))
        with self.assertRaises(AccessError):
            fact.with_user(employee).read(["amount"])

    def test_companies_do_not_mix(self):
        other = self.setup_other_company(name="Atelier Belge")["company"]
        self.env.user.company_ids |= other
        mine = self._invoice(1000, late=20)
        theirs = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": other.id,
                    "partner_id": self.debtor.id,
                    "invoice_date": self._day(-20),
                    "invoice_date_due": self._day(-20),
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 55, "tax_ids": []})
                    ],
                }
            )
        )
        theirs.action_post()
        self._upkeep()
        Fact = self.env["collection.payment.fact"]
        both = Fact.with_context(allowed_company_ids=(self.company | other).ids).search(
            [("partner_id", "=", self.debtor.id)]
        )
        self.assertEqual(both.move_id, mine | theirs)
        self.assertEqual(len(both.case_id), 2)
        one = Fact.with_context(allowed_company_ids=other.ids).search(
            [("partner_id", "=", self.debtor.id)]
        )
        self.assertEqual(one.move_id, theirs)
        self.assertEqual(one.company_id, other)
        self.assertEqual(one.company_currency_id, other.currency_id)
        both.sudo().amount_open = 1
        self._rebuild(other)
        self.assertEqual(one.amount_open, 55)
        self.assertEqual((both - one).amount_open, 1, "only the company asked for")
