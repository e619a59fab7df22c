from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

# What the profile and the forecast know of the debtor of these tests.
BEHAVIOUR = {
    "payment_count": 10,
    "days_late_avg": 34,
    "late_share": 60,
    "default_probability": 12,
    "credit_used": 62,
}


class RiskCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.low, cls.medium, cls.high, cls.critical = cls.env[
            "collection.risk.band"
        ].search([])

    def _scored_case(self, partner=None, **facts):
        """Return the case of a debtor who owes 1,000 overdue and 3,000 not due."""
        self._invoice(1000, late=45, partner=partner)
        self._invoice(3000, late=-30, partner=partner, days=(60,))
        case = self._case(partner)
        return self._score(case, **facts)

    def _score(self, case, **facts):
        case.write({"quality_score": 60, "quality_date": fields.Datetime.now()} | facts)
        self.env["collection.risk"]._refresh(self.company, case)
        return case

    def _register(self, case, **values):
        record = (
            self.env["collection.registry.record"]
            .sudo()
            .create({"siren": "732829320", **values})
        )
        case.sudo().registry_record_id = record

    def _points(self, case):
        return {code: points for code, points, _facts in case.risk_factors}

    def _notes(self, case):
        return case.message_ids.filtered(
            lambda message: "The risk of this debtor" in (message.body or "")
        )


@tagged("post_install", "-at_install")
class TestRiskScore(RiskCommon):
    def test_score_by_hand(self):
        case = self._scored_case(**BEHAVIOUR)
        self.assertEqual(
            self._points(case),
            {
                "lateness": 11,  # 30 x sqrt(1000/4000 x 45/90) = 10.6
                "delay": 11,  # 20 x 34/60
                "exposure": 6,  # 10 x 62 %
                "default": 4,  # 15 x 12/50 = 3.6
                "size": 4,
                "late_share": 3,  # 5 x 60 %
                "quality": 2,  # 5 x 40 %
            },
        )
        self.assertEqual(case.risk_score, 41)
        self.assertEqual((case.risk_band_id, case.risk_level), (self.medium, "medium"))
        self.assertTrue(case.risk_date)

    def test_evidence_in_english(self):
        case = self._scored_case(**BEHAVIOUR)
        lines = case.risk_note.split("\n")
        self.assertEqual(
            lines[:3],
            [
                "+11  25 % of the debt is overdue, the oldest item by 45 days",
                "+11  pays 34 days late on average (12 months)",
                "+6  62 % of the credit limit used",
            ],
        )

    def test_evidence_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        case = self._scored_case(**BEHAVIOUR)
        self._register(
            case, proceeding="receivership", proceeding_since=date(2026, 1, 15)
        )
        note = self._score(case).with_context(lang="fr_FR").risk_note
        self.assertIn("+60  en redressement judiciaire depuis le 15/01/2026", note)
        self.assertIn("paie en moyenne avec 34 jours de retard (12 mois)", note)
        self.assertRegex(note, r"62\s% de la limite de crédit")

    def test_nothing_known_of_a_debtor_is_a_low_to_medium_risk(self):
        self._invoice(1000, late=-30, days=(60,))
        case = self._score(self._case())
        self.assertEqual(
            self._points(case), {"no_history": 20, "size": 4, "quality": 2}
        )
        self.assertIn("no payment history yet", case.risk_note)

    def test_who_owes_nothing_keeps_the_score_of_his_behaviour(self):
        case = self._scored_case(**BEHAVIOUR)
        self._pay(self.debtor.invoice_ids)
        self._commit()
        self._score(case, default_probability=0, credit_used=0)
        self.assertEqual(case.amount_due, 0)
        self.assertEqual(
            self._points(case),
            {"delay": 11, "late_share": 3, "size": 4, "quality": 2},
        )

    def test_liquidation_is_100(self):
        case = self._scored_case()
        self._register(case, proceeding="liquidation", proceeding_since=self.today)
        self._score(case)
        self.assertEqual((case.risk_score, case.risk_level), (100, "critical"))
        self.assertIn("in liquidation since", case.risk_note.split("\n")[0])

    def test_proceedings_without_a_date_are_named(self):
        case = self._scored_case()
        self._register(case, proceeding="safeguard")
        self.assertIn("+36  Safeguard", self._score(case).risk_note)

    def test_a_company_that_has_ceased_is_a_high_risk(self):
        case = self._scored_case(**BEHAVIOUR)
        self._register(case, state="ceased", ceased_on=date(2026, 2, 1))
        self._score(case)
        self.assertEqual(case.risk_level, "critical")
        self.assertIn("ceased on 02/01/2026", case.risk_note)

    def test_a_factor_of_another_module_is_added(self):
        case_model = self.registry["collection.case"]
        get_factors = case_model._get_risk_factors
        get_sentences = case_model._get_risk_sentences

        def with_embargo(cases):
            factors = get_factors(cases)
            for case in cases:
                factors[case.id].append(("embargo", 25, {"decided_on": "2026-02-01"}))
            return factors

        def with_words(cases):
            words = {"embargo": "under an embargo since %(decided_on)s"}
            return get_sentences(cases) | words

        with (
            patch.object(case_model, "_get_risk_factors", with_embargo),
            patch.object(case_model, "_get_risk_sentences", with_words),
        ):
            case = self._scored_case(**BEHAVIOUR)
            self.assertEqual(case.risk_score, 41 + 25)
            self.assertEqual(
                case.risk_note.split("\n")[0],
                "+25  under an embargo since 02/01/2026",
            )

    def test_contact_shows_the_score_of_its_case(self):
        case = self._scored_case()
        before = self.debtor.collection_risk_score
        self._score(case, **BEHAVIOUR)
        self.assertNotEqual(before, 41)
        self.assertEqual(self.debtor.collection_risk_score, 41)

    def test_one_case_costs_as_many_queries_as_twenty(self):
        debtors = [self._make_debtor(f"Debtor {number}") for number in range(21)]
        for debtor in debtors:
            self._invoice(1000, late=45, partner=debtor)
        cases = [self._case(debtor) for debtor in debtors]
        single, many = cases[0], self.env["collection.case"].union(*cases[1:])
        self.assertEqual(self._count_queries(single), self._count_queries(many))
        self.assertEqual(set(many.mapped("risk_level")), {"medium"})

    def _count_queries(self, cases):
        # Learnt once per database and once per transaction.
        self.env["collection.risk.weight"]._get_weights()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["collection.risk"]._refresh(self.company, cases)
        return self.env.cr.sql_log_count - before

    def test_all_cases_of_a_company_are_scored(self):
        case = self._scored_case()
        self.env.cr.execute("UPDATE collection_case SET risk_score = 1")
        case.invalidate_recordset()
        self.env["collection.risk"]._refresh(self.company)
        self.assertGreater(case.risk_score, 30)


@tagged("post_install", "-at_install")
class TestRiskBands(RiskCommon):
    def test_a_band_begins_at_its_score(self):
        case = self._scored_case(**BEHAVIOUR)
        self.medium.score_from = 41
        self.env["collection.risk"]._refresh(self.company, case)
        self.assertEqual(case.risk_band_id, self.medium)
        self.medium.score_from = 42
        self.env["collection.risk"]._refresh(self.company, case)
        self.assertEqual((case.risk_band_id, case.risk_level), (self.low, "low"))

    def test_a_worse_band_is_noted_with_its_reasons(self):
        case = self._scored_case(**BEHAVIOUR)
        self.assertFalse(self._notes(case), "the first score is no news")
        self._score(case, days_late_avg=60)
        self.assertFalse(self._notes(case), "still the same band")
        self._score(case, default_probability=50, promise_count=9)
        note = self._notes(case)
        self.assertEqual(len(note), 1)
        self.assertIn("from Medium to High, score 70", note.body)
        self.assertIn("pays 60 days late on average", note.body)
        self._score(case, **BEHAVIOUR)
        self.assertEqual(self._notes(case), note, "getting better is not noted")

    def test_a_case_that_did_not_change_is_not_written(self):
        case = self._scored_case(**BEHAVIOUR)
        self.env.cr.execute("UPDATE collection_case SET risk_date = '2020-01-01'")
        self.env["collection.risk"]._refresh(self.company, case)
        case.invalidate_recordset()
        self.assertEqual(case.risk_date.year, 2020)

    def test_high_risk_filter_finds_high_and_critical(self):
        case = self._scored_case(**BEHAVIOUR)
        domain = [("risk_level", "in", ("high", "critical")), ("id", "=", case.id)]
        self.assertFalse(case.search(domain))
        self._register(case, proceeding="receivership")
        self._score(case)
        self.assertEqual(case.search(domain), case)

    def test_one_band_begins_at_zero(self):
        with self.assertRaises(ValidationError) as moved:
            self.low.score_from = 5
        self.assertIn("change the lowest band, Low", str(moved.exception))
        with self.assertRaises(ValidationError) as deleted:
            self.low.unlink()
        self.assertIn("Low cannot be deleted", str(deleted.exception))
        self.critical.unlink()
        self.assertEqual(len(self.env["collection.risk.band"].search([])), 3)

    @mute_logger("odoo.sql_db")
    def test_two_bands_do_not_begin_at_the_same_score(self):
        with self.assertRaises(IntegrityError):
            self.high.score_from = 30
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestRiskWeights(RiskCommon):
    def _weight(self, code):
        return self.env["collection.risk.weight"].search([("code", "=", code)])

    def test_other_weights_give_another_score(self):
        case = self._scored_case(**BEHAVIOUR)
        self._weight("delay").points = 40
        self._weight("size").active = False
        self._weight("delay").action_recompute()
        points = self._points(case)
        self.assertEqual(points["delay"], 23)
        self.assertNotIn("size", points)
        self.assertEqual(case.risk_score, 41 + 12 - 4)

    def test_other_weights_are_no_news_about_the_debtor(self):
        case = self._scored_case(**BEHAVIOUR)
        self._weight("delay").points = 100
        self._weight("delay").action_recompute()
        self.assertEqual(case.risk_level, "critical")
        self.assertFalse(self._notes(case))

    def test_collectors_read_weights_and_bands_but_do_not_change_them(self):
        collector = new_test_user(
            self.env,
            "risk_collector",
            groups="l10n_fr_debt_collection.group_collection_user",
        )
        weight = self._weight("delay").with_user(collector)
        self.assertEqual(weight.points, 20)
        with self.assertRaises(AccessError):
            weight.points = 0
        with self.assertRaises(AccessError):
            weight.action_recompute()
        with self.assertRaises(AccessError):
            self.high.with_user(collector).score_from = 99
        with self.assertRaises(AccessError):
            self.env["collection.risk.history"].with_user(collector).create({})


@tagged("post_install", "-at_install")
class TestRiskHistory(RiskCommon):
    def _history(self, case):
        self.env["collection.risk"]._store_history(self.company)
        rows = self.env["collection.risk.history"].search(
            [("case_id", "=", case.id)], order="month"
        )
        return [(row.month, row.risk_score, row.risk_band_id) for row in rows]

    def test_the_last_value_of_a_month_stays(self):
        case = self._scored_case(**BEHAVIOUR)
        january, february = date(2027, 1, 1), date(2027, 2, 1)
        with self.freeze("2027-01-30 12:00"):
            self.assertEqual(
                self._history(case), [(january, case.risk_score, self.medium)]
            )
        with self.freeze("2027-01-31 12:00"):
            self._score(case, credit_used=0, late_share=100, promise_count=1)
            end_of_month = case.risk_score
            self._history(case)
        with self.freeze("2027-02-01 12:00"):
            self._register(case, proceeding="liquidation")
            self._score(case)
            self.assertEqual(
                self._history(case),
                [
                    (january, end_of_month, self.medium),
                    (february, 100, self.critical),
                ],
            )

    def test_figures_of_a_row(self):
        case = self._scored_case(**BEHAVIOUR)
        self._history(case)
        row = case.history_ids
        self.assertEqual(
            (row.partner_id, row.company_id, row.currency_id),
            (self.debtor, self.company, self.company.currency_id),
        )
        self.assertEqual((row.amount_due, row.amount_overdue), (4000, 1000))
        self.assertEqual((row.days_late_avg, row.default_probability), (34, 12))

    def test_who_owes_nothing_and_has_not_paid_for_a_year_is_left_out(self):
        case = self._scored_case(**BEHAVIOUR)
        self._pay(self.debtor.invoice_ids)
        self._commit()
        case.last_payment_date = self._day(-400)
        self.assertEqual(self._history(case), [])
        case.last_payment_date = self._day(-300)
        self.assertEqual(len(self._history(case)), 1)

    def test_merged_debtors_keep_one_row_a_month(self):
        double = self._make_debtor("Menuiserie Garcin Double")
        survivor = self._scored_case(**BEHAVIOUR)
        other = self._scored_case(double, days_late_avg=60)
        with self.freeze("2027-01-15 12:00"):
            self._history(other)
        survivor.history_ids.sudo().unlink()
        with self.freeze("2027-02-15 12:00"):
            self._history(survivor)
        kept = survivor.history_ids
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.debtor | double).ids, self.debtor
        )
        self._commit()
        self.env.invalidate_all()
        self.assertEqual(
            survivor.history_ids.mapped("month"), [date(2027, 2, 1), date(2027, 1, 1)]
        )
        self.assertEqual(survivor.history_ids[0], kept)
        self.assertEqual(survivor.history_ids.partner_id, self.debtor)
