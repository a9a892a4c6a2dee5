"""What terraform exports: read whole where it matters, in little memory, and within bounds."""

from __future__ import annotations

import json
import tracemalloc
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collectors.terraform import exported, plan
from tests.support import plans

TYPES = {"wanted"}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=15,
)


def read(data: Any, encoding: str = "utf-8", **options: Any) -> Any:
    text = json.dumps(data, ensure_ascii=False)
    return exported.parsed(exported.text_of(text.encode(encoding, "surrogatepass")), TYPES, **options)


@given(ANYTHING, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]))
def test_plain_data_is_read_as_it_is_in_every_encoding_of_json(data: Any, encoding: str) -> None:
    text = json.dumps(data, ensure_ascii=False)
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        return
    assert exported.parsed(exported.text_of(content), TYPES) == data


def test_numbers_are_exact_and_words_that_are_none_are_refused() -> None:
    assert exported.parsed('{"x": 2.5, "y": 1e20}', TYPES) == {"x": Fraction(5, 2), "y": 10**20}
    for text in ('{"x": NaN}', '{"x": Infinity}'):
        with pytest.raises(ValueError, match="out of range"):
            exported.parsed(text, TYPES)


def test_text_that_is_no_utf8_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        exported.text_of(b'{"x": "\xff\xfe"}')


def resource(kind: str, **more: Any) -> dict[str, Any]:
    return {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x", **more}


@pytest.mark.parametrize("kind", ["wanted", "other"])
def test_attributes_of_other_types_are_let_go_and_the_rest_stays(kind: str) -> None:
    change = {"actions": ["create"], "before": None, "after": {"a": [1]}, "after_unknown": {"b": True}}
    raw = {"mode": "managed", "type": kind, "name": "x", "instances": [{"index_key": 0, "attributes": {"a": 1}}]}
    found = read([resource(kind, change=change), resource(kind, values={"a": 1}), raw])
    if kind == "wanted":
        assert found == [resource(kind, change=change), resource(kind, values={"a": 1}), raw]
    else:
        assert found[0] == resource(kind, change={"actions": ["create"], "after": {}})
        assert found[1] == resource(kind, values={})
        assert found[2]["instances"] == [{"attributes": {}}]


def test_what_is_no_name_of_a_type_is_none_that_is_wanted() -> None:
    assert read({"mode": 1, "type": ["wanted"], "name": {}, "values": {"a": 1}})["values"] == {}


def test_a_plan_says_its_values_once_only() -> None:
    assert read(resource("wanted", values={"a": 1}), attributes=False) == resource("wanted", values={})


@pytest.mark.parametrize("start", ["[", '{"a":', "[{},"])
def test_what_would_become_many_times_larger_is_not_read(start: str) -> None:
    with pytest.raises(exported.TooMany):
        exported.text_of(start.encode() * (exported.MAX_MEMBERS + 1))


def test_a_plan_with_too_many_values_is_a_gap_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported, "MAX_MEMBERS", 10)
    found = plan.read(tmp_path / plans.save(tmp_path, plans.plan(plans.database())), "plan.json", 1_000_000)
    assert found.problems == [("the plan plan.json holds more than 10 values", "plan a smaller root")]


def test_memory_does_not_grow_with_resources_that_nobody_asks_for(tmp_path: Path) -> None:
    after = {f"attribute_{number}": f"text {number}" for number in range(60)}
    changes = [plans.change(f"aws_subnet.s{number}", after) for number in range(2_000)]
    name = plans.save(tmp_path, plans.plan(*changes, plans.database()))
    size = (tmp_path / name).stat().st_size
    tracemalloc.start()
    found = plan.read(tmp_path / name, name, 10_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.resources) == 2_001
    assert peak < 3.5 * size
