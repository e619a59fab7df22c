from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_debt_collection.models import collection_run

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestRun(CollectionCommon):
    """A run is previewed, executed, stopped, resumed and summed up."""

    # === PREVIEW === #

    def test_preview_sends_nothing_and_can_be_made_again(self):
        self._invoice(1000, late=20)
        run = self.run_on(execute=False)
        action = self.assertAsks(run, 1000)
        self.assertEqual((run.state, action.state), ("previewed", "preview"))
        self.assertFalse(action.mail_id)
        run.action_preview()
        self.assertFalse(action.exists())
        self.assertAsks(run, 1000)

    def test_every_overdue_case_left_out_says_why(self):
        self._invoice(1000, late=1)
        run = self.run_on(execute=False)
        self.assertEqual(self._reasons(run), ["no_step_reached"])
        self.assertIn(str(self._day(2).day), run.log_ids.message)

    def test_executed_run_cannot_be_planned_again_or_deleted(self):
        self._invoice(1000, late=20)
        run = self.run_on()
        with self.assertRaises(UserError):
            run.action_preview()
        with self.assertRaises(UserError):
            run.unlink()

    def test_previewed_run_can_be_deleted(self):
        self._invoice(1000, late=20)
        run = self.run_on(execute=False)
        run.unlink()
        self.assertFalse(self._case().action_ids)

    def test_two_previews_of_one_day_execute_once(self):
        self._invoice(1000, late=20)
        first, second = self.run_on(execute=False), self.run_on(execute=False)
        first.action_execute()
        second.action_execute()
        self.assertEqual(len(self._case().action_ids.filtered("mail_id")), 1)
        self.assertEqual(second.action_ids.state, "cancelled")

    # === SUMMARY === #

    def test_summary_counts_by_channel_and_reason(self):
        self._invoice(1000, late=20)
        blocked = self._make_debtor("Autre SARL")
        self._invoice(500, late=20, partner=blocked).no_followup = True
        run = self.run_on()
        self.assertEqual((run.action_count, run.amount), (1, 1000))
        self.assertEqual(run.progress, 100)
        self.assertIn("1", run.summary)
        self.assertIn("No Follow-Up", run.summary)

    def test_letters_of_a_run_are_merged(self):
        self._book(3, late=35)
        run = self.run_on()
        self.assertEqual(run.action_ids.mapped("state"), ["todo"] * 3)
        self.assertEqual(run.letter_attachment_id.mimetype, "application/pdf")
        run.action_mark_letters_posted()
        self.assertEqual(run.action_ids.mapped("state"), ["sent"] * 3)

    # === STOP AND RESUME === #

    def test_stopped_run_goes_on_where_it_was(self):
        self._book(3)
        run = self.run_on(execute=False)
        self.patch_batch_size(1)
        run.action_stop()
        run._work()
        self.assertEqual(run.state, "previewed")
        self.assertEqual(run.waiting_count, 2)
        run.action_execute()
        self.assertEqual(run.state, "done")
        self.assertEqual(set(run.action_ids.mapped("state")), {"sent"})

    def test_queued_run_is_executed_by_the_scheduled_job(self):
        self._invoice(1000, late=20)
        run = self.run_on(execute=False)
        run.action_start()
        self._commit()
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_execute_runs"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        self.assertFalse(run.is_queued)
        self.assertEqual(run.action_ids.state, "sent")

    def test_daily_job_makes_one_run_per_company_and_day(self):
        self._invoice(1000, late=20)
        self.company.collection_auto_run = True
        daily = self.env.ref("l10n_fr_debt_collection.ir_cron_daily_follow_up")
        domain = [("origin", "=", "daily"), ("company_id", "=", self.company.id)]
        self._commit()
        for _twice in range(2):
            with self.enter_registry_test_mode():
                daily.method_direct_trigger()
        self.assertEqual(self.env["collection.run"].search_count(domain), 1)

    def test_daily_job_leaves_companies_alone_that_did_not_ask(self):
        self._invoice(1000, late=20)
        self._commit()
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_daily_follow_up"
            ).method_direct_trigger()
        self.assertFalse(
            self.env["collection.run"].search(
                [("origin", "=", "daily"), ("company_id", "=", self.company.id)]
            )
        )

    # === COST === #

    def _count_queries(self, channel, count):
        self.scenario.step_ids.filtered(
            lambda step: step.delay_days == 15
        ).channel = channel
        debtors = self._book(count, prefix=f"{channel}{count}")
        self._commit()
        run = self.env["collection.run"].create({"company_id": self.company.id})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run.action_execute()
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        done = run.action_ids.filtered(lambda action: action.partner_id in debtors)
        self.assertEqual(len(done), count)
        self.assertTrue(set(done.mapped("state")) <= {"sent", "todo"})
        return queries

    def test_queries_do_not_grow_with_the_number_of_cases(self):
        for channel in ("email", "phone"):
            self._count_queries(channel, 2)
            few = self._count_queries(channel, 5)
            many = self._count_queries(channel, 60)
            with self.subTest(channel=channel, few=few, many=many):
                self.assertLess(many - few, 25)

    def patch_batch_size(self, size):
        self.patch(collection_run, "EXECUTE_BATCH", size)
