"""Sharing test files out to sessions that run side by side."""

import re
from pathlib import Path

# What preparing a class costs, in tests.
CLASS_COST = 3
# They copy the database with the module installed, one at a time, and work in it by
# processes of their own: each costs what so many other tests do.
COPYING = re.compile(r"(processes|desk_day)\.py$")
COPY_COST = 60


def share_out(chosen, count):
    """Return at most ``count`` lists of files that take about the same time.

    Tests chosen by name stay together.
    """
    folder = Path(chosen[0])
    if len(chosen) != 1 or not folder.is_dir():
        return [chosen]
    shares = [([], 0)] * max(1, count)
    for files, weight in sorted(_units(folder), key=lambda unit: -unit[1]):
        lightest = min(range(len(shares)), key=lambda number: shares[number][1])
        held, held_weight = shares[lightest]
        shares[lightest] = (held + files, held_weight + weight)
    return [sorted(files) for files, _weight in shares if files]


def _units(folder):
    """Yield lists of files that stay together, with what they cost."""
    together, extra = [], 0
    for path in sorted(folder.glob("test_*.py")):
        if COPYING.search(path.name):
            together.append(path)
            extra += COPY_COST
        else:
            yield [path], _weight(path)
    if together:
        yield together, extra + sum(map(_weight, together))


def _weight(path):
    text = path.read_text(encoding="utf-8")
    tests = len(re.findall(r"^    def test_", text, re.MULTILINE))
    return tests + CLASS_COST * len(re.findall(r"^class Test", text, re.MULTILINE))
