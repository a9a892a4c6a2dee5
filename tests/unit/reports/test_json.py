"""JSON is the source of truth: whole values, a schema that is true, and back again to the same result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import document, resources
from scanner.model import (
    Absent,
    Cell,
    CellState,
    Default,
    Known,
    Layer,
    Observation,
    Plane,
    Present,
    Provenance,
    Reading,
    ReadingState,
    Row,
    ScanResult,
    Unresolved,
)
from scanner.reports import Options
from scanner.reports.json import render, schema
from tests.support import attacks, results

TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
CONTENTS = (
    st.builds(Known, RAW)
    | st.builds(Default, RAW, TEXT)
    | st.just(Absent())
    | st.builds(Present, st.sampled_from(["literal", "computed", "reference", "server"]), reason=TEXT)
    | st.builds(Unresolved, TEXT, TEXT, st.lists(RAW, max_size=2).map(tuple))
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A row whose one cell holds any content."""
    plane = draw(st.sampled_from(Plane))
    provenance = Provenance(draw(TEXT), draw(TEXT), tuple(draw(st.lists(TEXT, max_size=2))))
    layer = Layer(draw(st.integers(0, 9)), draw(TEXT))
    observation = Observation(draw(TEXT), draw(TEXT), plane, draw(CONTENTS), provenance, draw(TEXT), layer)
    reading = Reading(observation, draw(TEXT), draw(st.sampled_from(ReadingState)), draw(TEXT), draw(st.booleans()))
    return Row(draw(TEXT), draw(TEXT), draw(TEXT), (Cell(plane, CellState.ANSWERED, (reading,)),))


def back(result: ScanResult) -> ScanResult:
    return document.from_json(render(result, Options()), ScanResult, "result.json")


def test_a_result_reads_back_as_what_it_was() -> None:
    for result in (results.everything(), results.clean(), results.empty(), results.many(500)):
        assert back(result) == result


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_hostile_values_read_back_as_what_they_were(attack: str) -> None:
    result = attacks.hostile(attack)
    assert back(result) == result


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(rows(), max_size=3), TEXT)
def test_any_content_reads_back_as_what_it_was(found: list[Row], attack: str) -> None:
    result = replace(attacks.attacked(results.clean(), attack), rows=tuple(found))
    assert back(result) == result


def test_the_text_is_json_that_any_reader_takes_even_with_an_infinite_number() -> None:
    first = results.clean()
    cell = first.rows[0].cells[0]
    seen = replace(cell.readings[0].observation, content=Known([float("inf"), float("-inf"), float("nan"), 1.5]))
    row = replace(first.rows[0], cells=(replace(cell, readings=(replace(cell.readings[0], observation=seen),)),))
    text = render(replace(first, rows=(row,)), Options())

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    held = json.loads(text, parse_constant=refuse)
    content = held["rows"][0]["cells"][0]["readings"][0]["observation"]["content"]
    assert content["raw"] == ["inf", "-inf", "nan", 1.5]


def test_a_value_of_ten_megabytes_is_whole() -> None:
    text = render(results.huge(), Options())
    assert '"' + "A" * 10_000_000 + '"' in text


def shipped() -> dict[str, Any]:
    path = resources.directory("reports") / "schema" / "result.schema.json"
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return held


def test_the_shipped_schema_is_the_one_of_the_model() -> None:
    assert shipped() == schema(), "run: python -m scanner.reports.json > reports/schema/result.schema.json"


@pytest.mark.parametrize("result", [results.everything(), results.clean(), results.empty()])
def test_the_shipped_schema_takes_what_is_written(result: ScanResult) -> None:
    validator = jsonschema.Draft202012Validator(shipped())
    validator.check_schema(shipped())
    assert list(validator.iter_errors(json.loads(render(result, Options())))) == []


def broken() -> Iterator[tuple[str, dict[str, Any]]]:
    whole: dict[str, Any] = json.loads(render(results.everything(), Options()))
    yield "no run id", {key: value for key, value in whole.items() if key != "run_id"}
    yield "a verdict of no kind", {**whole, "findings": [{**whole["findings"][0], "verdict": "compliant"}]}
    yield "a count in words", {**whole, "coverage": {**whole["coverage"], "passed": "one"}}
    yield "a plane of no kind", {**whole, "gaps": [{**whole["gaps"][0], "plane": "imagined"}]}
    yield "rows that are no list", {**whole, "rows": {}}


@pytest.mark.parametrize(("name", "data"), list(broken()), ids=lambda item: item if isinstance(item, str) else "")
def test_the_shipped_schema_refuses_what_is_no_result(name: str, data: dict[str, Any]) -> None:
    assert list(jsonschema.Draft202012Validator(shipped()).iter_errors(data)), name


def test_the_version_of_the_shape_is_in_the_file() -> None:
    held = json.loads(render(results.everything(), Options()))
    assert held["schema_version"] == "1"
    assert "schema_version" in shipped()["required"]
