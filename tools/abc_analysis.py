"""Tell the few debtors that make most of a balance from the many that do not.

Pareto's rule in its ABC form: class A are the smallest set of debtors that together
owe four fifths of the whole. H. Ford Dickie, "ABC Inventory Analysis Shoots for
Dollars, Not Pennies", Factory Management and Maintenance (July 1951).
"""

from math import floor, log10

# What class A makes of the whole.
CLASS_A_SHARE = 0.8


def round_down(amount, digits=2):
    """Return a positive amount rounded down to so many significant digits.

    48,327.10 becomes 48,000: a limit that a person would write. Who owed as much as
    the exact limit still does.
    """
    step = 10.0 ** (floor(log10(amount)) - digits + 1)
    rounded = floor(round(amount / step, 6)) * step
    return round(rounded, 2)
