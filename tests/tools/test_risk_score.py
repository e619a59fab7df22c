from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.risk_score import (
    MEASURES,
    WEIGHTS,
    DebtorFacts,
    add_up,
    score,
)

TODAY = date(2026, 3, 10)
# Somebody of whom there is nothing to say: large, old, with a clean history.
SOUND = DebtorFacts(TODAY, payment_count=12, size_category="GE", quality_score=100)


def sound(**facts):
    return SOUND._replace(**facts)


def points(**facts):
    """Return the points and facts of each factor of a debtor that is else sound."""
    _score, factors = score(sound(**facts), WEIGHTS)
    return {code: (points, found) for code, points, found in factors}


def days_ago(days):
    return TODAY - timedelta(days=days)


class TestSum:
    def test_a_sound_debtor_has_no_risk_and_no_factor(self):
        assert score(SOUND, WEIGHTS) == (0, [])

    def test_points_beside_the_score_add_up_to_it_the_heaviest_first(self):
        total, factors = score(
            sound(days_late_avg=31, late_share=90, is_unreachable=True), WEIGHTS
        )
        # 20 x 31/60 = 10.33; 5 x 0.9 = 4.5, rounded up; 8
        assert factors == [
            ("delay", 10, {"days": 31}),
            ("unreachable", 8, {}),
            ("late_share", 5, {"percent": 90}),
        ]
        assert total == 23

    def test_the_sum_is_capped_at_100_and_never_negative(self):
        assert add_up([("a", 80, {}), ("b", 70, {})])[0] == 100
        assert add_up([("a", -20, {})])[0] == 0

    def test_a_factor_without_points_is_left_out(self):
        late = sound(days_late_avg=60)
        assert score(late, {**WEIGHTS, "delay": 0})[0] == 0
        assert score(late, {})[0] == 0
        assert score(late, {"delay": 40}) == (40, [("delay", 40, {"days": 60})])

    def test_every_weight_has_a_measure(self):
        assert list(WEIGHTS) == list(MEASURES)


class TestPeople:
    """Whole debtors, by hand."""

    def test_nothing_known_is_low_to_middle(self):
        unknown = DebtorFacts(TODAY)
        assert score(unknown, WEIGHTS) == (
            24,
            [("no_history", 20, {}), ("size", 4, {"wording": "size_unknown"})],
        )

    def test_a_bad_payer_without_proceedings_is_a_high_risk(self):
        total, factors = score(
            DebtorFacts(
                TODAY,
                amount_overdue_net=6000,
                open_debit=10000,
                amount_due=10000,
                days_overdue=80,
                payment_count=8,
                days_late_avg=45,
                days_late_deviation=18,
                late_share=90,
                default_probability=30,
                invoiced_12m=30000,
                size_category="PME",
                promise_count=2,
                kept_promise_rate=50,
                quality_score=60,
            ),
            WEIGHTS,
        )
        assert {code: points for code, points, _facts in factors} == {
            "lateness": 22,  # 30 x sqrt(0.6 x 80/90) = 21.9
            "delay": 15,  # 20 x 45/60
            "default": 9,  # 15 x 30/50
            "late_share": 5,  # 4.5
            "exposure": 5,  # 10 x (121.7 - 60) / 120 = 5.1
            "promises": 3,  # 10 x 1/3
            "irregular": 2,  # 5 x 18/45
            "size": 2,
            "quality": 2,
        }
        assert total == 65

    def test_a_good_customer_stays_low(self):
        total, _factors = score(
            sound(
                open_debit=5000,
                amount_due=5000,
                invoiced_12m=60000,
                days_late_avg=3,
                days_late_deviation=4,
                late_share=20,
                default_probability=1,
                size_category="PME",
                quality_score=80,
            ),
            WEIGHTS,
        )
        # 1 + 1 + 2 + 1: delay, late share, size, quality; 0.4 and 0.3 are not worth one
        assert total == 5


class TestLateness:
    def test_age_and_share_count_together(self):
        mostly = {"amount_overdue_net": 250, "open_debit": 1000}
        assert points(**mostly, days_overdue=90)["lateness"] == (
            15,
            {"percent": 25, "days": 90},
        )
        assert points(**mostly, days_overdue=900)["lateness"][0] == 15
        assert points(amount_overdue_net=1000, open_debit=1000, days_overdue=80)[
            "lateness"
        ] == (28, {"percent": 100, "days": 80})

    def test_nothing_overdue_or_covered_by_credits(self):
        assert "lateness" not in points(open_debit=1000, days_overdue=80)


class TestBehaviour:
    def test_early_payers_have_neither_delay_nor_trend(self):
        assert points(days_late_avg=-5, late_trend=-2) == {}

    def test_trend_is_told_over_three_months(self):
        assert points(late_trend=5)["trend"] == (3, {"days": 15})

    def test_only_what_goes_past_the_due_date_is_irregular(self):
        assert points(days_late_deviation=45)["irregular"][0] == 5
        assert "irregular" not in points(days_late_avg=-45, days_late_deviation=45)

    def test_default(self):
        assert points(default_probability=20)["default"] == (6, {"percent": 20})
        assert points(default_probability=80)["default"][0] == 15

    def test_unusual_behaviour(self):
        assert points(is_abnormal=True, abnormal_since=date(2026, 2, 1)) == {
            "abnormal": (5, {"wording": "abnormal", "noticed_on": "2026-02-01"})
        }
        assert points(is_abnormal=True) == {
            "abnormal": (5, {"wording": "abnormal_undated"})
        }

    @pytest.mark.parametrize(("count", "worth"), [(0, 20), (1, 13), (2, 7), (3, 0)])
    def test_history_fades_in(self, count, worth):
        assert points(payment_count=count).get("no_history", (0,))[0] == worth

    def test_disputes_promises_quality(self):
        assert points(dispute_rate=20)["disputes"] == (2, {"percent": 20})
        # One promise broken out of one may be an accident: half the weight.
        assert points(promise_count=1)["promises"] == (5, {"broken": 1, "count": 1})
        assert points(promise_count=4, kept_promise_rate=25)["promises"] == (
            6,
            {"broken": 3, "count": 4},
        )
        assert points(quality_score=40)["quality"] == (3, {"score": 40})
        assert "quality" not in points(quality_score=None)


class TestExposure:
    def test_the_limit_is_what_counts(self):
        assert points(credit_used=62, amount_due=100)["exposure"] == (
            6,
            {"percent": 62},
        )
        assert points(credit_used=150)["exposure"][0] == 10

    def test_without_a_limit_in_days_of_invoicing(self):
        owes = {"amount_due": 1000, "payment_count": 5}
        assert points(**owes, invoiced_12m=3042)["exposure"] == (
            5,
            {"wording": "exposure_sales", "days": 120},
        )
        assert "exposure" not in points(**owes, invoiced_12m=6084)
        assert points(**owes)["exposure"][0] == 10

    def test_without_a_limit_or_a_history_nothing_is_said(self):
        assert "exposure" not in points(amount_due=1000, payment_count=0)


class TestSolvency:
    @pytest.mark.parametrize(
        ("proceeding", "worth"),
        [("receivership", 60), ("safeguard", 36), ("plan", 30), ("closed", 30)],
    )
    def test_proceedings(self, proceeding, worth):
        found = points(proceeding=proceeding, proceeding_since=date(2026, 1, 15))
        assert found == {
            "proceeding": (
                worth,
                {"wording": f"proceeding_{proceeding}", "judged_on": "2026-01-15"},
            )
        }

    def test_a_conciliation_is_confidential(self):
        assert points(proceeding="conciliation") == {}

    @pytest.mark.parametrize("weights", [WEIGHTS, {}, {"proceeding": 10}])
    def test_liquidation_is_100_whatever_the_weights(self, weights):
        dead = sound(proceeding="liquidation")
        facts = {"wording": "proceeding_liquidation_undated"}
        assert score(dead, weights) == (100, [("proceeding", 100, facts)])

    def test_ceased_struck_off_dormant(self):
        assert points(register="ceased", ceased_on=date(2025, 12, 31))["ceased"] == (
            70,
            {"wording": "ceased", "ceased_on": "2025-12-31"},
        )
        assert points(struck_off_on=date(2026, 1, 2))["ceased"] == (
            70,
            {"wording": "struck_off", "struck_off_on": "2026-01-02"},
        )
        assert points(register="dormant")["ceased"] == (35, {"wording": "dormant"})

    def test_a_young_company_grows_up_in_three_years(self):
        assert points(created_on=days_ago(0))["age"] == (
            5,
            {"wording": "young", "months": 0},
        )
        assert points(created_on=days_ago(548))["age"] == (
            2,
            {"wording": "young", "months": 18},
        )
        assert "age" not in points(created_on=days_ago(1096))

    def test_a_consumer_or_a_public_body_has_no_age_and_no_size(self):
        other = {"is_business": False, "size_category": "", "created_on": TODAY}
        assert points(**other) == {}

    @pytest.mark.parametrize(
        ("category", "staff", "worth", "size"),
        [
            ("PME", "03", 4, "micro"),
            ("", "", 4, "unknown"),
            ("", "NN", 4, "micro"),
            ("PME", "12", 2, "pme"),
            ("ETI", "NN", 1, "eti"),
        ],
    )
    def test_size(self, category, staff, worth, size):
        assert points(size_category=category, staff_band=staff)["size"] == (
            worth,
            {"wording": f"size_{size}"},
        )


WORSE = {
    "days_overdue": st.integers(0, 1000),
    "amount_overdue_net": st.floats(0, 1000),
    "days_late_avg": st.floats(-60, 300),
    "days_late_deviation": st.floats(0, 200),
    "late_share": st.floats(0, 100),
    "late_trend": st.floats(-30, 30),
    "default_probability": st.floats(0, 100),
    "credit_used": st.floats(0, 300),
    "dispute_rate": st.floats(0, 100),
    "is_unreachable": st.booleans(),
}


class TestMonotone:
    @given(
        st.fixed_dictionaries(WORSE),
        st.sampled_from(list(WORSE)).flatmap(
            lambda name: st.tuples(st.just(name), WORSE[name])
        ),
    )
    def test_the_score_never_falls_when_a_fact_gets_worse(self, facts, change):
        name, value = change
        debtor = sound(open_debit=1000, **facts)
        other = debtor._replace(**{name: value})
        milder, worse = sorted((debtor, other), key=lambda each: getattr(each, name))
        assert score(milder, WEIGHTS)[0] <= score(worse, WEIGHTS)[0]
        assert 0 <= score(worse, WEIGHTS)[0] <= 100
