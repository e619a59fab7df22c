from datetime import datetime, time, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..tools.call_hours import utc_time
from ..tools.holidays import first_allowed_day, is_public_holiday
from .common import CollectionCommon

MODULE = "l10n_fr_debt_collection."
# A Thursday, eleven o'clock in Paris: every call window of France is open.
MORNING = "2026-03-12 10:00:00"
EVENING = "2026-03-12 21:00:00"


@tagged("post_install", "-at_install")
class TestDesk(CollectionCommon):
    """The work list: what comes first, who does it, and what an outcome changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.step = cls.scenario.step_ids[2]
        cls.step.channel = "phone"
        cls.claire, cls.denis = (
            new_test_user(
                cls.env,
                f"desk_{name}",
                name=name.title(),
                groups=f"base.group_user,{MODULE}group_collection_user",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
                email=f"{name}@atelier.example",
            )
            for name in ("claire", "denis")
        )

        # A day on which France may be called.
        cls.workday = first_allowed_day(
            cls.today, lambda day: day.weekday() < 4 and not is_public_holiday(day)
        )

    # === SHORT WAYS === #

    def _at(self, hour):
        """Return a context manager in which it is ``hour`` (UTC) of a working day."""
        return self.freeze(datetime.combine(self.workday, time(hour)))

    def _call(self, amount=1000, partner=None, late=20):
        """Return the call a run makes to a debtor who owes ``amount``."""
        self._invoice(amount, late=late, partner=partner)
        return self._actions(self.run_on(), partner)

    def _list(self, user=None, **filters):
        desk = self.env["collection.desk"].with_user(user or self.env.user)
        return desk.get_list(filters)

    def _log(self, action, outcome, **values):
        return self.env["collection.desk"].log(action.id, outcome, values)

    def _names(self, listed):
        return [case["name"] for case in listed["cases"]]

    # === RANK === #

    def test_e25_list_is_ranked_by_expected_cash_and_says_why(self):
        small, large = self._make_debtor("Petit"), self._make_debtor("Grand")
        for partner, amount in ((small, 300), (large, 9000)):
            self._invoice(amount, late=20, partner=partner)
        actions = self.run_on().action_ids
        listed = self._list()
        self.assertEqual(self._names(listed), ["Grand", "Petit"])
        call = actions.filtered(lambda action: action.partner_id == large)
        self.assertIn("9,000", call.desk_reason.replace("\xa0", " "))
        self.assertIn("for want of a forecast", call.desk_reason)
        # Half is likely paid, half of the calls are answered; a call costs 4.
        self.assertAlmostEqual(call.desk_value, 9000 * 0.5 * 0.5 - 4)
        self.assertAlmostEqual(listed["cases"][0]["value"], call.desk_value)

    def test_r7_k15_dear_call_to_a_lost_debtor_comes_last(self):
        sure, lost = self._make_debtor("Sur"), self._make_debtor("Perdu")
        for partner, risk in ((sure, 5), (lost, 99)):
            self._invoice(1000, late=20, partner=partner)
            self._case(partner).write(
                {"default_probability": risk, "forecast_date": self.today}
            )
        self.run_on()
        self.assertEqual(self._names(self._list()), ["Sur", "Perdu"])
        reason = self._list()["cases"][1]["reason"]
        self.assertIn("1 % likely paid", reason)

    def test_k12_debtor_without_a_working_phone_ranks_lower(self):
        silent = self._make_debtor("Muet")
        first, second = self._call(), self._call(partner=silent)
        self._case(silent).write(
            {"quality_date": fields.Datetime.now(), "reach_phone": False}
        )
        self._list()
        self.assertGreater(first.desk_value, 5 * second.desk_value)
        self.assertIn("hardly reachable", second.desk_reason)

    def test_d1_answer_and_urgencies_move_a_case_up(self):
        calm, urgent = self._make_debtor("Calme"), self._make_debtor("Urgent")
        self._call(1100, calm)
        self._call(1000, urgent)
        self.assertEqual(self._names(self._list()), ["Calme", "Urgent"])
        self._case(urgent).answer_pending = True
        listed = self._list()
        self.assertEqual(self._names(listed), ["Urgent", "Calme"])
        self.assertEqual(listed["cases"][0]["kinds"], ["call", "answer"])
        self.assertIn("has answered", listed["cases"][0]["reason"])

    def test_rank_costs_the_same_queries_for_one_case_and_for_many(self):
        self._call()
        alone = self._count_rank_queries()
        for number in range(12):
            self._invoice(
                500 + number, late=20, partner=self._make_debtor(f"Nr {number}")
            )
        self.run_on()
        self.assertLessEqual(self._count_rank_queries(), alone)
        self.assertLess(alone, 15)

    def _count_rank_queries(self):
        rank = self.env["collection.desk.rank"]
        rank._refresh(self.company)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rank._refresh(self.company)
        return self.env.cr.sql_log_count - before

    def test_call_about_to_expire_is_urgent(self):
        self.step.expiry_days = 2
        call = self._call()
        self._list()
        self.assertNotIn("expires", call.desk_reason)
        call.date = self._day(-2)
        self._list()
        self.assertIn("expires today", call.desk_reason)

    # === THE LIST === #

    def test_d2_letters_and_messages_to_approve_are_in_the_list(self):
        self.step.channel = "letter"
        letter = self._call()
        other = self._make_debtor("Autre")
        self.step.write({"channel": "email", "mode": "validate"})
        waiting = self._call(800, other)
        kinds = {kind["code"]: kind["count"] for kind in self._list()["kinds"]}
        self.assertEqual(kinds, {"letter": 1, "validate": 1})
        desk = self.env["collection.desk"]
        desk.mark_posted(letter.id)
        desk.approve(waiting.id)
        self.assertEqual((letter.state, waiting.state), ("sent", "sent"))
        self.assertFalse(self._list()["cases"])

    def test_mine_and_team(self):
        self._invoice(1000, late=20)
        self._case().user_id = self.denis
        self.run_on()
        self.assertFalse(self._list()["cases"])
        self.assertEqual(len(self._list(mine=False)["cases"]), 1)
        self.assertEqual(len(self._list(self.denis)["cases"]), 1)

    def test_list_view_opens_the_desk_on_the_case(self):
        call = self._call()
        action = self.env["collection.desk.item"].action_open_list()
        self.assertEqual(action["res_model"], "collection.desk.item")
        item = self.env["collection.desk.item"].search([("action_id", "=", call.id)])
        self.assertEqual((item.kind, item.value), ("call", call.desk_value))
        self.assertEqual(item.reason, call.desk_reason)
        opened = item.action_work()
        self.assertEqual(opened["params"]["case_id"], call.case_id.id)
        self.assertEqual(opened["tag"], "collection_desk")

    def test_case_put_off_comes_last_until_then(self):
        first = self._call(5000)
        self._call(100, self._make_debtor("Autre"))
        with self._at(9):
            self.env["collection.desk"].postpone(first.id, 2)
            self.assertEqual(self._names(self._list())[-1], first.partner_id.name)
        with self._at(13):
            self.assertEqual(self._names(self._list())[0], first.partner_id.name)

    def test_user_without_the_group_has_no_list(self):
        stranger = new_test_user(self.env, "desk_stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._list(stranger)

    def test_collector_of_another_company_finds_nothing(self):
        call = self._call()
        other = self.setup_other_company(name="Autre SARL")["company"]
        stranger = new_test_user(
            self.env,
            "desk_other_company",
            groups=f"base.group_user,{MODULE}group_collection_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self._list(stranger, mine=False)["cases"])
        desk = self.env["collection.desk"].with_user(stranger)
        with self.assertRaises(AccessError):
            desk.get_case(call.id)
        with self.assertRaises(AccessError):
            desk.log(call.id, "reached")

    # === CALL WINDOWS === #

    def test_e50_calls_outside_their_window_wait_at_the_end(self):
        abroad = self._make_debtor(
            "Abroad", country_id=self.env.ref("base.us").id, zip="10001"
        )
        self._invoice(9000, late=20, partner=abroad)
        self._call(100)
        with self._at(10):
            listed = self._list()
            who = self.env["collection.desk"].get_case(case_id=self._case(abroad).id)[
                "who"
            ]
        self.assertEqual(self._names(listed), ["Menuiserie Garcin", "Abroad"])
        opening = utc_time(datetime.combine(self.workday, time(10)), "America/New_York")
        self.assertEqual(
            listed["cases"][1]["opens_at"], fields.Datetime.to_string(opening)
        )
        self.assertFalse(who["is_open"])
        self.assertIn("from", who["window"])

    def test_e50_window_of_a_country(self):
        window = self.env["collection.call.window"]
        france = self.env.ref("base.fr")
        self.assertTrue(window._is_open(france, datetime(2026, 3, 12, 10)))
        self.assertFalse(window._is_open(france, datetime(2026, 3, 12, 12, 30)))
        self.assertFalse(window._is_open(france, datetime(2026, 3, 14, 10)))
        self.assertEqual(
            window._next_opening(france, datetime(2026, 3, 13, 20)),
            datetime(2026, 3, 16, 9),
        )
        self.env.ref(f"{MODULE}call_window_france").sat = True
        self.assertTrue(window._is_open(france, datetime(2026, 3, 14, 10)))

    def test_window_of_the_company_comes_before_everybodys(self):
        window = self.env["collection.call.window"]
        france = self.env.ref("base.fr")
        window.create(
            {
                "name": "Ours",
                "country_id": france.id,
                "company_id": self.company.id,
                "hour_from": 8,
                "hour_to": 9,
                "break_from": 0,
                "break_to": 0,
            }
        )
        self.assertTrue(window._is_open(france, datetime(2026, 3, 12, 7, 30)))
        self.assertFalse(window._is_open(france, datetime(2026, 3, 12, 10)))

    def test_window_with_an_impossible_break_or_no_day_is_refused(self):
        window = self.env.ref(f"{MODULE}call_window_france")
        with self.assertRaisesRegex(ValidationError, "break"):
            window.break_to = 21
        with self.assertRaisesRegex(ValidationError, "day of the week"):
            window.write(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), False))

    # === ONE CASE === #

    def test_k13_screen_shows_whom_to_call_and_what_is_owed(self):
        boss = self.env["res.partner"].create(
            {
                "parent_id": self.debtor.id,
                "name": "Alice Martin",
                "function": "CFO",
                "phone": "+33 1 99 00 55 55",
                "collection_role": "payables",
                "lang": "en_US",
            }
        )
        call = self._call(1234)
        self.step.script = "<p>Ask for the payment date.</p>"
        with self._at(10):
            data = self.env["collection.desk"].get_case(call.id)
        self.assertEqual(data["who"]["id"], boss.id)
        self.assertEqual(data["who"]["phone"], call.recipient_address)
        self.assertEqual(data["who"]["function"], "CFO")
        self.assertIn("until", data["who"]["window"])
        self.assertIn("payment date", data["action"]["script"])
        self.assertEqual([item["amount"] for item in data["items"]], [1234])
        self.assertEqual(
            data["items"][0]["days_late"], 20 + (self.workday - self.today).days
        )
        self.assertEqual(data["case"]["amount_overdue"], 1234)
        self.assertEqual(
            [contact["id"] for contact in data["contacts"]], [self.debtor.id]
        )

    def test_screen_shows_what_was_done_and_agreed(self):
        first = self._call()
        self._log(first, "promised", amount=400, date=self._day(3), note="By transfer")
        case = first.case_id
        data = self.env["collection.desk"].get_case(case_id=case.id)
        self.assertEqual(data["history"][0]["note"], "By transfer")
        self.assertEqual(data["history"][0]["outcome"], "Promised to pay")
        kinds = [badge["kind"] for badge in data["badges"]]
        self.assertIn("promise", kinds)
        self.assertIn("hold", kinds)

    # === OUTCOMES === #

    def test_k7_promise_is_captured_on_the_spot(self):
        call = self._call()
        found = self._log(call, "promised", amount=600, date=self._day(5))
        promise = self.env["collection.promise"].search(
            [("case_id", "=", call.case_id.id)]
        )
        self.assertEqual((promise.amount, promise.state), (600, "open"))
        self.assertEqual((call.state, call.outcome), ("done", "promised"))
        self.assertEqual(promise.action_id, call)
        self.assertFalse(found["open"])
        self.assertTrue(found["next"]["why"] or found["next"]["step"])
        figures = self._list()["figures"]
        self.assertEqual(
            figures, {"attempts": 1, "reached": 1, "promises": 1, "promised": 600}
        )

    def test_promise_in_the_past_is_refused_and_nothing_is_noted(self):
        call = self._call()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._log(call, "promised", amount=600, date=self._day(-1))
        self.env.invalidate_all()
        self.assertEqual(call.state, "todo")

    def test_paid_leaves_alone_and_has_the_payment_looked_for(self):
        call = self._call()
        self._log(call, "paid", paid_on=self._day(-2), reference="VIR 4711")
        activity = call.case_id.activity_ids
        self.assertIn("VIR 4711", activity.note)
        self.assertEqual(activity.date_deadline, self._day(5))
        self.assertAsksNothing(self.run_on(4), "hold_manual")
        self.assertAsks(self.run_on(15), 1000, step=30)

    def test_s4_dispute_keeps_the_rest_chased(self):
        disputed = self._receivables(self._invoice(400, late=25))
        call = self._call(1000)
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        self._log(call, "disputed", dispute_reason_id=reason.id, line_ids=disputed.ids)
        dispute = self.env["collection.dispute"].search(
            [("case_id", "=", call.case_id.id)]
        )
        self.assertEqual(dispute.line_ids, disputed)
        self.assertEqual(call.delay_reason_id.code, "contested")
        self.assertAsks(self.run_on(15), 1000, step=30)

    def test_s4_difficulty_opens_a_payment_plan(self):
        call = self._call()
        found = self._log(call, "difficulty")
        self.assertEqual(found["open"]["res_model"], "collection.plan.make")
        self.assertEqual(call.case_id.delay_reason_id.code, "difficulty")

    def test_s4_bad_faith_asks_for_the_formal_step_next(self):
        call = self._call()
        found = self._log(call, "bad_faith", note="Laughed")
        formal = self.scenario.step_ids[3]
        self.assertEqual(call.case_id.requested_step_id, formal)
        self.assertEqual(found["next"]["step"], formal.name)
        self.assertIn("Laughed", found["next"]["why"])
        self.assertEqual(call.case_id.delay_reason_id.code, "bad_faith")

    def test_s3_invoice_not_received_is_sent_again_on_the_spot(self):
        call = self._call()
        self._log(call, "invoice_missing")
        sent = self.env["collection.action"].search(
            [("case_id", "=", call.case_id.id), ("channel", "=", "email")]
        )
        self.assertEqual(sent.state, "sent")
        self.assertEqual(call.case_id.delay_reason_id.code, "invoice_not_received")

    def test_s3_reason_for_the_delay_re_routes_the_case(self):
        call = self._call()
        reason = self.env["collection.delay.reason"].create(
            {"name": "Asked for time", "pause_days": 9}
        )
        self._log(call, "reached", delay_reason_id=reason.id)
        self.assertEqual(call.delay_reason_id, reason)
        self.assertTrue(call.case_id.active_hold_ids)

    def test_wrong_person_creates_the_right_contact(self):
        call = self._call()
        self._log(
            call,
            "wrong_person",
            contact_name="Bruno Petit",
            contact_phone="+33 1 99 00 77 77",
        )
        contact = self.debtor.child_ids
        self.assertEqual(contact.name, "Bruno Petit")
        self.assertEqual(contact.collection_role, "payables")
        self.assertFalse(call.case_id.activity_ids)

    def test_wrong_person_without_a_name_asks_for_one(self):
        call = self._call()
        self._log(call, "wrong_person")
        self.assertEqual(
            call.case_id.activity_ids.activity_type_id,
            self.env.ref(f"{MODULE}activity_type_find_contact"),
        )

    def test_wrong_number_is_not_called_again(self):
        call = self._call()
        self._log(call, "wrong_number")
        self.assertTrue(self.debtor.collection_phone_wrong_on)
        problem = self.env["collection.channel.phone"]._get_problem(
            self.debtor, call.case_id
        )
        self.assertIn("wrong number", problem)

    def test_s7_no_answer_is_tried_again_and_then_given_up(self):
        self.company.collection_call_attempts = 2
        call = self._call()
        case = call.case_id
        with self.freeze(MORNING):
            retry_at = call._get_default_retry("no_answer")
            self.assertEqual(retry_at, datetime(2026, 3, 12, 13))
        moment = fields.Datetime.now() + timedelta(hours=3)
        self._log(call, "no_answer", retry_at=moment)
        retry = case.action_ids.filtered(lambda action: action.state == "todo")
        self.assertEqual((retry.attempt, retry.retry_of_id), (2, call))
        self.assertEqual(retry.step_id, call.step_id)
        self.assertEqual(retry.amount, call.amount)
        self.assertTrue(retry.activity_id)
        self.assertEqual(self._list()["figures"]["attempts"], 1)
        self.assertEqual(self._list()["figures"]["reached"], 0)
        self._log(retry, "no_answer", retry_at=moment)
        self.assertFalse(case.action_ids.filtered(lambda a: a.state == "todo"))
        self.assertIn("2 calls", case.activity_ids.note)

    def test_no_answer_in_the_evening_is_tried_again_in_the_morning(self):
        call = self._call()
        with self.freeze(EVENING):
            self.assertEqual(
                call._get_default_retry("no_answer"), datetime(2026, 3, 13, 9)
            )

    def test_silent_debtor_ranks_lower_the_more_he_is_called(self):
        call = self._call()
        self._list()
        before = call.desk_value
        for _attempt in range(4):
            self.env["collection.desk"].log(
                False, "no_answer", {"case_id": call.case_id.id}
            )
        self._list()
        self.assertLess(call.desk_value, before)

    def test_call_that_was_not_planned_is_noted_too(self):
        self._invoice(1000, late=20)
        case = self._case()
        self.env["collection.desk"].log(
            False, "reached", {"case_id": case.id, "note": "He called"}
        )
        self.assertEqual(case.action_ids.outcome_note, "He called")

    def test_closed_call_and_unknown_outcome_are_refused(self):
        call = self._call()
        with self.assertRaisesRegex(UserError, "sold"):
            self._log(call, "sold")
        self._log(call, "reached")
        with self.assertRaisesRegex(UserError, "already closed"):
            self._log(call, "reached")

    def test_dialog_of_the_case_does_the_same(self):
        call = self._call()
        form = Form(
            self.env["collection.outcome"].with_context(
                default_action_id=call.id, default_case_id=call.case_id.id
            )
        )
        form.outcome = "no_answer"
        self.assertTrue(form.retry_at)
        form.outcome = "promised"
        self.assertFalse(form.retry_at)
        self.assertEqual(form.promise_amount, 1000)
        form.promise_date = self._day(4)
        form.save().action_save()
        promise = self.env["collection.promise"].search([("action_id", "=", call.id)])
        self.assertEqual(promise.amount, 1000)

    def test_e23_outcomes_by_hour_and_collector(self):
        with self.freeze(MORNING):
            call = self._call()
            self._log(call, "no_answer")
            other = self._call(partner=self._make_debtor("Autre"))
            self._log(other, "reached")
        ((hour, rate, count),) = self.env["collection.action"]._read_group(
            [("id", "in", (call | other).ids)],
            ["done_hour"],
            ["contact_rate:avg", "__count"],
        )
        self.assertEqual((hour, rate, count), (11, 50, 2))

    # === DISTRIBUTION === #

    def _rule(self, **values):
        return self.env["collection.assignment.rule"].create(
            {
                "name": "All",
                "company_id": self.company.id,
                "user_ids": [Command.set((self.claire | self.denis).ids)],
                **values,
            }
        )

    def _cases(self, amounts):
        debtors = [self._make_debtor(f"Debtor {nr}") for nr in range(len(amounts))]
        for debtor, amount in zip(debtors, amounts, strict=True):
            self._invoice(amount, late=20, partner=debtor)
        self._commit()
        return self.env["collection.case"].union(*map(self._case, debtors))

    def test_d4_amounts_are_levelled_among_collectors(self):
        cases = self._cases([900, 500, 400])
        self._rule(method="amount")
        cases._review()
        amounts = {
            user: sum(group.mapped("amount_overdue_net"))
            for user, group in cases.grouped("user_id").items()
        }
        self.assertEqual(set(amounts.values()), {900})
        self.assertIn("“All”", cases[0].assignment_note)

    def test_d4_in_turn_goes_on_with_the_next_collector(self):
        rule = self._rule(method="round_robin")
        first = self._cases([100])
        first._review()
        second = self._cases([100, 100])
        second._review()
        self.assertEqual(len((first | second[0]).user_id), 2)
        self.assertEqual(second[1].user_id, first.user_id)
        self.assertEqual(rule.case_count, 3)

    def test_first_rule_that_fits_decides(self):
        self._rule(
            name="Large",
            sequence=1,
            domain="[('amount_overdue', '>', 1000)]",
            user_ids=[Command.set(self.denis.ids)],
        )
        self._rule(name="Others", sequence=2, user_ids=[Command.set(self.claire.ids)])
        small, large = self._cases([100, 5000])
        (small | large)._review()
        self.assertEqual((small.user_id, large.user_id), (self.claire, self.denis))
        self.assertEqual(large.assignment_rule_id.name, "Large")

    def test_choice_by_hand_sticks(self):
        cases = self._cases([100, 200])
        cases[0].user_id = self.denis
        self._rule(user_ids=[Command.set(self.claire.ids)])
        cases._review()
        self.assertEqual(cases[0].user_id, self.denis)
        self.assertIn("by hand", cases[0].assignment_note)
        cases[1].user_id = self.denis
        self.assertFalse(cases[1].assignment_rule_id)

    def test_distribution_is_shown_before_it_is_done(self):
        cases = self._cases([100, 200])
        self._rule(user_ids=[Command.set(self.claire.ids)])
        action = self.env["collection.assignment.rule"].action_distribute()
        wizard = self.env["collection.distribution"].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.case_id, cases)
        self.assertFalse(cases.user_id)
        wizard.action_apply()
        self.assertEqual(cases.user_id, self.claire)

    def test_distribution_can_begin_anew(self):
        cases = self._cases([100, 200])
        rule = self._rule(user_ids=[Command.set(self.claire.ids)])
        cases._review()
        rule.user_ids = self.denis
        wizard = self.env["collection.distribution"].create({})
        self.assertFalse(wizard.line_ids)
        wizard.is_redistribution = True
        self.assertEqual(wizard.line_ids.previous_user_id, self.claire)
        wizard.action_apply()
        self.assertEqual(cases.user_id, self.denis)

    def test_collector_who_may_not_work_in_the_company_is_refused(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        stranger = new_test_user(
            self.env,
            "desk_stranger_rule",
            groups="base.group_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaisesRegex(ValidationError, "may not work"):
            self._rule(user_ids=[Command.set(stranger.ids)])

    def test_condition_that_cannot_be_read_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "cannot be read"):
            self._rule(domain="[('no_such_field', '=', 1)]")

    # === ABSENCES === #

    def _away(self, user, substitute, first=0, last=3):
        return self.env["collection.absence"].create(
            {
                "user_id": user.id,
                "substitute_id": substitute.id,
                "date_from": self._day(first),
                "date_to": self._day(last),
            }
        )

    def test_r4_substitute_does_the_work_and_gives_it_back(self):
        self._invoice(1000, late=20)
        case = self._case()
        case.user_id = self.claire
        call = self._actions(self.run_on())
        absence = self._away(self.claire, self.denis)
        self.assertEqual(case._get_collector(), self.denis)
        self.assertEqual(case.user_id, self.claire)
        self.assertEqual(call.activity_id.user_id, self.denis)
        self.assertEqual(len(self._list(self.denis)["cases"]), 1)
        self.assertFalse(self._list(self.claire)["cases"])
        later = self.env["collection.absence"]
        with self.freeze(datetime.combine(self._day(4), datetime.min.time())):
            later._refresh(self.company)
            self.assertEqual(case._get_collector(), self.claire)
            self.assertEqual(call.activity_id.user_id, self.claire)
            self.assertEqual(len(self._list(self.claire)["cases"]), 1)
        self.assertTrue(absence.is_handed_back)

    def test_r4_call_planned_meanwhile_comes_back_too(self):
        self._invoice(1000, late=20)
        case = self._case()
        case.user_id = self.claire
        self._away(self.claire, self.denis)
        call = self._actions(self.run_on())
        self.assertEqual(call.user_id, self.denis)
        with self.freeze(datetime.combine(self._day(4), datetime.min.time())):
            self.env["collection.absence"]._refresh(self.company)
        self.assertEqual(call.user_id, self.claire)
        self.assertEqual(call.activity_id.user_id, self.claire)

    def test_substitute_who_is_away_himself_passes_it_on(self):
        self._invoice(1000, late=20)
        case = self._case()
        case.user_id = self.claire
        self._away(self.claire, self.denis)
        self._away(self.denis, self.env.user)
        self.assertEqual(case._get_collector(), self.env.user)
        self._away(self.env.user, self.claire)
        self.assertEqual(case._get_collector(), self.denis)

    def test_absence_that_is_deleted_is_forgotten(self):
        self._invoice(1000, late=20)
        case = self._case()
        case.user_id = self.claire
        call = self._actions(self.run_on())
        self._away(self.claire, self.denis).unlink()
        self.assertEqual(case._get_collector(), self.claire)
        self.assertEqual(call.activity_id.user_id, self.claire)

    def test_absence_of_one_collector_at_a_time_and_by_a_colleague(self):
        self._away(self.claire, self.denis)
        with self.assertRaisesRegex(ValidationError, "already absent"):
            self._away(self.claire, self.denis, first=2, last=9)
        with self.assertRaisesRegex(ValidationError, "stand in for himself"):
            self._away(self.denis, self.denis)

    def test_nightly_job_ranks_and_hands_over(self):
        call = self._call()
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}ir_cron_desk").method_direct_trigger()
        self.assertGreater(call.desk_value, 0)
