from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .payment_common import PaymentFactsCommon

MONDAY = date(2026, 6, 15)


class ForecastCommon(PaymentFactsCommon):
    """Without any history the model leans on its prior, see tests/tools."""

    def _forecast(self):
        self._commit()
        self.env["collection.payment.fact"]._rebuild(self.company)
        self.env["collection.forecast"]._refresh(self.company)

    def _fact(self, invoice):
        return self.env["collection.payment.fact"].search(
            [("move_id", "=", invoice.id)]
        )

    def _foreseen(self, case):
        return (
            case.forecast_30 + case.forecast_60 + case.forecast_90 + case.forecast_later
        )

    def _weeks(self, *domain):
        return self.env["collection.cash.forecast"].search(
            [("company_id", "=", self.company.id), *domain], order="week_start"
        )

    def _pay_late(self, days, count=12, partner=None):
        """Make invoices of a year, one a month, each paid so many days late."""
        for month in range(1, count + 1):
            invoice = self._invoice(100, late=30 * month, partner=partner, days=(30,))
            self._register_payment(invoice, payment_date=self._day(days - 30 * month))

    def _freeze_debtor(self, proceeding):
        self.debtor.company_registry = "40483304800022"
        case = self._case()
        case._review()
        case.registry_record_id.sudo().proceeding = proceeding
        return case


@tagged("post_install", "-at_install")
class TestForecast(ForecastCommon):
    def test_who_pays_twenty_days_late_is_expected_so(self):
        self._pay_late(20)
        invoice = self._invoice(500, late=-10, days=(30,))
        self._forecast()
        fact = self._fact(invoice)
        self.assertAlmostEqual((fact.expected_date - fact.date_due).days, 20, delta=3)
        self.assertLessEqual(fact.expected_date_low, fact.expected_date)
        self.assertGreaterEqual(fact.expected_date_high, fact.expected_date)
        self.assertLess(fact.default_probability, 15)
        self.assertEqual(fact.predicted_on, self.today)

    def test_due_today_without_history(self):
        self._invoice(1000, late=0)
        self._forecast()
        case = self._case()
        in_30 = 1000 * (1 - 0.5 * 0.95**30)
        self.assertAlmostEqual(case.forecast_30, in_30, delta=0.01)
        in_60 = 1000 * 0.5 * 0.95**30 * (1 - 0.99**30)
        self.assertAlmostEqual(case.forecast_60, in_60, delta=0.01)
        at_risk = 500 * 0.95**30 * 0.99**60
        self.assertAlmostEqual(case.amount_at_risk, at_risk, delta=0.01)
        self.assertAlmostEqual(case.default_probability, at_risk / 10, delta=0.01)
        self.assertEqual(case.expected_date, self.today)

    def test_periods_add_up_to_what_is_open(self):
        self._invoice(1000, late=45)
        self._invoice(400, late=-70)
        self._pay(self._invoice(300, late=10), 120)
        debtors = self.debtor
        for number in range(10):
            debtor = self._make_debtor(f"Cent{number} SARL")
            self._invoice(100.01 + 7 * number, late=3 * number, partner=debtor)
            debtors += debtor
        self._forecast()
        for debtor in debtors:
            case = self._case(debtor)
            self.assertAlmostEqual(self._foreseen(case), case.amount_due, places=4)

    def test_part_paid_is_foreseen_for_the_rest(self):
        invoice = self._invoice(1000, late=0)
        self._pay(invoice, 400)
        self._forecast()
        self.assertAlmostEqual(
            self._case().forecast_30, 600 * (1 - 0.5 * 0.95**30), delta=0.01
        )

    def test_credits_are_set_against_the_oldest(self):
        self._invoice(300, late=20)
        young = self._invoice(500, late=-10)
        self._credit_note(350)
        self._forecast()
        case = self._case()
        self.assertEqual(case.amount_credit, 350)
        # The old one is covered, 450 are left of the young one.
        self.assertEqual(case.expected_date, self._fact(young).expected_date)
        self.assertAlmostEqual(self._foreseen(case), 450, places=4)

    def test_nothing_is_expected_in_insolvency(self):
        invoice = self._invoice(1000, late=5)
        case = self._freeze_debtor("receivership")
        self._forecast()
        self.assertFalse(case.expected_date)
        self.assertEqual(case.forecast_30, 0)
        self.assertEqual(case.forecast_later, 1000)
        self.assertEqual(case.amount_at_risk, 1000)
        self.assertEqual(case.default_probability, 100)
        self.assertFalse(self._fact(invoice).expected_date)
        self.assertFalse(sum(self._weeks().mapped("amount_expected")))

    def test_nothing_is_expected_of_who_is_gone(self):
        self._invoice(1000, late=5)
        case = self._freeze_debtor("none")
        for values in ({"state": "ceased"}, {"struck_off_on": self.today}):
            with self.subTest(**values):
                record = case.registry_record_id.sudo()
                record.write({"state": "active", "struck_off_on": False} | values)
                self._forecast()
                self.assertFalse(case.expected_date)
                self.assertEqual(case.forecast_later, 1000)
                self.assertEqual(case.default_probability, 100)

    def test_what_is_invoiced_after_the_judgment_is_expected(self):
        before = self._invoice(1000, late=40)
        after = self._invoice(300, late=5)
        case = self._freeze_debtor("receivership")
        case.registry_record_id.sudo().proceeding_since = self._day(-20)
        self._forecast()
        self.assertFalse(self._fact(before).expected_date)
        self.assertTrue(self._fact(after).expected_date)
        self.assertGreater(case.forecast_30, 0)
        case.registry_record_id.sudo().proceeding = "liquidation"
        self._forecast()
        self.assertFalse(self._fact(after).expected_date)

    def test_conciliation_does_not_stop_payments(self):
        self._invoice(1000, late=5)
        case = self._freeze_debtor("conciliation")
        self._forecast()
        self.assertTrue(case.expected_date)

    def test_ninety_days_late_is_a_default(self):
        invoice = self._invoice(1000, late=91)
        self._forecast()
        self.assertEqual(self._fact(invoice).default_probability, 100)

    def test_paid_keeps_what_was_predicted_and_leaves_the_case(self):
        invoice = self._invoice(1000, late=0)
        self._forecast()
        expected = self._fact(invoice).expected_date
        self._pay(invoice)
        self._forecast()
        fact = self._fact(invoice)
        self.assertEqual((fact.state, fact.expected_date), ("paid", expected))
        case = self._case()
        self.assertEqual(case.forecast_30, 0)
        self.assertFalse(case.expected_date)

    def test_settled_without_payment_teaches_nothing(self):
        self._pay_late(20)
        for month in range(1, 8):
            invoice = self._invoice(100, late=30 * month, days=(30,))
            note = invoice._reverse_moves(
                [{"date": invoice.invoice_date, "invoice_date": invoice.invoice_date}],
                cancel=True,
            )
            self.assertEqual(note.payment_state, "paid")
        invoice = self._invoice(500, late=-10, days=(30,))
        self._forecast()
        fact = self._fact(invoice)
        self.assertAlmostEqual((fact.expected_date - fact.date_due).days, 20, delta=3)

    def test_written_off_was_never_paid(self):
        invoice = self._invoice(500, late=0)
        self._forecast()
        before = self._fact(invoice).default_probability
        for month in range(4, 10):
            lost = self._invoice(100, late=30 * month)
            self._reconcile(lost, self._write_off(100))
        self._forecast()
        self.assertGreater(self._fact(invoice).default_probability, before + 10)

    def test_companies_do_not_mix(self):
        self._invoice(1000, late=0)
        self._forecast()
        other = self.setup_other_company()["company"]
        self.env["collection.forecast"]._refresh(other)
        self.assertGreater(self._case().forecast_30, 0)
        self.assertTrue(self._weeks())
        self.assertFalse(
            sum(
                self.env["collection.cash.forecast"]
                .search([("company_id", "=", other.id)])
                .mapped("amount_expected")
            )
        )

    def test_a_debtor_of_two_companies_is_known_apart(self):
        other = self.setup_other_company()
        self._pay_late(25, count=7)
        due = self._day(10)
        mine = self._invoice(500, late=-10, days=(30,))
        elsewhere = (
            self.env["account.move"]
            .with_company(other["company"])
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.debtor.id,
                    "invoice_date": self._day(-20),
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Lamps", "price_unit": 500, "tax_ids": []}
                        )
                    ],
                }
            )
        )
        elsewhere.action_post()
        self._forecast()
        self.env["collection.payment.fact"]._rebuild(other["company"])
        self.env["collection.forecast"]._refresh(other["company"])
        # There nothing is known of anybody: half is paid on the due date.
        self.assertEqual(self._fact(elsewhere).expected_date, due)
        self.assertGreater(self._fact(mine).expected_date, due + timedelta(days=15))

    def test_queries_do_not_grow_with_the_debtors(self):
        self._invoice(1000, late=0)
        self._forecast()
        few = self._count_queries()
        for number in range(12):
            debtor = self._make_debtor(f"Debtor{number} SARL")
            self._invoice(100, late=number, partner=debtor)
        self._forecast()
        self.assertLessEqual(self._count_queries(), few)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["collection.forecast"]._refresh(self.company)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestCashForecast(ForecastCommon):
    def _on(self, day):
        return self.freeze(f"{day} 10:00:00")

    def _open_on(self, day, amount=1000):
        """Return an invoice that is due on ``day``."""
        return self._invoice(
            amount, 0, invoice_date=day, invoice_payment_term_id=self._term(0).id
        )

    def test_thirteen_weeks_from_this_monday(self):
        with self._on(MONDAY + timedelta(days=2)):
            self._open_on(MONDAY + timedelta(days=2))
            self._forecast()
            weeks = self._weeks()
            self.assertEqual(len(weeks), 13)
            self.assertEqual(weeks[0].week_start, MONDAY)
            self.assertEqual(weeks.mapped("weeks_ahead"), list(range(13)))
            # Due on Wednesday: half then, 5 % of the rest on each of four days.
            first = 1000 * (1 - 0.5 * 0.95**4)
            self.assertAlmostEqual(weeks[0].amount_expected, first, delta=0.01)
            second = 500 * 0.95**4 * (1 - 0.95**7)
            self.assertAlmostEqual(weeks[1].amount_expected, second, delta=0.01)
            self.assertEqual(weeks[0].amount_due_then, 1000)
            self.assertEqual(weeks[1].amount_due_then, 0)
            for week in weeks:
                self.assertLessEqual(week.amount_low, week.amount_expected)
                self.assertGreaterEqual(week.amount_high, week.amount_expected)

    def test_weeks_add_up_to_what_is_paid_in_them(self):
        with self._on(MONDAY + timedelta(days=2)):
            self._open_on(MONDAY + timedelta(days=2))
            self._open_on(MONDAY + timedelta(days=90), 300)
            self._forecast()
            # The last Sunday is the 88th day after the first due date, and the day
            # on which the other one is due.
            first = 1000 * (1 - 0.5 * 0.95**30 * 0.99**58)
            total = sum(self._weeks().mapped("amount_expected"))
            self.assertAlmostEqual(total, first + 300 * 0.5, delta=0.1)

    def test_collectors_read_the_weeks_of_their_companies_only(self):
        with self._on(MONDAY):
            self._open_on(MONDAY)
            self._forecast()
        other = self.setup_other_company()["company"]
        collector = new_test_user(
            self.env,
            "paul",
            groups="l10n_fr_debt_collection.group_collection_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for name in ("collection.cash.forecast", "collection.ageing.forecast"):
            rows = self.env[name].search([("company_id", "=", self.company.id)])
            self.assertTrue(rows)
            found = rows.with_user(collector).with_context(
                allowed_company_ids=other.ids
            )
            self.assertFalse(found.search([("company_id", "=", self.company.id)]))
            with self.assertRaises(AccessError):
                found.unlink()

    def test_first_of_a_week_and_latest_are_kept(self):
        with self._on(MONDAY):
            self._open_on(MONDAY)
            self._forecast()
        for day in (1, 3):
            with self._on(MONDAY + timedelta(days=day)):
                self._forecast()
        first, latest = MONDAY, MONDAY + timedelta(days=3)
        self.assertEqual(set(self._weeks().mapped("computed_on")), {first, latest})
        self.assertEqual(
            set(self._weeks(("is_latest", "=", True)).mapped("computed_on")), {latest}
        )
        self.assertEqual(
            set(self._weeks(("is_first", "=", True)).mapped("computed_on")), {first}
        )

    def test_twice_a_day_is_once(self):
        with self._on(MONDAY):
            self._open_on(MONDAY)
            self._forecast()
            self._forecast()
            self.assertEqual(len(self._weeks()), 13)
            self.assertTrue(all(self._weeks().mapped("is_first")))

    def test_after_a_year_it_is_forgotten(self):
        with self._on(MONDAY):
            self._open_on(MONDAY)
            self._forecast()
        with self._on(MONDAY + timedelta(days=367)):
            self._forecast()
        self.assertNotIn(MONDAY, self._weeks().mapped("computed_on"))

    def test_what_came_in_is_compared(self):
        with self._on(MONDAY):
            invoice, other = self._open_on(MONDAY), self._open_on(MONDAY, 300)
            self._forecast()
        with self._on(MONDAY + timedelta(days=4)):
            self._pay(invoice, 700)
            self._credit_note(50)
        with self._on(MONDAY + timedelta(days=8)):
            self._pay(other)
            self._forecast()
            week = self._weeks(("week_start", "=", MONDAY), ("is_first", "=", True))
            self.assertEqual(week.amount_received, 700)
            self.assertAlmostEqual(
                week.deviation, 700 - week.amount_expected, delta=0.01
            )
            running = self._weeks(
                ("week_start", "=", MONDAY + timedelta(days=7)),
                ("is_latest", "=", True),
            )
            self.assertFalse(running.amount_received)
            self.assertFalse(running.deviation)


@tagged("post_install", "-at_install")
class TestPredictedAgeing(ForecastCommon):
    def _amounts(self, days):
        rows = self.env["collection.ageing.forecast"].search(
            [("company_id", "=", self.company.id), ("days", "=", str(days))]
        )
        return {row.bucket: row.amount for row in rows}

    def test_today_it_is_the_balance(self):
        self._invoice(1000, late=10)
        self._invoice(200, late=-10)
        self._forecast()
        amounts = self._amounts(0)
        self.assertEqual(amounts.pop("b_1_30"), self._case().amount_1_30)
        self.assertEqual(amounts.pop("a_not_due"), 200)
        self.assertFalse(any(amounts.values()))

    def test_it_ages_and_shrinks(self):
        self._invoice(1000, late=0)
        self._forecast()
        # Half is paid today, then 5 % a day for 30 days, and 1 % a day.
        left = 500 * 0.95**30
        self.assertAlmostEqual(self._amounts(30)["b_1_30"], left, delta=0.01)
        left *= 0.99**30
        self.assertAlmostEqual(self._amounts(60)["c_31_60"], left, delta=0.01)

    def test_again_replaces(self):
        self._invoice(1000, late=11)
        self._forecast()
        self._forecast()
        count = self.env["collection.ageing.forecast"].search_count(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(count, 24)

    def test_dashboard_reads_the_buckets_of_the_case(self):
        self._invoice(1000, late=11)
        self._forecast()
        balances = self.env["collection.forecast"]._get_predicted_ageing(self.company)
        self.assertEqual([balance["days"] for balance in balances], [30, 60, 90])
        self.assertEqual(
            balances[0]["amounts"]["amount_31_60"], self._amounts(30)["c_31_60"]
        )

    def test_predictive_ageing_opens_beside_the_actual_one(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_predictive_ageing_action"
        )
        self._invoice(1000, late=11)
        self._forecast()
        cases = self.env["collection.case"].search(
            [("company_id", "=", self.company.id), ("amount_due", ">", 0)]
        )
        views = self.env["collection.case"].get_views(action["views"])["views"]
        shown = views["list"]["arch"]
        for name in ("amount_1_30", "forecast_30", "forecast_later", "amount_at_risk"):
            self.assertIn(f'name="{name}"', shown)
        self.assertEqual(len(cases), 1)
