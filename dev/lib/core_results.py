"""What tests have come to, and what tells two runs of them apart."""

import dataclasses
import json
import re

BAD = frozenset({"failed", "error"})
HOLDER = re.compile(r"^\w+ \((?P<name>[\w.]+)\)$")  # setUpClass (odoo.addons...)


@dataclasses.dataclass(frozen=True)
class Results:
    """The outcomes of a run: the last word on each test, by its name."""

    outcomes: dict
    messages: dict

    @property
    def bad(self):
        """The tests that failed or broke."""
        return {name for name, outcome in self.outcomes.items() if outcome in BAD}

    def count(self, outcome):
        """How many tests ended so."""
        return sum(found == outcome for found in self.outcomes.values())

    def updated(self, later, again):
        """These results; of the tests run ``again`` those of the later run."""
        kept = {
            name: outcome
            for name, outcome in self.outcomes.items()
            if name not in again
        }
        return Results(kept | later.outcomes, self.messages | later.messages)


def parse(lines):
    """The :class:`Results` in what ``core_runner`` has written.

    A test fails with one of its subtests; what began and did not end is an error.
    """
    outcomes, messages, running = {}, {}, {}
    for line in map(json.loads, lines):
        name, outcome = line["test"], line["outcome"]
        if outcome == "started":
            running[name] = True
        elif outcome == "ended":
            running.pop(name, None)
            outcomes.setdefault(name, "passed")
        elif outcomes.get(name) not in BAD:
            outcomes[name] = outcome
            messages[name] = line["message"]
    outcomes |= dict.fromkeys(running, "error")
    return Results(outcomes, messages)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """A suite without the module and with it."""

    suite: str
    without: Results
    with_module: Results

    @property
    def tests(self):
        """How many tests either run has seen."""
        return len(self.without.outcomes.keys() | self.with_module.outcomes.keys())

    @property
    def only_with(self):
        """The tests that the module breaks, or that did not run with it."""
        missing = {
            name
            for name, outcome in self.without.outcomes.items()
            if outcome == "passed" and name not in self.with_module.outcomes
        }
        return sorted((self.with_module.bad - self.without.bad) | missing)

    @property
    def only_without(self):
        """The tests that fail only where the module is not."""
        return sorted(self.without.bad - self.with_module.bad)

    @property
    def both(self):
        """The tests that fail in either database."""
        return sorted(self.without.bad & self.with_module.bad)

    def to_row(self):
        """The cells of the table."""
        figures = (
            self.tests,
            len(self.without.bad),
            len(self.with_module.bad),
            len(self.only_with),
        )
        return (self.suite, *map(str, figures))


def tag_of(name):
    """The tag that makes Odoo run this test, or this class, alone.

    >>> tag_of("odoo.addons.sale.tests.test_x.TestX.test_y")
    '*/sale:TestX.test_y'
    """
    if holder := HOLDER.match(name):
        _odoo, _addons, module, *_path, class_name = holder["name"].split(".")
        return f"*/{module}:{class_name}"
    _odoo, _addons, module, *_path, class_name, method = name.split(".")
    return f"*/{module}:{class_name}.{method}"
