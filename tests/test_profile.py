from ast import literal_eval
from contextlib import contextmanager
from math import comb

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .payment_common import PaymentFactsCommon


class ProfileCommon(PaymentFactsCommon):
    """Short ways to make debtors that have paid, and to look at their profile."""

    def _paid(self, due_ago, late, amount=100, partner=None, **values):
        """Return an invoice due ``due_ago`` days ago and paid ``late`` days late."""
        invoice = self._invoice(amount, due_ago, partner, **values)
        self._settle(invoice, late - due_ago)
        return invoice

    def _paid_on(self, day):
        return self._paid((self.today - day).days + 5, 5)

    def _refresh(self, cases=None):
        self._upkeep()
        self.env["collection.profile"]._refresh(self.company, cases)

    def _profile(self, partner=None):
        """Return the case, its profile being computed anew."""
        case = self._case(partner)
        self._refresh()
        return case

    def _promise(self, days, lines=(), made=-60, **values):
        """Note that ``lines``, or all that is due, are promised for that day."""
        return self.env["collection.hold"].create(
            {
                "case_id": self._case().id,
                "reason": "promise",
                "name": "He promised",
                "date_from": self._day(made),
                "date_to": self._day(days),
                "line_ids": [Command.set([line.id for line in lines])],
                **values,
            }
        )

    @contextmanager
    def assertQueriesConstant(self):
        """Yield a function that takes work; all must take as many queries."""
        counts = []

        def run(work):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            work()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)

        run(self._refresh)  # fills the caches
        counts.clear()
        yield run
        self.assertEqual(len(set(counts)), 1, counts)


@tagged("post_install", "-at_install")
class TestProfile(ProfileCommon):
    """How a debtor pays, in figures that can be checked by hand."""

    # === DELAYS === #

    def test_mean_is_weighted_by_amount_and_halved_every_182_days(self):
        self._paid(192, 10, amount=100, days=(30,))
        self._paid(20, 20, amount=50, days=(30,))
        case = self._profile()
        self.assertEqual(case.payment_count, 2)
        self.assertAlmostEqual(case.days_late_avg, 15)
        self.assertAlmostEqual(case.days_late_deviation, 5)
        self.assertAlmostEqual(case.days_to_pay_avg, 45)
        self.assertEqual(case.profile_date, self.today)

    def test_window_is_twelve_months_back_from_today(self):
        last = self.today - relativedelta(years=1)
        self._paid_on(last)
        self.assertEqual(self._profile().payment_count, 0)
        self._paid_on(last + relativedelta(days=1))
        self.assertEqual(self._profile().payment_count, 1)

    def test_late_share_counts_what_is_overdue(self):
        self._paid(30, -5)
        self._paid(30, 0)
        self._paid(30, 10)
        case = self._profile()
        self.assertAlmostEqual(case.late_share, 33.3)
        self._invoice(100, late=1)
        self._invoice(100, late=-10)
        self.assertAlmostEqual(self._profile().late_share, 50)

    def test_overdue_counts_in_the_mean_once_it_is_later(self):
        self._paid(10, 10)
        self._invoice(100, late=5)
        self.assertAlmostEqual(self._profile().days_late_avg, 10)
        self._invoice(100, late=40)
        self.assertAlmostEqual(self._profile().days_late_avg, 25)

    def test_debtor_that_never_pays_is_no_prompt_payer(self):
        self._invoice(100, late=500)
        case = self._profile()
        self.assertEqual((case.payment_count, case.late_share), (0, 100))
        self.assertAlmostEqual(case.days_late_avg, 365)
        self.assertEqual(case.payer_type, "new")
        self._invoice(100, late=60)
        self._invoice(100, late=90)
        self.assertEqual(self._profile().payer_type, "very_late")

    def test_trend_is_in_days_a_month(self):
        for due_ago, late in ((90, 0), (60, 10), (30, 20)):
            self._paid(due_ago, late)
        self.assertAlmostEqual(self._profile().late_trend, 10.15)

    def test_two_payments_make_no_trend(self):
        self._paid(90, 0)
        self._paid(30, 20)
        self.assertEqual(self._profile().late_trend, 0)

    # === DAY OF PAYMENT === #

    def test_day_of_payment_folds_the_end_of_the_month(self):
        for months in range(1, 5):
            self._paid_on(self.today + relativedelta(months=-months, day=31))
        self.assertEqual(self._profile().pay_day, 31)

    def test_day_of_payment_stands_out_of_others(self):
        for months in range(1, 6):
            self._paid_on(self.today + relativedelta(months=-months, day=10))
        for day in (3, 14, 22):
            self._paid_on(self.today + relativedelta(months=-2, day=day))
        self.assertEqual(self._profile().pay_day, 10)

    def test_day_by_chance_is_none(self):
        self._paid_on(self.today + relativedelta(months=-1, day=10))
        self._paid_on(self.today + relativedelta(months=-2, day=10))
        self.assertEqual(self._profile().pay_day, 0)
        # Ten payments on two days are two.
        for _number in range(4):
            self._paid_on(self.today + relativedelta(months=-1, day=10))
            self._paid_on(self.today + relativedelta(months=-2, day=10))
        self.assertEqual(self._profile().pay_day, 0)

    # === TYPE === #

    def test_types_of_payer(self):
        delays = {
            "new": (60, 60),
            "prompt": (0, 5, 10),
            "slow": (6, 12, 18),
            "late": (16, 25, 31),
            "very_late": (31, 45, 60),
            "irregular": (0, 0, 120),
        }
        debtors = {}
        for payer_type, days in delays.items():
            debtors[payer_type] = self._make_debtor(f"{payer_type} SARL")
            for late in days:
                self._paid(late + 5, late, partner=debtors[payer_type])
        self._refresh()
        for payer_type, debtor in debtors.items():
            self.assertEqual(self._case(debtor).payer_type, payer_type)

    def test_segment_may_ask_for_the_type(self):
        segment = self.env["collection.segment"].create(
            {
                "name": "Very late",
                "sequence": -1,
                "company_id": self.company.id,
                "domain": "[('payer_type', '=', 'very_late')]",
                "scenario_id": self.scenario.id,
            }
        )
        for late in (31, 45, 60):
            self._paid(late + 5, late)
        self._upkeep()
        case = self._case()
        case._review()
        self.assertEqual(case.segment_id, segment)

    # === AMOUNTS === #

    def test_last_payment_is_what_came_on_its_day(self):
        parts = self._invoice(300, late=60)
        self._settle(parts, -40, amount=100)
        self._settle(parts, -10, amount=50)
        self._paid(30, 20, amount=80)
        case = self._profile()
        self.assertEqual(case.last_payment_date, self._day(-10))
        self.assertAlmostEqual(case.last_payment_amount, 130)
        self.assertEqual(case.payment_count, 1, "one instalment is partly paid only")

    def test_invoiced_less_credit_notes(self):
        self._invoice(1000, late=400)
        invoice = self._invoice(500, late=10)
        self._invoice(200, late=20)
        self._reconcile(invoice, self._credit_note(150))
        self.assertAlmostEqual(self._profile().invoiced_12m, 550)

    def test_credit_used_of_the_limit_in_this_company(self):
        self._invoice(100, late=10)
        self.assertEqual(self._profile().credit_used, 0)
        other = self.env["res.company"].sudo().create({"name": "Luminaires du Sud"})
        self.debtor.with_company(other).credit_limit = 10
        self.assertEqual(self._profile().credit_used, 0)
        self.debtor.with_company(self.company).credit_limit = 400
        self.assertAlmostEqual(self._profile().credit_used, 25)

    def test_credit_used_of_the_company_s_default_limit(self):
        self._invoice(100, late=10)
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 200.0, company_id=self.company.id
        )
        self.assertAlmostEqual(self._profile().credit_used, 50)

    # === PROMISES AND DISPUTES === #

    def test_promise_is_kept_within_three_days(self):
        kept, broken, awaited = (self._invoice(100, late=80) for _number in range(3))
        self._promise(-20, self._receivables(kept))
        self._promise(-20, self._receivables(broken))
        self._promise(5, self._receivables(awaited))
        self._settle(kept, -17)
        self._settle(broken, -16)
        case = self._profile()
        self.assertEqual(case.promise_count, 2)
        self.assertAlmostEqual(case.kept_promise_rate, 50)

    def test_promise_of_all_that_is_due(self):
        first, second = self._invoice(100, late=80), self._invoice(100, late=40)
        self._invoice(100, late=-30)
        self._promise(-10, made=-30)
        self._settle(first, -12)
        self.assertEqual(self._profile().kept_promise_rate, 0)
        self._settle(second, -10)
        case = self._profile()
        self.assertEqual((case.promise_count, case.kept_promise_rate), (1, 100))

    def test_promise_made_on_the_phone_counts_once(self):
        invoice = self._invoice(100, late=20)
        case = self._case()
        outcome = Form(
            self.env["collection.outcome"].with_context(default_case_id=case.id)
        )
        outcome.outcome = "promised"
        outcome.wait_until = self._day(10)
        outcome.save().action_save()
        self.assertEqual(self._profile().promise_count, 0, "it may still be kept")
        self._settle(invoice, 0)
        case = self._profile()
        self.assertEqual((case.promise_count, case.kept_promise_rate), (1, 100))

    def test_dispute_rate_counts_invoices(self):
        disputed = self._invoice(100, late=30, days=(0, 10))
        others = [self._invoice(100, late=30) for _number in range(3)]
        self.env["collection.hold"].create(
            {
                "case_id": self._case().id,
                "reason": "dispute",
                "name": "Two lamps arrived broken",
                "line_ids": [Command.set(self._receivables(disputed).ids)],
            }
        )
        self.assertAlmostEqual(self._profile().dispute_rate, 25)
        case = self._case()
        action = case._make_manual_action("phone")
        action._close("disputed")
        action.item_ids.filtered(lambda item: item.move_id != others[0]).line_id = False
        self.assertAlmostEqual(self._profile().dispute_rate, 50)

    # === COST === #

    def test_queries_do_not_depend_on_the_number_of_cases(self):
        debtors = [self._make_debtor(f"Client {number}") for number in range(20)]
        for debtor in debtors:
            self._invoice(100, late=20, partner=debtor)
        self._upkeep()
        cases = self.env["collection.case"].union(*map(self._case, debtors))
        profile = self.env["collection.profile"]
        with self.assertQueriesConstant() as run:
            run(lambda: profile._refresh(self.company, cases[1]))
            run(lambda: profile._refresh(self.company, cases))
        self.assertEqual(set(cases.mapped("late_share")), {100.0})

    def test_unchanged_profile_is_not_written(self):
        self._paid(20, 10)
        case = self._profile()
        with self.freeze(f"{self._day(1)} 12:00:00"):
            self._refresh()
        self.assertEqual(case.profile_date, self.today)

    # === GROUPS === #

    def test_cases_are_grouped_by_place_industry_and_size(self):
        industry = self.env["res.partner.industry"].create({"name": "Joinery"})
        self.debtor.industry_id = industry
        self._invoice(100, late=20)
        case = self._case()
        domain = [("id", "=", case.id)]
        for field, value in (
            ("country_id", self.env.ref("base.fr")),
            ("industry_id", industry),
            ("size_category", False),
            ("payer_type", "new"),
        ):
            with self.subTest(field=field):
                groups = case._read_group(domain, [field], ["__count"])
                self.assertEqual(groups, [(value, 1)])
                wanted = getattr(value, "id", value)
                self.assertEqual(case.search([*domain, (field, "=", wanted)]), case)


@tagged("post_install", "-at_install")
class TestUnusualBehaviour(ProfileCommon):
    """A debtor that pays later than it used to is spoken of before it costs money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ages = [*range(100, 400, 15), 40, 30, 20]
        invoices = cls._make_invoices(
            [cls.today - relativedelta(days=age) for age in ages]
        )
        cls._pay_late(invoices[:20], 4)
        cls.unpaid = invoices[20:]

    @classmethod
    def _make_invoices(cls, dues):
        invoices = cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": cls.debtor.id,
                    "invoice_date": due,
                    "invoice_date_due": due,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 500, "tax_ids": []})
                    ],
                }
                for due in dues
            ]
        )
        invoices.action_post()
        return invoices

    @classmethod
    def _pay_late(cls, invoices, days):
        payments = cls.env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": cls.debtor.id,
                    "amount": invoice.amount_total,
                    "date": invoice.invoice_date_due + relativedelta(days=days),
                    "journal_id": cls.journals["bank"].id,
                }
                for invoice in invoices
            ]
        )
        payments.action_post()
        for invoice, payment in zip(invoices, payments, strict=True):
            (invoice.line_ids | payment.move_id.line_ids).filtered(
                lambda line: line.account_type == "asset_receivable"
            ).reconcile()

    def _messages(self, case):
        return case.message_ids.filtered(lambda m: "Unusual behaviour" in m.body)

    def test_signal_with_its_evidence(self):
        case = self._profile()
        self.assertTrue(case.is_abnormal)
        self.assertEqual(case.abnormal_since, self.today)
        self.assertAlmostEqual(case.abnormal_facts["p_value"], 1 / comb(23, 3))
        self.assertEqual(
            case.abnormal_note,
            "Used to pay 4 days late (median of 20 payments), now at least 40 days "
            "late. Of the 3 instalments due in the last 90 days 3 are unpaid, the "
            "oldest for 40 days: at that age 20 of 20 had been paid.",
        )

    def test_steady_debtor_raises_nothing(self):
        self._pay_late(self.unpaid, 6)
        case = self._profile()
        self.assertFalse(case.is_abnormal)
        self.assertFalse(case.abnormal_note)
        self.assertFalse(self._messages(case))

    def test_it_is_noted_once_and_lasts(self):
        case = self._profile()
        with self.freeze(f"{self._day(3)} 12:00:00"):
            self._refresh()
        self.assertEqual(case.abnormal_since, self.today)
        self.assertEqual(case.abnormal_facts["oldest_unpaid"], 43)
        self.assertEqual(len(self._messages(case)), 1)
        self.assertFalse(case.activity_ids)

    def test_it_ends_when_nothing_is_recent(self):
        case = self._profile()
        with self.freeze(f"{self._day(200)} 12:00:00"):
            self._refresh()
        self.assertFalse(case.is_abnormal)
        self.assertFalse(case.abnormal_since)
        self.assertFalse(case.abnormal_facts)

    def test_collector_gets_a_task_where_that_is_set(self):
        self.company.collection_abnormal_activity = True
        case = self._profile()
        self.assertEqual(case.activity_ids.user_id, case._get_collector())
        self.assertIn("20 of 20", case.activity_ids.note)

    def test_one_case_is_judged_by_the_last_pass_over_all(self):
        case = self._case()
        self.company.collection_abnormal_threshold = 1e-6
        self._refresh(case)
        self.assertFalse(case.is_abnormal)
        self.company.collection_abnormal_threshold = 0.01
        self._refresh(case)
        self.assertTrue(case.is_abnormal)
        self.assertAlmostEqual(self.company.collection_abnormal_threshold, 0.01)

    def test_signal_stays_until_it_would_not_pass_alone(self):
        case = self._profile()
        self.assertAlmostEqual(self.company.collection_abnormal_threshold, 0.05)
        self.company.collection_abnormal_threshold = 1e-6
        self._refresh(case)
        self.assertTrue(case.is_abnormal)

    def test_fewer_false_signals_mean_fewer_signals(self):
        self.company.collection_abnormal_level = 0.05
        self.assertFalse(self._profile().is_abnormal)

    @mute_logger("odoo.sql_db")
    def test_level_is_a_share(self):
        for level in (0, 60):
            with self.subTest(level=level), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.company.collection_abnormal_level = level
                    self.env.flush_all()

    def test_lists_hold_who_belongs_there(self):
        steady = self._make_debtor("Fidèle SA")
        self._paid(30, 2, partner=steady)
        self._refresh()
        expected = {
            "collection_profile_action": self._case() | self._case(steady),
            "collection_abnormal_action": self._case(),
        }
        for name, cases in expected.items():
            action = self.env.ref(f"l10n_fr_debt_collection.{name}")
            found = self.env["collection.case"].search(literal_eval(action.domain))
            mine = found.filtered(lambda case: case.company_id == self.company)
            self.assertEqual(mine, cases)
