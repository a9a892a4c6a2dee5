"""Conditions have three answers, and what fails for certain decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from scanner.bindings import Binding, Condition
from scanner.infrastructure.conditions import applies
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.values import NOTHING, Unknown, Value, member, walk
from scanner.infrastructure.world import fitting


@dataclass(frozen=True)
class Resource:
    """A resource of plain data."""

    whole: Value
    address: str = "here"
    type: str = "thing"
    place: str = "a:1"
    uncertain: str = ""
    doubts: list[tuple[str, str]] = field(default_factory=list)
    rest: Unknown | None = None

    def all(self, path: str) -> list[Value]:
        return list(walk(self.whole, path.split(".")))

    def opened(self, path: str) -> list[Value]:
        return self.all(path)

    def arguments(self, names: Iterable[str]) -> Value:
        return self.whole

    def member(self, value: Value, argument: str) -> Value | None:
        return member(value, argument)

    def spelled(self, path: str) -> str:
        return path

    def missing(self, path: str) -> Value:
        return Value(NOTHING, self.place)

    def remark(self, paths: Iterable[str]) -> str:
        return ""

    def later(self, argument: str) -> Unknown | None:
        return None

    def steps(self, value: Value, name: str) -> tuple[str, ...]:
        return value.chain


def bound(role: str = "target", when: list[Condition] | None = None, **arguments: Value) -> Bound:
    return Bound(Resource(Value(dict(arguments))), Binding("thing", role, when=when or []))  # type: ignore[arg-type]


UNKNOWN = Value(Unknown("nobody says"))
ENGINE = Condition("engine", "postgres.*")


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        (Value("Postgres16"), True),
        (Value("mysql"), False),
        (UNKNOWN, None),
        (Value(Unknown("either", alternatives=("postgres", "postgres16"))), True),
        (Value(Unknown("either", alternatives=("mysql", "oracle"))), False),
        (Value(Unknown("either", alternatives=("mysql", "postgres"))), None),
        (Value((Value("postgres"),)), False),
    ],
)
def test_a_condition_holds_fails_or_is_not_known(value: Value, holds: bool | None) -> None:
    assert applies([ENGINE], bound(engine=value))[0] is holds


@pytest.mark.parametrize(("absent", "holds"), [("yes", True), ("no", False), ("unknown", None)])
def test_what_is_left_out_counts_as_the_condition_says(absent: str, holds: bool | None) -> None:
    condition = Condition("engine", "x", absent)  # type: ignore[arg-type]
    assert applies([condition], bound())[0] is holds


def test_a_condition_that_fails_for_certain_decides_whatever_is_not_known_before_it() -> None:
    both = [Condition("first", "a"), Condition("second", "b")]
    assert applies(both, bound(first=UNKNOWN, second=Value("c"))) == (False, "")
    assert applies(both, bound(first=UNKNOWN, second=Value("b"))) == (None, "first is not known: nobody says")


def test_a_reference_is_something_though_its_text_is_not_known() -> None:
    assert applies([Condition("group", ".+")], bound(group=Value(Unknown("later"), links=("other",))))[0] is True


def test_an_entry_of_another_role_that_may_hold_leaves_a_doubt() -> None:
    first = bound("target", [ENGINE], engine=UNKNOWN)
    second = bound("member", [], engine=UNKNOWN)
    chosen = fitting([first, second])
    assert chosen is not None
    assert (chosen.binding.role, chosen.doubt) == ("member", "engine is not known: nobody says")


def test_an_entry_of_the_same_role_that_holds_needs_no_doubt() -> None:
    chosen = fitting([bound("target", [ENGINE], engine=UNKNOWN), bound("target", [], engine=UNKNOWN)])
    assert chosen is not None
    assert chosen.doubt == ""
    assert fitting([bound("target", [ENGINE], engine=Value("mysql"))]) is None
