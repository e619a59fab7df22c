from odoo.tests import HttpCase, tagged

from odoo.addons.l10n_fr_debt_collection.tools.notices import parse_notice

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestTours(CollectionCommon, HttpCase):
    """A collector's day and a run, clicked through in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.write(
            {
                "subject": "Tour reminder",
                "body_html": "<p>Tour reminder: please pay.</p>",
            }
        )
        cls.scenario.step_ids.filtered(
            lambda step: step.channel == "email"
        ).name = "Tour reminder"
        cls.debtor.name = "Tour Debtor"

    def setUp(self):
        super().setUp()
        self._invoice(1200, late=40)
        self.case = self._case()
        self.case._review()

    def test_a_collector_sends_a_reminder_and_logs_a_call(self):
        self.scenario.step_ids.filtered(
            lambda step: step.channel == "letter"
        ).active = False
        self.start_tour(
            "/odoo/collection-today",
            "collection_case_tour",
            login=self.env.user.login,
        )
        mail, call = self.case.action_ids.sorted("id")
        self.assertEqual((mail.channel, mail.state), ("email", "sent"))
        self.assertIn("Tour reminder", mail.body)
        self.assertEqual((call.state, call.outcome), ("done", "promised"))
        self.assertEqual(call.outcome_note, "Will pay on Friday")

    def test_data_are_mended_decided_and_read(self):
        self.debtor.write({"phone": "0199001234", "company_registry": "40483304800022"})
        self.case._review()
        self.env["collection.enrichment.proposal"]._propose(
            [
                {
                    "partner_id": self.debtor.id,
                    "field_name": "street",
                    "new_value": "3 Tour street",
                    "source": "import",
                }
            ]
        )
        notice = parse_notice(
            {
                "id": "A202611221",
                "dateparution": self.today.isoformat(),
                "typeavis": "annonce",
                "familleavis": "collective",
                "registre": ["404833048"],
                "jugement": {
                    "famille": "Jugement d'ouverture",
                    "nature": "Jugement d'ouverture de liquidation judiciaire",
                    "date": self.today.isoformat(),
                },
            }
        )
        event = self.env["collection.registry.event"]._record([notice])
        self.start_tour(
            "/odoo/action-l10n_fr_debt_collection.collection_quality_dashboard_action",
            "collection_data_tour",
            login=self.env.user.login,
        )
        self.assertEqual(self.debtor.phone, "+33 1 99 00 12 34")
        self.assertEqual(self.debtor.street, "3 Tour street")
        self.assertEqual(event.state, "handled")

    def test_a_run_is_previewed_and_started(self):
        self.start_tour(
            "/odoo/collection-runs",
            "collection_run_tour",
            login=self.env.user.login,
        )
        run = self.env["collection.run"].search([], limit=1)
        self.assertTrue(run.is_queued)
        self.assertEqual(run.action_ids.case_id, self.case)
