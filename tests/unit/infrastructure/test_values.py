"""What an argument is worth: paths into it, what hides in it, and the text that a service gets."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.infrastructure.values import NOTHING, Unknown, Value, everything, hole, is_secret, plain, text, walk


def of(data: object) -> Value:
    if isinstance(data, dict):
        return Value({key: of(item) for key, item in data.items()})
    if isinstance(data, list):
        return Value(tuple(map(of, data)))
    return data if isinstance(data, Value) else Value(data)  # type: ignore[arg-type]


def found(value: Value, path: str) -> list[object]:
    return [item.unknown or plain(item) for item in walk(value, path.split("."))]


def test_lists_on_the_way_are_entered_and_the_last_one_is_kept_whole() -> None:
    value = of({"blocks": [{"names": ["a", "b"]}, {"names": ["c"]}]})
    assert found(value, "blocks.names") == [["a", "b"], ["c"]]


def test_a_star_is_every_member_of_a_map() -> None:
    assert found(of({"all": {"x": {"on": True}, "y": {"on": False}}}), "all.*.on") == [True, False]


def test_what_was_taken_away_is_not_there() -> None:
    assert found(of({"a": Value(NOTHING)}), "a") == []


def test_a_member_that_may_be_there_ends_the_way_as_unknown() -> None:
    why = Unknown("it is computed")
    assert found(Value({}, rest=why), "a.b") == [why]
    assert found(Value((of({"b": 1}),), rest=why), "b") == [1, why]


def test_alternatives_of_a_whole_are_not_those_of_its_member() -> None:
    (item,) = walk(Value(Unknown("one of two", alternatives=("a", "b"))), ["member"])
    assert item.unknown == Unknown("one of two")


def test_a_member_is_as_secret_as_its_map() -> None:
    (item,) = walk(Value({"a": Value("x")}, secret=True), ["a"])
    assert item.secret


def test_what_is_not_known_or_secret_is_found_however_deep() -> None:
    assert hole(of([{"a": [Value(Unknown("here"))]}])) == Unknown("here")
    assert is_secret(of([{"a": [Value("x", secret=True)]}]))
    assert hole(of([1, {"a": "b"}])) is None


def test_what_repeats_itself_costs_nothing() -> None:
    value = Value("x")
    for _ in range(200):
        value = Value((value, value))
    assert len(list(everything(value))) == 201


@pytest.mark.parametrize(("scalar", "said"), [(True, "true"), (1, "1"), (0.1, "0.1"), (1e-05, "0.00001"), ("a", "a")])
def test_a_scalar_is_the_text_that_the_service_gets(scalar: str | float | bool, said: str) -> None:
    assert text(scalar) == said


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_is_the_number_without_an_exponent(number: float) -> None:
    assert "e" not in text(number)
    assert Decimal(text(number)) == Decimal(repr(number))
