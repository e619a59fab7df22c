from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CollectionCommon

MODELS = (
    "collection.action",
    "collection.action.item",
    "collection.case",
    "collection.debtor.link",
    "collection.hold",
    "collection.promise",
    "collection.run",
    "collection.run.log",
    "collection.scenario",
    "collection.segment",
    "collection.step",
)


@tagged("post_install", "-at_install")
class TestAccess(CollectionCommon):
    """Who sees and does what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "l10n_fr_debt_collection.group_collection_"
        cls.other = cls.setup_other_company(name="Autre SARL")["company"]
        cls.collector, cls.manager, cls.admin = (
            new_test_user(
                cls.env,
                f"{role}_of_a",
                groups=f"base.group_user,{group}{role}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role in ("user", "manager", "admin")
        )
        cls.stranger = new_test_user(
            cls.env,
            "collector_of_b",
            groups=f"base.group_user,{group}admin",
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )
        cls.accountant = new_test_user(
            cls.env,
            "accountant",
            groups="base.group_user,account.group_account_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self._invoice(1000, late=20)
        self.follow_up = self.run_on(execute=False)
        self.case = self._case()

    def test_user_without_the_group_sees_nothing(self):
        for model in MODELS:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.accountant).search([])

    def test_user_without_the_group_still_reads_contacts_and_invoices(self):
        line = self.case.line_ids
        for record in (self.debtor, line, line.move_id):
            record = record.with_user(self.accountant)
            names = [name for name in record.fields_get() if "collection" in name]
            with self.subTest(model=record._name):
                [values] = record.read(names)
                self.assertFalse(values.get("collection_exclusion"))
                self.assertNotIn("collection_case_ids", names)

    def test_accountant_posts_and_pays_without_the_group(self):
        invoice = self._invoice(500, late=5, post=False)
        invoice.with_user(self.accountant).action_post()
        self.assertEqual(self._case().amount_due, 1500)

    def test_user_of_another_company_sees_nothing(self):
        for model in MODELS:
            records = self.env[model].search([("company_id", "=", self.company.id)])
            with self.subTest(model=model):
                found = self.env[model].with_user(self.stranger).search([])
                self.assertFalse(found & records)
        with self.assertRaises(AccessError):
            self.case.with_user(self.stranger).read(["amount_due"])

    def test_collector_works_cases_but_runs_and_configures_nothing(self):
        case = self.case.with_user(self.collector)
        case.note = "<p>Ask for Mrs Blanc</p>"
        case.action_hold()
        self.env["collection.hold"].with_user(self.collector).create(
            {"case_id": case.id, "name": "Fair", "date_to": self._day(3)}
        )
        for model in ("collection.run", "collection.scenario", "collection.segment"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.collector).create({"name": "x"})

    def test_collector_follows_up_by_hand(self):
        case = self.case.with_user(self.collector)
        self.follow_up.action_back_to_draft()
        wizard = self.env["collection.follow.up"].with_user(self.collector)
        wizard = wizard.browse(case.action_follow_up()["res_id"])
        wizard.action_send()
        self.assertEqual(wizard.action_ids.state, "sent")

    def test_collector_logs_a_call(self):
        action = self.case.with_user(self.collector).action_log_call()
        wizard = (
            self.env["collection.outcome"]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"outcome": "reached", "note": "Fine"})
        )
        wizard.action_save()
        self.assertEqual(wizard.action_id.state, "done")

    def test_manager_runs_but_does_not_configure(self):
        self.follow_up.with_user(self.manager).action_execute()
        self.assertEqual(self.follow_up.state, "done")
        with self.assertRaises(AccessError):
            self.scenario.with_user(self.manager).minimum_amount = 1

    def test_administrator_configures(self):
        self.scenario.with_user(self.admin).minimum_amount = 1
        self.assertEqual(self.scenario.minimum_amount, 1)

    def test_wizard_of_a_colleague_is_not_readable(self):
        self.follow_up.action_back_to_draft()
        wizard_id = self.case.with_user(self.collector).action_follow_up()["res_id"]
        with self.assertRaises(AccessError):
            self.env["collection.follow.up"].with_user(self.manager).browse(
                wizard_id
            ).read(["left_out_note"])
