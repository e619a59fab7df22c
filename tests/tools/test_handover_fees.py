import unittest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.handover_fees import (
    BY_AGE,
    BY_AMOUNT,
    BY_SLICE,
    Terms,
    Tier,
    compute_fee,
    expected_fee,
    find_percent,
)

D = Decimal
AMOUNTS = st.integers(0, 10_000_000).map(lambda cents: D(cents) / 100)


def tiers(*pairs):
    return tuple(Tier(D(start), D(percent)) for start, percent in pairs)


AGE = Terms(BY_AGE, tiers((0, 10), (91, 15), (366, 25)), vat_percent=D(20))
SLICES = Terms(BY_SLICE, tiers((0, 20), (1000, 15), (5000, 10)))


class TestFees(unittest.TestCase):
    def test_by_age_each_tier_begins_on_its_day(self):
        rates = [find_percent(AGE, entrusted=D(1), days=d) for d in (0, 90, 91, 365)]
        self.assertEqual(rates, [D(10), D(10), D(15), D(15)])
        self.assertEqual(find_percent(AGE, entrusted=D(1), days=366), D(25))

    def test_by_age_with_vat(self):
        # 15 % of 850 is 127.50; 20 % of that is 25.50
        fee = compute_fee(AGE, entrusted=D(1000), days=120, collected=D(850))
        self.assertEqual(
            (fee.net, fee.vat, fee.total), (D("127.50"), D("25.50"), D(153))
        )

    def test_by_amount_it_is_what_was_entrusted_that_counts(self):
        terms = Terms(BY_AMOUNT, tiers((0, 20), (2000, 12)))
        # 2 000 entrusted: 12 %, of the 500 collected
        fee = compute_fee(terms, entrusted=D(2000), days=1, collected=D(500))
        self.assertEqual(fee.net, D(60))
        fee = compute_fee(terms, entrusted=D("1999.99"), days=1, collected=D(500))
        self.assertEqual(fee.net, D(100))

    def test_by_slice(self):
        # 20 % of 1 000 + 15 % of 4 000 + 10 % of 2 000 = 200 + 600 + 200
        fee = compute_fee(SLICES, entrusted=D(9000), days=1, collected=D(7000))
        self.assertEqual(fee.net, D(1000))
        fee = compute_fee(SLICES, entrusted=D(9000), days=1, collected=D(600))
        self.assertEqual(fee.net, D(120))

    def test_below_the_first_tier_there_is_no_success_fee(self):
        terms = Terms(BY_AMOUNT, tiers((100, 20)))
        fee = compute_fee(terms, entrusted=D(99), days=1, collected=D(99))
        self.assertEqual(fee.net, 0)

    def test_minimum_only_once_something_came_in(self):
        terms = Terms(BY_AGE, tiers((0, 10)), fixed=D(15), minimum=D(30))
        nothing = compute_fee(terms, entrusted=D(100), days=1, collected=D(0))
        self.assertEqual((nothing.net, nothing.top_up), (D(15), D(0)))
        # 10 % of 100 is 10: 20 more to reach 30; and 15 for the file
        some = compute_fee(terms, entrusted=D(100), days=1, collected=D(100))
        self.assertEqual((some.success, some.top_up, some.net), (D(10), D(20), D(45)))

    def test_interest_and_costs_have_a_rate_of_their_own(self):
        terms = Terms(BY_AGE, tiers((0, 10)), extra_percent=D(50))
        # 10 % of 200 + 50 % of 61.01 = 20 + 30.505, a half cent upwards
        fee = compute_fee(
            terms, entrusted=D(200), days=1, collected=D(200), extra=D("61.01")
        )
        self.assertEqual(fee.net, D("50.51"))

    def test_expected_fee(self):
        terms = Terms(BY_AGE, tiers((0, 20)), fixed=D(15))
        # 15 + 40 % of (20 % of 1 000)
        fee = expected_fee(terms, entrusted=D(1000), days=1, chance=D("0.4"))
        self.assertEqual(fee, D(95))

    def test_terms_are_kept_as_they_were(self):
        for terms in (AGE, SLICES):
            self.assertEqual(Terms.from_json(terms.to_json()), terms)

    @given(AMOUNTS, AMOUNTS, st.integers(0, 2000))
    def test_more_collected_never_costs_less(self, one, other, days):
        low, high = sorted((one, other))
        for terms in (AGE, SLICES):
            fees = [
                compute_fee(terms, entrusted=high, days=days, collected=collected).net
                for collected in (low, high)
            ]
            self.assertLessEqual(*fees)
            self.assertLessEqual(fees[1], high)
