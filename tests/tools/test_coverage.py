import ast
import re
import unittest
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
LASTS = (31, 15, 51, 47, 13, 43, 16, 28, 20)
GROUPS = dict(zip("KREDSCTAN", LASTS, strict=True))
STATES = ("met", "partly", "not yet", "out of scope")
ROW = re.compile(r"^\| ([A-Z]\d+) \| .+ \| (.+) \| .+ \| (.+) \|$", re.MULTILINE)
TOTAL = re.compile(r"\| \*\*all\*\* (.+) \|")


def known_ids():
    """Return the ids of all tests, as pytest writes them, from the folder of tests."""
    folder = ROOT / "tests"
    ids = set()
    for path in folder.rglob("test_*.py"):
        name = path.relative_to(folder).as_posix()
        for node in ast.parse(path.read_text()).body:
            is_class = isinstance(node, ast.ClassDef)
            prefix = f"{name}::{node.name}" if is_class else name
            tests = node.body if is_class else [node]
            ids |= {f"{prefix}::{getattr(test, 'name', '')}" for test in tests}
    return {key for key in ids if key.rpartition("::")[2].startswith("test_")}


class TestCoverage(unittest.TestCase):
    """What docs/coverage.md says of numbers and tests is so."""

    def setUp(self):
        self.text = (ROOT / "docs/coverage.md").read_text()
        self.rows = ROW.findall(self.text)

    def test_every_number_is_there_once(self):
        counts = Counter(number for number, _state, _tests in self.rows)
        for letter, last in GROUPS.items():
            expected = {f"{letter}{number}": 1 for number in range(1, last + 1)}
            found = {key: n for key, n in counts.items() if key[0] == letter}
            self.assertEqual(found, expected)

    def test_every_named_test_exists(self):
        named = set(re.findall(r"`([\w/]+\.py::[\w:]+)`", self.text))
        self.assertTrue(named)
        self.assertFalse(named - known_ids())

    def test_what_is_met_names_a_test(self):
        untested = [
            row for row in self.rows if row[1] == "met" and ".py::" not in row[2]
        ]
        self.assertFalse(untested)

    def test_the_summary_counts_the_rows(self):
        states = Counter(state for _number, state, _tests in self.rows)
        counts = [states[state] for state in STATES]
        total = [int(count) for count in re.findall(r"\d+", TOTAL.search(self.text)[1])]
        self.assertEqual(total, [*counts, len(self.rows)])
