from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .bulk_history import BulkHistory
from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestEfficiency(BulkHistory, CollectionCommon):
    """What contacts led to: cash before the next one, by step, channel and words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.results = cls.env["collection.action.result"]
        cls.first, cls.second, cls.third, cls.letter = cls.scenario.step_ids
        cls.company.collection_result_days = 15

    def _contact(self, invoices, days, step=None, **values):
        """Return a contact made ``days`` from today about what was open then."""
        step = step or self.second
        case = self._case(invoices.partner_id)
        return self.env["collection.action"].create(
            {
                "case_id": case.id,
                "scenario_id": step.scenario_id.id,
                "step_id": step.id,
                "channel": step.channel,
                "date": self._day(days),
                "state": "sent",
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "line_id": line.id,
                            "move_id": line.move_id.id,
                            "name": line.move_id.name,
                            "document_type": "invoice",
                            "currency_id": line.currency_id.id,
                            "amount_total": line.amount_currency,
                            "amount": line.balance,
                        },
                    )
                    for line in self._receivables(invoices)
                ],
                **values,
            }
        )

    def _pay_on(self, invoice, days, amount=None):
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        values = {"payment_date": self._day(days), "group_payment": False}
        if amount:
            values["amount"] = amount
        wizard = self.env["account.payment.register"].with_context(**context)
        return wizard.create(values)._create_payments()

    def _invoices_of_many(self, count):
        """Return as many invoices of 100, each of a debtor of its own."""
        partners = self.env["res.partner"].create(
            [{"name": f"Client {number}"} for number in range(count)]
        )
        lines = self._write_entries(
            "out_invoice",
            self.company_data["default_journal_sale"],
            [(partner, -60, 100, 100) for partner in partners],
        )
        self.env["collection.balance"]._create_missing_cases()
        self.env.invalidate_all()
        return list(self.env["account.move.line"].browse(lines).move_id)

    def _partners_of(self, invoices):
        return self.env["account.move"].union(*invoices).commercial_partner_id

    def _pay_many(self, invoices, days):
        self._write_payments(
            [
                (line.id, line.partner_id, days, 100)
                for invoice in invoices
                for line in self._receivables(invoice)
            ]
        )
        self._analyze()

    def _report(self, **values):
        report = self.env["collection.efficiency"].create(
            {
                "company_id": self.company.id,
                "date_from": self._day(-55),
                "date_to": self._day(-16),
                **values,
            }
        )
        report.action_compute()
        return report

    def _result(self, action):
        return self.results.search([("action_id", "=", action.id)])

    def test_cash_belongs_to_the_last_contact_before_it(self):
        """400 after the first contact, 600 after the second: none counts twice."""
        invoice = self._invoice(1000, late=60)
        early = self._contact(invoice, -50)
        late = self._contact(invoice, -40, self.third)
        self._pay_on(invoice, -45, 400)
        self._pay_on(invoice, -38, 600)
        self.results._refresh(self.company)
        self.assertAlmostEqual(self._result(early).amount_cashed, 400)
        self.assertAlmostEqual(self._result(late).amount_cashed, 600)
        self.assertTrue(self._result(early).paid)
        self.assertFalse(self._result(early).paid_in_full)

    def test_cash_counts_for_so_many_days(self):
        in_time, too_late = self._invoice(100, late=60), self._invoice(100, late=60)
        contact = self._contact(in_time | too_late, -50)
        self._pay_on(in_time, -35)
        self._pay_on(too_late, -34)
        self.results._refresh(self.company)
        result = self._result(contact)
        self.assertAlmostEqual(result.amount_targeted, 200)
        self.assertAlmostEqual(result.amount_cashed, 100)
        self.assertAlmostEqual(result.cash_rate, 50)
        self.assertTrue(result.is_final)

    def test_a_mail_and_a_letter_of_one_day_share_the_cash(self):
        invoice = self._invoice(900, late=60)
        mail = self._contact(invoice, -50)
        letter = self._contact(invoice, -50, self.letter)
        self._pay_on(invoice, -48)
        self.results._refresh(self.company)
        self.assertAlmostEqual(self._result(mail).amount_cashed, 450)
        self.assertAlmostEqual(self._result(letter).amount_cashed, 450)
        self.assertTrue(self._result(letter).paid_at_first)

    def test_paid_at_first_action_is_about_items_never_asked_for_before(self):
        invoice, fresh = self._invoice(500, late=60), self._invoice(300, late=60)
        first = self._contact(invoice, -50)
        second = self._contact(invoice, -40, self.third)
        only = self._contact(fresh, -50)
        self._pay_on(invoice, -39)
        self._pay_on(fresh, -49)
        self.results._refresh(self.company)
        flags = [
            (result.first, result.paid_at_first)
            for result in map(self._result, (first, second, only))
        ]
        self.assertEqual(flags, [(1, 0), (0, 0), (1, 1)])

    def test_credit_notes_are_not_cash(self):
        invoice = self._invoice(700, late=60)
        contact = self._contact(invoice, -50)
        credit = self._credit_note(700, age=48)
        (self._receivables(invoice) | self._receivables(credit)).reconcile()
        self.results._refresh(self.company)
        self.assertAlmostEqual(self._result(contact).amount_cashed, 0)

    def test_calls_count_as_reached_by_their_outcome(self):
        invoice = self._invoice(700, late=60)
        call = {"channel": "phone", "state": "done"}
        missed = self._contact(invoice, -50, outcome="no_answer", **call)
        reached = self._contact(invoice, -49, outcome="promised", **call)
        skipped = self._contact(invoice, -48, outcome="skipped", **call)
        self.company.collection_cost_phone = 6
        self.results._refresh(self.company)
        self.assertEqual(self._result(missed).reached, 0)
        self.assertEqual(self._result(missed).answered, 0)
        self.assertEqual(self._result(reached).reached, 1)
        self.assertEqual(self._result(reached).answered, 1)
        self.assertAlmostEqual(self._result(reached).cost, 6)
        self.assertFalse(self._result(skipped))

    def test_measured_again_gives_the_same_rows(self):
        invoice = self._invoice(700, late=60)
        for days in (-50, -3):
            self._contact(invoice, days)
        self._pay_on(invoice, -2)
        fields = ["action_id", "amount_cashed", "is_final", "paid_in_full"]
        read = []
        for _time in range(2):
            self.results._refresh(self.company)
            found = self.results.search([("company_id", "=", self.company.id)])
            read.append([tuple(row.values())[1:] for row in found.read(fields)])
        self.assertEqual(read[0], read[1])
        self.assertEqual(len(read[0]), 2)

    def test_report_flags_the_weak_step_and_not_the_other(self):
        """40 contacts each: nobody pays after one step, 24 after the other."""
        invoices = self._invoices_of_many(40)
        for invoice in invoices:
            self._contact(invoice, -50, self.second)
            self._contact(invoice, -40, self.third)
        self._pay_many(invoices[:24], -38)
        self.results._refresh(self.company)
        self.company.collection_weak_share = 10
        report = self._report()
        lines = {line.step_id: line for line in report.line_ids}
        self.assertEqual(lines[self.second].verdict, "weak")
        self.assertAlmostEqual(lines[self.second].paid_share, 0)
        self.assertEqual(lines[self.third].verdict, "works")
        self.assertAlmostEqual(lines[self.third].paid_share, 60)
        # Wilson: 24 of 40 lies between 44.6 and 73.7 percent.
        self.assertEqual(lines[self.third].interval, "44.6 to 73.7")
        self.assertAlmostEqual(lines[self.third].amount_cashed, 2400)
        opened = lines[self.third].action_open_results()
        self.assertEqual(self.results.search_count(opened["domain"]), 40)
        lines[self.second].action_drop_step()
        self.assertFalse(self.second.active)

    def test_report_by_channel_names_the_channel(self):
        invoice = self._invoice(100, late=60)
        self._contact(invoice, -50)
        self.results._refresh(self.company)
        report = self._report(by="channel")
        self.assertEqual(report.line_ids.mapped("name"), ["E-mail"])
        self.assertEqual(report.line_ids.verdict, "too_few")

    def test_contacts_of_few_debtors_allow_no_verdict(self):
        """40 contacts of one debtor are the word of one debtor."""
        invoice = self._invoice(100, late=60)
        for number in range(40):
            self._contact(invoice, -16 - number)
        self.results._refresh(self.company)
        line = self._report().line_ids
        self.assertEqual((line.case_count, line.count), (1, 40))
        self.assertEqual(line.verdict, "too_few")
        self.assertAlmostEqual(line.design_effect, 40)

    # === WHAT THE REPORT LEADS TO === #

    def _line_of(self, step):
        invoice = self._invoice(100, late=60)
        self._contact(invoice, -50, step)
        self.results._refresh(self.company)
        return self._report().line_ids.filtered(lambda line: line.step_id == step)

    def test_e42_step_dropped_from_the_report_is_not_taken_any_more(self):
        line = self._line_of(self.third)
        line.action_drop_step()
        self.assertNotIn(self.third, self.scenario.step_ids)
        self._invoice(500, late=15, partner=self._make_debtor("Peintures Roche"))
        run = self.run_on()
        self.assertNotIn(self.third, run.action_ids.step_id)
        self.assertIn(self.second, run.action_ids.step_id)
        self.assertTrue(self.results.search([("step_id", "=", self.third.id)]))

    def test_e42_step_replaced_from_the_report_keeps_its_place_and_history(self):
        action = self._line_of(self.third).action_replace_step()
        fresh = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(fresh.replaces_id, self.third)
        self.assertEqual(
            (fresh.delay_days, fresh.channel, fresh.template_id),
            (self.third.delay_days, self.third.channel, self.third.template_id),
        )
        self.assertEqual(
            self.scenario.step_ids, self.first | self.second | fresh | self.letter
        )
        self.assertFalse(self.third.active)
        self.assertTrue(self.results.search([("step_id", "=", self.third.id)]))

    def test_e42_who_has_passed_the_step_does_not_get_what_replaces_it(self):
        self._invoice(500, late=16)
        run = self.run_on()
        self.assertEqual(run.action_ids.step_id, self.third)
        self.third._replace()
        self.assertFalse(self.run_on(2).action_ids)

    def test_e43_step_that_replaces_another_is_compared_with_it(self):
        """40 each: 4 paid after the step of old, 24 after the one in its place."""
        invoices = self._invoices_of_many(80)
        old, new = invoices[:40], invoices[40:]
        for invoice in old:
            self._contact(invoice, -58, self.third)
        fresh = self.third._replace()
        for invoice in new:
            self._contact(invoice, -40, fresh)
        self._pay_many(old[:4], -50)
        self._pay_many(new[:24], -38)
        self.results._refresh(self.company)
        report = self._report(date_from=self._day(-45), date_to=self._day(-30))
        self.assertEqual(report.line_ids.step_id, fresh)
        self.assertEqual(report.line_ids.change, "better")
        self.assertEqual(
            (report.line_ids.paid_before, report.line_ids.count_before), (4, 40)
        )

    def test_e22_change_of_words_is_seen_against_the_days_before(self):
        """The same step before and after a day: 20 of 40, then 2 of 40 pay."""
        invoices = self._invoices_of_many(80)
        before, after = invoices[:40], invoices[40:]
        for invoice in before:
            self._contact(invoice, -55)
        for invoice in after:
            self._contact(invoice, -40)
        self._pay_many(before[:20], -50)
        self._pay_many(after[:2], -38)
        self.results._refresh(self.company)
        line = self._report(date_from=self._day(-45), date_to=self._day(-30)).line_ids
        self.assertEqual(line.change, "worse")
        self.assertEqual((line.paid_before, line.count_before), (20, 40))

    def test_scenario_cloned_from_the_report_has_all_of_it(self):
        self.env["collection.scenario.pause"].create(self._pause_values(self.scenario))
        action = self._line_of(self.second).action_clone_scenario()
        copy = self.env[action["res_model"]].browse(action["res_id"])
        self.assertNotEqual(copy, self.scenario)
        self.assertEqual(copy.name, "Standard (copy)")
        self.assertEqual(len(copy.pause_ids), 1)
        names = ["delay_days", "channel", "template_id", "mode", "name"]
        self.assertEqual(
            [row[1:] for row in map(list, self._values(copy, names))],
            [row[1:] for row in map(list, self._values(self.scenario, names))],
        )
        self.assertFalse(copy.case_count)

    def _pause_values(self, scenario):
        return {
            "scenario_id": scenario.id,
            "name": "Fermeture",
            "from_month": "8",
            "to_month": "8",
        }

    def _values(self, scenario, names):
        return [tuple(row.values()) for row in scenario.step_ids.read(names)]

    # === VARIANTS === #

    def _variant(self, **values):
        return self.env["collection.step.variant"].create(
            {
                "name": "Short",
                "step_id": self.second.id,
                "template_id": self.template.copy(
                    {"subject": "Two words", "body_html": "<p>Please pay.</p>"}
                ).id,
                **values,
            }
        )

    def test_a_debtor_always_gets_the_same_words(self):
        variant = self._variant()
        cases = self.env["collection.case"].search(
            [("partner_id", "in", self._partners_of(self._invoices_of_many(60)).ids)]
        )
        groups = [self.second._pick_variant(case) for case in cases]
        again = [self.second._pick_variant(case) for case in cases]
        self.assertEqual(groups, again)
        drawn = sum(group == variant for group in groups)
        # Half of 60 is 30; less than 15 or more than 45 is one chance in ten thousand.
        self.assertTrue(15 < drawn < 45, drawn)

    def test_the_words_that_were_drawn_are_sent(self):
        variant = self._variant(share=100)
        self._invoice(100, late=4)
        run = self.run_on()
        action = self._actions(run)
        self.assertEqual(action.variant_id, variant)
        self.assertEqual(action.subject, "Two words")

    def test_shares_over_the_whole_are_refused(self):
        self._variant(share=60)
        with self.assertRaises(ValidationError):
            self._variant(name="Other", share=50)

    def test_words_adopted_become_those_of_the_step(self):
        variant = self._variant()
        variant.action_adopt()
        self.assertEqual(self.second.template_id, variant.template_id)
        self.assertFalse(variant.active)
        self.assertFalse(self.second._pick_variant(self._case(self.debtor)))

    def test_report_compares_a_variant_with_the_words_of_the_step(self):
        """40 each: 8 pay after the usual words, 28 after the others."""
        variant = self._variant()
        invoices = self._invoices_of_many(80)
        usual, tried = invoices[:40], invoices[40:]
        for invoice in usual:
            self._contact(invoice, -50)
        for invoice in tried:
            self._contact(invoice, -50, variant_id=variant.id)
        paid = usual[:8] + tried[:28]
        self._pay_many(paid, -47)
        self.results._refresh(self.company)
        report = self._report(by="variant_id")
        line = report.line_ids.filtered("variant_id")
        self.assertEqual((line.paid, line.count), (28, 40))
        self.assertEqual((line.paid_before, line.count_before), (8, 40))
        self.assertEqual(line.change, "better")

    def test_words_of_the_step_before_the_trial_are_not_compared(self):
        """All paid at once before the trial began: other times, other results."""
        variant = self._variant()
        invoices = self._invoices_of_many(90)
        earlier, usual, tried = invoices[:30], invoices[30:60], invoices[60:]
        for invoice in earlier:
            self._contact(invoice, -54)
        for invoice in usual:
            self._contact(invoice, -40)
        for invoice in tried:
            self._contact(invoice, -40, variant_id=variant.id)
        self._pay_many(earlier, -53)
        self._pay_many(usual[:3] + tried[:3], -39)
        self.results._refresh(self.company)
        line = self._report(by="variant_id").line_ids.filtered("variant_id")
        self.assertEqual((line.paid_before, line.count_before), (3, 30))
        self.assertEqual(line.change, "undecided")
