from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.limitation import (
    INTERRUPTION,
    SUSPENSION,
    TITLE,
    UNSET,
    Act,
    limitation_term,
)

START = date(2024, 1, 31)


def _term(months=12, acts=(), start=START):
    return limitation_term(start, months, acts, title_months=120, long_stop_months=240)


class TestTerms:
    def test_ends_on_the_day_of_the_same_number(self):
        assert _term().end == date(2025, 1, 31)
        assert _term(1).end == date(2024, 2, 29)
        assert _term(60, start=date(2024, 2, 29)).end == date(2029, 2, 28)

    def test_an_acknowledgement_starts_a_new_one_of_the_same_length(self):
        term = _term(24, [Act(date(2025, 6, 10), INTERRUPTION)])
        assert (term.start, term.end) == (date(2025, 6, 10), date(2027, 6, 10))

    def test_the_last_act_decides_whatever_the_order(self):
        acts = [
            Act(date(2025, 6, 10), INTERRUPTION),
            Act(date(2024, 6, 10), INTERRUPTION),
        ]
        assert _term(24, acts).end == date(2027, 6, 10)

    def test_an_act_after_the_end_changes_nothing(self):
        late = Act(date(2025, 2, 1), INTERRUPTION)
        term = _term(12, [late])
        assert (term.end, term.late) == (date(2025, 1, 31), (late,))

    def test_a_title_has_its_own_length(self):
        assert _term(12, [Act(date(2024, 6, 30), TITLE)]).end == date(2034, 6, 30)

    def test_a_suspension_adds_its_days(self):
        act = Act(date(2024, 6, 1), SUSPENSION, date(2024, 6, 30))
        assert _term(12, [act]).end == date(2025, 3, 2)

    def test_a_suspension_that_lasts_has_no_end(self):
        assert _term(12, [Act(date(2024, 6, 1), SUSPENSION)]).end is None

    def test_a_claim_that_came_undone_never_was(self):
        acts = [
            Act(date(2024, 6, 1), INTERRUPTION, is_court=True),
            Act(date(2024, 9, 1), UNSET),
        ]
        assert _term(12, acts).end == date(2025, 1, 31)
        acknowledged = Act(date(2024, 7, 1), INTERRUPTION)
        assert _term(12, [*acts, acknowledged]).end == date(2025, 7, 1)

    def test_the_long_stop_ends_it_all(self):
        acts = [Act(date(2024 + 4 * n, 1, 31), INTERRUPTION) for n in range(1, 6)]
        assert _term(60, acts).end == date(2044, 1, 31)


days = st.integers(0, 4000).map(lambda number: START + timedelta(days=number))
acts = st.lists(
    st.builds(Act, days, st.sampled_from([INTERRUPTION, TITLE])), max_size=6
)


class TestLaws:
    @given(months=st.sampled_from([12, 24, 60]), acts=acts)
    def test_never_earlier_than_without_acts_and_never_after_the_long_stop(
        self, months, acts
    ):
        end = _term(months, acts).end
        assert _term(months).end <= end <= date(2044, 1, 31)

    @given(months=st.sampled_from([12, 24, 60]), acts=acts)
    def test_the_order_in_which_acts_are_told_does_not_matter(self, months, acts):
        assert _term(months, acts).end == _term(months, acts[::-1]).end
