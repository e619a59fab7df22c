import unittest

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.promise_habit import (
    Kept,
    chance,
    is_worse,
)

promises = st.integers(1, 30).flatmap(
    lambda count: st.integers(0, count).map(lambda kept: Kept(kept, count))
)


class TestPromiseHabit(unittest.TestCase):
    def test_by_hand(self):
        """Five kept, then two broken: one way of 21 to choose the two broken ones."""
        self.assertAlmostEqual(chance(Kept(5, 5), Kept(0, 2)), 1 / 21)
        self.assertTrue(is_worse(Kept(5, 5), Kept(0, 2), 0.05))
        self.assertFalse(is_worse(Kept(4, 4), Kept(0, 2), 0.05))

    def test_tea(self):
        """Fisher's cups: all eight told right by chance, once in 70 times."""
        self.assertAlmostEqual(chance(Kept(4, 4), Kept(0, 4)), 1 / 70)

    def test_nothing_to_compare(self):
        self.assertEqual(chance(Kept(0, 0), Kept(0, 3)), 1)
        self.assertEqual(chance(Kept(3, 3), Kept(0, 0)), 1)

    def test_who_never_kept_them_has_no_other_habit(self):
        self.assertFalse(is_worse(Kept(0, 9), Kept(0, 9), 0.05))

    @given(before=promises, lately=promises)
    def test_it_is_a_chance_whatever_was_promised(self, before, lately):
        self.assertTrue(0 < chance(before, lately) <= 1)

    @given(before=promises, count=st.integers(1, 20))
    def test_all_kept_lately_is_never_worse(self, before, count):
        self.assertEqual(chance(before, Kept(count, count)), 1)
