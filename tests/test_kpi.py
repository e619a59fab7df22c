from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CollectionCommon

MARCH = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestKpi(CollectionCommon):
    """Indicators of a month, worked out by hand for March 2026.

    Receivables when March began: 1,000 + 2,000 + 400 = 3,400. Invoiced in March: 600.
    Cashed in March: 1,000 on the 1st and 500 on the 27th. When it ended: 1,500 + 600 +
    400 = 2,500, of which 600 not due, 400 more than 90 days late.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpis = cls.env["collection.kpi"]
        cls.kpis.search([]).unlink()

    def _book(self):
        first = self._invoice_on(1000, date(2026, 1, 10))
        second = self._invoice_on(2000, date(2026, 2, 15))
        self._invoice_on(600, date(2026, 3, 5))
        self._invoice_on(400, date(2025, 11, 1))
        self._pay_on(first, date(2026, 3, 1))
        self._pay_on(second, date(2026, 3, 27), 500)

    def _invoice_on(self, amount, day, partner=None):
        return self._invoice(amount, 0, partner, days=(30,), invoice_date=day)

    def _pay_on(self, invoice, day, amount=None):
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        values = {"payment_date": day} | ({"amount": amount} if amount else {})
        wizard = self.env["account.payment.register"].with_context(**context)
        return wizard.create(values)._create_payments()

    def _measured(self, month=MARCH, **scope):
        scope = {"scope": "company", **scope}
        found = self.kpis.search(
            [("company_id", "=", self.company.id), ("month", "=", month)]
            + [(name, "=", value) for name, value in scope.items()]
        )
        return {kpi.kind_id.code: kpi for kpi in found}

    def test_figures_of_a_month_are_those_worked_out_by_hand(self):
        self._book()
        self.kpis._measure(self.company, MARCH)
        figures = {
            code: round(kpi.value, 1)
            for code, kpi in self._measured().items()
            if kpi.has_value
        }
        self.assertEqual(
            figures,
            {
                # 1,000 was 19 days late when March began: none is 31 to 60 at its end.
                "roll_1_30": 0.0,
                # 400 was 89 days late when it began and is 120 days late at its end.
                "roll_61_90": 100.0,
                # No contact was made: nothing was spent on the 1,500 cashed.
                "cost_rate": 0.0,
                # Nothing of the 2,500 is in dispute.
                "dispute_rate": 0.0,
                # 2,500 x 90 days / 3,600 invoiced from January to March.
                "dso": 62.5,
                # March 600 in 31 days, 1,900 of February's 2,000: 26.6 of 28 days.
                "dso_count_back": 57.6,
                # 600 x 90 / 3,600.
                "best_possible_dso": 15.0,
                "average_days_delinquent": 47.5,
                # (3,400 + 600 - 2,500) / (3,400 + 600 - 600).
                "collection_effectiveness": 44.1,
                # (1,000 x 50 + 500 x 40) / 1,500.
                "payment_delay": 46.7,
                # (1,000 x 20 + 500 x 10) / 1,500.
                "days_late": 16.7,
                # 500 of the 2,000 that fell due on 17 March.
                "recovery_rate": 25.0,
                # 400 / 4,000 invoiced in twelve months.
                "unpaid_rate": 10.0,
                # 1,900 / 2,500.
                "overdue_share": 76.0,
                # 400 / 2,500.
                "over_90_share": 16.0,
            },
        )

    def test_what_happens_later_does_not_change_a_month(self):
        self._book()
        self.kpis._measure(self.company, MARCH)
        before = {code: kpi.value for code, kpi in self._measured().items()}
        late = self._invoice_on(9000, date(2026, 4, 2))
        self._pay_on(late, date(2026, 4, 3))
        for invoice in self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "=", "out_invoice"),
                ("amount_residual", ">", 0),
                ("state", "=", "posted"),
            ]
        ):
            self._pay_on(invoice, date(2026, 4, 20))
        self.kpis._measure(self.company, MARCH)
        after = {code: kpi.value for code, kpi in self._measured().items()}
        self.assertEqual(after, before)

    def test_receivables_are_those_of_the_ageing_balance_of_that_day(self):
        self._book()
        self.kpis._measure(self.company, MARCH)
        dso = self._measured()["dso"]
        action = dso.action_open_balance()
        ageing = self.env["collection.ageing"].browse(action["res_id"])
        self.assertEqual(ageing.date, date(2026, 3, 31))
        self.assertAlmostEqual(ageing.amount_total, dso.numerator)
        self.assertAlmostEqual(ageing.ledger_balance, 2500)

    def test_each_collector_and_segment_has_its_own(self):
        self._book()
        other = self._make_debtor("Plomberie Vidal")
        paid = self._invoice_on(300, date(2026, 2, 1), other)
        self._pay_on(paid, date(2026, 3, 3))
        cases = self._case() | self._case(other)
        collector = new_test_user(
            self.env,
            "kpi_collector",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
        )
        cases.filtered(lambda case: case.partner_id == other).user_id = collector
        self.kpis._measure(self.company, MARCH)
        mine = self._measured(scope="collector", user_id=collector.id)
        # Due and paid on 3 March, 30 days after the invoice.
        self.assertAlmostEqual(mine["recovery_rate"].value, 100)
        self.assertAlmostEqual(mine["payment_delay"].value, 30)
        self.assertFalse(mine["overdue_share"].has_value)

    def test_work_of_a_month_calls_promises_and_costs(self):
        """Four calls, three reached: two promises of 1,000 for March, one kept."""
        self._book()
        case = self._case()
        self.company.collection_cost_phone = 5
        for outcome in ("promised", "promised", "reached", "no_answer"):
            self.env["collection.action"].create(
                {
                    "case_id": case.id,
                    "channel": "phone",
                    "date": date(2026, 3, 10),
                    "state": "done",
                    "outcome": outcome,
                }
            )
        promises = self.env["collection.promise"].create(
            [
                {
                    "case_id": case.id,
                    "amount": 1000,
                    "currency_id": self.company.currency_id.id,
                    "date_made": date(2026, 3, 10),
                    "date_promised": date(2026, 3, 20),
                }
                for _number in range(2)
            ]
        )
        # The judge is tested elsewhere: here only what it decided is counted.
        promises[0].write({"state": "kept", "amount_paid": 1200})
        promises[1].write({"state": "broken", "amount_paid": 500})
        self.kpis._measure(self.company, MARCH)
        measured = self._measured()
        self.assertAlmostEqual(measured["contact_rate"].value, 75)
        self.assertAlmostEqual(measured["promise_rate"].value, 66.7)
        self.assertAlmostEqual(measured["promise_kept_rate"].value, 50)
        # 1,000 (what was paid beyond the promise is none of it) and 500 of 2,000.
        self.assertAlmostEqual(measured["promise_paid_rate"].value, 75)
        # Four calls at 5 over 1,500 cashed.
        self.assertAlmostEqual(measured["cost_rate"].value, 1.3)

    def test_d45_cost_of_recovery_has_contacts_time_proceedings_and_fees(self):
        """11 for two calls, 60 of court fees, 40 asked by an agency: 111 of 1,500."""
        self._book()
        case = self._case()
        self.company.write(
            {
                "collection_cost_phone": 3,
                "collection_minutes_phone": 5,
                "collection_hour_cost": 30,
            }
        )
        self.env["collection.action"].create(
            [
                {
                    "case_id": case.id,
                    "channel": "phone",
                    "date": date(2026, 3, 10),
                    "state": "done",
                    "outcome": "reached",
                }
                for _number in range(2)
            ]
        )
        proceeding = self.env["collection.proceeding"].create(
            {"case_id": case.id, "kind": "payment_order"}
        )
        for day in (date(2026, 2, 27), date(2026, 3, 2)):
            proceeding._add_cost("court_fee", 60, name="Fee", date=day, vat=12)
        provider = self.env["collection.handover.provider"].create(
            self._provider_values()
        )
        handover = self.env["collection.handover"].create(
            {"case_id": case.id, "provider_id": provider.id}
        )
        self.env["collection.handover.report"].create(
            {"handover_id": handover.id, "date": date(2026, 3, 20), "fee": 40}
        )
        self.kpis._measure(self.company, MARCH)
        cost = self._measured()["cost_rate"]
        self.assertAlmostEqual(cost.numerator, 11 + 60 + 40)
        self.assertAlmostEqual(cost.value, 7.4)

    def _provider_values(self):
        partner = self._make_debtor("Recouvrement Sud")
        return {
            "partner_id": partner.id,
            "kind": "agency",
            "company_id": self.company.id,
        }

    def test_entries_written_later_do_not_fall_due_in_a_month_before(self):
        """An opening entry of April with what was due in March is nobody's March."""
        self._book()
        self.kpis._measure(self.company, MARCH)
        before = self._measured()["recovery_rate"].value
        self._entry_on(date(2026, 4, 10), due=date(2026, 3, 20))
        self.kpis._measure(self.company, MARCH)
        self.assertAlmostEqual(self._measured()["recovery_rate"].value, before)

    def _entry_on(self, day, due):
        values = {"partner_id": self.debtor.id}
        self.env["account.move"].create(
            {
                "date": day,
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                f"default_account_{account}"
                            ].id,
                            "balance": balance,
                            **extra,
                        }
                    )
                    for account, balance, extra in (
                        ("receivable", 900, values | {"date_maturity": due}),
                        ("revenue", -900, {}),
                    )
                ],
            }
        ).action_post()

    def test_disputes_of_a_month_can_be_read_again(self):
        """1,000 of 2,500 were disputed in March, whatever became of it since."""
        self._book()
        invoice = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("amount_total", "=", 2000)]
        )
        dispute = self.env["collection.dispute"].create(
            {
                "case_id": self._case().id,
                "reason_id": self.env["collection.dispute.reason"]
                .search([], limit=1)
                .id,
                "user_id": self.env.uid,
                "line_ids": self._receivables(invoice).ids,
                "is_partial": True,
                "amount": 1000,
                "date_opened": date(2026, 3, 5),
                "deadline": date(2026, 4, 1),
            }
        )
        dispute.date_closed = date(2026, 4, 20)
        self.kpis._measure(self.company, MARCH)
        self.assertAlmostEqual(self._measured()["dispute_rate"].value, 40)
        self.kpis._measure(self.company, date(2026, 4, 1))
        april = self._measured(date(2026, 4, 1))["dispute_rate"]
        self.assertAlmostEqual(april.value, 0)

    def test_who_can_be_reached_is_measured_today_and_kept(self):
        self._book()
        self._case().is_unreachable = False
        current = self.today.replace(day=1)
        self.kpis._measure(self.company, current)
        reachability = self._measured(current)["reachability"]
        self.assertAlmostEqual(reachability.value, 100)
        with self.freeze(self.today + timedelta(days=62)):
            self._case().is_unreachable = True
            self.kpis._measure(self.company, current)
        self.assertAlmostEqual(self._measured(current)["reachability"].value, 100)

    def test_every_figure_opens_its_lines(self):
        self._book()
        call = self.env["collection.action"].create(
            {
                "case_id": self._case().id,
                "channel": "phone",
                "date": date(2026, 3, 10),
                "state": "done",
                "outcome": "reached",
            }
        )
        self.env["collection.payment.fact"]._rebuild(self.company)
        self.kpis._measure(self.company, MARCH)
        measured = self._measured()

        def lines(code):
            action = measured[code].action_open_lines()
            return self.env[action["res_model"]].search(action.get("domain", []))

        self.assertEqual(lines("contact_rate"), call)
        self.assertEqual(lines("cost_rate"), call)
        self.assertEqual(lines("recovery_rate").mapped("amount"), [2000])
        self.assertAlmostEqual(
            sum(lines("payment_delay").mapped("amount_paid")),
            measured["payment_delay"].denominator,
        )
        for code, kpi in measured.items():
            self.assertTrue(kpi.action_open_lines()["res_model"], code)

    def test_target_of_the_company_says_whether_it_is_met(self):
        self._book()
        kinds = self.env["collection.kpi.kind"].with_company(self.company)
        recovery = kinds.search([("code", "=", "recovery_rate")])
        self.assertEqual(recovery.target, 90)
        self.kpis._measure(self.company, MARCH)
        measured = self._measured()
        self.assertEqual(measured["recovery_rate"].state, "missed")
        self.assertEqual(measured["dso"].state, "none")
        recovery.target = 20
        self.kpis._measure(self.company, MARCH)
        measured = self._measured()
        self.assertEqual(measured["recovery_rate"].state, "met")
        self.assertEqual(measured["recovery_rate"].target, 20)
        other = self.env["res.company"].create({"name": "Another"})
        self.assertEqual(recovery.with_company(other).target, 90)

    def test_nothing_invoiced_is_no_figure(self):
        self.kpis._measure(self.company, MARCH)
        measured = self._measured()
        self.assertTrue(measured)
        self.assertFalse(
            any(
                kpi.has_value
                for kpi in measured.values()
                if kpi.kind_id.code != "dso_count_back"
            )
        )
        self.assertEqual(set(k.state for k in measured.values()) - {"met"}, {"none"})

    def test_a_month_is_measured_until_it_is_final_and_once_only(self):
        current = self.today.replace(day=1)
        months = self.kpis._get_months_to_measure(self.company)
        self.assertEqual((len(months), months[-1]), (13, current))
        self.kpis._measure(self.company, MARCH)
        self.assertTrue(all(k.is_final for k in self._measured().values()))
        months = self.kpis._get_months_to_measure(self.company)
        self.assertEqual(months[0], date(2026, 4, 1))
        self.kpis._measure(self.company, current)
        self.kpis._measure(self.company, current)
        now = self._measured(current)
        self.assertFalse(any(kpi.is_final for kpi in now.values()))
        self.assertEqual(next(iter(now.values())).date, self.today)

    def test_collectors_read_and_do_not_write(self):
        self._book()
        self.kpis._measure(self.company, MARCH)
        user = new_test_user(
            self.env,
            "kpi_reader",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
        )
        kpi = self._measured()["dso"].with_user(user)
        self.assertAlmostEqual(kpi.value, 62.5)
        with self.assertRaises(AccessError):
            kpi.write({"value": 1})
        foreign = self.env["res.company"].create({"name": "Another"})
        stranger = new_test_user(
            self.env,
            "kpi_stranger",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=foreign.id,
            company_ids=[Command.set(foreign.ids)],
        )
        self.assertFalse(self.kpis.with_user(stranger).search([("id", "=", kpi.id)]))
