import json
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.l10n_fr_debt_collection.tools.notices import parse_notice

from .common import CollectionCommon
from .registry_server import RegistryServer
from .registry_week import make_sirens

RECORDED = Path(__file__).parent / "recorded" / "bodacc"
# The day after the last of the recorded announcements.
NOW = "2026-11-23 09:00:00"


def recorded(name):
    """Return the records of one recorded answer."""
    return json.loads((RECORDED / f"{name}.json").read_bytes())["results"]


@freeze_time(NOW)
class WatchCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._get_collection_today()
        cls.events = cls.env["collection.registry.event"]
        cls.manager = new_test_user(
            cls.env,
            "watch_manager",
            groups="l10n_fr_debt_collection.group_collection_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.company.collection_watch_user_id = cls.manager

    def _case_of(self, siren, late=20, amount=500, partner=None, company=None):
        """Return the case of a debtor with this SIREN and an overdue invoice."""
        partner = partner or self._make_debtor(f"D{siren}", company_registry=siren)
        values = {"company_id": company.id} if company else {}
        self._invoice(amount, late, partner, **values)
        case = self._case(partner, company)
        self._give_siren(case, siren)
        return case

    def _give_siren(self, case, siren):
        case.partner_id.company_registry = siren
        self._commit()
        case._review()
        # Debtors of the tests are made for them: the whole data may not be read yet.
        case.siren = siren

    def _notice(self, name, **changes):
        return parse_notice({**recorded(name)[0], **changes})

    def _record(self, *names):
        return self.events._record([self._notice(name) for name in names])

    def _cancellation_of(self, notice_id, siren, **changes):
        """Return the announcement that cancels another one."""
        return self._notice(
            "records_annulation",
            registre=[siren],
            listepersonnes=None,
            dateparution="2026-11-20",
            parutionavisprecedent={
                "nomPublication": f"BODACC {notice_id[0]}",
                "numeroParution": notice_id[1:9],
                "numeroAnnonce": notice_id[9:],
            },
            **changes,
        )


LIQUIDATED = "999001308"
# Named once in all that is recorded: liquidation, published on 12 November.
PUBLISHED = "999100811"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOpening(WatchCommon):
    def setUp(self):
        super().setUp()
        self.case = self._case_of(LIQUIDATED)

    def test_opening_is_told_on_the_case(self):
        event = self._record("records_lj_ouverture")
        self.assertEqual(event.case_id, self.case)
        self.assertEqual(event.code, "opening_liquidation")
        self.assertEqual(event.judgment_date, date(2026, 11, 9))
        self.assertIn("EVRY", event.court)
        self.assertEqual(self.case.proceeding, "liquidation")
        note = self.case.message_ids[0].body
        self.assertIn("SELARL Exemple", note)
        self.assertIn("Reminders are stopped", note)
        self.assertIn("Liquidation, judgment of", self.case.proceeding_note)
        self.assertIn("reminders are stopped", self.case.proceeding_note)
        self.assertIn("Declare the claim before", self.case.proceeding_note)

    def test_opening_stops_the_run_of_the_day(self):
        self._record("records_lj_ouverture")
        run = self.run_on(0)
        self.assertAsksNothing(run, "hold_insolvency", self.case.partner_id)
        message = run.log_ids.filtered(lambda log: log.case_id == self.case).message
        self.assertIn("Insolvency proceedings", message)

    def test_planned_action_is_not_delivered(self):
        run = self.run_on(0, execute=False)
        action = self._actions(run, self.case.partner_id)
        self.assertEqual(action.state, "preview")
        self._record("records_lj_ouverture")
        self.assertEqual(action.state, "cancelled")
        self.assertIn("Liquidation opened", action.failure_reason)
        run.action_execute()
        self.assertFalse(action.mail_id)
        self.assertFalse(self._actions(run, self.case.partner_id))

    def test_mail_still_in_the_queue_does_not_leave(self):
        action = self._actions(self.run_on(0), self.case.partner_id)
        self.assertEqual((action.state, action.mail_id.state), ("sent", "outgoing"))
        self._record("records_lj_ouverture")
        self.assertEqual(action.mail_id.state, "cancel")
        self.assertEqual(action.state, "failed")
        self.assertIn("Liquidation opened", action.failure_reason)

    def test_letter_not_posted_is_cancelled(self):
        letter = self.case._make_manual_action("letter")
        self._record("records_lj_ouverture")
        self.assertEqual(letter.state, "cancelled")

    def test_case_is_on_hold_and_belongs_to_somebody(self):
        event = self._record("records_lj_ouverture")
        self.assertEqual(self.case.state, "on_hold")
        self.assertEqual(event.hold_id.reason, "insolvency")
        self.assertEqual(event.hold_id.date_to, self._day(365))
        self.assertEqual(event.hold_id.user_id, self.env.user)

    def test_hold_has_an_owner_without_any_collector(self):
        self.company.write(
            {"collection_user_id": False, "collection_watch_user_id": False}
        )
        event = self._record("records_lj_ouverture")
        self.assertTrue(event.hold_id.user_id)
        self.assertTrue(event.activity_id.user_id)

    def test_deadlines_run_from_publication(self):
        event = self._record("records_lj_ouverture")
        dates = {
            deadline.rule_id.code: deadline.date for deadline in event.deadline_ids
        }
        self.assertEqual(
            dates,
            {
                "claim_declaration": date(2027, 1, 17),
                "foreclosure_relief": date(2027, 5, 17),
                "goods_claim": date(2027, 2, 17),
                "vat_recovery": date(2028, 12, 31),
            },
        )

    def test_creditor_abroad_has_two_more_months(self):
        self.company.partner_id.country_id = self.env.ref("base.be")
        event = self._record("records_lj_ouverture")
        claim = event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "claim_declaration"
        )
        self.assertEqual(claim.date, date(2027, 3, 17))

    def test_manager_gets_a_task_for_the_claim(self):
        event = self._record("records_lj_ouverture")
        task = event.activity_id
        self.assertEqual(task.user_id, self.manager)
        self.assertEqual(task.date_deadline, date(2027, 1, 17))
        self.assertIn("EVRY", task.note)
        self.assertIn("Liquidator: SELARL Exemple", task.note)
        self.assertIn("SELARL Exemple", task.note)

    def test_amount_is_what_was_open_before_the_judgment(self):
        invoice = self._invoice(70, -30, self.case.partner_id)
        invoice.button_draft()
        invoice.invoice_date = date(2026, 11, 12)
        invoice.action_post()
        event = self._record("records_lj_ouverture")
        self.assertEqual(event.amount_at_judgment, 500)
        self.assertEqual(event.deadline_ids.mapped("amount"), [500] * 4)

    def test_conversion_keeps_one_hold_and_opens_no_new_time(self):
        self._give_siren(self.case, self._notice("records_conversion_lj").sirens[0])
        opening = self._notice(
            "records_rj_ouverture", registre=[self.case.siren], listepersonnes=None
        )
        self.events._record([opening])
        self.events._record([self._notice("records_conversion_lj")])
        self.assertEqual(len(self.case.hold_ids), 1)
        self.assertIn("Conversion", self.case.hold_ids.name)
        # The three of the opening, and that of the VAT in a liquidation.
        self.assertEqual(len(self.case.deadline_ids), 4)

    def test_twice_is_once(self):
        self._record("records_lj_ouverture")
        before = (
            len(self.case.message_ids),
            len(self.case.hold_ids),
            len(self.case.activity_ids),
        )
        self.assertFalse(self._record("records_lj_ouverture"))
        after = (
            len(self.case.message_ids),
            len(self.case.hold_ids),
            len(self.case.activity_ids),
        )
        self.assertEqual(before, after)

    def test_text_of_the_announcement_is_escaped(self):
        notice = self._notice(
            "records_lj_ouverture",
            jugement={
                "famille": "Jugement d'ouverture",
                "nature": "Jugement d'ouverture de liquidation judiciaire",
                "complementJugement": "<script>alert(1)</script>",
            },
        )
        event = self.events._record([notice])
        for text in (self.case.message_ids[0].body, event.activity_id.note):
            self.assertNotIn("<script", text)
            self.assertIn("alert(1)", text)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCancellation(WatchCommon):
    def setUp(self):
        super().setUp()
        self.case = self._case_of(LIQUIDATED)

    def test_cancelled_opening_lets_the_scenario_go_on(self):
        event = self._record("records_lj_ouverture")
        with freeze_time("2026-11-24 09:00:00"):
            self.events._record([self._cancellation_of(event.notice_id, LIQUIDATED)])
            self.assertEqual(event.state, "cancelled")
            self.assertEqual(event.cancelled_by_id.code, "cancellation")
            self.assertEqual(set(event.deadline_ids.mapped("state")), {"cancelled"})
            self.assertFalse(event.activity_id.active)
            self.assertEqual(self.case.proceeding, "none")
            self.assertFalse(self.case.proceeding_note)
            self.assertFalse(self.case.active_hold_ids)
            self.assertEqual(self.case.state, "open")
            self.assertAsks(self.run_on(1), 500, partner=self.case.partner_id)

    def test_cancellation_read_before_what_it_cancels(self):
        opening = self._notice("records_lj_ouverture")
        self.events._record([self._cancellation_of(opening.id, LIQUIDATED)])
        self.events._record([opening])
        self.assertEqual(self.case.proceeding, "none")
        self.assertFalse(self.case.active_hold_ids)
        self.assertFalse(self.case.deadline_ids)

    def test_retraction_lets_the_scenario_go_on(self):
        retraction = self._notice("records_retractation_tierce_opposition")
        self._give_siren(self.case, retraction.sirens[0])
        opening = self._notice(
            "records_lj_ouverture",
            id=retraction.previous_id,
            registre=[self.case.siren],
            listepersonnes=None,
            dateparution="2026-09-13",
            jugement={
                "famille": "Jugement d'ouverture",
                "nature": "Jugement d'ouverture de liquidation judiciaire",
                "date": "2026-09-02",
            },
        )
        self.events._record([opening])
        self.assertEqual(self.case.state, "on_hold")
        self.events._record([retraction])
        self.assertEqual(self.case.proceeding, "none")
        self.assertEqual(self.case.state, "open")

    def test_correction_takes_the_deadlines_over(self):
        correction = self._notice("records_rectificatif")
        self._give_siren(self.case, correction.sirens[0])
        opening = self._notice("records_sauvegarde_ouverture")
        self.assertEqual(opening.id, correction.previous_id)
        first = self.events._record([opening])
        before = {deadline.rule_id: deadline.date for deadline in first.deadline_ids}
        second = self.events._record([correction])
        self.assertEqual(first.state, "cancelled")
        after = {deadline.rule_id: deadline.date for deadline in second.deadline_ids}
        self.assertEqual(before, after)
        self.assertEqual(set(second.deadline_ids.mapped("state")), {"open"})
        self.assertEqual(len(self.case.active_hold_ids), 1)
        self.assertEqual(self.case.proceeding, "safeguard")

    def test_plan_keeps_the_hold_and_says_so(self):
        plan = self._notice("records_plan_redressement")
        self._give_siren(self.case, plan.sirens[0])
        event = self.events._record([plan])
        self.assertEqual(self.case.proceeding, "plan")
        self.assertEqual(self.case.state, "on_hold")
        self.assertIn("stay frozen", event.activity_id.note)

    def test_hold_released_by_a_person_stays_released(self):
        self._record("records_lj_ouverture")
        self.case.action_release_holds()
        closing = self._notice(
            "records_cloture_insuffisance_actif",
            registre=[LIQUIDATED],
            listepersonnes=None,
            dateparution="2026-11-22",
            jugement={
                "famille": "Jugement de clôture",
                "nature": "Jugement de clôture pour insuffisance d'actif",
                "date": "2026-11-18",
            },
        )
        self.events._record([closing])
        self.assertEqual(self.case.proceeding, "closed")
        self.assertFalse(self.case.active_hold_ids)

    def test_corrected_siren_lifts_what_another_company_had_stopped(self):
        self._record("records_lj_ouverture")
        self._give_siren(self.case, "999000201")
        self.env["collection.case"]._note_watched(["999000201"])
        self.assertFalse(self.case.active_hold_ids)
        self.assertEqual(set(self.case.event_ids.mapped("state")), {"cancelled"})


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOtherAnnouncements(WatchCommon):
    def _told(self, name):
        """Return the event of a recorded announcement about a debtor of ours."""
        notice = self._notice(name)
        siren = (notice.seller_sirens or notice.sirens)[0]
        case = self._case_of(siren)
        return self.events._record([notice]).filtered(
            lambda event: event.case_id == case
        )

    def test_each_recorded_kind(self):
        expected = {
            "records_annulation": "cancellation",
            "records_cloture_insuffisance_actif": "closing_lack_of_assets",
            "records_conciliation": "conciliation",
            "records_conversion_lj": "conversion_liquidation",
            "records_conversion_lj_hidden_in_complement": "conversion_liquidation",
            "records_depot_etat_creances": "claims_list",
            "records_interdiction_de_gerer": "person_sanction",
            "records_lj_ouverture": "opening_liquidation",
            "records_lj_simplifiee_pp_rm": "opening_liquidation",
            "records_modification_administration": "management_change",
            "records_plan_redressement": "plan_receivership",
            "records_radiation_office_annulee": "strike_off_cancelled",
            "records_radiation_pm_cloture_lj": "strike_off",
            "records_resolution_plan_et_lj": "opening_liquidation",
            "records_rj_ouverture": "opening_receivership",
            "records_sauvegarde_ouverture": "opening_safeguard",
            "records_vente_cession": "sale",
            "records_vente_sans_precedent_proprietaire": "other",
        }
        found = {name: self._told(name).code for name in expected}
        self.assertEqual(found, expected)

    def test_sale_opens_the_opposition_to_the_price(self):
        event = self._told("records_vente_cession")
        self.assertEqual(event.deadline_ids.date, date(2026, 11, 23))
        self.assertEqual(event.deadline_ids.rule_id.code, "price_opposition")
        self.assertIn("345000", event.activity_id.note)
        self.assertFalse(event.hold_id)

    def test_buyer_of_a_business_is_only_noted(self):
        notice = self._notice("records_vente_cession")
        self._case_of(notice.buyer_sirens[0])
        event = self.events._record([notice])
        self.assertEqual(event.code, "purchase")
        self.assertFalse(event.activity_id)
        self.assertFalse(event.deadline_ids)

    def test_change_of_management_is_a_task_only_if_wanted(self):
        event = self._told("records_modification_administration")
        self.assertFalse(event.activity_id)
        self.assertIn("Change of management", event.case_id.message_ids[0].body)
        self.company.collection_watch_management = True
        again = self._notice("records_modification_administration", id="B2026022199")
        self.assertTrue(self.events._record([again]).activity_id)

    def test_sanction_of_a_person_leaves_the_company_alone(self):
        event = self._told("records_interdiction_de_gerer")
        self.assertFalse(event.hold_id)
        self.assertFalse(event.activity_id)
        self.assertEqual(event.case_id.proceeding, "none")

    def test_strike_off_is_a_task(self):
        event = self._told("records_radiation_pp")
        self.assertTrue(event.activity_id)
        self.assertTrue(event.case_id.struck_off_on)

    def test_hidden_conversion_is_to_be_read(self):
        event = self._told("records_conversion_lj_hidden_in_complement")
        self.assertTrue(event.needs_reading)
        self.assertEqual(event.case_id.state, "on_hold")
        self.assertIn("leave a doubt", event.activity_id.note)

    def test_old_history_opens_no_deadline(self):
        notice = self._notice(
            "records_lj_ouverture", dateparution="2024-03-01", jugement=None
        )
        case = self._case_of(LIQUIDATED)
        self.events._record([notice])
        self.assertFalse(case.deadline_ids)

    def test_state_of_the_register(self):
        case = self._case_of(LIQUIDATED)
        case._link_registry_records()
        record = case.registry_record_id
        record._write_state({"state": "active"})
        self.assertFalse(case.event_ids)
        record._write_state({"state": "ceased", "ceased_on": date(2026, 10, 1)})
        self.assertEqual(case.event_ids.code, "register_ceased")
        self.assertTrue(case.event_ids.activity_id)
        record._write_state({"state": "active"})
        self.assertEqual(
            set(case.event_ids.mapped("code")), {"register_ceased", "register_reopened"}
        )

    def test_two_companies_each_get_theirs(self):
        other_company = self.setup_other_company(name="Autre SARL")["company"]
        case = self._case_of(LIQUIDATED)
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": other_company.id,
                "partner_id": case.partner_id.id,
                "invoice_date": self._day(-20),
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": 77, "tax_ids": []})
                ],
            }
        ).action_post()
        other = self._case(case.partner_id, other_company)
        other.siren = LIQUIDATED
        events = self._record("records_lj_ouverture")
        self.assertEqual(events.case_id, case | other)
        seen = self.events.with_user(self.manager).search([])
        self.assertEqual(seen.case_id, case)
        with self.assertRaises(AccessError):
            seen.with_user(self.manager).write({"court": "Mine"})
        seen.action_handle()
        self.assertEqual(seen.state, "handled")
        self.assertEqual((events - seen).state, "new")

    def test_merged_debtors_keep_events_and_deadlines(self):
        case = self._case_of(LIQUIDATED)
        event = self._record("records_lj_ouverture")
        survivor = self._make_debtor("Reprise")
        self._invoice(100, 5, survivor)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((case.partner_id | survivor).ids, survivor)
        self.assertEqual(event.case_id, self._case(survivor))
        self.assertEqual(event.partner_id, survivor)
        self.assertEqual(event.deadline_ids.case_id, self._case(survivor))
        self.assertEqual(event.deadline_ids.partner_id, survivor)

    def test_merged_duplicates_have_each_announcement_once(self):
        double = self._case_of(LIQUIDATED)
        kept = self._case_of(LIQUIDATED, partner=self._make_debtor("Reprise"))
        self._record("records_lj_ouverture")
        claim = double.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "claim_declaration"
        )
        claim.action_done()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((double.partner_id | kept.partner_id).ids, kept.partner_id)
        self.assertEqual(len(kept.event_ids), 1)
        self.assertEqual(claim.event_id, kept.event_ids)
        self.assertEqual(len(kept.deadline_ids), 4)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDeadline(WatchCommon):
    def setUp(self):
        super().setUp()
        self.case = self._case_of(LIQUIDATED)
        self.event = self._record("records_lj_ouverture")
        self.claim = self.event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "claim_declaration"
        )
        self.relief = self.event.deadline_ids.filtered(
            lambda deadline: deadline.rule_id.code == "foreclosure_relief"
        )

    def _alerts_on(self, day):
        """Return the activities that the alerts of a day have added."""
        before = self.case.activity_ids
        # A day later nothing is left in memory.
        self.env.invalidate_all()
        with freeze_time(f"{day} 09:00:00"):
            self.env["collection.deadline"]._alert_company(self.company)
        self.env.invalidate_all()
        return self.case.activity_ids - before

    def test_alerts_come_once_for_each_distance(self):
        self.assertFalse(self._alerts_on("2026-12-10"))
        self.assertEqual(self._alerts_on("2026-12-18").summary, "Declare the claim")
        self.assertFalse(self._alerts_on("2026-12-19"))
        self.assertEqual(len(self._alerts_on("2027-01-07")), 1)
        self.assertEqual(len(self._alerts_on("2027-01-15")), 1)
        self.assertFalse(self._alerts_on("2027-01-16"))

    def test_missed_deadline_wakes_its_fallback(self):
        self.assertFalse(
            self._alerts_on("2027-01-16").filtered(
                lambda task: task.summary == self.relief.name
            )
        )
        self._alerts_on("2027-01-20")
        self.assertEqual(self.claim.state, "missed")
        alerts = self._alerts_on("2027-04-25")
        self.assertIn(self.relief.name, alerts.mapped("summary"))

    def test_met_deadline_cancels_its_fallback(self):
        self.claim.action_done()
        self.assertEqual(self.claim.state, "done")
        self.assertEqual(self.claim.done_on, date(2026, 11, 23))
        self.assertEqual(self.relief.state, "cancelled")
        self.assertIn("Deadline met: Declare the claim", self.case.message_ids[0].body)

    def test_late_declaration_keeps_the_fallback(self):
        with freeze_time("2027-01-20 09:00:00"):
            self.claim.action_done()
        self.assertEqual(self.relief.state, "open")

    def test_alert_distances_are_checked(self):
        with self.assertRaisesRegex(ValidationError, "30, 10, 3"):
            self.company.collection_deadline_alert_days = "a week"

    def test_deadline_by_hand(self):
        deadline = self.env["collection.deadline"].create(
            {
                "case_id": self.case.id,
                "name": "Answer the representative",
                "date": date(2026, 11, 1),
            }
        )
        self.assertEqual(deadline.state, "missed")
        deadline.date = date(2026, 12, 24)
        self.assertEqual(deadline.state, "open")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestWatchJob(WatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = RegistryServer().start()
        cls.addClassCleanup(cls.server.stop)
        cls.service = cls.env["collection.registry.service"]._get("bodacc")
        cls.service.write({"url": cls.server.url("bodacc"), "calls_per_minute": 600000})
        cls.watch = cls.env.ref("l10n_fr_debt_collection.registry_watch_bodacc").sudo()

    def setUp(self):
        super().setUp()
        self.server.recover()
        self.server.requests.clear()
        self.env["collection.case"].search([]).siren = False

    def _watch(self):
        job = self.env["collection.data.job"]._start("watch", self.company)
        job._execute()
        return job

    def _read_until(self, day, processed="before"):
        self.watch.write({"read_until": day, "data_processed": processed})

    def _paths(self):
        return [call.path.rsplit("/", 1)[-1] for call in self.server.calls("bodacc")]

    def test_window_tells_what_was_published(self):
        case = self._case_of(PUBLISHED)
        case.watched_siren = PUBLISHED
        self._read_until(date(2026, 11, 18))
        job = self._watch()
        self.assertEqual(job.state, "done")
        self.assertEqual(case.event_ids.code, "opening_liquidation")
        self.assertEqual(job.item_ids.case_id, case)
        self.assertIn("Liquidation opened: 1", job.result_note)
        self.assertLessEqual(len(self.server.calls("bodacc")), 5)
        self.assertGreater(self.watch.read_until, date(2026, 11, 18))

    def test_unchanged_bulletin_is_not_read_again(self):
        case = self._case_of(PUBLISHED)
        case.watched_siren = PUBLISHED
        self._read_until(date(2026, 11, 18))
        self._watch()
        self.server.requests.clear()
        self._watch()
        self.assertEqual(len(self.server.calls("bodacc")), 1)
        self.assertEqual(len(case.event_ids), 1)

    def test_missed_days_are_read(self):
        case = self._case_of(PUBLISHED)
        case.watched_siren = PUBLISHED
        self._read_until(date(2026, 10, 20))
        self._watch()
        self.assertEqual(case.event_ids.code, "opening_liquidation")

    def test_long_pause_reads_the_past_of_each(self):
        case = self._case_of(PUBLISHED)
        case.watched_siren = PUBLISHED
        self._read_until(date(2026, 3, 1))
        self._watch()
        self.assertEqual(case.event_ids.code, "opening_liquidation")
        self.assertNotIn("jsonl", self._paths())
        self.assertEqual(self.watch.read_until, date(2026, 11, 23))

    def test_new_debtor_is_caught_up(self):
        self._read_until(date(2026, 11, 18))
        self._watch()
        case = self._case_of(PUBLISHED)
        self._watch()
        self.assertEqual(case.event_ids.code, "opening_liquidation")
        self.assertEqual(case.watched_siren, PUBLISHED)
        self.assertTrue(case.registry_record_id.watched_since)

    def test_malformed_record_is_reported_and_others_pass(self):
        broken = {**recorded("records_sauvegarde_ouverture")[0], "id": "broken"}
        self.server.add_notice(broken)
        self.addCleanup(self.server._services["bodacc"]._notices.pop, "broken")
        case = self._case_of(PUBLISHED)
        case.watched_siren = PUBLISHED
        self._read_until(date(2026, 11, 18))
        job = self._watch()
        self.assertEqual(case.event_ids.code, "opening_liquidation")
        failed = job.item_ids.filtered(lambda item: item.state == "failed")
        self.assertEqual(failed.code, "malformed")
        self.assertIn("broken", failed.message)

    def test_silent_service_loses_nothing(self):
        case = self._case_of(PUBLISHED)
        case.watched_siren = PUBLISHED
        self._read_until(date(2026, 11, 18))
        self.server.fail("bodacc", status=404, times=None)
        job = self._watch()
        self.assertEqual(job.state, "failed")
        self.assertTrue(job.note)
        self.assertEqual(self.watch.read_until, date(2026, 11, 18))
        self.assertEqual(self.watch.data_processed, "before")
        self.server.recover()
        self._watch()
        self.assertEqual(case.event_ids.code, "opening_liquidation")

    def test_refused_connection_waits(self):
        self._read_until(date(2026, 11, 18))
        self.service.url = self.server.refused_url()
        job = self._watch()
        self.assertEqual(job.state, "waiting")
        self.assertTrue(job.note)
        self.assertEqual(self.watch.read_until, date(2026, 11, 18))

    def test_killed_between_announcements_and_cursor(self):
        case = self._case_of(PUBLISHED)
        case.watched_siren = PUBLISHED
        self._read_until(date(2026, 11, 18))
        self.env.flush_all()
        watch_model = type(self.env["collection.registry.watch"])
        with (
            patch.object(watch_model, "_note_read", side_effect=KeyboardInterrupt),
            self.assertRaises(KeyboardInterrupt),
            self.env.cr.savepoint(),
        ):
            self._watch()
        self.env.invalidate_all()
        self.assertFalse(case.event_ids)
        self._watch()
        self.assertEqual(case.event_ids.code, "opening_liquidation")

    def test_many_announcements_cost_as_many_queries_as_few(self):
        def cost(count, first):
            sirens = make_sirens(count, first)
            cases = self.env["collection.case"].browse(
                case.id for case in (self._case_of(siren) for siren in sirens)
            )
            notices = [
                self._notice(
                    "records_modification_administration",
                    id=f"B{first}{number + 1}",
                    registre=[siren],
                    listepersonnes=None,
                )
                for number, siren in enumerate(sirens)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.events._record(notices)
            self.env.flush_all()
            self.assertTrue(cases.event_ids)
            return self.env.cr.sql_log_count - start

        cost(1, 30_000_000)
        few = cost(2, 31_000_000)
        many = cost(12, 32_000_000)
        self.assertLess(many, few + 10)

    def test_job_is_made_by_the_scheduled_action(self):
        worker = self.env["collection.data.worker.watch"]
        worker._cron_watch()
        job = self.env["collection.data.job"].search([("kind", "=", "watch")], limit=1)
        self.assertTrue(job.is_queued)
        worker._cron_watch()
        queued = [("kind", "=", "watch"), ("is_queued", "=", True)]
        self.assertEqual(self.env["collection.data.job"].search_count(queued), 1)

    def test_days_read_again_tell_nothing_twice(self):
        case = self._case_of(PUBLISHED)
        case.watched_siren = PUBLISHED
        self._read_until(date(2026, 11, 18))
        self._watch()
        messages = len(case.message_ids)
        self._read_until(self.watch.read_until - timedelta(days=3), "older")
        self._watch()
        self.assertEqual(len(case.event_ids), 1)
        self.assertEqual(len(case.message_ids), messages)
