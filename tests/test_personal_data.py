import json

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

GROUPS = "l10n_fr_debt_collection.group_collection_"


class PersonalDataCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._make_debtor(
            "Jeanne Caillebotte",
            is_company=False,
            email="jeanne@example.org",
            comment="<p>Lost her job</p>",
            function="Potter",
            ref="J-17",
        )
        cls.manager = new_test_user(
            cls.env, "manon", f"{GROUPS}manager", company_id=cls.company.id
        )
        cls.collector = new_test_user(
            cls.env, "colin", f"{GROUPS}user", company_id=cls.company.id
        )

    def _history(self, late=40):
        """Return an action sent to the person about an invoice paid since."""
        invoice = self._invoice(100, late, self.person)
        case = self._case(self.person)
        case.scenario_id = self.scenario
        action = self._actions(self.run_on(), self.person)
        if action.state == "todo":
            action.action_mark_posted()
        case.message_post(body="Jeanne promised to pay")
        case.note = "<p>Shy</p>"
        self._pay(invoice)
        self._commit()
        self.assertEqual(
            action.state, "sent", self._reasons(action.run_id, self.person)
        )
        return action

    def _erase(self, partners=None, user=None):
        wizard = (
            self.env["collection.anonymise"]
            .with_user(user or self.manager)
            .create({"partner_ids": (partners or self.person).ids})
        )
        wizard.action_erase()

    def _lines(self):
        return self.env["account.move.line"].search(
            [("partner_id", "=", self.person.id)]
        )

    def _forget_accounting(self):
        """Have accounting documents older than a year no longer bear names."""
        self.company.collection_accounting_years = 1


@tagged("post_install", "-at_install")
class TestAnonymise(PersonalDataCommon):
    """Erasing what is held on a person."""

    def test_open_items_are_in_the_way_and_named(self):
        invoice = self._invoice(100, 5, self.person)
        with self.assertRaisesRegex(UserError, invoice.name):
            self._erase()
        self.assertEqual(self.person.email, "jeanne@example.org")

    def test_ways_to_reach_him_words_and_files_go(self):
        action = self._history()
        case = self._case(self.person)
        self.assertTrue(action.body)
        self.assertTrue(action.attachment_ids)
        self._erase()
        self.assertFalse(self.person.email or self.person.phone)
        self.assertFalse(self.person.comment or self.person.function)
        self.assertFalse(action.body or action.subject or action.recipient_address)
        self.assertFalse(action.attachment_ids)
        self.assertFalse(case.message_ids)
        self.assertFalse(case.note)

    def test_nothing_said_survives_in_any_message_or_source(self):
        self._history()
        self.env["collection.value.source"]._book(
            [
                {
                    "partner_id": self.person.id,
                    "field_name": "phone",
                    "value": "+33 1 99 00 12 34",
                    "source": "manual",
                }
            ]
        )
        self.person.phone = "+33 1 99 00 98 76"
        self._erase()
        self.env.flush_all()
        self.assertFalse(self.person.collection_value_source_ids)
        self.assertFalse(self.person.message_ids)
        for table, column in (
            ("mail_message", "body"),
            ("mail_mail", "body_html"),
            ("collection_action", "body"),
            ("collection_run_log", "message"),
            ("mail_tracking_value", "old_value_char"),
        ):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} WHERE {column} ILIKE '%jeanne%'"
            )
            self.assertEqual(self.env.cr.fetchone()[0], 0, table)

    def test_figures_stay_as_they_were(self):
        action = self._history()
        case = self._case(self.person)
        names = ("amount", "date", "state", "channel", "sent_date", "outcome")
        figures = ("amount_due", "amount_overdue", "risk_score", "state")
        before = action.read(names), case.read(figures), len(action.item_ids)
        balance = sum(self._lines().mapped("balance"))
        self._erase()
        self.env.invalidate_all()
        self.assertEqual(
            (action.read(names), case.read(figures), len(action.item_ids)), before
        )
        self.assertEqual(sum(self._lines().mapped("balance")), balance)

    def test_accounting_keeps_the_name_it_bears(self):
        self._history()
        wizard = self.env["collection.anonymise"].create(
            {"partner_ids": self.person.ids}
        )
        self.assertIn("Jeanne", wizard.kept)
        self._erase()
        self.assertEqual(self.person.name, "Jeanne Caillebotte")
        self.assertEqual(self.person.city, "Lyon")
        self.assertFalse(self.person.active)
        self.assertGreater(self.person.collection_name_kept_until.year, 2030)

    def test_without_accounting_the_name_goes_too(self):
        self._history(late=900)
        self.env["account.move"].flush_model()
        self.env.cr.execute(
            "UPDATE account_move SET date = date - 900 WHERE partner_id = %s",
            [self.person.id],
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET date = date - 900 WHERE partner_id = %s",
            [self.person.id],
        )
        self.env.invalidate_all()
        self._forget_accounting()
        self._erase()
        self.assertEqual(self.person.name, f"Anonymised debtor #{self.person.id}")
        self.assertFalse(
            self.person.street or self.person.zip or self.person.city or self.person.ref
        )
        self.assertFalse(self.person.collection_name_kept_until)

    def test_the_contacts_of_a_company_go_and_the_company_stays(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Paul Signac",
                "parent_id": self.debtor.id,
                "email": "paul@example.com",
                "collection_role": "payables",
            }
        )
        self._erase(self.debtor)
        self.assertFalse(contact.email or contact.collection_role)
        self.assertEqual(contact.name, f"Anonymised debtor #{contact.id}")
        self.assertEqual(self.debtor.email, "menuiserie@example.com")
        self.assertEqual(self.debtor.name, "Menuiserie Garcin")
        self.assertTrue(self.debtor.active)

    def test_a_contact_goes_while_his_company_still_owes(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Paul Signac",
                "parent_id": self.debtor.id,
                "email": "paul@example.com",
                "collection_role": "payables",
            }
        )
        self._invoice(100, 5)
        action = self._actions(self.run_on())
        self.assertEqual(action.recipient_id, contact)
        self._erase(contact)
        self.assertFalse(contact.email)
        self.assertFalse(action.recipient_address)

    def test_who_can_log_in_is_not_erased(self):
        with self.assertRaisesRegex(UserError, "log in"):
            self._erase(self.collector.partner_id)

    def test_it_is_logged_without_what_was_erased(self):
        self._history()
        self._erase()
        log = self.env["collection.erasure.log"].search([], limit=1)
        self.assertEqual(log.user_id, self.manager)
        self.assertEqual(log.partner_number, self.person.id)
        self.assertEqual(log.ground, "request")
        self.assertNotIn("Jeanne", str(log.read()))

    def test_a_collector_may_not(self):
        with self.assertRaises(AccessError):
            self._erase(user=self.collector)
        self.assertTrue(self.person.email)

    def test_logs_are_only_read(self):
        admin = new_test_user(self.env, "ada", f"{GROUPS}admin,base.group_system")
        for model in ("collection.export.log", "collection.erasure.log"):
            logs = self.env[model].with_user(admin)
            logs.search([])
            for operation in ("create", "write", "unlink"):
                self.assertFalse(logs.has_access(operation), (model, operation))
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.manager).search([])


@tagged("post_install", "-at_install")
class TestRetention(PersonalDataCommon):
    """What is past its time is listed, or erased."""

    def _cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_retention"
            ).method_direct_trigger()

    def _age(self, days):
        """Have all that happened with the person happened so much earlier."""
        self.env.flush_all()
        for table, column, key in (
            ("account_move", "date", "partner_id"),
            ("account_move_line", "date", "partner_id"),
            ("collection_action", "date", "partner_id"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = {column} - %s WHERE {key} = %s",
                [days, self.person.id],
            )
        self.env.cr.execute(
            """UPDATE account_partial_reconcile p SET max_date = max_date - %s
                 FROM account_move_line line
                WHERE line.id = p.debit_move_id AND line.partner_id = %s""",
            [days, self.person.id],
        )
        self.env.invalidate_all()

    def _tasks(self):
        return self.company.partner_id.activity_search(
            ["l10n_fr_debt_collection.activity_type_erase"]
        )

    def test_nothing_is_due_before_its_time(self):
        self._history()
        self._age(3 * 365 - 10)
        self._cron()
        self.assertGreater(self._case(self.person).retention_due_on, self.today)
        self.assertFalse(self._tasks())

    def test_what_is_past_its_time_is_listed_and_told_once(self):
        self._history()
        self._age(3 * 365 + 10)
        self._cron()
        self._cron()
        self.assertLessEqual(self._case(self.person).retention_due_on, self.today)
        self.assertEqual(len(self._tasks()), 1)
        self.assertTrue(self.person.email)

    def test_open_items_and_companies_have_no_retention(self):
        self._invoice(100, 2000, self.person)
        self._pay(self._invoice(100, 2000))
        self._commit()
        self._cron()
        self.assertFalse(self._case(self.person).retention_due_on)
        self.assertFalse(self._case().retention_due_on)

    def test_erased_without_asking_when_so_set(self):
        self._history()
        self._age(3 * 365 + 10)
        self.company.collection_retention_auto = True
        self._cron()
        self.assertFalse(self.person.email)
        self.assertEqual(self.person.name, "Jeanne Caillebotte")
        self.assertFalse(self._tasks())
        log = self.env["collection.erasure.log"].search([], limit=1)
        self.assertEqual(log.ground, "retention")
        # The name follows when accounting does not need it any more.
        self.assertGreater(self._case(self.person).retention_due_on, self.today)
        self._age(3650)
        self.person.collection_name_kept_until = self._day(-1)
        self._cron()
        self.assertEqual(self.person.name, f"Anonymised debtor #{self.person.id}")
        self.assertFalse(self._case(self.person).retention_due_on)

    def test_one_that_fails_stops_no_other(self):
        self._history()
        self._age(3 * 365 + 10)
        other = self._make_debtor("Berthe Morisot", is_company=False)
        self._pay(self._invoice(50, 2000, other))
        self._commit()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET max_date = max_date - 2000"
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET date = date - 2000 WHERE partner_id = %s",
            [other.id],
        )
        self.env.invalidate_all()
        new_test_user(
            self.env, "jeanne", "base.group_portal", partner_id=self.person.id
        )
        self.company.collection_retention_auto = True
        with mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_batch"):
            self._cron()
        self.assertTrue(self.person.email)
        self.assertFalse(other.email)
        bodies = self._case(self.person).message_ids.mapped("body")
        self.assertTrue(any("not erased" in body for body in bodies), bodies)


@tagged("post_install", "-at_install")
class TestExportLog(PersonalDataCommon, HttpCase):
    """Who takes data out of the system is noted."""

    def setUp(self):
        super().setUp()
        self._invoice(100, 5, self.person)
        self._invoice(100, 5)
        self._case(self.person).scenario_id = self.scenario
        self.run_on()
        (self._case() | self._case(self.person))._review()
        self.collector.group_ids += self.env.ref("base.group_allow_export")
        self.collector.password = "colin-colin"
        self.authenticate("colin", "colin-colin")

    def _export(self, path, model, names, **params):
        data = {
            "model": model,
            "fields": [{"name": n, "label": n, "type": "char"} for n in names],
            "ids": False,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            **params,
        }
        response = self.url_open(
            f"/web/export/{path}",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200, response.text)
        return self.env["collection.export.log"].search([], limit=1)

    def test_export_of_a_search(self):
        log = self._export(
            "csv",
            "collection.case",
            ["partner_id/name", "amount_overdue"],
            domain=[
                ("company_id", "=", self.company.id),
                ("state", "=", "open"),
                ("partner_id.name", "ilike", "Caillebotte"),
            ],
        )
        self.assertEqual(log.user_id, self.collector)
        self.assertEqual(log.res_model, "collection.case")
        self.assertEqual(log.origin, "csv")
        self.assertEqual(log.field_names, "partner_id/name, amount_overdue")
        self.assertEqual(log.record_count, 1)
        self.assertIn("partner_id.name ilike", log.domain)
        self.assertNotIn("Caillebotte", log.domain)

    def test_export_of_groups(self):
        log = self._export(
            "xlsx",
            "collection.action",
            ["display_name", "amount"],
            groupby=["state"],
            domain=[("company_id", "=", self.company.id)],
        )
        self.assertEqual((log.origin, log.record_count), ("xlsx", 2))

    def test_export_of_debtors(self):
        logs = self.env["collection.export.log"]
        before = logs.search_count([])
        self._export("csv", "res.partner", ["name"], ids=self.person.ids)
        self.assertEqual(logs.search_count([]), before)
        log = self._export(
            "csv", "res.partner", ["name", "collection_overdue"], ids=self.person.ids
        )
        self.assertEqual((log.res_model, log.record_count), ("res.partner", 1))

    def test_export_by_program(self):
        self._case().with_user(self.collector).export_data(["amount_due"])
        log = self.env["collection.export.log"].search([], limit=1)
        self.assertEqual((log.origin, log.user_id), ("api", self.collector))

    def test_every_model_with_debtors_data_is_logged(self):
        for model in (
            "collection.case",
            "collection.action",
            "collection.action.item",
            "collection.hold",
            "collection.run.log",
            "collection.data.issue",
            "collection.enrichment.proposal",
            "collection.registry.event",
        ):
            bases = type(self.env[model]).mro()
            self.assertIn(self.env.registry["collection.access.logged"], bases, model)


@tagged("post_install", "-at_install")
class TestDataSheet(PersonalDataCommon):
    """What is held on a person, on paper."""

    def test_it_has_values_sources_and_actions(self):
        self._history()
        self.env["collection.value.source"]._book(
            [
                {
                    "partner_id": self.person.id,
                    "field_name": "phone",
                    "value": "+33 1 99 00 12 34",
                    "source": "import",
                    "source_detail": "Annuaire Pro",
                }
            ]
        )
        html = self._render()
        for words in (
            "Jeanne Caillebotte",
            "jeanne@example.org",
            "Lost her job",
            "Annuaire Pro",
            "12 rue des Lilas",
            "100.00",
        ):
            self.assertTrue(words in html, words)

    def _render(self):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "l10n_fr_debt_collection.collection_data_sheet_report", self.person.ids
        )
        return html.decode()
