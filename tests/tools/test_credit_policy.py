from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.credit_policy import (
    CreditRules,
    Customer,
    judge,
    propose,
    round_to_step,
)

RULES = CreditRules()
# 10,000 a month on 30 days, paid on the due date by a debtor at low risk.
GOOD = Customer(
    risk_level="low",
    payer_type="prompt",
    payment_count=12,
    invoiced=120_000,
    busiest_month=10_000,
    largest_paid=8_000,
    agreed_days=30,
    days_to_pay=30,
)


def propose_for(**facts):
    return propose(GOOD._replace(**facts), RULES)


def amount_for(**facts):
    return propose_for(**facts).amount


def codes_for(**facts):
    return [code for code, _facts in propose_for(**facts).facts]


class TestNeed:
    def test_a_month_of_sales_paid_in_a_month_is_the_need(self):
        # 120,000 / 12 x 30 / 30 = 10,000; low risk: 150 %
        assert amount_for() == 15_000
        assert amount_for(risk_level="medium") == 10_000
        assert amount_for(risk_level="high") == 5_000
        assert amount_for(risk_level="critical") == 0

    def test_need_grows_with_the_days_until_payment(self):
        assert amount_for(risk_level="medium", agreed_days=60, days_to_pay=60) == 20_000

    def test_lateness_beyond_the_tolerated_is_not_financed(self):
        # 30 days agreed and 15 tolerated: 10,000 x 45 / 30
        late = {"risk_level": "medium", "agreed_days": 30, "days_to_pay": 100}
        assert amount_for(**late) == 15_000
        assert amount_for(**late | {"days_to_pay": 45}) == 15_000
        assert "late_days" in codes_for(**late)
        assert "late_days" not in codes_for(**late | {"days_to_pay": 45})

    def test_busiest_month_counts_up_to_its_bound(self):
        busy = {"risk_level": "medium", "busiest_month": 20_000}
        assert amount_for(**busy) == 20_000
        assert amount_for(**busy | {"busiest_month": 90_000}) == 30_000
        assert ("peak", {"percent": 300}) in propose_for(
            **busy | {"busiest_month": 90_000}
        ).facts

    def test_need_is_at_least_the_largest_invoice_paid(self):
        assert amount_for(risk_level="medium", largest_paid=14_000) == 14_000
        assert "largest" in codes_for(largest_paid=14_000)
        # Paid on the day: nothing is owed on average, one invoice has to fit.
        assert amount_for(risk_level="medium", days_to_pay=0) == 8_000

    def test_facts_say_how_the_proposal_is_made(self):
        assert propose_for().facts == [
            ("sales", {"sales_amount": 120_000, "days": 30}),
            ("need", {"need_amount": 10_000}),
            ("rate_low", {"percent": 150}),
            ("extend", {"term": 30, "days": 60}),
        ]

    def test_owing_more_than_proposed_is_said(self):
        assert "owed" not in codes_for(amount_due=15_000)
        assert ("owed", {"owed_amount": 15_001}) in propose_for(amount_due=15_001).facts


class TestNewCustomer:
    @pytest.mark.parametrize(
        ("level", "amount"),
        [("low", 1000), ("medium", 1000), ("high", 500), ("critical", 0)],
    )
    def test_starter_limit_is_reduced_by_the_risk_and_never_raised(self, level, amount):
        assert amount_for(risk_level=level, payment_count=2) == amount

    def test_customer_is_known_from_the_third_payment(self):
        assert "starter" in codes_for(payment_count=2)
        assert "starter" not in codes_for(payment_count=3)

    def test_who_buys_nothing_any_more_is_new_again(self):
        assert amount_for(invoiced=0, busiest_month=0, agreed_days=None) == 1000


class TestNoCredit:
    @pytest.mark.parametrize("proceeding", ["safeguard", "receivership", "liquidation"])
    def test_insolvency(self, proceeding):
        proposal = propose_for(
            proceeding=proceeding, proceeding_since=date(2026, 2, 3), amount_due=10
        )
        assert (proposal.amount, proposal.advice) == (0, "prepay")
        assert proposal.facts == [
            (
                "no_credit",
                {"wording": f"proceeding_{proceeding}", "judged_on": "2026-02-03"},
            ),
            ("owed", {"owed_amount": 10}),
            ("prepay_insolvent", {}),
        ]

    def test_ceased_or_struck_off(self):
        ceased = propose_for(register="ceased")
        assert (ceased.amount, ceased.advice) == (0, "prepay")
        assert ceased.facts[0] == ("no_credit", {"wording": "ceased_undated"})
        struck_off = propose_for(struck_off_on=date(2026, 1, 2))
        assert struck_off.facts[0] == (
            "no_credit",
            {"wording": "struck_off", "struck_off_on": "2026-01-02"},
        )

    @pytest.mark.parametrize("proceeding", ["none", "conciliation", "plan", "closed"])
    def test_confidential_or_past_proceedings_leave_it_to_the_risk(self, proceeding):
        assert amount_for(proceeding=proceeding) == 15_000

    def test_critical_risk_is_told_from_a_share(self):
        assert codes_for(risk_level="critical") == [
            "sales",
            "need",
            "refuse_critical",
            "prepay_risk",
        ]


class TestBounds:
    @pytest.mark.parametrize(
        ("amount", "rounded"),
        [
            (0, 0),
            (-5, 0),
            (49, 0),
            (50, 100),
            (567, 600),
            (1_249, 1_200),
            (1_250, 1_300),
            (12_499, 12_000),
            (12_500, 13_000),
            (987_654, 990_000),
        ],
    )
    def test_two_significant_digits_and_at_least_a_step(self, amount, rounded):
        assert round_to_step(amount, 100) == rounded

    @given(st.floats(min_value=1, max_value=1e9))
    def test_rounding_is_off_by_half_a_step_at_most(self, amount):
        assert abs(round_to_step(amount, 1) - amount) <= max(0.5, 0.05 * amount)

    def test_lowest_and_highest(self):
        small = GOOD._replace(invoiced=1200, busiest_month=100, largest_paid=100)
        assert propose(small, RULES).amount == 500
        assert ("lowest", {"limit_amount": 500}) in propose(small, RULES).facts
        capped = propose(GOOD, RULES._replace(highest=9_000))
        assert capped.amount == 9_000
        assert ("highest", {"limit_amount": 9_000}) in capped.facts

    def test_lowest_limit_is_no_credit_for_who_gets_none(self):
        small = GOOD._replace(invoiced=1200, risk_level="critical")
        assert propose(small, RULES).amount == 0


class TestTerm:
    def test_prompt_business_at_low_risk_may_pay_later(self):
        assert propose_for().advice == "extend"
        assert propose_for(agreed_days=60, days_to_pay=60).advice == "keep"
        assert propose_for(payer_type="slow").advice == "keep"
        assert propose_for(risk_level="medium").advice == "keep"
        assert propose_for(debtor_type="consumer").advice == "keep"
        assert propose_for(payment_count=2).advice == "keep"

    def test_late_payer_gets_a_shorter_term(self):
        assert propose_for(days_late=15).advice == "extend"
        late = propose_for(days_late=16, payer_type="late")
        assert late.advice == "shorten"
        assert late.facts[-1] == ("shorten_late", {"term": 30, "days": 16})

    def test_unusual_behaviour_gets_a_shorter_term(self):
        assert propose_for(is_abnormal=True).facts[-1][0] == "shorten_abnormal"

    def test_high_risk_gets_a_shorter_term_else_pays_first(self):
        assert propose_for(risk_level="high").facts[-1][0] == "shorten_risk"
        short = propose_for(risk_level="high", agreed_days=15)
        assert (short.advice, short.facts[-1][0]) == ("prepay", "prepay_short")

    def test_short_term_of_a_late_payer_stays(self):
        late = propose_for(days_late=30, agreed_days=10)
        assert (late.advice, late.facts[-1][0]) == ("keep", "keep_short")

    def test_critical_risk_pays_first(self):
        assert propose_for(risk_level="critical").advice == "prepay"


class TestPublicBody:
    def test_it_pays_late_but_does_not_fail(self):
        late = propose_for(debtor_type="public", risk_level="critical", days_late=60)
        assert (late.amount, late.advice) == (10_000, "keep")
        assert late.facts[-1] == ("keep_public", {})

    def test_low_risk_of_a_public_body_counts(self):
        assert amount_for(debtor_type="public") == 15_000


class TestReview:
    def test_both_percent_and_amount_have_to_be_exceeded(self):
        # 20 % of 10,000 are 2,000; 500 are the least amount
        assert judge(10_000, 12_000, RULES) == "none"
        assert judge(10_000, 12_001, RULES) == "to_review"
        assert judge(10_000, 7_999, RULES) == "to_review"
        assert judge(1_000, 1_500, RULES) == "none"
        assert judge(1_000, 1_501, RULES) == "to_review"

    def test_customer_without_limit_is_to_review_when_there_are_dealings(self):
        assert judge(None, 5_000, RULES) == "to_review"
        assert judge(None, 0, RULES) == "to_review"
        assert judge(None, 5_000, RULES, is_dealing=False) == "none"

    def test_no_credit_is_a_limit(self):
        assert judge(0, 0, RULES) == "none"
        assert judge(0, 5_000, RULES) == "to_review"

    def test_refusal_holds_until_the_proposal_moves_again(self):
        refused = {"decision": "refused", "decided": 5_000}
        assert judge(10_000, 5_000, RULES, **refused) == "refused"
        assert judge(10_000, 6_000, RULES, **refused) == "refused"
        assert judge(10_000, 6_001, RULES, **refused) == "to_review"
        assert judge(10_000, 3_999, RULES, **refused) == "to_review"
        assert judge(None, 5_000, RULES, **refused) == "refused"

    def test_refusal_is_over_when_the_limit_has_come_near(self):
        assert judge(5_000, 5_000, RULES, decision="refused", decided=5_000) == "none"

    def test_acceptance_holds_while_the_limit_is_near(self):
        accepted = {"decision": "accepted", "decided": 5_000}
        assert judge(5_000, 5_900, RULES, **accepted) == "accepted"
        assert judge(5_000, 7_000, RULES, **accepted) == "to_review"
        assert judge(9_000, 5_000, RULES, **accepted) == "to_review"


@given(
    invoiced=st.floats(min_value=1, max_value=1e8),
    days=st.floats(min_value=0, max_value=400),
    busiest=st.floats(min_value=0, max_value=1e8),
)
def test_a_worse_risk_never_earns_more_credit(invoiced, days, busiest):
    amounts = [
        amount_for(
            risk_level=level, invoiced=invoiced, days_to_pay=days, busiest_month=busiest
        )
        for level in ("low", "medium", "high", "critical")
    ]
    assert amounts == sorted(amounts, reverse=True)
