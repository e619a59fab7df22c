import importlib
import random
import unittest
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools import payment_delay
from odoo.addons.l10n_fr_debt_collection.tools.payment_delay import Settlement, fit

settlement_book = importlib.import_module("lib.settlement_book")

TODAY = date(2026, 3, 10)
TERM = timedelta(days=30)
NO_FADING = 10**9
LASTING = {"half_life": NO_FADING, "trend_half_life": NO_FADING}


def days(number):
    return timedelta(days=number)


def bill(debtor, late, due_ago, segment="company"):
    """An instalment due ``due_ago`` days ago, paid ``late`` days late or open."""
    due = TODAY - days(due_ago)
    paid = None if late is None else due + days(late)
    return Settlement(debtor, segment, due - TERM, due, paid, 100.0)


def history(debtor, late, count=20, segment="company", first=50, every=15):
    return [bill(debtor, late, first + every * i, segment) for i in range(count)]


def ask(model, debtor, due_ago=0, segment="company", as_of=TODAY):
    due = TODAY - days(due_ago)
    return model.predict(debtor, segment, due - TERM, due, 100.0, as_of)


def crowd(late, count=40, segment="company"):
    return [
        item
        for number in range(count)
        for item in history(f"{segment}{number}", late, 10, segment)
    ]


class TestHabits(unittest.TestCase):
    def test_regular_debtor_is_expected_on_its_usual_day(self):
        model = fit(crowd(2) + history("slow", 40), TODAY)
        due = TODAY + days(20)
        self.assertLessEqual(
            abs((ask(model, "slow", -20).expected_date - due).days - 40), 3
        )
        self.assertEqual(ask(model, "company1", -20).expected_date, due + days(2))

    def test_new_debtor_pays_as_its_segment(self):
        model = fit(crowd(1, segment="prompt") + crowd(35, segment="slow"), TODAY)
        prompt = ask(model, "new", -10, "prompt").expected_date
        slow = ask(model, "new", -10, "slow").expected_date
        self.assertEqual(prompt, TODAY + days(11))
        self.assertLessEqual(abs((slow - TODAY).days - 45), 2)

    def test_little_history_moves_a_debtor_less_than_much(self):
        book = crowd(2) + crowd(30, 20, "company_late")
        book += history("three", 30, 3) + history("thirty", 30, 30)
        model = fit(book, TODAY)
        soon = TODAY + days(15)
        chances = [
            ask(model, debtor, -10).paid_by(soon)
            for debtor in ("new", "three", "thirty")
        ]
        self.assertEqual(chances, sorted(chances, reverse=True))
        self.assertGreater(chances[0], chances[2] + 0.3)

    def test_what_is_open_for_long_counts_against_the_debtor(self):
        paid = crowd(5) + history("a", 5, 10)
        unpaid = [bill("a", None, 60 + i) for i in range(10)]
        soon = TODAY + days(15)
        before = ask(fit(paid, TODAY), "a").paid_by(soon)
        after = ask(fit(paid + unpaid, TODAY), "a").paid_by(soon)
        self.assertLess(after, before - 0.2)

    def test_recent_behaviour_weighs_more(self):
        old = [bill("a", 0, 400 + 10 * i) for i in range(15)]
        recent = [bill("a", 40, 45 + 10 * i) for i in range(15)]
        book = crowd(0) + old + recent
        soon = TODAY + days(20)
        fading = ask(fit(book, TODAY, half_life=60), "a", -10).paid_by(soon)
        lasting = ask(fit(book, TODAY, **LASTING), "a", -10).paid_by(soon)
        self.assertLess(fading, lasting - 0.15)

    def test_debtors_follow_what_everybody_does_lately(self):
        book = [
            bill(debtor, 20 if due_ago < 100 else 0, due_ago)
            for debtor in range(40)
            for due_ago in range(25, 400, 15)
        ]
        soon = TODAY + days(20)
        model = fit(book, TODAY)
        new, member = (ask(model, who, -10).paid_by(soon) for who in ("new", 1))
        lasting = fit(book, TODAY, trend_half_life=NO_FADING)
        self.assertLess(new, ask(lasting, "new", -10).paid_by(soon) - 0.1)
        # one who does as all do is neither quick nor slow
        self.assertAlmostEqual(member, new, delta=0.05)

    def test_only_segment_pays_as_all_do(self):
        book = [
            item for late in range(0, 60, 3) for item in history(late, late, 10, "all")
        ]
        model = fit(book, TODAY)
        for late in (5, 20, 45, 80):
            with self.subTest(late):
                day = TODAY + days(late)
                segment = ask(model, "new", 0, "all").paid_by(day)
                everybody = ask(model, "new", 0, "none").paid_by(day)
                self.assertAlmostEqual(segment, everybody, delta=0.01)

    def test_debtor_of_two_segments_keeps_its_pace(self):
        book = crowd(2, segment="a") + crowd(2, segment="b")
        book += history("slow", 30, 10, "a") + history("slow", 30, 10, "b")
        model = fit(book, TODAY)
        for segment in ("a", "b", "never seen"):
            with self.subTest(segment):
                expected = ask(model, "slow", 0, segment).expected_date
                self.assertGreater(expected, TODAY + days(20))


class TestCondition(unittest.TestCase):
    def test_what_is_late_already_is_not_expected_in_the_past(self):
        model = fit(crowd(2), TODAY)
        prediction = ask(model, "company1", due_ago=60)
        self.assertGreater(prediction.expected_date, TODAY)
        self.assertEqual(prediction.paid_by(TODAY), 0.0)

    def test_later_than_ever_is_a_bad_sign(self):
        model = fit(crowd(10) + [bill("b", None, 300)], TODAY)
        chances = [
            ask(model, "new", due_ago).paid_by(TODAY + days(15))
            for due_ago in (0, 20, 120)
        ]
        self.assertEqual(chances, sorted(chances, reverse=True))

    def test_not_before_it_is_issued(self):
        model = fit(crowd(-20), TODAY)
        issued = TODAY + days(50)
        prediction = model.predict("a", "company", issued, issued + TERM, 1.0, TODAY)
        self.assertEqual(prediction.paid_by(issued - days(1)), 0.0)
        self.assertGreaterEqual(prediction.expected_date, issued)

    def test_default_is_certain_once_its_day_has_passed(self):
        model = fit(crowd(2), TODAY)
        self.assertEqual(ask(model, "a", due_ago=91).probability_of_default(), 1.0)
        self.assertLess(ask(model, "a").probability_of_default(), 0.1)

    def test_date_if_paid_leaves_aside_what_never_comes(self):
        unpaid = [bill(f"u{i}", None, 100 + i) for i in range(200)]
        prediction = ask(fit(crowd(5, 4) + unpaid, TODAY), "new")
        self.assertGreater(prediction.expected_date, TODAY + days(90))
        self.assertLess(prediction.date_if_paid(90), TODAY + days(60))


class TestByHand(unittest.TestCase):
    """Three instalments paid ten days late, one open for twenty days: no debtor known.

    With the prior as one more: a tenth is paid on the due date, a hundredth of the rest
    on each of nine days, then (3 + 0.05) / 5.
    """

    def setUp(self):
        book = [bill(i, 10, 40) for i in range(3)] + [bill(3, None, 20)]
        model = fit(book, TODAY, **LASTING)
        self.prediction = ask(model, "new", -5, "other")
        self.due = TODAY + days(5)

    def assert_paid_by(self, late, chance):
        found = self.prediction.paid_by(self.due + days(late))
        self.assertAlmostEqual(found, chance, places=6)

    def test_probabilities(self):
        self.assert_paid_by(-1, 0.0)
        self.assert_paid_by(0, 0.1)
        self.assert_paid_by(9, 1 - 0.9 * 0.99**9)
        self.assert_paid_by(10, 1 - 0.9 * 0.99**9 * 0.39)

    def test_dates(self):
        self.assertEqual(self.prediction.expected_date, self.due + days(10))
        self.assertEqual(self.prediction.quantile(0.1), self.due)
        self.assertEqual(
            self.prediction.interval(0.5), (self.due + days(10), self.due + days(20))
        )


class TestNothingKnown(unittest.TestCase):
    def test_no_history_expects_the_due_date(self):
        prediction = ask(fit([], TODAY), "a", -15, None)
        self.assertEqual(prediction.expected_date, TODAY + days(15))
        self.assertEqual(prediction.paid_by(TODAY + days(14)), 0.0)

    def test_no_due_date_is_due_when_issued(self):
        issued = TODAY + days(3)
        prediction = fit([], TODAY).predict("a", None, issued, None, 0.0, TODAY)
        self.assertEqual(prediction.expected_date, issued)
        paid = bill("a", 0, 40)
        without = [paid._replace(issued=paid.due, due=None)]
        self.assertEqual(
            answers(fit(without, TODAY)),
            answers(fit([paid._replace(issued=paid.due)], TODAY)),
        )

    def test_far_away_dates_are_bounded(self):
        model = fit([bill("a", None, 4000)] * 50, TODAY, **LASTING)
        prediction = ask(model, "a", due_ago=5000)
        self.assertEqual(prediction.expected_date, TODAY + days(3 * 365))
        last = fit([], TODAY).predict("a", None, TODAY, date.max, 1.0, TODAY)
        self.assertEqual(last.paid_by(date.max), 0.5)

    def test_paid_before_it_was_issued_is_paid_early(self):
        model = fit([bill(i, -45, 40) for i in range(30)], TODAY)
        due = TODAY + days(60)
        prediction = model.predict("x", "company", TODAY, due, 1.0, TODAY)
        self.assertLessEqual(prediction.expected_date, due - days(28))

    def test_refusals(self):
        for option in ("half_life", "trend_half_life"):
            with pytest.raises(ValueError, match="half-life"):
                fit([], TODAY, **{option: 7})
        prediction = ask(fit([], TODAY), "a")
        for probability in (0, 1, -1):
            with pytest.raises(ValueError, match="probability"):
                prediction.quantile(probability)


# === WHATEVER THE BOOK === #

offsets = st.integers(-800, 400)
rows = st.builds(
    lambda debtor, segment, issued, term, took, amount: Settlement(
        debtor,
        segment,
        TODAY + days(issued),
        TODAY + days(issued + term),
        None if took is None else TODAY + days(issued + took),
        amount,
    ),
    st.integers(0, 4),
    st.sampled_from(["a", "b", None]),
    st.integers(-900, 60),
    st.integers(-10, 120),
    st.none() | st.integers(-30, 900),
    st.floats(0, 1e6),
)
books = st.lists(rows, max_size=25)
quick = settings(max_examples=60, deadline=None)


def answers(model):
    """All that a model says, on some questions."""
    predictions = [
        model.predict(debtor, segment, TODAY - days(60), TODAY + days(due), 1.0, TODAY)
        for debtor in (0, 1, "new")
        for segment in ("a", None)
        for due in (-50, 10)
    ]
    return [
        (
            prediction.expected_date,
            [prediction.paid_by(TODAY + days(7 * week)) for week in range(20)],
        )
        for prediction in predictions
    ]


class TestAnyBook:
    @quick
    @given(books, rows, st.lists(offsets, min_size=2, max_size=12))
    def test_probabilities_rise_with_the_day(self, book, item, asked):
        debtor, segment, issued, due, _paid, amount = item
        prediction = fit(book, TODAY).predict(
            debtor, segment, issued, due, amount, TODAY
        )
        chances = [prediction.paid_by(TODAY + days(day)) for day in sorted(asked)]
        assert chances == sorted(chances)
        assert all(0 <= chance <= 1 for chance in chances)
        assert 0 <= prediction.probability_of_default() <= 1

    @quick
    @given(books, rows, st.floats(0.01, 0.99))
    def test_dates_come_after_today_and_agree_with_probabilities(
        self, book, item, probability
    ):
        debtor, segment, issued, due, _paid, amount = item
        prediction = fit(book, TODAY).predict(
            debtor, segment, issued, due, amount, TODAY
        )
        assert prediction.expected_date > TODAY
        assert prediction.expected_date >= issued
        day = prediction.quantile(probability)
        assert prediction.paid_by(day - days(1)) < probability

    @quick
    @given(books, st.randoms(use_true_random=False))
    def test_order_changes_nothing(self, book, draw):
        shuffled = draw.sample(book, len(book))
        assert answers(fit(shuffled, TODAY)) == answers(fit(book, TODAY))

    @quick
    @given(books, st.integers(0, 600))
    def test_nothing_later_is_used(self, book, ago):
        day = TODAY - days(ago)
        known = [
            item._replace(paid=item.paid if item.paid and item.paid <= day else None)
            for item in book
            if item.issued <= day
        ]
        assert answers(fit(book, day)) == answers(fit(known, day))


class TestManyDebtors:
    """With enough debtors types of payer are found; the same holds."""

    @pytest.fixture(scope="class")
    def book(self):
        return list(settlement_book.settlements(150, 2000, TODAY))

    def test_order_changes_nothing(self, book):
        shuffled = random.Random(1).sample(book, len(book))
        assert answers(fit(shuffled, TODAY)) == answers(fit(book, TODAY))

    def test_nothing_later_is_used(self, book):
        day = TODAY - days(200)
        before = [row for row in book if row[2] <= day]
        known = [
            Settlement(*row)._replace(paid=row[4] if row[4] and row[4] <= day else None)
            for row in before
        ]
        assert answers(fit(book, day)) == answers(fit(known, day))

    def test_settlements_are_read_once(self, book):
        assert answers(fit(iter(book), TODAY)) == answers(fit(book, TODAY))

    def test_prior_is_left_behind(self, book):
        curve = payment_delay.fit(book, TODAY).predict(
            "new", "company", TODAY, TODAY + TERM, 1.0, TODAY
        )
        assert 0.15 < curve.paid_by(TODAY + TERM - days(1)) < 0.5
