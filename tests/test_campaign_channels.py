from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCampaignChannels(CollectionCommon):
    """Campaigns that go as far as a legal act."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Far from its steps: what is made in these tests is the campaign's.
        cls.quiet = cls._make_scenario("Quiet", [(300, "email")])
        cls.company.collection_scenario_id = cls.quiet

    def _campaign(self, channel, **values):
        campaign = self.env["collection.campaign"].create(
            {
                "name": "Last call",
                "campaign_company_id": self.company.id,
                "channel": channel,
                "domain": "[('amount_overdue', '>', 1000)]",
                "control_share": 0,
                "date_start": self.today,
                **values,
            }
        )
        campaign.action_select()
        campaign.action_launch()
        return campaign

    def test_requirement_e30_formal_notices(self):
        self._invoice(5000, late=60)
        held = self._make_debtor("Contestataire")
        self._invoice(5000, late=60, partner=held)
        case, held_case = self._case(), self._case(held)
        self.env["collection.hold"].create(
            {"case_id": held_case.id, "name": "Talks", "date_to": self._day(15)}
        )
        campaign = self._campaign("formal_notice", template_id=self.template.id)
        notes = {line.case_id: line.note for line in campaign.line_ids}
        self.assertIn("Talks", notes[held_case])
        run = self.run_on()
        action = self._actions(run, self.debtor)
        self.assertEqual(action.step_id, campaign.step_id)
        self.assertEqual(len(case.notice_ids), 1)
        self.assertEqual(case.notice_ids.action_id, action)
        self.assertFalse(held_case.notice_ids)

    def test_requirement_e30_requests_for_payment_orders(self):
        self._invoice(5000, late=150)
        case = self._case()
        campaign = self._campaign("payment_order")
        run = self.run_on()
        action = self._actions(run, self.debtor)
        self.assertEqual(action.step_id, campaign.step_id)
        request = case.proceeding_ids
        self.assertEqual((request.kind, request.state), ("payment_order", "draft"))
        campaign._follow()
        # The task waits for somebody: the debtor is neither done nor lost.
        self.assertEqual(campaign.line_ids.state, "planned")
        action._close("done")
        campaign._follow()
        self.assertEqual(campaign.line_ids.state, "done")
