from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.late_interest import (
    CREDIT,
    PAYMENT,
    MissingRateError,
    late_interest,
)

RATES = [
    (date(2024, 1, 1), Decimal("14.50")),
    (date(2025, 7, 1), Decimal("12.15")),
    (date(2026, 7, 1), Decimal("12.40")),
]
DUE = date(2026, 1, 31)


def _interest(stop, **options):
    principal = options.pop("principal", Decimal(1000))
    return late_interest(principal, DUE, stop, RATES, **options)


class TestWorkedExamples:
    def test_nothing_runs_on_the_due_date(self):
        assert _interest(DUE).total_interest == 0
        # 1000 x 12.15 % x 1 / 365
        assert _interest(date(2026, 2, 1)).total_interest == Decimal("0.33")

    def test_due_on_the_1st_and_paid_on_the_11th_is_ten_days(self):
        [segment] = late_interest(
            Decimal(1000), date(2026, 3, 1), date(2026, 3, 11), RATES
        ).segments
        assert segment.days == 10

    def test_a_day_before_the_first_rate_is_an_error(self):
        with pytest.raises(MissingRateError):
            late_interest(Decimal(1), date(2020, 1, 1), date(2020, 2, 1), RATES)

    def test_payment_at_the_end_of_its_day(self):
        result = _interest(
            date(2026, 3, 2), payments=[(date(2026, 3, 2), Decimal(1000))]
        )
        assert result.total_interest == Decimal("9.99")
        assert (result.interest_left, result.principal_left) == (0, Decimal("9.99"))

    def test_principal_first(self):
        result = _interest(
            date(2026, 3, 2),
            payments=[(date(2026, 3, 2), Decimal(1000))],
            interest_first=False,
        )
        assert (result.interest_left, result.principal_left) == (Decimal("9.99"), 0)

    def test_more_than_is_owed_is_a_rest(self):
        result = _interest(DUE, payments=[(DUE, Decimal(1200))])
        assert result.rest(PAYMENT) == 200

    def test_credit_bears_on_principal_only(self):
        result = _interest(date(2026, 3, 2), credits=[(date(2026, 3, 2), Decimal(400))])
        assert (result.interest_left, result.principal_left) == (Decimal("9.99"), 600)
        assert result.rest(CREDIT) == 0

    def test_waiver_takes_what_has_run(self):
        result = _interest(date(2026, 4, 1), waivers=[date(2026, 3, 2)])
        assert result.interest_left == Decimal("9.99")
        assert result.total_interest == Decimal("19.98")


days = st.integers(0, 900).map(lambda number: DUE + timedelta(days=number))
cents = st.integers(1, 500_000).map(lambda amount: Decimal(amount) / 100)
payments = st.lists(st.tuples(days, cents), max_size=5)


class TestLaws:
    @given(stop=days, paid=payments, first=st.booleans(), exact=st.booleans())
    def test_segments_add_up_and_follow_each_other(self, stop, paid, first, exact):
        result = _interest(
            stop, payments=paid, interest_first=first, basis=366 if exact else 365
        )
        assert result.total_interest == sum(s.interest for s in result.segments)
        assert all(segment.days > 0 for segment in result.segments)
        for one, next_one in zip(result.segments, result.segments[1:], strict=False):
            assert next_one.start > one.end

    @given(stop=days, paid=payments, first=st.booleans())
    def test_payments_are_split_without_loss(self, stop, paid, first):
        result = _interest(stop, payments=paid, interest_first=first)
        for split in result.splits:
            assert split.to_interest + split.to_principal + split.rest == split.amount
            assert min(split.to_interest, split.to_principal, split.rest) >= 0
        settled = sum(s.to_interest + s.to_principal for s in result.splits)
        left = result.interest_left + result.principal_left
        assert settled + left == Decimal(1000) + result.total_interest

    @given(stop=days, more=st.integers(0, 60))
    def test_more_days_never_bear_less(self, stop, more):
        later = _interest(stop + timedelta(days=more)).total_interest
        assert later >= _interest(stop).total_interest

    @given(stop=days)
    def test_no_interest_on_nothing(self, stop):
        assert _interest(stop, principal=Decimal(0)).total_interest == 0
