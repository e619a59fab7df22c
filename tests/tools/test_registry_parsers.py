"""Whatever an answer holds, reading it gives a result or a :class:`RegistryError`."""

import copy
import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.registries import (
    ban,
    insee,
    parsing,
    recherche_entreprises,
    rne,
    vies,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    RegistryError,
)

RECORDED = Path(__file__).parents[1] / "recorded"

quick = settings(max_examples=120, deadline=None, derandomize=True)

KEYS = st.sampled_from(
    "siren siret results siege nom_complet uniteLegale etablissement header features "
    "properties formality content isValid userError periodesUniteLegale".split()
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zl"]), max_size=5),
    st.sampled_from(["[ND]", "999000102", "2026-02-30", "9999-99-99", "---"]),
    st.sampled_from([10**400, -(10**15), float("nan"), "9" * 5_000]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=20,
)

PARSERS = {
    "recherche_entreprises": [
        recherche_entreprises.parse_companies,
        lambda payload: recherche_entreprises.parse_company(payload, "908595879"),
    ],
    "insee": [
        insee.parse_establishment,
        lambda payload: insee.parse_page(payload)[0],
        lambda payload: insee.parse_company(payload, "999000607"),
    ],
    "rne": [lambda payload: rne.parse_company(payload, "999000102")],
    "vies": [lambda payload: vies.parse_answer(payload, "FR48999000102")],
    "ban": [ban.parse_matches],
}
EVERY_PARSER = [rne.parse_token, *(p for parsers in PARSERS.values() for p in parsers)]


@cache
def samples(service):
    """Return the recorded answers of a service."""
    paths = sorted((RECORDED / service).glob("*.json"))
    return [json.loads(path.read_bytes()) for path in paths]


def places(value, path=()):
    """Yield the path to each value within ``value``."""
    yield path
    inside = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        inside = enumerate(value)
    for key, part in inside:
        yield from places(part, (*path, key))


def changed(value, path, part):
    """Return ``value`` with another part at ``path``."""
    if not path:
        return part
    value = copy.copy(value)
    value[path[0]] = changed(value[path[0]], path[1:], part)
    return value


def value_at(value, path):
    for key in path:
        value = value[key]
    return value


def survives(parser, *args):
    try:
        return parser(*args)
    except RegistryError:
        return None


@st.composite
def mutants(draw, service):
    """A recorded answer of which one to three values have become anything."""
    payload = draw(st.sampled_from(samples(service)))
    for _mutation in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(payload))))
        payload = changed(payload, path, draw(ANYTHING))
    return payload


@quick
@given(ANYTHING)
def test_parsers_survive_anything(payload):
    for parser in EVERY_PARSER:
        survives(parser, payload)


@pytest.mark.parametrize("service", PARSERS)
@quick
@given(data=st.data())
def test_parsers_survive_changed_answers(service, data):
    payload = data.draw(mutants(service))
    for parser in PARSERS[service]:
        result = survives(parser, payload)
        # what is read can be written down, and is what was published
        repr(result).encode()
        assert "[ND]" not in repr(result)
        assert "[NON-DIFFUSIBLE]" not in repr(result)


@pytest.mark.parametrize("mask", ["[ND]", "[NON-DIFFUSIBLE]", "8 RUE [ND]"])
@pytest.mark.parametrize("service", ["recherche_entreprises", "insee", "rne"])
def test_nothing_masked_is_kept_wherever_it_stands(service, mask):
    for payload in samples(service):
        for path in places(payload):
            if isinstance(value_at(payload, path), str):
                masked = changed(payload, path, mask)
                results = [survives(parser, masked) for parser in PARSERS[service]]
                assert mask not in repr(results)


@quick
@given(st.data())
def test_csv_parser_survives_changed_answers(data):
    body = (RECORDED / "ban/batch_csv_response.csv").read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    body = body[:start] + data.draw(st.binary(max_size=20)) + body[end:]
    found = survives(ban.parse_csv, body, 4)
    assert found is None or len(found) == 4


@quick
@given(ANYTHING)
def test_every_reader_gives_its_type_or_an_error(value):
    readers = {
        parsing.text: str,
        parsing.unmasked: str,
        parsing.day: date | None,
        parsing.integer: int | None,
        parsing.number: float | None,
        parsing.flag: bool | None,
        parsing.mapping: dict,
        parsing.items: list,
        parsing.mappings: list,
    }
    for reader, kind in readers.items():
        try:
            result = reader(value)
        except MalformedError:
            continue
        assert isinstance(result, kind)


class TestText:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, ""),
            (12, "12"),
            ("  a \t b\r\nc ", "a b c"),
            ("a\u00a0b\u2028c", "a b c"),
            ("a\x00b\u200bc\u202ed\ud800", "abcd"),
            ("Société Générale", "Société Générale"),
        ],
    )
    def test_it_is_clean(self, value, expected):
        assert parsing.text(value) == expected

    def test_it_is_cut(self):
        assert len(parsing.text("x" * 1_000)) == parsing.TEXT_LIMIT
        assert parsing.text("abc  def", 4) == "abc"

    def test_lines_stay_if_asked_for(self):
        assert parsing.text(" a \r\n\n b ", multiline=True) == "a\nb"

    @pytest.mark.parametrize("value", [True, 1.5, [], {}, ["a"]])
    def test_anything_else_is_malformed(self, value):
        with pytest.raises(MalformedError):
            parsing.text(value)

    @pytest.mark.parametrize("value", ["[ND]", "[NON-DIFFUSIBLE]", "10 RUE [nd] LYON"])
    def test_what_is_masked_is_empty(self, value):
        assert parsing.unmasked(value) == ""


class TestOtherValues:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, None),
            ("2026-11-22", date(2026, 11, 22)),
            ("2026-11-22T05:00:00+01:00", date(2026, 11, 22)),
            ("2026-02-30", None),
            ("0001-01-01", None),
            ("22/11/2026", None),
            ("[ND]", None),
        ],
    )
    def test_days(self, value, expected):
        assert parsing.day(value) == expected

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(None, None), ("", None), (3, 3), ("42", 42), ("-1", -1)],
    )
    def test_integers(self, value, expected):
        assert parsing.integer(value) == expected

    @pytest.mark.parametrize("value", [True, 1.5, "1.5", "٣", "many", [], 10**20])
    def test_no_integers(self, value):
        with pytest.raises(MalformedError):
            parsing.integer(value)

    @pytest.mark.parametrize(
        ("value", "expected"), [("0.34", 0.34), (1, 1.0), ("-1.05", -1.05), ("", None)]
    )
    def test_numbers(self, value, expected):
        assert parsing.number(value) == expected

    @pytest.mark.parametrize("value", [True, "1e5", "nan", float("inf"), [], 10**400])
    def test_no_numbers(self, value):
        with pytest.raises(MalformedError):
            parsing.number(value)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("833 310 592", "833310592"),
            ("83331059200012", "83331059200012"),
            ("8333105", ""),
            ("83331059²", ""),
            ("[ND]", ""),
            (None, ""),
        ],
    )
    def test_digits(self, value, expected):
        assert parsing.digits(value, 9, 14) == expected

    def test_nulls_in_lists_are_left_out(self):
        assert parsing.mappings([None, {"a": 1}]) == [{"a": 1}]

    @pytest.mark.parametrize("value", ["a", {}, 1, ["a"], [[]]])
    def test_no_list_of_objects(self, value):
        with pytest.raises(MalformedError):
            parsing.mappings(value)

    def test_endless_lists_are_malformed(self):
        with pytest.raises(MalformedError):
            parsing.items([0] * (parsing.LIST_LIMIT + 1))
