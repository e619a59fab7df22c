import pytest

from odoo.addons.l10n_fr_debt_collection.tools.desk_rank import (
    UNREACHABLE_CHANCE,
    Stake,
    contact_rate,
    rank,
)
from odoo.addons.l10n_fr_debt_collection.tools.distribution import share


class TestRank:
    def test_value_is_expected_cash_less_the_cost(self):
        found = rank(Stake(4320, chance=0.62, cost=4))
        assert found.value == pytest.approx(4320 * 0.62 - 4)
        assert (found.amount, found.chance, found.reach) == (4320, 0.62, 1)

    def test_call_counts_how_often_the_debtor_answers(self):
        silent = rank(Stake(1000, 1.0, attempts=9, usual_rate=0.6, is_answered=True))
        answers = rank(
            Stake(1000, 1.0, attempts=9, reached=9, usual_rate=0.6, is_answered=True)
        )
        assert silent.value == pytest.approx(150)
        assert answers.value == pytest.approx(900)

    def test_who_cannot_be_reached_comes_last_but_is_listed(self):
        lost = rank(Stake(1000, 1.0, is_reachable=False, is_answered=True))
        assert lost.value == pytest.approx(1000 * UNREACHABLE_CHANCE)

    def test_unknown_debtor_is_as_likely_to_pay_as_not(self):
        assert rank(Stake(1000)).value == 500

    def test_urgencies_add_up_and_count_once(self):
        calm = rank(Stake(1000, 0.5))
        pressed = rank(Stake(1000, 0.5, urgencies=("promise_broken", "expiring")))
        twice = rank(
            Stake(1000, 0.5, urgencies=("promise_broken", "expiring", "expiring"))
        )
        assert pressed.value == pytest.approx(calm.value * 1.75)
        assert twice == pressed

    def test_unknown_urgency_is_ignored(self):
        assert rank(Stake(1000, 1, urgencies=("moon",))).value == 1000

    def test_small_debt_is_not_worth_an_expensive_contact(self):
        assert rank(Stake(3, 0.9, cost=6)).value < 0

    def test_chance_stays_a_chance(self):
        assert rank(Stake(100, 1.4)).value == 100
        assert rank(Stake(100, -0.2)).value == 0

    def test_credit_balance_expects_no_cash(self):
        assert rank(Stake(-500, 0.9, cost=4)).value == -4

    def test_contact_rate_begins_with_the_usual_one(self):
        assert contact_rate(0, 0, 0.4) == pytest.approx(0.4)
        assert contact_rate(1000, 900, 0.4) == pytest.approx(0.9, abs=0.01)


class TestShare:
    CASES = (("a", 10.0), ("b", 90.0), ("c", 20.0), ("d", 70.0))

    def test_in_turn_goes_on_after_the_last_one(self):
        assert share(self.CASES, ["x", "y", "z"], "round_robin", after="y") == {
            "a": "z",
            "b": "x",
            "c": "y",
            "d": "z",
        }

    def test_in_turn_begins_anew_when_the_last_one_has_left(self):
        assert share(self.CASES[:1], ["x", "y"], "round_robin", after="gone") == {
            "a": "x"
        }

    def test_load_levels_the_number_of_cases(self):
        shares = share(self.CASES, ["x", "y"], "load", loads={"x": 3})
        assert shares["a"] == shares["b"] == shares["c"] == "y"

    def test_amount_levels_the_money(self):
        shares = share(self.CASES, ["x", "y"], "amount")
        totals = dict.fromkeys("xy", 0.0)
        for case, amount in self.CASES:
            totals[shares[case]] += amount
        assert totals == {"x": 100.0, "y": 90.0}

    def test_nobody_gets_nothing(self):
        assert share(self.CASES, [], "load") == {}

    def test_unknown_method_is_refused(self):
        with pytest.raises(ValueError, match="dice"):
            share(self.CASES, ["x"], "dice")
