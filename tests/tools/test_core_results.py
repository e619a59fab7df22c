import json

from lib import core_results

PREFIX = "odoo.addons.sale.tests.test_x.TestX"


def lines(*outcomes):
    return [
        json.dumps({"test": f"{PREFIX}.{name}", "outcome": outcome, "message": name})
        for name, outcome in outcomes
    ]


def run(*outcomes):
    """The results of tests that start, end and have the outcome named."""
    events = []
    for name, outcome in outcomes:
        events += [(name, "started"), (name, outcome), (name, "ended")]
    return core_results.parse(lines(*events))


def test_outcomes():
    results = core_results.parse(
        lines(
            ("test_a", "started"),
            ("test_a", "ended"),
            ("test_b", "started"),
            ("test_b", "failed"),
            ("test_b", "error"),
            ("test_b", "ended"),
            ("test_c", "started"),
            ("test_c", "skipped"),
            ("test_c", "ended"),
        )
    )
    assert list(results.outcomes.values()) == ["passed", "failed", "skipped"]
    assert results.bad == {f"{PREFIX}.test_b"}
    assert results.count("passed") == 1


def test_what_did_not_end_is_an_error():
    results = core_results.parse(lines(("test_a", "started")))
    assert results.bad == {f"{PREFIX}.test_a"}


def test_only_what_the_module_breaks_counts():
    comparison = core_results.Comparison(
        "sale",
        run(("test_a", "failed"), ("test_b", "skipped"), ("test_c", "error")),
        run(("test_a", "failed"), ("test_b", "error"), ("test_c", "skipped")),
    )
    assert comparison.only_with == [f"{PREFIX}.test_b"]
    assert comparison.only_without == [f"{PREFIX}.test_c"]
    assert comparison.both == [f"{PREFIX}.test_a"]
    assert comparison.to_row() == ("sale", "3", "2", "2", "1")


def test_a_test_that_does_not_run_with_the_module_counts():
    without = core_results.parse(lines(("test_a", "started"), ("test_a", "ended")))
    comparison = core_results.Comparison("sale", without, core_results.parse([]))
    assert comparison.only_with == [f"{PREFIX}.test_a"]


def test_a_second_run_has_the_last_word():
    passing = core_results.parse(lines(("test_a", "started"), ("test_a", "ended")))
    first = core_results.parse(
        [
            json.dumps(
                {"test": f"setUpClass ({PREFIX})", "outcome": "error", "message": ""}
            )
        ]
    )
    assert first.bad
    assert not first.updated(passing, first.bad).bad


def test_tags():
    assert core_results.tag_of(f"{PREFIX}.test_a") == "*/sale:TestX.test_a"
    assert core_results.tag_of(f"setUpClass ({PREFIX})") == "*/sale:TestX"
