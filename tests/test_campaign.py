import base64
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCampaign(CollectionCommon):
    """One message to many debtors, beside their scenarios."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Far from its steps: what is sent in these tests is the campaign's.
        cls.quiet = cls._make_scenario("Quiet", [(300, "email")])
        cls.company.collection_scenario_id = cls.quiet

    def _campaign(self, **values):
        return self.env["collection.campaign"].create(
            {
                "name": "Large old debts",
                "campaign_company_id": self.company.id,
                "channel": "email",
                "template_id": self.template.id,
                "domain": "[('amount_overdue', '>', 1000)]",
                "control_share": 0,
                **values,
            }
        )

    def _debtors(self, count, amount=1500):
        debtors = [self._make_debtor(f"Client {number}") for number in range(count)]
        for debtor in debtors:
            self._invoice(amount, late=100, partner=debtor)
            self._case(debtor)
        return debtors

    def _pay_on(self, debtor, days):
        invoice = self.env["account.move"].search(
            [("partner_id", "=", debtor.id), ("move_type", "=", "out_invoice")]
        )
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({"payment_date": self._day(days)})._create_payments()

    def _lines(self, campaign):
        return {line.partner_id: line for line in campaign.line_ids}

    def test_story_selection_launch_run_and_cash(self):
        first, second = self._debtors(2)
        [small] = self._debtors(1, amount=500)
        campaign = self._campaign(date_start=self.today)
        campaign.action_select()
        self.assertEqual(set(campaign.line_ids.partner_id.ids), {first.id, second.id})
        self.assertAlmostEqual(campaign.amount_selected, 3000)
        campaign.action_launch()
        run = self.run_on()
        for debtor in (first, second):
            action = self._actions(run, debtor)
            self.assertEqual(action.step_id, campaign.step_id)
            self.assertEqual(action.state, "sent")
        self.assertFalse(self._actions(run, small))
        campaign._follow()
        self.assertEqual(campaign.done_count, 2)
        with self.freeze(self.today + timedelta(days=5)):
            self._pay_on(first, 3)
            campaign._follow()
        self.assertAlmostEqual(self._lines(campaign)[first].amount_cashed, 1500)
        self.assertAlmostEqual(self._lines(campaign)[second].amount_cashed, 0)
        self.assertEqual(campaign.state, "running")
        with self.freeze(self.today + timedelta(days=16)):
            campaign._follow()
        self.assertEqual(campaign.state, "done")
        # Back in their scenario.
        self.assertFalse(self._case(second).requested_step_id)
        self.assertEqual(self._case(second).scenario_id, self.quiet)

    def test_days_are_spread_largest_first(self):
        debtors = self._debtors(4)
        self._invoice(9000, late=100, partner=debtors[3])
        self._case(debtors[3])._review()
        campaign = self._campaign(spread_days=4, date_start=self.today)
        campaign.action_select()
        days = {
            line.partner_id: (line.date - self.today).days for line in campaign.line_ids
        }
        self.assertEqual(days[debtors[3]], 0)
        self.assertEqual(sorted(days.values()), [0, 1, 2, 3])
        campaign.action_launch()
        run = self.run_on()
        self.assertTrue(self._actions(run, debtors[3]))
        self.assertEqual(sum(bool(self._actions(run, debtor)) for debtor in debtors), 1)

    def test_holds_and_caps_are_respected_and_shown_before(self):
        first, second = self._debtors(2)
        self.env["collection.hold"].create(
            {
                "case_id": self._case(first).id,
                "name": "Delivery is being checked",
                "date_to": self._day(20),
            }
        )
        campaign = self._campaign(date_start=self.today)
        campaign.action_select()
        lines = self._lines(campaign)
        self.assertIn("Delivery is being checked", lines[first].note)
        self.assertFalse(lines[second].note)
        campaign.action_launch()
        run = self.run_on()
        self.assertFalse(self._actions(run, first))
        self.assertTrue(self._actions(run, second))
        with self.freeze(self.today + timedelta(days=31)):
            campaign._follow()
        self.assertEqual(lines[first].state, "left_out")
        self.assertFalse(self._case(first).requested_step_id)

    def test_what_was_decided_for_a_debtor_comes_first(self):
        [debtor] = self._debtors(1)
        case = self._case(debtor)
        step = self.scenario.step_ids[-1]
        case._request_step(step, reason="Promise broken")
        campaign = self._campaign(date_start=self.today)
        campaign.action_select()
        self.assertIn("Something else has been decided", campaign.line_ids.note)
        campaign.action_launch()
        self.assertEqual(case.requested_step_id, step)
        self.assertEqual(campaign.line_ids.state, "left_out")

    def test_giving_up_stops_what_has_not_left(self):
        [debtor] = self._debtors(1)
        campaign = self._campaign(date_start=self._day(3))
        campaign.action_select()
        campaign.action_launch()
        self.assertEqual(self._case(debtor).requested_step_id, campaign.step_id)
        campaign.action_cancel()
        self.assertFalse(self._case(debtor).requested_step_id)
        self.assertFalse(self._actions(self.run_on(3), debtor))

    def test_control_group_is_not_contacted_and_shows_the_effect(self):
        """44 debtors: nobody of the control group pays, all the others do."""
        debtors = self._debtors(44)
        campaign = self._campaign(control_share=50, date_start=self._day(-20))
        campaign.action_select()
        lines = self._lines(campaign)
        control = [d for d in debtors if lines[d].group == "control"]
        contact = [d for d in debtors if lines[d].group == "contact"]
        self.assertEqual(campaign.control_count, len(control))
        self.assertGreater(min(len(control), len(contact)), 8)
        campaign.action_launch()
        self.assertFalse(
            any(self._case(debtor).requested_step_id for debtor in control)
        )
        campaign.line_ids.filtered(lambda line: line.group == "contact").state = "done"
        for debtor in contact:
            self._pay_on(debtor, -15)
        campaign._follow()
        self.assertIn(
            f"{len(contact)} of {len(contact)} debtors to contact paid something, "
            f"0 of {len(control)} in the control group",
            campaign.effect,
        )
        if min(len(control), len(contact)) >= 30:
            self.assertIn("More pay with the campaign", campaign.effect)
        else:
            self.assertIn("too few to tell", campaign.effect)

    def test_an_empty_or_unreadable_selection_is_refused(self):
        campaign = self._campaign()
        campaign.action_select()
        with self.assertRaisesRegex(UserError, "has no debtor"):
            campaign.action_launch()
        with self.assertRaises(UserError):
            campaign.domain = "[('no_such_field', '=', 1)]"

    def test_a_list_is_taken_in_and_its_errors_are_told(self):
        first, second = self._debtors(2)
        first.ref = "C001"
        second.ref = "C002"
        nobody = self._make_debtor("Sans Dette", ref="C003")
        campaign = self._campaign(domain="[]")
        content = "Référence;Remarque\nC001;x\nC003;y\nC999;z\n"
        wizard = self.env["collection.campaign.import"].create(
            {
                "campaign_id": campaign.id,
                "file": base64.b64encode(content.encode()),
                "file_name": "liste.csv",
            }
        )
        wizard.action_check()
        self.assertEqual(wizard.found_count, 1)
        self.assertEqual(
            wizard.problems.splitlines(),
            [
                "Line 3: This contact owes nothing.",
                "Line 4: No contact has this identifier.",
            ],
        )
        wizard.action_select()
        self.assertEqual(campaign.line_ids.partner_id, first)
        self.assertEqual(campaign.state, "selected")
        self.assertTrue(nobody)

    def test_it_comes_again(self):
        self._debtors(1)
        campaign = self._campaign(repeat_months=3, date_start=self._day(-40))
        campaign.action_select()
        campaign.line_ids.state = "done"
        campaign.state = "running"
        campaign._follow()
        self.assertEqual(campaign.state, "done")
        following = self.env["collection.campaign"].search(
            [("name", "=", campaign.name), ("state", "=", "draft")]
        )
        self.assertEqual(len(following), 1)
        self.assertNotEqual(following.step_id, campaign.step_id)
        self.assertEqual(following.template_id, campaign.template_id)
        self.assertTrue(following.activity_ids)

    def test_merged_debtors_keep_their_place(self):
        first, second = self._debtors(2)
        campaign = self._campaign()
        campaign.action_select()
        third = self._make_debtor("Troisième")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((first | third).ids, third)
        self._commit()
        self.assertEqual(set(campaign.line_ids.partner_id.ids), {third.id, second.id})

    def test_collectors_look_only(self):
        campaign = self._campaign()
        user = new_test_user(
            self.env,
            "campaign_collector",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
        )
        mine = campaign.with_user(user)
        self.assertEqual(mine.name, "Large old debts")
        self.assertFalse(mine.has_access("write"))
