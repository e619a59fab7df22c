from random import Random

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.sampled_share import Clustered
from odoo.addons.l10n_fr_debt_collection.tools.step_verdicts import (
    BETTER,
    WEAK,
    WORKS,
    WORSE,
    judge_change,
    judge_step,
)

SEEDS = 200
WEAK_SHARE = 0.05


def _draw(random, share, contacts):
    return sum(random.random() < share for _contact in range(contacts))


class TestStepVerdicts:
    def test_few_contacts_say_nothing(self):
        assert judge_step(0, 29, WEAK_SHARE) == "too_few"
        assert judge_change((20, 29), (1, 400)) == "too_few"

    def test_a_share_at_the_limit_is_undecided(self):
        assert judge_step(10, 200, WEAK_SHARE) == "undecided"

    def test_weak_steps_are_found_where_planted(self):
        """2 of 100 pay after 600 contacts: weak in nearly all histories."""
        found = [
            judge_step(_draw(Random(seed), 0.02, 600), 600, WEAK_SHARE)
            for seed in range(SEEDS)
        ]
        assert found.count(WEAK) >= 0.85 * SEEDS
        assert WORKS not in found

    def test_no_step_that_works_is_called_weak(self):
        """30 of 100 pay: never weak, whatever the number of contacts."""
        for contacts in (40, 200, 800):
            found = [
                judge_step(_draw(Random(seed), 0.30, contacts), contacts, WEAK_SHARE)
                for seed in range(SEEDS)
            ]
            assert WEAK not in found, contacts

    def test_a_step_at_the_limit_is_seldom_called_anything(self):
        """5 of 100 pay, which is the limit: a wrong word in one history of twenty."""
        found = [
            judge_step(_draw(Random(seed), WEAK_SHARE, 800), 800, WEAK_SHARE)
            for seed in range(SEEDS)
        ]
        assert found.count("undecided") >= 0.9 * SEEDS

    def test_better_words_are_found_where_planted(self):
        """35 of 100 pay instead of 20, 300 contacts each."""
        found = self._changes(0.35, 0.20, 300)
        assert found.count(BETTER) >= 0.9 * SEEDS
        assert WORSE not in found

    def test_no_difference_is_found_where_there_is_none(self):
        found = self._changes(0.25, 0.25, 300)
        assert found.count(BETTER) + found.count(WORSE) <= 0.08 * SEEDS

    def _changes(self, now, before, contacts):
        return [
            judge_change(
                (_draw(random, now, contacts), contacts),
                (_draw(random, before, contacts), contacts),
            )
            for random in map(Random, range(SEEDS))
        ]


def _history(seed, share, debtors, contacts):
    """Return contacts of debtors who nearly always pay, or nearly never.

    :param share: of the debtors who pay after nine contacts of ten; the others after
        none
    """
    random = Random(seed)
    paid = [
        _draw(random, 0.9 if random.random() < share else 0.0, contacts)
        for _debtor in range(debtors)
    ]
    return Clustered(
        debtors,
        sum(paid),
        debtors * contacts,
        debtors * contacts**2,
        sum(count**2 for count in paid),
        sum(contacts * count for count in paid),
    )


class TestDebtorsAreAlike:
    """Contacts of one debtor are alike: 60 debtors contacted ten times are no 600."""

    def _verdicts(self, now, before, contacts=10, debtors=60):
        for seed in range(SEEDS):
            yield (
                _history(f"now {seed}", now, debtors, contacts),
                _history(f"before {seed}", before, debtors, contacts),
            )

    def test_no_difference_is_found_where_there_is_none(self):
        found = [
            judge_change(now.independent, before.independent)
            for now, before in self._verdicts(0.3, 0.3)
        ]
        assert found.count(BETTER) + found.count(WORSE) <= 0.08 * SEEDS

    def test_contacts_taken_one_by_one_would_find_what_is_not_there(self):
        """What this guards against: half of the verdicts would be false alarms."""
        naive = [
            judge_change((now.successes, now.trials), (before.successes, before.trials))
            for now, before in self._verdicts(0.3, 0.3)
        ]
        assert naive.count(BETTER) + naive.count(WORSE) > 0.3 * SEEDS

    def test_better_words_are_found_where_planted(self):
        found = [
            judge_change(now.independent, before.independent)
            for now, before in self._verdicts(0.7, 0.3)
        ]
        assert found.count(BETTER) >= 0.9 * SEEDS
        assert WORSE not in found

    def test_weak_steps_are_found_where_planted(self):
        found = [
            judge_step(*_history(seed, 0.01, 400, 5).independent, WEAK_SHARE)
            for seed in range(SEEDS)
        ]
        assert found.count(WEAK) >= 0.85 * SEEDS
        assert WORKS not in found

    def test_a_step_at_the_limit_is_seldom_called_anything(self):
        found = [
            judge_step(
                *_history(seed, WEAK_SHARE / 0.9, 300, 8).independent, WEAK_SHARE
            )
            for seed in range(SEEDS)
        ]
        assert found.count("undecided") >= 0.9 * SEEDS

    def test_one_contact_each_is_what_it_was(self):
        sample = Clustered(40, 24, 40, 40, 24, 24)
        assert sample.independent == (24, 40)

    def test_debtors_wholly_alike_count_once(self):
        """20 of 50 debtors pay after each of their four contacts."""
        sample = Clustered(50, 80, 200, 800, 320, 320)
        successes, trials = sample.independent
        assert trials == pytest.approx(49)
        assert successes / trials == pytest.approx(0.4)

    def test_few_debtors_say_nothing_however_many_contacts(self):
        sample = Clustered(5, 0, 500, 50_000, 0, 0)
        assert judge_step(*sample.independent, WEAK_SHARE) == "too_few"
