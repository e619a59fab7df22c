from datetime import datetime, time

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CollectionCommon

MODULE = "l10n_fr_debt_collection."


@tagged("post_install", "-at_install")
class TestPromise(CollectionCommon):
    """Promises to pay: taken, judged by payments, changed, followed by what comes next.

    Unless said otherwise 1,000 are 20 days late and promised for the 8th day.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env,
            "promise_collector",
            groups="base.group_user,l10n_fr_debt_collection.group_collection_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(1000, late=20)
        self.case = self._case()

    def _promise(self, amount=1000, days=8, **values):
        return self.case._promise(amount, self._day(days), **values)

    def _on(self, days):
        """Return a context manager in which it is noon, ``days`` from today."""
        return self.freeze(datetime.combine(self._day(days), time(12)))

    def _judge(self, promise, days=0):
        """Judge as a night ``days`` from today does; return the first one's state."""
        with self._on(days):
            self.env.invalidate_all()
            promise._judge()
        return promise[:1].state

    def _pay_on(self, days, amount=None, invoices=None):
        with self._on(days):
            return self._pay(invoices or self.invoice, amount)

    def _tasks(self, xmlid="activity_type_broken_promise"):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "collection.case"),
                ("res_id", "=", self.case.id),
                ("activity_type_id", "=", self.env.ref(MODULE + xmlid).id),
            ]
        )

    # === TAKING === #

    def test_k7_its_items_are_left_alone_up_to_the_last_day_of_grace(self):
        promise = self._promise()
        self.assertEqual(promise.date_limit, self._day(11))
        self.assertEqual(promise.hold_id.date_to, self._day(11))
        self.assertAsksNothing(self.run_on(0), "hold_promise")
        with self._on(12):
            self.assertAsks(self.run_on(12), 1000)

    def test_the_rest_of_the_debt_is_still_claimed(self):
        other = self._invoice(300, late=18)
        self._promise(lines=self._receivables(self.invoice))
        actions = self.assertAsks(self.run_on(0), 300)
        self.assertEqual(actions.line_ids.move_id, other)

    def test_without_items_it_is_about_what_is_overdue(self):
        self._invoice(500, late=-20)
        promise = self._promise(600)
        self.assertEqual(promise.line_ids.move_id, self.invoice)
        self.assertEqual(self._promise(1400).line_ids, self.case._get_open_debts())

    def test_what_cannot_be_promised_names_the_remedy(self):
        stranger = self._invoice(50, 5, self._make_debtor("Autre"))
        for words, promise in (
            ("past", lambda: self._promise(days=-1)),
            ("payment plan", lambda: self._promise(days=61)),
            ("more than is open", lambda: self._promise(1000.01)),
            ("Enter the amount", lambda: self._promise(0)),
            (
                "no open debt",
                lambda: self._promise(9, lines=self._receivables(stranger)),
            ),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                promise()
        self._pay(self.invoice)
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            self._promise()

    def test_collector_takes_one_in_the_window(self):
        case = self.case.with_user(self.collector)
        window = case.action_promise()
        form = Form(
            self.env["collection.promise.make"]
            .with_user(self.collector)
            .with_context(**window["context"])
        )
        self.assertEqual(form.amount, 1000)
        form.amount = 400
        form.note = "After the fair"
        form.save().action_save()
        promise = self.case.promise_ids
        self.assertEqual((promise.amount, promise.note), (400, "After the fair"))
        self.assertEqual(promise.user_id, self.collector)
        self.assertIn("Promise to pay", self.case.message_ids[0].body)

    # === KEPT, PARTLY, BROKEN === #

    def test_kept_as_soon_as_the_money_is_there(self):
        promise = self._promise()
        self._pay_on(2)
        with self._on(2):
            self._case()._review()
        self.assertEqual(promise.state, "kept")
        self.assertEqual(
            (promise.amount_paid, promise.date_closed), (1000, self._day(2))
        )
        self.assertEqual(promise.hold_id.date_to, self._day(1))

    def test_kept_within_the_days_of_grace_only(self):
        promise = self._promise()
        self.assertEqual(self._judge(promise, 11), "open")
        self._pay_on(11)
        self.assertEqual(self._judge(promise, 12), "kept")

    def test_a_part_of_a_debt_that_was_promised_and_paid_frees_the_rest(self):
        promise = self._promise(400)
        self._pay_on(1, 400)
        self.assertEqual(self._judge(promise, 1), "kept")
        with self._on(2):
            self.assertAsks(self.run_on(2), 600)

    def test_d40_broken_gives_the_collector_a_task_and_a_note(self):
        promise = self._promise()
        self.assertEqual(self._judge(promise, 12), "broken")
        self.assertEqual(self._tasks().user_id, self.case._get_collector())
        self.assertIn("were not paid", self.case.message_ids[0].body)
        self.assertEqual(promise.amount_missing, 1000)
        self._judge(promise, 13)
        self.assertEqual(len(self._tasks()), 1)

    def test_partly_kept(self):
        promise = self._promise()
        self._pay_on(3, 250)
        self.assertEqual(self._judge(promise, 3), "open")
        self.assertEqual(promise.amount_paid, 250)
        self.assertEqual(self._judge(promise, 12), "partial")
        self.assertIn("250", self._tasks().note)

    def test_paid_after_the_last_day_stays_broken(self):
        promise = self._promise()
        self._judge(promise, 12)
        self._pay_on(13)
        self.assertEqual(self._judge(promise, 13), "broken")

    def test_a_payment_booked_late_but_made_in_time_keeps_it(self):
        promise = self._promise()
        self._judge(promise, 12)
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"payment_date": self._day(10)})
        )
        wizard._create_payments()
        self.assertEqual(self._judge(promise, 14), "kept")
        self.assertFalse(self._tasks())

    def test_a_payment_sent_back_by_the_bank_breaks_it_again(self):
        promise = self._promise()
        self._pay_on(2)
        self._judge(promise, 2)
        self.invoice.line_ids.remove_move_reconcile()
        self.assertEqual(self._judge(promise, 5), "open")
        self.assertEqual(promise.hold_id.date_to, self._day(11))
        self.assertEqual(self._judge(promise, 12), "broken")

    def test_a_payment_on_account_from_before_keeps_nothing(self):
        with self._on(-3):
            payment = self._payment_on_account(1000)
        promise = self._promise()
        lines = self.invoice.line_ids | payment.move_id.line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertNotEqual(self._judge(promise, 12), "kept")

    def test_credit_notes_keep_no_promise_but_lower_it(self):
        promise = self._promise()
        with self._on(1):
            refund = self._credit_note(400, age=0)
            self._receivables(refund | self.invoice).reconcile()
        self.assertEqual(self._judge(promise, 1), "open")
        self._pay_on(2)
        self.assertEqual(self._judge(promise, 2), "kept")
        self.assertEqual(promise.amount_paid, 600)

    def test_nothing_left_to_pay_withdraws_it(self):
        promise = self._promise()
        with self._on(1):
            refund = self._credit_note(1000, age=0)
            self._receivables(refund | self.invoice).reconcile()
        self.assertEqual(self._judge(promise, 1), "cancelled")
        self.assertEqual(promise.cancel_reason, "credited")
        self.assertEqual(self._judge(promise, 12), "cancelled")
        self.assertFalse(self._tasks())

    def test_the_company_may_be_content_with_a_part(self):
        self.company.collection_promise_kept_share = 95
        promise = self._promise()
        self._pay_on(2, 960)
        self.assertEqual(self._judge(promise, 2), "kept")

    def test_dollars_are_counted_in_company_currency(self):
        dollars = self.env.ref("base.USD")
        dollars.active = True
        self.env["res.currency.rate"].create(
            {
                "name": self._day(-60),
                "currency_id": dollars.id,
                "company_id": self.company.id,
                "rate": 2,
            }
        )
        invoice = self._invoice(1000, late=5, currency_id=dollars.id)
        self._commit()
        promise = self._promise(500, lines=self._receivables(invoice))
        self._pay_on(1, invoices=invoice)
        self.assertEqual(self._judge(promise, 1), "kept")
        self.assertEqual(promise.amount_paid, 500)

    # === CHANGED === #

    def test_another_promise_replaces_it_and_is_counted(self):
        first = self._promise()
        second = self._promise(days=15, replaced=first)
        third = self._promise(days=20)
        self.assertEqual((first | second).mapped("state"), ["cancelled"] * 2)
        self.assertEqual((first | second).mapped("cancel_reason"), ["replaced"] * 2)
        self.assertEqual(third.replaced_id, second)
        self.assertEqual(third.postponed_count, 2)
        self.assertEqual(self.case.active_hold_ids, third.hold_id)

    def test_two_promises_that_fit_stand_side_by_side(self):
        first, second = self._promise(400), self._promise(600, days=20)
        self.assertEqual((first | second).mapped("state"), ["open", "open"])
        self._pay_on(3, 400)
        self._judge(first | second, 3)
        self.assertEqual((first | second).mapped("state"), ["kept", "open"])
        self.assertFalse(second.amount_paid)

    def test_withdrawn_by_hand(self):
        promise = self._promise()
        promise.action_cancel()
        self.assertEqual(promise.state, "cancelled")
        self.assertAsks(self.run_on(0), 1000)

    # === WHAT FOLLOWS === #

    def test_the_scenario_says_what_follows_a_broken_promise(self):
        step = self.scenario.step_ids[-1]
        self.scenario.broken_promise_step_id = step
        self._judge(self._promise(), 12)
        self.assertEqual(self.case.requested_step_id, step)
        self.assertIn("not paid", self.case.requested_reason)
        self._pay_on(9)
        self._judge(self.case.promise_ids, 13)
        self.assertFalse(self.case.requested_step_id)

    def test_a_warning_from_the_second_broken_promise_on(self):
        self.assertFalse(self.case.promise_warning)
        for days in (2, 4):
            self._judge(self._promise(days=days), days + 4)
        self.assertEqual(self.case.broken_promise_count, 2)
        self.assertIn("2 promises", self.case.promise_warning)

    def test_e49_the_profile_and_the_risk_know_of_it(self):
        self._judge(self._promise(), 12)
        with self._on(13):
            self.env["collection.profile"]._refresh(self.company)
            self.case._refresh_risk()
        self.assertEqual(self.case.promise_count, 1)
        self.assertEqual(self.case.kept_promise_rate, 0)
        self.assertIn("promise", self.case.risk_note.lower())

    def test_a_promise_that_is_replaced_counts_once_for_the_profile(self):
        promise = self._promise(days=12, replaced=self._promise())
        self._pay_on(2)
        self._judge(promise, 2)
        with self._on(20):
            self.env["collection.profile"]._refresh(self.company)
        self.assertEqual(self.case.promise_count, 1)
        self.assertEqual(self.case.kept_promise_rate, 100)

    def test_a_task_the_day_before_if_the_company_wants_it(self):
        promise = self._promise()
        with self._on(7):
            promise._remind()
            self.assertFalse(self._tasks("activity_type_promise_due"))
            self.company.collection_promise_reminder = True
            promise._remind()
            promise._remind()
        self.assertEqual(len(self._tasks("activity_type_promise_due")), 1)
        self._pay_on(8)
        self._judge(promise, 8)
        self.assertFalse(self._tasks("activity_type_promise_due"))

    # === FIGURES === #

    def test_rates_are_of_what_has_matured(self):
        other = self._make_debtor("Peinture Blanc")
        self._invoice(3000, late=20, partner=other)
        self._commit()
        broken = self._case(other)._promise(3000, self._day(8))
        self._promise(200, days=30)
        kept = self._promise(800)
        self._pay_on(2, 800)
        self._judge(kept | broken, 12)
        [[number, amount]] = self.env["collection.promise"]._read_group(
            [("company_id", "=", self.company.id)],
            [],
            ["kept_rate:avg", "kept_amount_rate:avg"],
        )
        self.assertEqual(float(number), 50)
        self.assertAlmostEqual(float(amount), 100 * 800 / 3800, 2)

    # === THE JOB === #

    def test_the_nightly_job_judges_all_companies(self):
        promise = self._promise()
        with self._on(12), self.enter_registry_test_mode():
            self.env.ref(MODULE + "ir_cron_judge_promises").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(promise.state, "broken")

    def test_the_number_of_queries_does_not_depend_on_the_number_of_promises(self):
        promises = self.env["collection.promise"]
        for number in range(6):
            debtor = self._make_debtor(f"Atelier {number}")
            self._invoice(100, late=20, partner=debtor)
            self._commit()
            promises |= self._case(debtor)._promise(100, self._day(8))

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._judge()
            return self.env.cr.sql_log_count - before

        count(promises)
        self.assertEqual(count(promises[:2]), count(promises))

    def test_cases_that_are_merged_keep_their_promises(self):
        double = self._make_debtor("Menuiserie Garcin Double")
        promise = self._promise()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.debtor | double).ids, double
        )
        self._commit()
        self.env.invalidate_all()
        self.assertEqual(promise.case_id, self._case(double))
        self.assertEqual(promise.partner_id, double)
