from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.collection_level_source import Level, Policy, Reminder
from .common import CollectionCommon

SOURCE = "odoo.addons.l10n_fr_debt_collection.models.collection_level_source."


@tagged("post_install", "-at_install")
class TestFirstDay(CollectionCommon):
    """What a company sees and has on the day it begins."""

    def _counts(self):
        return {
            model: self.env[model].search_count([])
            for model in (
                "collection.action",
                "collection.run",
                "mail.mail",
                "mail.message",
                "sms.sms",
                "ir.attachment",
                "mail.activity",
            )
        }

    def _simulate(self, days=30):
        wizard = self.env["collection.simulation"].create(
            {"company_id": self.company.id, "days": days}
        )
        self._commit()
        before = self._counts()
        action = wizard.action_simulate()
        self.env.flush_all()
        self.assertEqual(self._counts(), before, "nothing leaves, nothing is noted")
        return self.env["collection.simulation.line"].search(action["domain"])

    # === SIMULATION === #

    def test_past_days_and_tomorrow(self):
        self._invoice(1000, late=16, days=(30,))
        lines = self._simulate()
        self.assertEqual(
            [
                ((line.date - self.today).days, line.step_id.delay_days, line.amount)
                for line in lines.sorted("date")
            ],
            # 5 days before, 3 and 15 days after the due date of 16 days ago.
            [(-21, -5, 1000), (-13, 3, 1000), (-1, 15, 1000), (1, 15, 1000)],
        )
        self.assertEqual(lines.filtered("is_tomorrow").date, self._day(1))
        self.assertEqual(lines.sorted("date")[1].days_late, 3)

    def test_what_was_paid_since_was_claimed_then(self):
        invoice = self._invoice(1000, late=5, days=(30,))
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        wizard = self.env["account.payment.register"].with_context(**context)
        wizard.create({"payment_date": self._day(-1)})._create_payments()
        lines = self._simulate()
        self.assertEqual(
            sorted((line.date - self.today).days for line in lines), [-10, -2]
        )

    def test_contacts_made_before_are_remembered(self):
        self._invoice(1000, late=16)
        self.run_on()
        self._commit()
        lines = self._simulate()
        self.assertFalse(lines.filtered("is_tomorrow"))

    def test_another_company_is_not_simulated(self):
        other = self.setup_other_company(name="Autre")["company"]
        self._invoice(1000, late=16)
        wizard = self.env["collection.simulation"].create({"company_id": other.id})
        self._commit()
        wizard.action_simulate()
        self.assertFalse(wizard.line_ids)

    def test_queries_do_not_grow_with_the_debtors(self):
        def count():
            self._commit()
            wizard = self.env["collection.simulation"].create(
                {"company_id": self.company.id}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_simulate()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        for number in range(3):
            self._invoice(500, late=20, partner=self._make_debtor(f"Premier {number}"))
        count()
        few = count()
        for number in range(12):
            self._invoice(500, late=20, partner=self._make_debtor(f"Autre {number}"))
        self.assertLessEqual(count(), few + 3)

    # === THREE QUESTIONS === #

    def _first_day(self, **values):
        return self.env["collection.first.day"].create(
            {"company_id": self.company.id, "user_id": self.env.uid, **values}
        )

    def test_answers_become_settings_and_the_simulation_opens(self):
        self._invoice(1000, late=16)
        self._commit()
        wizard = self._first_day(customers="consumer")
        self.assertEqual((wizard.overdue_count, wizard.amount_overdue), (1, 1000))
        action = wizard.action_apply()
        self.assertEqual(action["res_model"], "collection.simulation")
        self.assertEqual(
            self.company.collection_scenario_id,
            self.env.ref("l10n_fr_debt_collection.scenario_consumer"),
        )
        self.assertEqual(self.company.collection_user_id, self.env.user)
        self.assertFalse(self.company.collection_auto_run)
        self.assertTrue(self._case().review_pending)
        digest = self.env.ref("l10n_fr_debt_collection.digest_collection")
        self.assertIn(self.env.user, digest.user_ids)

    def test_complaint_43_from_the_first_steps_to_a_reminder(self):
        """Three questions and one run: a reminder has left."""
        self.company.collection_scenario_id = False
        self._invoice(1000, late=4)
        self._commit()
        wizard = self._first_day(customers="business", departure="prepare")
        self.assertEqual(wizard.action_apply()["res_model"], "collection.run")
        self._case()._review()
        run = self.run_on(self._days_to_monday())
        self.assertEqual(self._actions(run).state, "sent")

    def _days_to_monday(self):
        """Return the days to a Monday that is no holiday of the scenario's steps."""
        return next(
            number
            for number in range(1, 30)
            if self._day(number).weekday() == 1 and not self._day(number).month == 5
        )

    # === BASELINE === #

    def test_requirement_r13_beginning_is_kept_and_held_against(self):
        month = self.today.replace(day=1)
        before = month - relativedelta(months=1)
        invoice = self._invoice(
            1000, 0, days=(0,), invoice_date=before + timedelta(days=2)
        )
        self._commit()
        self._first_day().action_apply()
        baselines = self.env["collection.kpi.baseline"].search(
            [("company_id", "=", self.company.id)]
        )
        rate = baselines.filtered(lambda b: b.kind_id.code == "recovery_rate")
        self.assertEqual((rate.month, rate.value), (before, 0))
        self.assertEqual(rate.progress, "unknown")
        later = month + relativedelta(months=1, days=20)
        with self.freeze(later):
            paid = self._invoice(500, 0, days=(0,), invoice_date=month)
            context = {"active_model": "account.move", "active_ids": paid.ids}
            payment = self.env["account.payment.register"].with_context(**context)
            payment.create({"payment_date": month})._create_payments()
            self.env["collection.kpi"]._measure(self.company, month)
            rate.invalidate_recordset()
            self.assertEqual((rate.value_now, rate.progress), (100, "better"))
            self._pay(invoice)
            self._first_day().action_apply()
            self.assertEqual(rate.value, 0, "what was kept stays")


@tagged("post_install", "-at_install")
class TestLevelImport(CollectionCommon):
    """Levels of another module are taken over and go on where they were."""

    def _source(self, reminders=(), policies=None):
        levels = (
            Level(11, "Rappel", 3, "email", "<p>Rappel</p>"),
            Level(12, "Relance", 15, "email", "<p>Relance</p>"),
            Level(13, "Courrier", 30, "letter", "<p>Courrier</p>"),
        )
        policies = policies or [
            Policy(1, "Trois temps", levels, (self.debtor.id,), True)
        ]
        name = SOURCE + "CollectionLevelSource."
        for method, result in (
            ("_is_available", True),
            ("_read_policies", policies),
            ("_read_reminders", list(reminders)),
        ):
            self.startPatcher(patch(name + method, return_value=result))

    def _import(self):
        wizard = self.env["collection.level.import"].create(
            {"company_id": self.company.id}
        )
        wizard.action_import()
        return wizard

    def test_requirement_r8_reminders_go_on_where_they_were(self):
        invoice = self._invoice(1000, late=20)
        self._commit()
        receivable = self._receivables(invoice)
        self._source(
            [
                Reminder(receivable.id, 11, self._day(-17)),
                Reminder(receivable.id, 12, self._day(-5)),
            ]
        )
        wizard = self._import()
        self.assertIn("3 steps and 2 contacts", wizard.result_note)
        case = self._case()
        scenario = case.manual_scenario_id
        self.assertEqual(scenario.name, "Trois temps")
        self.assertEqual(scenario.step_ids.mapped("delay_days"), [3, 15, 30])
        self.assertEqual(self.company.collection_scenario_id, scenario)
        self.assertEqual(receivable.collection_step_id.delay_days, 15)
        case._review()
        self.assertEqual(case.next_step_id.delay_days, 30)
        scenario.step_ids.write({"sat": True, "sun": True, "skip_holidays": False})
        self.assertFalse(self._actions(self.run_on()), "nothing is said twice")
        run = self.run_on(11)
        self.assertEqual(self._actions(run).step_id.delay_days, 30)

    def test_words_taken_over_are_sent_and_do_not_name_the_level(self):
        self._invoice(1000, late=5)
        self._commit()
        self._source()
        self._import()
        case = self._case()
        case._review()
        case.scenario_id.step_ids.write(
            {"sat": True, "sun": True, "skip_holidays": False}
        )
        action = self._actions(self.run_on())
        self.assertEqual(action.state, "sent")
        self.assertIn("Rappel", action.mail_id.body_html)
        self.assertIn(self.company.name, action.subject)
        self.assertNotIn("Rappel", action.subject)

    def test_taken_over_twice_is_there_once(self):
        receivable = self._receivables(self._invoice(1000, late=20))
        self._commit()
        self._source([Reminder(receivable.id, 11, self._day(-17))])
        self._import()
        again = self._import()
        self.assertIn("0 contacts", again.result_note)
        self.assertEqual(len(self._case().action_ids), 1)
        self.assertEqual(
            self.env["collection.scenario"].search_count(
                [("name", "=", "Trois temps")]
            ),
            1,
        )

    def test_debtors_left_alone_stay_so(self):
        self._invoice(1000, late=20)
        self._commit()
        self._source(policies=[Policy(2, "Sans relance", (), (self.debtor.id,), False)])
        self._import()
        self._import()
        [hold] = self._case().active_hold_ids
        self.assertIn("Sans relance", hold.name)
        self.assertFalse(self._actions(self.run_on()))

    def test_without_the_other_module_it_says_so(self):
        wizard = self.env["collection.level.import"].create(
            {"company_id": self.company.id}
        )
        if wizard.is_available:
            self.skipTest("account_credit_control is installed")
        with self.assertRaisesRegex(UserError, "not installed"):
            wizard.action_import()
