from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.receivable_indicators import (
    CountBack,
    Turnover,
    average_days_delinquent,
    balance_days,
    collection_effectiveness,
    count_back,
    percentage,
    roll_rates,
)

AMOUNTS = st.decimals(0, 10**9, places=2)
MONTHS = st.lists(
    st.builds(Turnover, st.decimals(-(10**6), 10**9, places=2), st.integers(28, 31)),
    max_size=24,
)


def months(*pairs):
    return [Turnover(Decimal(amount), days) for amount, days in pairs]


class TestCountBack:
    def test_example_of_the_trade(self):
        """2 500 = 1 200 of November + 800 of October + 500 of the 700 of September."""
        found = count_back(Decimal(2500), months((1200, 30), (800, 31), (700, 30)))
        assert round(found.days, 1) == Decimal("82.4")
        assert not found.is_exhausted

    def test_balance_within_the_latest_month(self):
        assert count_back(Decimal(600), months((1200, 30))) == CountBack(Decimal(15))

    def test_balance_of_exactly_two_months(self):
        found = count_back(Decimal(2000), months((1200, 30), (800, 31), (700, 30)))
        assert found == CountBack(Decimal(61))

    def test_nothing_due(self):
        assert count_back(Decimal(0), months((1200, 30))) == CountBack(Decimal(0))

    def test_more_credits_than_invoices_due(self):
        assert count_back(Decimal(-50), months((1200, 30))) == CountBack(Decimal(0))

    def test_too_little_history_says_so(self):
        found = count_back(Decimal(5000), months((1200, 30), (800, 31)))
        assert found == CountBack(Decimal(61), is_exhausted=True)

    def test_month_of_credit_notes_uses_nothing_up(self):
        found = count_back(Decimal(500), months((-300, 30), (1000, 31)))
        assert found.days == Decimal("45.5")

    @given(AMOUNTS, AMOUNTS, MONTHS)
    def test_more_owed_is_never_fewer_days(self, one, other, past):
        low, high = sorted((one, other))
        assert count_back(low, past).days <= count_back(high, past).days

    @given(AMOUNTS, MONTHS)
    def test_days_are_those_of_the_months_at_most(self, balance, past):
        found = count_back(balance, past)
        assert 0 <= found.days <= sum(month.days for month in past)
        invoiced = sum(max(month.amount, 0) for month in past)
        assert found.is_exhausted == (balance > invoiced)


class TestBalanceDays:
    def test_quarter(self):
        assert balance_days(Decimal(2500), Decimal(9000), 90) == 25

    def test_under_a_month_it_says_nothing(self):
        assert balance_days(Decimal(2500), Decimal(9000), 29) is None

    def test_nothing_invoiced(self):
        assert balance_days(Decimal(2500), Decimal(0), 90) is None

    def test_lateness_is_what_is_above_the_best_possible(self):
        dso = balance_days(Decimal(2500), Decimal(9000), 90)
        best = balance_days(Decimal(1500), Decimal(9000), 90)
        assert average_days_delinquent(dso, best) == 10

    def test_lateness_of_the_unknown(self):
        assert average_days_delinquent(None, Decimal(15)) is None


class TestRates:
    def test_effectiveness_by_hand(self):
        """(1 000 + 600 - 700) / (1 000 + 600 - 400) = 900 / 1 200."""
        assert collection_effectiveness(1000, 600, 700, 400) == 75

    def test_all_that_was_due_has_come(self):
        assert collection_effectiveness(1000, 600, 400, 400) == 100

    def test_nothing_to_collect(self):
        assert collection_effectiveness(0, 400, 400, 400) is None

    def test_percentage_of_nothing(self):
        assert percentage(5, 0) is None

    def test_roll_rates_by_hand(self):
        assert roll_rates([1000, 400, 50], [900, 250, 100]) == [25, 25]

    def test_roll_rate_of_an_empty_class(self):
        assert roll_rates([0, 400], [10, 20]) == [None]
