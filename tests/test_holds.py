from datetime import timedelta

from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import CollectionCommon

GROUP = "base.group_user,l10n_fr_debt_collection.group_collection_"


@tagged("post_install", "-at_install")
class TestHolds(CollectionCommon):
    """Every hold has a reason and an end; the debtor comes back by himself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector, cls.manager = (
            new_test_user(
                cls.env,
                f"{role}_of_holds",
                groups=f"{GROUP}{role}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role in ("user", "manager")
        )

    def setUp(self):
        super().setUp()
        self._invoice(1000, late=20)
        self.case = self._case()
        self.case._review()

    def _hold(self, user=None, **values):
        return (
            self.env["collection.hold"]
            .with_user(user or self.env.user)
            .create({"case_id": self.case.id, "name": "Talks", **values})
        )

    def _keep_time(self, day):
        """Do what the nightly job does for holds on that day."""
        with self.freeze(day):
            self.env["collection.hold"]._keep_time(self.company)

    def _end_tasks(self):
        return self.case.activity_ids.filtered(
            lambda activity: "ends" in (activity.summary or "")
        )

    # === THE END === #

    def test_complaint_41_a_hold_by_hand_ends_after_the_days_of_the_company(self):
        self.company.collection_hold_max_days = 12
        self.assertEqual(self._hold().date_to, self._day(12))

    def test_complaint_41_the_debtor_comes_back_by_himself(self):
        self._hold(date_to=self._day(3))
        self.assertAsksNothing(self.run_on(3), "hold_manual")
        self.assertAsks(self.run_on(4), 1000)

    def test_each_reason_has_its_own_default_end(self):
        self.company.write(
            {"collection_answer_pause_days": 4, "collection_promise_max_days": 45}
        )
        for reason, days in (("answer", 4), ("promise", 45), ("insolvency", 365)):
            with self.subTest(reason=reason):
                self.assertEqual(self._hold(reason=reason).date_to, self._day(days))

    def test_the_form_proposes_the_end_of_the_reason(self):
        action = self.case.action_hold()
        form = Form(self.env["collection.hold"].with_context(**action["context"]))
        self.assertEqual(form.date_to, self._day(30))
        form.reason = "handover"
        self.assertEqual(form.date_to, self._day(365))
        form.name = "Agency"
        self.assertEqual(form.save().date_to, self._day(365))

    def test_a_hold_from_a_past_judgment_counts_from_today(self):
        hold = self._hold(reason="insolvency", date_from=self._day(-200))
        self.assertEqual(hold.date_to, self._day(365))

    def test_an_end_is_not_taken_off(self):
        hold = self._hold()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            hold.date_to = False
            hold.flush_recordset()

    # === WHO MAY === #

    def test_a_long_hold_by_hand_takes_a_manager(self):
        with self.assertRaisesRegex(UserError, "ask a manager"):
            self._hold(user=self.collector, date_to=self._day(31))
        hold = self._hold(user=self.manager, date_to=self._day(31))
        self.assertEqual(hold.date_to, self._day(31))

    def test_a_collector_does_not_prolong_beyond_the_limit(self):
        hold = self._hold(user=self.collector, date_to=self._day(30))
        with self.assertRaisesRegex(UserError, "30 days"):
            hold.date_to = self._day(60)

    def test_postponing_beyond_the_limit_takes_a_manager(self):
        letter = self.case._make_manual_action("letter")
        with self.assertRaises(UserError):
            self._postpone(letter, self.collector)
        self._postpone(letter, self.manager)
        self.assertEqual(letter.state, "cancelled")
        holds = self.env["collection.hold"].search([("case_id", "=", self.case.id)])
        self.assertEqual(holds.mapped("date_to"), [self._day(89)])

    def _postpone(self, action, user):
        wizard = (
            self.env["collection.postpone"]
            .with_user(user)
            .create(
                {"action_ids": action.ids, "date": self._day(90), "reason": "Audit"}
            )
        )
        wizard.action_postpone()

    # === THE NIGHT === #

    def test_the_owner_is_told_once_before_the_end(self):
        self._hold(user_id=self.collector.id, date_to=self._day(20))
        self._keep_time(self._day(16))
        self.assertFalse(self._end_tasks())
        self._keep_time(self._day(17))
        self._keep_time(self._day(18))
        task = self._end_tasks()
        self.assertEqual(len(task), 1)
        self.assertEqual(task.user_id, self.collector)
        self.assertEqual(task.date_deadline, self._day(20))

    def test_a_prolonged_hold_is_announced_again(self):
        hold = self._hold(date_to=self._day(20))
        self._keep_time(self._day(18))
        hold.date_to = self._day(28)
        self._keep_time(self._day(19))
        self.assertEqual(len(self._end_tasks()), 1)
        self._keep_time(self._day(26))
        self.assertEqual(len(self._end_tasks()), 2)

    def test_short_holds_and_those_that_look_after_themselves_are_not_announced(self):
        self._hold(date_to=self._day(2))
        self._hold(reason="promise", date_to=self._day(20))
        self._hold(reason="answer", date_to=self._day(20))
        self._keep_time(self._day(1))
        self._keep_time(self._day(19))
        self.assertFalse(self._end_tasks())

    def test_a_handover_lasts_as_long_as_the_case_is_handed_over(self):
        hold = self._hold(reason="handover")
        self.case.action_hand_over()
        self._keep_time(self._day(340))
        self.assertEqual(hold.date_to, self._day(340 + 365))
        self.assertFalse(self._end_tasks())
        self.case.action_resume()
        self._keep_time(self._day(700))
        self.assertEqual(hold.date_to, self._day(340 + 365))

    def test_an_insolvency_without_proceedings_is_announced_and_ends(self):
        hold = self._hold(reason="insolvency")
        self._keep_time(self._day(363))
        self.assertEqual(hold.date_to, self._day(365))
        self.assertEqual(len(self._end_tasks()), 1)

    def test_the_nightly_job_keeps_time(self):
        self._hold(date_to=self._day(2), date_from=self._day(-20))
        with self.enter_registry_test_mode():
            job = self.env.ref("l10n_fr_debt_collection.ir_cron_refresh_balances")
            job.method_direct_trigger()
        self.assertEqual(len(self._end_tasks()), 1)

    # === LOOKING FOR THEM === #

    def test_filters_find_what_ends_soon_and_what_has_no_cause(self):
        soon = self._hold(date_to=self._day(5))
        later = self._hold(date_to=self._day(25))
        caused = self._hold(
            date_to=self._day(5), res_model="res.partner", res_id=self.debtor.id
        )
        arch = self.env["collection.hold"].get_view(view_type="search")["arch"]
        for name, found in (
            ("ends_this_week", soon | caused),
            ("no_cause", soon | later),
        ):
            with self.subTest(filter=name):
                domain = self._filter_domain(arch, name)
                holds = self.env["collection.hold"].search(
                    [*domain, ("case_id", "=", self.case.id)]
                )
                self.assertEqual(holds, found)

    def _filter_domain(self, arch, name):
        [node] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        return safe_eval(node.get("domain"))

    def test_a_released_hold_ended_yesterday(self):
        hold = self._hold(date_from=self._day(-3), date_to=self._day(9))
        hold.action_release()
        self.assertEqual(hold.date_to, self.today - timedelta(days=1))
        self.assertFalse(hold.is_active)
