from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestAlert(CollectionCommon):
    """Rules that notice something, and what is then done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["collection.alert.rule"].search([]).is_on = False

    def _rule(self, responses=({"kind": "activity"},), **values):
        return self.env["collection.alert.rule"].create(
            {
                "name": "Large debts",
                "company_id": self.company.id,
                "domain": "[('amount_overdue', '>', 1000)]",
                "response_ids": [(0, 0, response) for response in responses],
                "is_on": True,
                **values,
            }
        )

    def _alerts(self, rule):
        return self.env["collection.alert"].search(
            [("rule_id", "=", rule.id)], order="id"
        )

    def _tasks(self, record):
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )

    # === WHEN A RULE SPEAKS === #

    def test_it_speaks_once_as_long_as_it_is_true(self):
        self._invoice(1500, late=20)
        case = self._case()
        rule = self._rule()
        rule._look()
        rule._look()
        alert = self._alerts(rule)
        self.assertEqual(len(alert), 1)
        self.assertEqual((alert.case_id, alert.state), (case, "open"))
        self.assertAlmostEqual(alert.amount, 1500)
        self.assertTrue(alert.is_standing)
        self.assertIn("1,500", alert.detail.replace("\u202f", ","))
        self.assertEqual(len(self._tasks(case)), 1)

    def test_it_speaks_again_when_it_had_ended_and_the_quiet_days_are_over(self):
        invoice = self._invoice(1500, late=20)
        rule = self._rule(quiet_days=10)
        rule._look()
        self._pay(invoice)
        self._case()._review()
        rule._look()
        self.assertFalse(self._alerts(rule).is_standing)
        self._invoice(2000, late=5)
        self._case()
        rule._look()
        self.assertEqual(len(self._alerts(rule)), 1, "quiet")
        with self.freeze(self.today + timedelta(days=11)):
            rule._look()
        self.assertEqual(len(self._alerts(rule)), 2)

    def test_a_rule_that_is_off_does_nothing_and_can_be_tried(self):
        self._invoice(1500, late=20)
        case = self._case()
        rule = self._rule(is_on=False)
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_alert_rules"
            ).method_direct_trigger()
        self.assertFalse(self._alerts(rule))
        action = rule.action_try()
        self.assertEqual(self.env["collection.case"].search(action["domain"]), case)
        self.assertFalse(self._alerts(rule))
        self.assertFalse(self._tasks(case))

    def test_segments_and_companies_bound_it(self):
        self._invoice(1500, late=20)
        case = self._case()
        segment = self.env["collection.segment"].create(
            {
                "name": "Small",
                "company_id": self.company.id,
                "domain": "[('amount_due', '<', 10)]",
                "scenario_id": self.scenario.id,
            }
        )
        rule = self._rule(segment_ids=segment.ids)
        rule._look()
        self.assertFalse(self._alerts(rule))
        other = self.env["res.company"].create({"name": "Another"})
        rule.write({"segment_ids": [(5,)], "company_id": other.id})
        rule._look()
        self.assertFalse(self._alerts(rule))
        self.assertTrue(case)

    def test_an_unreadable_condition_is_refused(self):
        with self.assertRaises(ValidationError):
            self._rule(domain="[('no_such_field', '=', 1)]")

    # === TRIGGERS === #

    def test_broken_promise(self):
        invoice = self._invoice(800, late=20)
        case = self._case()
        rule = self._rule(trigger="promise", domain="[]")
        promise = self.env["collection.promise"].create(
            {
                "case_id": case.id,
                "amount": 800,
                "currency_id": self.company.currency_id.id,
                "date_made": self._day(-10),
                "date_promised": self._day(-5),
                "line_ids": [(6, 0, self._receivables(invoice).ids)],
            }
        )
        rule._look()
        self.assertFalse(self._alerts(rule))
        rule.looked_at = fields.Datetime.now() - timedelta(minutes=1)
        promise.state = "broken"
        rule._look()
        self.assertEqual(self._alerts(rule).case_id, case)
        self.assertIn("800", self._alerts(rule).detail)

    def test_requirement_e49_promises_kept_less_than_before(self):
        self._invoice(800, late=20)
        case = self._case()
        rule = self._rule(trigger="promise_habit", domain="[]")
        self._judged_promises(case, days=range(-400, -150, 50), state="kept")
        self._judged_promises(case, days=(-60,), state="broken")
        rule._look()
        self.assertFalse(self._alerts(rule), "one broken promise may be chance")
        self._judged_promises(case, days=(-10,), state="broken")
        rule._look()
        self.assertEqual(self._alerts(rule).case_id, case)
        self.assertIn("0 of 2 promises kept", self._alerts(rule).detail)
        self.assertIn("5 of 5", self._alerts(rule).detail)

    def _judged_promises(self, case, days, state):
        promises = self.env["collection.promise"].create(
            [
                {
                    "case_id": case.id,
                    "amount": 100,
                    "date_made": self._day(day - 5),
                    "date_promised": self._day(day),
                }
                for day in days
            ]
        )
        promises.state = state

    def test_requirement_e48_a_rejected_payment(self):
        invoice = self._invoice(800, late=20)
        case = self._case()
        rule = self._rule(trigger="rejected", domain="[]")
        payment = self.env["account.payment"].create(
            {
                "partner_id": invoice.partner_id.id,
                "amount": 300,
                "date": self._day(-2),
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        self.env["collection.profile"]._refresh(self.company)
        rule._look()
        self.assertFalse(self._alerts(rule))
        self.assertEqual(case.rejected_payment_count, 0)
        rule.looked_at = fields.Datetime.now() - timedelta(minutes=1)
        payment.action_reject()
        rule._look()
        self.assertEqual(self._alerts(rule).case_id, case)
        self.assertIn("300", self._alerts(rule).detail)
        self.env["collection.profile"]._refresh(self.company)
        self.assertEqual(case.rejected_payment_count, 1)

    def test_a_message_that_came_back(self):
        self._invoice(800, late=4)
        rule = self._rule(trigger="returned", domain="[]")
        run = self.run_on()
        rule.looked_at = fields.Datetime.now() - timedelta(minutes=1)
        self._actions(run).delivery_state = "bounced"
        rule._look()
        self.assertEqual(self._alerts(rule).case_id, self._case())

    def test_no_answer_after_three_contacts(self):
        self._invoice(800, late=40)
        case = self._case()
        rule = self._rule(trigger="silence", threshold=3, domain="[]")

        def call(days, outcome):
            self.env["collection.action"].create(
                {
                    "case_id": case.id,
                    "channel": "phone",
                    "date": self._day(days),
                    "state": "done",
                    "outcome": outcome,
                }
            )

        call(-30, "voicemail")
        call(-20, "reached")
        call(-15, "no_answer")
        call(-10, "no_answer")
        rule._look()
        self.assertFalse(self._alerts(rule))
        call(-5, "voicemail")
        rule._look()
        self.assertEqual(
            self._alerts(rule).detail, "3 contacts without an answer or a payment"
        )

    def test_a_deadline_that_is_near(self):
        self._invoice(800, late=40)
        case = self._case()
        rule = self._rule(trigger="deadline", threshold=15, domain="[]")
        deadline = self.env["collection.deadline"].create(
            {"case_id": case.id, "name": "Answer", "date": self._day(16)}
        )
        rule._look()
        self.assertFalse(self._alerts(rule))
        deadline.date = self._day(15)
        rule._look()
        self.assertIn("Answer", self._alerts(rule).detail)

    def test_the_risk_rises(self):
        self._invoice(800, late=40)
        case = self._case()
        month = self.today.replace(day=1)
        last_month = (month - timedelta(days=1)).replace(day=1)
        history = self.env["collection.risk.history"].sudo()
        history.search([("case_id", "=", case.id)]).unlink()
        history.create(
            {
                "case_id": case.id,
                "company_id": self.company.id,
                "month": last_month,
                "risk_score": 40,
            }
        )
        rule = self._rule(trigger="score", threshold=15, domain="[]")
        case.risk_score = 54
        rule._look()
        self.assertFalse(self._alerts(rule))
        case.risk_score = 55
        rule._look()
        self.assertEqual(self._alerts(rule).detail, "Risk score 55, 40 a month ago")

    def test_an_indicator_out_of_target_is_about_the_company(self):
        last_month = (self.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        self._invoice(800, late=(self.today - last_month).days)
        self.env["collection.kpi"]._measure(self.company, last_month)
        rule = self._rule(
            trigger="kpi", codes="recovery_rate", user_id=self.env.user.id
        )
        rule._look()
        alert = self._alerts(rule)
        self.assertFalse(alert.case_id)
        self.assertEqual(alert.detail, "Recovery rate 0.0 %, target 90.0 %")
        self.assertEqual(self._tasks(alert).user_id, self.env.user)
        rule._look()
        self.assertEqual(self._alerts(rule), alert)

    # === RESPONSES === #

    def test_switch_of_scenario_is_explained_and_undone(self):
        firm = self._make_scenario("Firm", [(1, "email")])
        self._invoice(1500, late=20)
        case = self._case()
        self.assertEqual(case.scenario_id, self.scenario)
        rule = self._rule([{"kind": "switch", "scenario_id": firm.id}])
        rule._look()
        self.assertEqual(case.scenario_id, firm)
        self.assertIn("Large debts", case.scenario_reason)
        self.assertTrue(
            any("Large debts" in body for body in case.message_ids.mapped("body"))
        )
        switch = case.switch_ids
        self.assertEqual(switch.from_scenario_id, self.scenario)
        switch.action_undo()
        self.assertEqual(case.scenario_id, self.scenario)
        self.assertFalse(switch.is_active)
        self.assertEqual(switch.date_undone, self.today)

    def test_a_scenario_chosen_by_a_person_is_left_alone(self):
        firm = self._make_scenario("Firm", [(1, "email")])
        soft = self._make_scenario("Soft", [(20, "email")])
        self._invoice(1500, late=20)
        case = self._case()
        case.scenario_id = soft
        rule = self._rule([{"kind": "switch", "scenario_id": firm.id}])
        rule._look()
        self.assertEqual(case.scenario_id, soft)
        self.assertFalse(case.switch_ids)

    def test_a_person_who_chooses_ends_the_switch(self):
        firm = self._make_scenario("Firm", [(1, "email")])
        self._invoice(1500, late=20)
        case = self._case()
        self._rule([{"kind": "switch", "scenario_id": firm.id}])._look()
        case.scenario_id = self.scenario
        self.assertFalse(case.switch_ids.is_active)
        case.switch_ids.action_undo()
        self.assertEqual(case.manual_scenario_id, self.scenario)

    def test_step_hold_and_server_action(self):
        self._invoice(1500, late=20)
        case = self._case()
        action = self.env["ir.actions.server"].create(
            {
                "name": "Colour",
                "model_id": self.env["ir.model"]._get_id("collection.case"),
                "state": "code",
                "code": "records.write({'color': 3})",
            }
        )
        rule = self._rule(
            [
                {"kind": "step", "step_id": self.scenario.step_ids[-1].id},
                {"kind": "hold", "days": 7, "summary": "Wait for the manager"},
                {"kind": "server", "server_action_id": action.id},
            ]
        )
        rule._look()
        self.assertEqual(case.requested_step_id, self.scenario.step_ids[-1])
        hold = case.active_hold_ids
        self.assertEqual(hold.date_to, self._day(7))
        self.assertIn("Wait for the manager", hold.name)
        self.assertEqual(case.color, 3)
        self.assertEqual(len(self._alerts(rule).response_note.splitlines()), 3)

    def test_a_response_without_what_it_needs_is_refused(self):
        with self.assertRaises(ValidationError):
            self._rule([{"kind": "switch"}])

    def test_a_response_that_fails_is_noted_and_stops_nothing(self):
        good, bad = self._make_debtor("Bonne Maison"), self._make_debtor("Mauvaise")
        for debtor in good | bad:
            self._invoice(1500, late=20, partner=debtor)
        cases = self._case(good) | self._case(bad)
        action = self.env["ir.actions.server"].create(
            {
                "name": "Fails",
                "model_id": self.env["ir.model"]._get_id("collection.case"),
                "state": "code",
                "code": "for record in records:\n"
                "    if record.partner_id.name == 'Mauvaise':\n"
                "        raise UserError('No way')\n"
                "    record.write({'color': 5})",
            }
        )
        rule = self._rule(
            [
                {"kind": "server", "server_action_id": action.id},
                {"kind": "activity"},
            ]
        )
        rule._look()
        by_case = {alert.case_id: alert for alert in self._alerts(rule)}
        self.assertEqual(cases.mapped("color"), [5, 0])
        self.assertIn("No way", by_case[cases[1]].response_note)
        self.assertNotIn("No way", by_case[cases[0]].response_note)
        self.assertEqual(len(self._tasks(cases)), 2)

    # === STORMS === #

    def test_a_storm_is_one_task_until_it_is_confirmed(self):
        debtors = [self._make_debtor(f"Client {number}") for number in range(30)]
        for debtor in debtors:
            self._invoice(1500, late=20, partner=debtor)
            self._case(debtor)
        rule = self._rule(group_above=10)
        before = self.env["mail.activity"].search_count([])
        rule._look()
        alerts = self._alerts(rule)
        self.assertEqual(len(alerts), 30)
        self.assertEqual(set(alerts.mapped("state")), {"waiting"})
        self.assertEqual(self.env["mail.activity"].search_count([]) - before, 1)
        self.assertIn("30 alerts to confirm", self._tasks(rule).summary)
        alerts.action_confirm()
        self.assertEqual(set(alerts.mapped("state")), {"open"})
        self.assertEqual(len(self._tasks(alerts.case_id)), 30)

    def test_alerts_of_thousands_cost_a_bounded_number_of_queries(self):
        for number in range(40):
            debtor = self._make_debtor(f"Client {number}")
            self._invoice(1500, late=20, partner=debtor)
            self._case(debtor)
        rule = self._rule(group_above=100)
        self.env.flush_all()
        with self.assertQueryCount(120):
            rule._look()
            self.env.flush_all()
        self.assertEqual(len(self._alerts(rule)), 40)

    # === RIGHTS === #

    def test_collectors_look_and_do_not_change_rules(self):
        self._invoice(1500, late=20)
        self._case()
        rule = self._rule()
        rule._look()
        user = new_test_user(
            self.env,
            "alert_collector",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
        )
        alert = self._alerts(rule).with_user(user)
        alert.action_done()
        self.assertEqual(alert.state, "done")
        self.assertFalse(rule.with_user(user).has_access("write"))

    def test_shipped_rules_are_off_and_can_all_be_tried(self):
        self._invoice(9000, late=120)
        self._case()
        shipped = self.env["collection.alert.rule"].search([("company_id", "=", False)])
        self.assertGreaterEqual(len(shipped), 10)
        self.assertFalse(any(shipped.mapped("is_on")))
        for rule in shipped.with_company(self.company):
            self.assertIn(
                rule.action_try()["type"],
                ("ir.actions.act_window", "ir.actions.client"),
                rule.name,
            )
            self.assertTrue(rule.response_ids, rule.name)
        large = shipped.filtered(lambda rule: "5,000" in rule.name)
        action = large.with_company(self.company).action_try()
        self.assertEqual(
            self.env["collection.case"].search(action["domain"]), self._case()
        )
