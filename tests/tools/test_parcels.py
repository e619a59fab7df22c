import unittest
from datetime import date, timedelta

from odoo.addons.l10n_fr_debt_collection.tools import parcels, planning

TODAY = date(2026, 3, 10)


def line(number, late, residual):
    due = TODAY - timedelta(days=late)
    return planning.Line(id=number, due=due, residual=residual)


def split(lines, credits=(), keys=None, minimum=0.0):
    """Return ``{key: (amount, ids of its lines, {credit id: part used})}``."""
    keys = keys or {}
    found = parcels.split(
        lines, credits, lambda item: keys.get(item.id, str(item.id)), minimum
    )
    return {
        parcel.key: (
            round(parcel.amount, 2),
            [item.id for item in parcel.lines],
            {item.id: round(item.residual, 2) for item in parcel.credits},
        )
        for parcel in found
    }


class TestParcels(unittest.TestCase):
    def test_each_key_has_its_lines_oldest_first(self):
        lines = [line(1, 5, 10.0), line(2, 40, 20.0), line(3, 20, 30.0)]
        found = split(lines, keys={1: "a", 2: "b", 3: "a"})
        self.assertEqual(list(found), ["b", "a"])
        self.assertEqual(found["a"], (40.0, [3, 1], {}))

    def test_credit_of_the_key_goes_to_its_own_parcel(self):
        lines = [line(1, 40, 100.0), line(2, 5, 100.0)]
        found = split(lines, [line(3, 1, -60.0)], {1: "a", 2: "b", 3: "b"})
        self.assertEqual(found["a"][0], 100.0)
        self.assertEqual(found["b"], (40.0, [2], {3: -60.0}))

    def test_credit_of_no_parcel_goes_to_the_oldest_debt(self):
        lines = [line(1, 5, 100.0), line(2, 40, 100.0)]
        found = split(lines, [line(3, 1, -30.0)])
        self.assertEqual((found["1"][0], found["2"][0]), (100.0, 70.0))

    def test_credit_is_cut_where_parcels_share_it(self):
        lines = [line(1, 40, 100.0), line(2, 5, 100.0)]
        found = split(lines, [line(3, 1, -130.0)])
        self.assertEqual(found, {"2": (70.0, [2], {3: -30.0})})

    def test_rest_of_an_own_credit_goes_on_to_the_others(self):
        lines = [line(1, 40, 100.0), line(2, 5, 50.0)]
        found = split(lines, [line(3, 1, -80.0)], {1: "a", 2: "b", 3: "b"})
        self.assertEqual(found, {"a": (70.0, [1], {3: -30.0})})

    def test_parcels_below_the_minimum_are_left_out(self):
        lines = [line(1, 40, 9.99), line(2, 5, 10.0)]
        self.assertEqual(list(split(lines, minimum=10)), ["2"])

    def test_nothing_but_credits_is_nothing(self):
        self.assertEqual(split([], [line(1, 5, -30.0)]), {})
        self.assertEqual(split([line(1, 5, 30.0)], [line(2, 5, -30.0)]), {})

    def test_float_dust_makes_no_parcel(self):
        lines = [line(1, 5, 0.3)]
        self.assertEqual(split(lines, [line(2, 5, -0.1), line(3, 5, -0.2)]), {})

    def test_amounts_add_up_to_the_debt_net_of_credits(self):
        lines = [line(number, number, 10.0 + number) for number in range(1, 30)]
        credits = [line(number, number, -7.3) for number in range(31, 50)]
        keys = {item.id: f"k{item.id % 5}" for item in (*lines, *credits)}
        found = split(lines, credits, keys)
        net = sum(item.residual for item in (*lines, *credits))
        self.assertAlmostEqual(sum(amount for amount, *_ in found.values()), net)
        used = sum(sum(parts.values()) for *_, parts in found.values())
        gone = sum(
            item.residual
            for item in lines
            if not any(item.id in ids for _, ids, _ in found.values())
        )
        self.assertAlmostEqual(used - gone, sum(item.residual for item in credits))
