from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCase(CollectionCommon):
    """What a case says about itself: state, scenario, next step, why not."""

    # === STATE === #

    def test_state_follows_the_figures(self):
        invoice = self._invoice(1000, late=20)
        case = self._case()
        self.assertEqual(case.state, "watch")
        case._review()
        self.assertEqual(case.state, "open")
        self._pay(invoice)
        self._case()._review()
        self.assertEqual(case.state, "watch")

    def test_whole_case_on_hold_and_released(self):
        self._invoice(1000, late=20)
        case = self._case()
        self.env["collection.hold"].create(
            {"case_id": case.id, "name": "Fair", "date_to": self._day(3)}
        )
        case._review()
        self.assertEqual(case.state, "on_hold")
        self.assertIn("Fair", case.next_note)
        case.action_release_holds()
        self.assertEqual(case.state, "open")
        self.assertFalse(case.active_hold_ids)

    def test_legal_state_stays_until_all_is_paid(self):
        invoice = self._invoice(1000, late=20)
        case = self._case()
        case.action_start_legal()
        case._review()
        self.assertEqual(case.state, "legal")
        self._pay(invoice)
        self._case()._review()
        self.assertEqual(case.state, "watch")

    def test_resume_goes_back_to_what_the_figures_say(self):
        self._invoice(1000, late=20)
        case = self._case()
        case.action_hand_over()
        case.action_resume()
        self.assertEqual(case.state, "open")

    def test_review_job_takes_what_has_changed(self):
        self._invoice(1000, late=20)
        case = self._case()
        self.assertTrue(case.review_pending)
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_review_cases"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(case.review_pending)
        self.assertEqual(case.state, "open")

    def test_a_payment_has_the_case_reviewed_again(self):
        invoice = self._invoice(1000, late=20)
        case = self._case()
        case._review()
        self.assertEqual((case.state, case.review_pending), ("open", False))
        self._pay(invoice)
        self._commit()
        case.invalidate_recordset()
        self.assertTrue(case.review_pending)

    def test_nightly_job_reports_nothing_on_a_sound_book(self):
        self._invoice(1000, late=20)
        case = self._case()
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_refresh_balances"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(case.review_pending)
        self.assertFalse(
            case.message_ids.filtered(lambda message: "drifted" in message.body)
        )

    # === SCENARIO === #

    def test_segment_gives_the_scenario_and_the_first_one_decides(self):
        self._invoice(60000, late=20)
        case = self._case()
        key, big = (
            self._make_scenario(name, [(2, "email")]) for name in ("Key", "Big")
        )
        self._make_segment("Key accounts", key, "[('amount_due', '>', 50000)]", 1)
        self._make_segment("Big ones", big, "[('amount_due', '>', 1000)]", 2)
        case._review()
        self.assertEqual(case.scenario_id, key)
        self.assertEqual(case.scenario_source, "segment")

    def test_choice_by_hand_sticks_until_released(self):
        self._invoice(60000, late=20)
        case = self._case()
        segment = self._make_segment("All", self.scenario, "[]", 1)
        mine = self._make_scenario("Mine", [(2, "email")])
        case.scenario_id = mine
        self.assertEqual(case.scenario_source, "manual")
        case._review()
        self.assertEqual(case.scenario_id, mine)
        case.action_release_scenario()
        self.assertEqual(case.scenario_id, self.scenario)
        self.assertEqual(case.segment_id, segment)

    def test_choice_on_the_contact_is_a_choice_by_hand(self):
        self._invoice(1000, late=20)
        self._case()
        mine = self._make_scenario("Mine", [(2, "email")])
        self.debtor.collection_scenario_id = mine
        self.assertEqual(self._case().manual_scenario_id, mine)
        self.assertEqual(self.debtor.collection_balance, 1000)

    def test_leaving_the_segment_gives_the_default_back(self):
        invoice = self._invoice(60000, late=20)
        case = self._case()
        key = self._make_scenario("Key", [(2, "email")])
        self._make_segment("Key accounts", key, "[('amount_due', '>', 50000)]", 1)
        case._review()
        self._pay(invoice, 20000)
        self._case()._review()
        self.assertEqual(case.scenario_id, self.scenario)
        self.assertEqual(case.scenario_source, "default")

    def test_segment_with_an_unreadable_condition_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Wrong one"):
            self._make_segment("Wrong one", self.scenario, "[('nothing', '=', 1)]", 1)

    def test_debtor_types(self):
        town = self._make_debtor("Ville de Lyon", company_registry="21690123100011")
        person = self._make_debtor("Paul Martin", is_company=False)
        chosen = self._make_debtor("EI Dupont", is_company=False)
        chosen.collection_debtor_type = "business"
        for partner in (town, person, chosen):
            self._invoice(100, late=20, partner=partner)
        self._invoice(100, late=20)
        self.assertEqual(
            [
                self._case(partner).debtor_type
                for partner in (self.debtor, town, person, chosen)
            ],
            ["business", "public", "consumer", "business"],
        )
        person.collection_debtor_type = "business"
        self._case(person)._review()
        self.assertEqual(self._case(person).debtor_type, "business")

    # === WHAT COMES NEXT === #

    def test_next_step_and_its_date(self):
        self._invoice(1000, late=5)
        case = self._case()
        self.run_on()
        self.assertEqual(case.next_step_id.delay_days, 15)
        self.assertEqual(case.next_action_date, self._day(10))
        self.assertEqual(case.last_contact_date, self.today)

    def test_next_note_says_why_nothing_is_sent(self):
        self._invoice(1000, late=20)
        self._credit_note(2000)
        case = self._case()
        self.assertRegex(case.next_note, r"1\D000")

    # === HOLDS === #

    def test_hold_refuses_the_items_of_another_debtor(self):
        stranger = self._invoice(10, late=5, partner=self._make_debtor("Autre SARL"))
        self._invoice(1000, late=20)
        with self.assertRaises(ValidationError):
            self.env["collection.hold"].create(
                {
                    "case_id": self._case().id,
                    "name": "Wrong",
                    "date_to": self._day(3),
                    "line_ids": [(6, 0, self._receivables(stranger).ids)],
                }
            )

    # === RISK === #

    def test_risk_explains_itself(self):
        self._invoice(1000, late=80)
        case = self._case()
        case._review()
        lateness = next(f for f in case.risk_factors if f[0] == "lateness")
        self.assertEqual(lateness, ["lateness", 28, {"percent": 100, "days": 80}])
        self.assertIn("80 days", case.risk_note)
        self.assertEqual(case.risk_score, sum(f[1] for f in case.risk_factors))

    # === INVOICE === #

    def test_invoice_tells_where_it_stands(self):
        invoice = self._invoice(1000, late=20)
        self._commit()
        self.assertEqual(invoice.collection_status, "overdue")
        self.run_on()
        invoice.invalidate_recordset()
        self.assertEqual(invoice.collection_status, "contacted")
        self.assertEqual(invoice.collection_last_step_id.delay_days, 15)
        self.assertEqual(invoice.collection_next_step_id.delay_days, 30)
        self.assertEqual(invoice.collection_action_count, 1)

    def test_excluded_invoice_says_why(self):
        invoice = self._invoice(1000, late=20)
        invoice.no_followup = True
        self._commit()
        self.assertEqual(invoice.collection_status, "excluded")
        self.assertIn("No Follow-Up", invoice.collection_exclusion)

    def test_open_items_have_all_an_accountant_asks_for(self):
        invoice = self._invoice(1000, late=20)
        self._pay(invoice, 400)
        self._case()._update_state("legal")
        self._commit()
        line = self._receivables(invoice)
        self.assertEqual((line.balance, line.amount_residual), (1000, 600))
        self.assertIn("legal action", line.collection_exclusion)
        for name in (
            "account_move_line_collection_view_list",
            "collection_case_view_form",
        ):
            arch = self.env.ref(f"l10n_fr_debt_collection.{name}").arch
            for field in (
                "move_id",
                "date",
                "date_maturity",
                "balance",
                "amount_residual",
                "collection_days_late",
                "collection_exclusion",
            ):
                self.assertIn(f'name="{field}"', arch)

    # === MERGE === #

    def test_merged_contacts_keep_receivables_and_history(self):
        double = self._make_debtor("Menuiserie Garcin Double")
        self._invoice(1000, late=20)
        self._invoice(500, late=20, partner=double)
        run = self.run_on()
        self.assertEqual(len(run.action_ids), 2)
        survivor = self._case()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.debtor | double).ids, self.debtor
        )
        self._commit()
        self.env.invalidate_all()
        self.assertEqual(self._case(), survivor)
        self.assertEqual(survivor.amount_overdue, 1500)
        self.assertEqual(survivor.action_ids, run.action_ids)
        self.assertEqual(survivor.action_ids.partner_id, self.debtor)
        self.assertFalse(self._actions(self.run_on(1)), "steps stay passed")

    # === ONE DOOR === #

    @mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_action")
    def test_illegal_move_of_an_action_is_refused(self):
        self._invoice(1000, late=20)
        action = self.run_on().action_ids
        self.assertEqual(action.state, "sent")
        action._update_state("preview")
        self.assertEqual(action.state, "sent")

    def _make_segment(self, name, scenario, domain, sequence):
        return self.env["collection.segment"].create(
            {
                "name": name,
                "scenario_id": scenario.id,
                "company_id": self.company.id,
                "domain": domain,
                "sequence": sequence,
            }
        )
