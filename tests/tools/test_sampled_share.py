import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.sampled_share import (
    HIGHER,
    LOWER,
    TOO_FEW,
    UNDECIDED,
    compare,
    difference,
    share,
)


@st.composite
def samples(draw):
    trials = draw(st.integers(1, 10**6))
    return draw(st.integers(0, trials)), trials


class TestShare:
    @pytest.mark.parametrize(
        ("sample", "low", "high"),
        # Published by Newcombe (1998), table I: 81/263, 15/148, 0/20, 1/29.
        [
            ((81, 263), 0.2553, 0.3662),
            ((15, 148), 0.0624, 0.1605),
            ((0, 20), 0.0, 0.1611),
            ((1, 29), 0.0061, 0.1718),
        ],
    )
    def test_published_intervals(self, sample, low, high):
        found = share(*sample)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)

    @given(samples())
    def test_interval_holds_the_value(self, sample):
        found = share(*sample)
        assert 0 <= found.low <= found.value <= found.high <= 1

    @pytest.mark.parametrize("sample", [(0, 0), (2, 1), (-1, 5)])
    def test_what_is_no_share(self, sample):
        with pytest.raises(ValueError, match="is no share"):
            share(*sample)


class TestDifference:
    @pytest.mark.parametrize(
        ("one", "other", "low", "high"),
        # Published by Newcombe (1998), table II: method 10.
        [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((5, 56), (0, 29), -0.0381, 0.1926),
        ],
    )
    def test_published_intervals(self, one, other, low, high):
        found = difference(one, other)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)

    @given(samples(), samples())
    def test_seen_from_the_other_side(self, one, other):
        found, reverse = difference(one, other), difference(other, one)
        assert found.value == -reverse.value
        assert found.low == pytest.approx(-reverse.high, abs=1e-12)


class TestCompare:
    def test_small_samples_say_so(self):
        assert compare((3, 4), (300, 500)) == TOO_FEW

    def test_close_shares_are_undecided(self):
        assert compare((52, 100), (48, 100)) == UNDECIDED

    def test_wide_difference(self):
        assert compare((60, 100), (30, 100)) == HIGHER
        assert compare((30, 100), (60, 100)) == LOWER

    @given(samples())
    def test_nothing_beats_itself(self, sample):
        assert compare(sample, sample) in (UNDECIDED, TOO_FEW)
