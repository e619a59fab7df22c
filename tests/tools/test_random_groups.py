from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.random_groups import pick_group

WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(any)


class TestPickGroup:
    @given(st.text(max_size=20), st.integers(1), WEIGHTS)
    def test_same_case_same_group_of_some_weight(self, trial, case_id, weights):
        group = pick_group(trial, case_id, weights)
        assert pick_group(trial, case_id, weights) == group
        assert weights[group]

    def test_shares_are_those_of_the_weights(self):
        counts = Counter(pick_group("trial", case, [90, 10]) for case in range(10_000))
        # The standard deviation is 30: 150 is five of them.
        assert abs(counts[1] - 1000) < 150

    def test_scale_of_the_weights_does_not_matter(self):
        for case in range(1000):
            assert pick_group("t", case, [9, 1]) == pick_group("t", case, [90, 10])

    def test_trials_are_independent(self):
        both = Counter(
            (pick_group("one", case, [1, 1]), pick_group("two", case, [1, 1]))
            for case in range(10_000)
        )
        assert all(abs(count - 2500) < 220 for count in both.values())

    @pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
    def test_weights_that_pick_nobody(self, weights):
        with pytest.raises(ValueError, match="no group can be picked"):
            pick_group("trial", 1, weights)
