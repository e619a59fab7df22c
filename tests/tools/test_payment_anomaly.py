import random
import time
import unittest
from fractions import Fraction
from itertools import combinations
from math import comb
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools import payment_anomaly
from odoo.addons.l10n_fr_debt_collection.tools.payment_anomaly import (
    HISTORY,
    MARGIN,
    RECENT,
    examine,
    log_rank_scores,
    raise_signals,
    share_of_choices,
)

TODAY = 740_000


def paid(days, due_ago):
    return (TODAY - due_ago, TODAY - due_ago + days)


def unpaid(due_ago):
    return (TODAY - due_ago, None)


def history(days, count=20, first=RECENT + 30, every=15):
    """Instalments paid one by one, ``days`` late."""
    return [paid(days, first + every * number) for number in range(count)]


def debtor(rng, count=20, mean=5, deviation=8, drift=0):
    """What a debtor that pays about ``mean`` days late has done until today."""
    book = []
    for _number in range(count):
        due = TODAY - rng.randrange(HISTORY)
        days = round(rng.gauss(mean, deviation))
        day = due + days + (drift if due > TODAY - RECENT else 0)
        book.append((due, day if day <= TODAY else None))
    return book


def monthly_payer(rng, count=60):
    """What a debtor that pays once a month all that is due has done until today."""
    run_day, book = rng.randrange(30), []
    for _number in range(count):
        due = TODAY + 20 - rng.randrange(HISTORY + 20)
        day = due + (run_day - due) % 30
        book.append((due, day if day <= TODAY else None))
    return book


def examine_all(books):
    verdicts = {number: examine(book, TODAY) for number, book in enumerate(books)}
    return {number: verdict for number, verdict in verdicts.items() if verdict}


class TestLogRank(unittest.TestCase):
    # Remissions of leukaemia in weeks: Freireich et al., Blood 21 (1963), in every
    # textbook of survival analysis. False: still in remission when last seen.
    TREATED = [(week, True) for week in (6, 6, 6, 7, 10, 13, 16, 22, 23)] + [
        (week, False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    ]
    PLACEBO = [
        (week, True)
        for week in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11)
        + (12, 12, 15, 17, 22, 23)
    ]

    def test_textbook_example(self):
        placebo, treated = log_rank_scores(self.PLACEBO, self.TREATED)
        # 9 relapses of the treated instead of 19.25, 21 of the others instead of 10.75.
        self.assertAlmostEqual(sum(treated), 19.25 - 9, places=2)
        self.assertAlmostEqual(sum(placebo), 10.75 - 21, places=2)

    def test_scores_by_hand(self):
        # At risk 4, 3 (one paid), 2 (one leaves unpaid), 1.
        usual, recent = log_rank_scores([(0, True), (2, True)], [(1, False), (3, True)])
        self.assertAlmostEqual(usual[0], 1 / 4 - 1)
        self.assertAlmostEqual(recent[0], 1 / 4)
        self.assertAlmostEqual(usual[1], 1 / 4 + 1 / 2 - 1)
        self.assertAlmostEqual(recent[1], 1 / 4 + 1 / 2 + 1 - 1)

    def test_choices_are_counted_exactly(self):
        others, chosen = [3, 1, 4, 1, 5, -9, 2], [6, 5, 3]
        pool = others + chosen
        as_much = sum(
            sum(choice) >= sum(chosen) for choice in combinations(pool, len(chosen))
        )
        self.assertEqual(
            share_of_choices(others, chosen),
            float(Fraction(as_much, comb(len(pool), len(chosen)))),
        )

    @given(
        st.lists(st.integers(-30, 20), min_size=1, max_size=8),
        st.lists(st.integers(-30, 20), min_size=1, max_size=4),
    )
    @settings(max_examples=200, deadline=None)
    def test_counting_is_enumeration(self, others, chosen):
        sums = [sum(some) for some in combinations(others + chosen, len(chosen))]
        self.assertAlmostEqual(
            share_of_choices(others, chosen),
            sum(total >= sum(chosen) for total in sums) / len(sums),
        )


class TestOneDebtor(unittest.TestCase):
    def test_unpaid_at_an_age_at_which_all_were_paid(self):
        verdict = examine([*history(4, 99, every=6), unpaid(20)], TODAY)
        self.assertAlmostEqual(verdict.p_slower, 1 / 100)
        self.assertEqual(verdict.paid_by_then, 99)
        self.assertEqual(verdict.usual.count, 99)
        self.assertEqual(verdict.oldest_unpaid, 20)

    def test_three_unpaid_say_more_than_one(self):
        book = [*history(4), unpaid(15), unpaid(25), unpaid(40)]
        self.assertAlmostEqual(examine(book, TODAY).p_slower, 1 / comb(23, 3))

    def test_unpaid_at_a_usual_age_says_nothing(self):
        book = [*history(40), unpaid(15), unpaid(25), unpaid(30)]
        self.assertEqual(examine(book, TODAY).p_slower, 1)

    def test_evidence(self):
        book = [*history(4, 13), *history(10, 7, first=125), paid(30, 70)]
        verdict = examine([*book, paid(20, 50), unpaid(40), unpaid(32)], TODAY)
        self.assertEqual(verdict.usual, (4, True, 20))
        self.assertEqual(verdict.recent, (30, True, 4))
        self.assertEqual((verdict.recent_count, verdict.unpaid_count), (4, 2))
        self.assertEqual((verdict.oldest_unpaid, verdict.paid_by_then), (40, 20))

    def test_median_not_reached_is_at_least(self):
        verdict = examine([*history(4), unpaid(40), unpaid(25), unpaid(10)], TODAY)
        self.assertEqual(verdict.recent, (40, False, 3))

    def test_a_week_end_is_no_matter(self):
        book = history(0, 60, every=10)
        late = [paid(MARGIN, 70 - 10 * number) for number in range(6)]
        self.assertEqual(examine(book + late, TODAY).p_slower, 1)
        late = [paid(MARGIN + 2, 70 - 10 * number) for number in range(6)]
        self.assertLess(examine(book + late, TODAY).p_slower, 1e-6)

    def test_what_is_paid_at_once_is_one_observation(self):
        late = [paid(45 - number, 60 - number) for number in range(4)]
        together = examine(history(4) + late, TODAY)
        self.assertEqual(together.recent.count, 1)
        self.assertAlmostEqual(together.p_slower, 1 / 21)
        self.assertEqual(together.recent_count, 4)

    def test_what_is_open_counts_as_it_is_usually_settled(self):
        settled = [
            (due, TODAY - ago)
            for ago in range(120, 720, 30)
            for due in range(TODAY - ago - 30, TODAY - ago, 6)
        ]
        still_open = [unpaid(ago) for ago in (60, 54, 48, 42, 36)]
        self.assertEqual(examine(settled + still_open, TODAY).recent.count, 1)
        alone = examine(history(4) + still_open, TODAY)
        self.assertEqual(alone.recent.count, 5)

    def test_improvement_is_told_apart(self):
        sooner = [paid(0, 80 - 10 * number) for number in range(8)]
        verdict = examine(history(30) + sooner, TODAY)
        self.assertEqual(verdict.p_slower, 1)
        self.assertLess(verdict.p_faster, 1e-5)

    def test_order_changes_nothing(self):
        rng = random.Random(7)
        book = debtor(rng, 60, drift=10)
        verdict = examine(book, TODAY)
        for _time in range(5):
            rng.shuffle(book)
            self.assertEqual(examine(book, TODAY), verdict)

    def test_later_payments_are_not_known_yet(self):
        book = history(4)
        self.assertEqual(
            examine([*book, unpaid(30), unpaid(20)], TODAY),
            examine([*book, paid(31, 30), paid(500, 20)], TODAY),
        )

    def test_too_little_is_silent(self):
        for book in (
            [],
            [unpaid(60)],
            history(4),
            [*history(4, 18), unpaid(60)],
            [*history(4, 5), *(unpaid(ago) for ago in range(10, 80, 10))],
            [*(unpaid(ago) for ago in range(10, 80, 10))],
        ):
            with self.subTest(book=len(book)):
                self.assertIsNone(examine(book, TODAY))
        self.assertIsNotNone(examine([*history(4, 19), unpaid(60)], TODAY))

    def test_many_observations_are_approximated_closely(self):
        usual = [paid(number % 41, 100 + 5 * number) for number in range(100)]
        recent = [paid(12 + 7 * number % 37, 88 - number) for number in range(10)]
        exact = examine(usual + recent, TODAY).p_slower
        with patch.object(payment_anomaly, "EXACT_WORK", 0):
            rough = examine(usual + recent, TODAY).p_slower
        self.assertNotEqual(rough, exact)
        self.assertAlmostEqual(rough, exact, delta=0.1 * exact)


class TestManyDebtors(unittest.TestCase):
    def test_steady_debtors_raise_no_more_than_the_level(self):
        for make in (debtor, monthly_payer):
            with self.subTest(make=make.__name__):
                rng = random.Random(11)
                verdicts = examine_all([make(rng) for _number in range(2000)])
                self.assertGreater(len(verdicts), 1500)
                chance = sum(verdict.p_slower <= 0.05 for verdict in verdicts.values())
                self.assertLessEqual(chance, 0.05 * len(verdicts))
                signals = raise_signals(verdicts)
                self.assertFalse(signals.slower)
                self.assertFalse(signals.faster)

    def test_late_payers_with_much_censored_raise_no_more_either(self):
        rng = random.Random(12)
        books = [debtor(rng, 40, mean=50, deviation=25) for _number in range(2000)]
        verdicts = examine_all(books)
        chance = sum(verdict.p_slower <= 0.05 for verdict in verdicts.values())
        self.assertLessEqual(chance, 0.05 * len(verdicts))
        self.assertFalse(raise_signals(verdicts).slower)

    def test_drift_of_twenty_days_is_found(self):
        rng = random.Random(13)
        steady = [debtor(rng, 40) for _number in range(1800)]
        drifting = [debtor(rng, 40, drift=20) for _number in range(200)]
        signals = raise_signals(examine_all(steady + drifting))
        found = sum(number >= 1800 for number in signals.slower)
        self.assertGreater(found, 120)
        self.assertLessEqual(len(signals.slower) - found, 0.1 * len(signals.slower))

    def test_threshold_by_hand(self):
        verdict = examine([*history(4), unpaid(40)], TODAY)
        verdict = verdict._replace(choices=10**9)
        p_values = (0.001, 0.012, 0.02, 0.037, 0.9)
        verdicts = {p: verdict._replace(p_slower=p) for p in p_values}
        # 5 % x 95 % x rank / 5: 0.0095, 0.019, 0.0285, 0.038, 0.0475
        signals = raise_signals(verdicts, 0.05)
        self.assertEqual(signals.slower, {0.001, 0.012, 0.02, 0.037})
        self.assertAlmostEqual(signals.threshold, 0.037)
        self.assertEqual(raise_signals(verdicts, 0.01).slower, {0.001})

    def test_debtors_that_cannot_be_false_signals_do_not_count(self):
        one = examine([*history(4), *map(unpaid, (40, 30, 20))], TODAY)
        many = examine([*history(4), unpaid(1)], TODAY)
        self.assertEqual((one.choices, many.choices), (1771, 21))
        verdicts = dict.fromkeys(range(200), many) | {"one": one}
        self.assertEqual(raise_signals(verdicts).slower, {"one"})
        verdicts = dict.fromkeys(range(200), many._replace(choices=1771))
        self.assertFalse(raise_signals(verdicts | {"one": one}).slower)

    def test_threshold_without_signal_is_that_of_a_first_one(self):
        verdict = examine([*history(4), unpaid(40)], TODAY)
        verdict = verdict._replace(p_slower=0.2)
        signals = raise_signals(dict.fromkeys(range(10), verdict))
        self.assertFalse(signals.slower)
        self.assertAlmostEqual(signals.threshold, 0.005)
        self.assertEqual(raise_signals({}).threshold, 0)

    def test_thousands_take_seconds(self):
        rng = random.Random(17)
        books = [debtor(rng) for _number in range(2500)]
        begin = time.process_time()
        examine_all(books)
        self.assertLess(time.process_time() - begin, 3, "60 s for 50,000 debtors")
