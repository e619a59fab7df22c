"""The settlements known on a day, packed by debtor: eight bytes each.

A settlement is kept as what a life table counts: how long ago it was due, the first and
the last day on which it was open, and whether it was paid then. What it weighs depends
on how quickly what happened fades.
"""

from array import array
from itertools import accumulate
from operator import mul

from .life_table import (
    FIRST_DAY,
    LAST_DAY,
    PHASE_BOUNDS,
    PHASE_OF,
    PHASES,
    LifeTable,
    expected_if_paid,
)

WEIGHT_UNIT = 1 << 20

# A settlement in one number: age, first position, last position, paid or not. Nothing
# is due so late that its age is negative.
POSITION_BITS = 10
POSITION_MASK = (1 << POSITION_BITS) - 1


class Fading:
    """How much days of the past weigh: half as much every ``half_life`` days."""

    def __init__(self, half_life):
        self.half_life = half_life
        days = range(FIRST_DAY, LAST_DAY + 1)
        # what a day of an instalment weighs, relative to its due date, in units
        self.days = [2 ** (day / half_life) / WEIGHT_UNIT for day in days]
        self._weights = {}

    def weight(self, age):
        """Return what an age weighs, in whole units: sums do not depend on order."""
        if age not in self._weights:
            since_due = age + FIRST_DAY
            self._weights[age] = round(WEIGHT_UNIT * 2 ** (-since_due / self.half_life))
        return self._weights[age]


class Expectation:
    """What is expected of one instalment of a segment.

    :param rates: how it pays, day by day
    """

    def __init__(self, rates, fading):
        self.fading = fading
        # while it stays open: the total before each day, and of all
        self.totals = list(accumulate(map(mul, rates, fading.days), initial=0.0))
        # what it was too much on the day it is paid
        changes = (expected_if_paid(rate) - rate for rate in rates)
        self.corrections = list(map(mul, changes, fading.days))


class SettlementFile:
    """What was known at the end of ``as_of``."""

    def __init__(self, as_of):
        self.as_of = as_of.toordinal()
        # debtor -> segment -> packed settlements
        self.debtors = {}

    def keep(self, settlements):
        """Keep rows of debtor, segment, issued, due, paid (or None) and amount."""
        debtors, pack = self.debtors, self._pack
        for debtor, segment, issued, due, paid, _amount in settlements:
            packed = pack(issued, due or issued, paid)
            if packed is None:
                continue
            segments = debtors.get(debtor)
            if segments is None:
                segments = debtors[debtor] = {}
            if segment not in segments:
                segments[segment] = array("Q")
            segments[segment].append(packed)

    def _pack(self, issued, due, paid):
        """The settlement in one number, or None when it says nothing yet."""
        issued, due = issued.toordinal(), due.toordinal()
        first = max(issued - due, FIRST_DAY)
        if due + first > self.as_of or first > LAST_DAY:
            return None
        is_paid = paid is not None and paid.toordinal() <= self.as_of
        last = max((paid.toordinal() if is_paid else self.as_of) - due, first)
        if last > LAST_DAY:
            last, is_paid = LAST_DAY, False
        age = self.as_of - due - FIRST_DAY
        packed = age << POSITION_BITS | first - FIRST_DAY
        return (packed << POSITION_BITS | last - FIRST_DAY) << 1 | is_paid

    def life_tables(self, fading):
        """Return the life table of each segment."""
        tables, weight = {}, fading.weight
        for segments in self.debtors.values():
            for segment, packed in segments.items():
                if segment not in tables:
                    tables[segment] = LifeTable()
                add = tables[segment].add
                for number in packed:
                    first, last, is_paid, age = _unpack(number)
                    add(first, last, is_paid, weight(age))
        return tables

    def figures(self, packed, expectation):
        """Return what was paid, and what was expected, of settlements by phase.

        :param packed: settlements of one debtor and segment, from ``debtors``
        :param Expectation expectation: of their segment
        """
        expected, fading = expectation.totals, expectation.fading
        paid_by_phase, expected_by_phase = [0.0] * PHASES, [0.0] * PHASES
        # floats depend on the order they are added in
        for number in sorted(packed):
            first, last, is_paid, age = _unpack(number)
            weight = fading.weight(age)
            phase, last_phase = PHASE_OF[first], PHASE_OF[last]
            before = expected[first]
            while phase < last_phase:
                after = expected[PHASE_BOUNDS[phase + 1]]
                expected_by_phase[phase] += weight * (after - before)
                before = after
                phase += 1
            expected_by_phase[phase] += weight * (expected[last + 1] - before)
            if is_paid:
                paid_by_phase[phase] += weight * fading.days[last]
                expected_by_phase[phase] += weight * expectation.corrections[last]
        return paid_by_phase, expected_by_phase


def _unpack(number):
    """First and last position, paid or not, age."""
    places = number >> 1
    return (
        places >> POSITION_BITS & POSITION_MASK,
        places & POSITION_MASK,
        number & 1,
        places >> 2 * POSITION_BITS,
    )
