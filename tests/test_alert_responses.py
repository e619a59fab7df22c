from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestAlertResponses(CollectionCommon):
    """What an alert prepares or sends, and what it says when it cannot."""

    def _rule(self, *responses, **values):
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

    def _alert(self, rule, case=None):
        found = self.env["collection.alert"].search([("rule_id", "=", rule.id)])
        return found.filtered(lambda alert: alert.case_id == case) if case else found

    def _provider(self):
        return self.env["collection.handover.provider"].create(
            {
                "partner_id": self._make_debtor("Recouvrements du Rhône").id,
                "kind": "agency",
                "company_id": self.company.id,
            }
        )

    # === RESPONSES === #

    def test_requirement_e34_payment_order_request_is_prepared(self):
        self._invoice(5000, late=150)
        case = self._case()
        rule = self._rule({"kind": "payment_order"}, {"kind": "activity"})
        rule._look()
        request = case.proceeding_ids
        self.assertEqual((request.kind, request.state), ("payment_order", "draft"))
        self.assertIn(request.display_name, self._alert(rule).response_note)
        self.assertIn("Task", self._alert(rule).response_note)

    def test_requirement_e34_formal_notice_waits_for_a_person(self):
        self._invoice(5000, late=60)
        case = self._case()
        rule = self._rule({"kind": "formal_notice"})
        rule._look()
        notice = case.notice_ids
        self.assertEqual(len(notice), 1)
        self.assertFalse(notice.date_posted)
        self.assertNotIn(notice.action_id.state, ("sent", "done"))
        self.assertIn("Formal notice prepared", self._alert(rule).response_note)

    def test_one_who_can_have_no_notice_does_not_stop_the_other(self):
        lost = self._make_debtor("Perdue", street=False, zip=False, city=False)
        self._invoice(5000, late=60)
        self._invoice(5000, late=60, partner=lost)
        cases = self._case() | self._case(lost)
        rule = self._rule({"kind": "formal_notice"})
        rule._look()
        self.assertEqual(len(cases[0].notice_ids), 1)
        self.assertFalse(cases[1].notice_ids)
        self.assertIn("the case says why", self._alert(rule, cases[1]).response_note)

    def test_handover_is_proposed_to_the_usual_provider_once(self):
        self._invoice(5000, late=150)
        case = self._case()
        rule = self._rule({"kind": "handover"}, quiet_days=0)
        rule._look()
        self.assertIn("no usual provider", self._alert(rule).response_note)
        self.assertFalse(case.handover_ids)
        self.company.collection_handover_provider_id = self._provider()
        rule.response_ids._respond(self._alert(rule))
        self.assertEqual(case.handover_ids.state, "draft")
        rule.response_ids._respond(self._alert(rule))
        self.assertEqual(len(case.handover_ids), 1)
        self.assertIn("already under way", self._alert(rule).response_note)

    def test_message_leaves_outside_the_scenario_with_what_may_be_chased(self):
        disputed, open_one = (self._invoice(2000, late=20) for _number in range(2))
        case = self._case()
        self.env["collection.hold"].create(
            {
                "case_id": case.id,
                "name": "Wrong model",
                "line_ids": [(6, 0, self._receivables(disputed).ids)],
                "date_to": self._day(15),
            }
        )
        rule = self._rule({"kind": "message", "template_id": self.template.id})
        rule._look()
        action = case.action_ids
        self.assertEqual((action.state, action.channel), ("sent", "email"))
        self.assertEqual(action.item_ids.move_id, open_one)
        self.assertIn(action.recipient_address, self._alert(rule).response_note)

    def test_message_to_a_case_on_hold_stays_and_says_why(self):
        self._invoice(2000, late=20)
        case = self._case()
        self.env["collection.hold"].create(
            {"case_id": case.id, "name": "Talks", "date_to": self._day(15)}
        )
        rule = self._rule({"kind": "message", "template_id": self.template.id})
        rule._look()
        self.assertFalse(case.action_ids)
        self.assertIn("may be chased today", self._alert(rule).response_note)

    def test_message_respects_the_cap_of_contacts(self):
        self._invoice(2000, late=20)
        case = self._case()
        self.company.write({"collection_cap_count": 1, "collection_cap_days": 30})
        self.run_on(-3)
        before = case.action_ids
        self.assertTrue(before)
        rule = self._rule({"kind": "message", "template_id": self.template.id})
        rule._look()
        self.assertEqual(case.action_ids, before)
        self.assertIn("as often as", self._alert(rule).response_note)

    def test_act_on_an_alert_about_the_company_is_left_and_says_why(self):
        rule = self._rule({"kind": "payment_order"}, {"kind": "activity"}, owner="user")
        alert = self.env["collection.alert"].create(
            {
                "rule_id": rule.id,
                "company_id": self.company.id,
                "date": self.today,
                "detail": "Recovery rate 80 %",
            }
        )
        rule._respond(alert)
        self.assertIn("about the company", alert.response_note)
        self.assertIn("Task", alert.response_note)
        self.assertTrue(alert.activity_ids)

    def test_message_without_words_is_refused(self):
        with self.assertRaises(ValidationError):
            self._rule({"kind": "message"})

    # === EXPOSURE === #

    def test_exposure_over_the_limit_speaks_and_within_it_does_not(self):
        within = self._make_debtor("Prudente")
        self._invoice(1200, late=5)
        self._invoice(900, late=5, partner=within)
        cases = self._case() | self._case(within)
        cases.sudo().credit_limit = 1000
        rule = self._rule({"kind": "activity"}, trigger="exposure", domain="[]")
        rule._look()
        self.assertEqual(self._alert(rule).case_id, cases[0])
        self.assertIn("1,200", self._alert(rule).detail)
        rule.threshold = 25
        self.assertFalse(
            rule._get_trigger()._find(
                rule, self.company, rule._get_cases_domain(self.company)
            )
        )

    # === ON THE CASE === #

    def test_case_shows_its_alerts_and_campaigns(self):
        self._invoice(5000, late=20)
        case = self._case()
        self.assertFalse(case.has_alerts)
        rule = self._rule({"kind": "activity"})
        rule._look()
        case.invalidate_recordset()
        self.assertEqual(case.alert_count, 1)
        self._alert(rule).action_done()
        case.invalidate_recordset()
        self.assertEqual((case.alert_count, case.has_alerts), (0, True))
        action = case.action_open_alerts()
        self.assertEqual(
            self.env["collection.alert"].search(action["domain"]), self._alert(rule)
        )

    def test_merged_debtors_keep_their_alerts(self):
        other = self._make_debtor("Menuiserie Garcin SARL")
        self._invoice(5000, late=20)
        self._invoice(5000, late=20, partner=other)
        case, _lost = self._case(), self._case(other)
        rule = self._rule({"kind": "activity"})
        rule._look()
        merge = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        merge._merge((self.debtor | other).ids, self.debtor)
        self.assertEqual(self._alert(rule).case_id, case)
        self.assertEqual(len(self._alert(rule)), 2)

    def test_data_sheet_names_alerts_and_erasing_removes_their_words(self):
        person = self._make_debtor("Jeanne Petit", is_company=False)
        paid = self._invoice(2000, late=20, partner=person)
        case = self._case(person)
        rule = self._rule({"kind": "activity"})
        rule._look()
        sheet = person._get_collection_data_sheet()
        rows = {section["title"]: section["rows"] for section in sheet["sections"]}
        self.assertEqual(rows["Alerts"][0][1], "Large debts")
        self._pay(paid)
        self.env["collection.eraser"]._get_scope(person)
        eraser = self.env["collection.eraser"]
        eraser._erase_contacts(eraser._get_scope(person))
        self.assertEqual(self._alert(rule, case).detail, "Erased")
        self.assertFalse(self._alert(rule, case).response_note)

    # === STORM === #

    def test_ten_thousand_hits_are_one_task_and_no_mail(self):
        count = 10000
        self.env.cr.execute(
            """WITH partner AS (
                   INSERT INTO res_partner (name, active, is_company, type,
                                            autopost_bills, create_date)
                   SELECT 'Storm ' || n, TRUE, TRUE, 'contact', 'ask', now()
                     FROM generate_series(1, %s) n RETURNING id)
               INSERT INTO collection_case (partner_id, company_id, currency_id, state,
                                            amount_overdue, amount_due, active)
               SELECT id, %s, %s, 'watch', 5000, 5000, TRUE FROM partner""",
            [count, self.company.id, self.company.currency_id.id],
        )
        rule = self._rule({"kind": "activity"}, {"kind": "payment_order"})
        mails = self.env["mail.mail"].search_count([])
        tasks = self.env["mail.activity"].search_count([])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rule._look()
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        alerts = self._alert(rule)
        self.assertEqual(len(alerts), count)
        self.assertEqual(set(alerts.mapped("state")), {"waiting"})
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["mail.activity"].search_count([]), tasks + 1)
        # A thousand records a query, not a query a record.
        self.assertLess(queries, 1000)


@tagged("post_install", "-at_install")
class TestDigest(CollectionCommon):
    """The digest that managers get every week."""

    def test_digest_has_the_figures_of_the_week(self):
        invoice = self._invoice(1000, late=20)
        self.run_on()
        self._pay(invoice, 400)
        case = self._case()
        self.env["collection.alert.rule"].create(
            {
                "name": "Any debt",
                "company_id": self.company.id,
                "domain": "[('amount_overdue', '>', 0)]",
                "is_on": True,
            }
        )._look()
        self.assertTrue(case.alert_ids)
        digest = self.env.ref("l10n_fr_debt_collection.digest_collection")
        self.assertEqual(digest.periodicity, "weekly")
        now = fields.Datetime.now()
        figures = digest.with_context(
            start_datetime=now - timedelta(days=7),
            end_datetime=now + timedelta(days=1),
        ).with_company(self.company)
        self.assertAlmostEqual(figures.kpi_collection_cashed_value, 400)
        self.assertAlmostEqual(figures.kpi_collection_overdue_value, 600)
        # As core does between periods: they are not part of the key of the cache.
        figures.invalidate_recordset()
        before = digest.with_context(
            start_datetime=now - timedelta(days=37),
            end_datetime=now - timedelta(days=30),
        ).with_company(self.company)
        self.assertAlmostEqual(before.kpi_collection_overdue_value, 0)
        before.invalidate_recordset()
        self.assertEqual(figures.kpi_collection_contacts_value, 1)
        self.assertEqual(figures.kpi_collection_alerts_value, 1)
        digest.kpi_collection_overdue = True
        digest._action_send_to_user(self.env.user)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertIn("Cashed from customers", mail.body_html)
        self.assertIn("400", mail.body_html)
        self.assertIn("Overdue of customers", mail.body_html)
        self.assertIn("600", mail.body_html)

    def test_who_is_no_manager_gets_none_of_it(self):
        digest = self.env.ref("l10n_fr_debt_collection.digest_collection")
        user = self.simple_accountman
        user.email = "simple@atelier.example"
        digest._action_send_to_user(user)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertNotIn("Cashed from customers", mail.body_html)
