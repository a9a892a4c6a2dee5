"""Tests over records: lines of ``pg_hba.conf``, users of an access list, roles, extensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanner.model import Expectation, RecordTest
from scanner.operators import OPERATORS

Record = Mapping[str, Any]
Lookup = Callable[[object], Any]


def judge_records(
    operator: str, test: RecordTest, records: Sequence[Record], lookup: Lookup
) -> tuple[bool | None, list[str], str]:
    """Whether ``every`` (or ``none``) holds over the records, the offending ones in words, the place of the first.

    A field that a record does not have cannot be told, so neither can the record, unless its other fields decide.
    """
    offenders, undecided, places = [], [], []
    for record in records:
        chosen = _all(test.where, record, lookup)
        broken = chosen if operator == "none" else _and(chosen, _not(_all(test.expect, record, lookup)))
        if broken:
            offenders.append(describe(record))
            places.append(str(record.get("place") or ""))
        elif broken is None:
            undecided.append(f"cannot tell: {describe(record)}")
    if offenders:
        return False, offenders, places[0]
    return (None, undecided, "") if undecided else (True, [], "")


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _all(tests: Sequence[tuple[str, Expectation]], record: Record, lookup: Lookup) -> bool | None:
    result: bool | None = True
    for name, expectation in tests:
        result = _and(result, _field(expectation, record.get(name), lookup))
    return result


def _field(expectation: Expectation, value: Any, lookup: Lookup) -> bool | None:
    operator = expectation.operator
    operand: Any = expectation.operand
    if operator == "not" and isinstance(operand, Expectation):
        return _not(_field(operand, value, lookup))
    if operator in {"all_of", "any_of"} and isinstance(operand, tuple):
        parts = [_field(part, value, lookup) for part in operand]
        decisive = operator == "any_of"
        return decisive if decisive in parts else (None if None in parts else not decisive)
    if operator == "is_set":
        return (value not in (None, "", [])) is operand
    if value is None:
        return None
    if operator in {"every_member", "no_member"} and isinstance(operand, Expectation):
        held = [_field(operand, item, lookup) for item in (value if isinstance(value, list | tuple) else [value])]
        wanted = operator == "every_member"
        return False if (not wanted) in held else (None if None in held else True)
    return _compare(operator, lookup(operand), value)


def _compare(operator: str, operand: Any, value: Any) -> bool | None:
    shape = OPERATORS[operator].operand
    plain = _plain(value)
    if shape in {"values", "pair", "members"}:
        wanted: Any = tuple(_plain(item) for item in (operand if isinstance(operand, list | tuple) else [operand]))
    else:
        wanted = operand if shape in {"pattern", "flag"} else _plain(operand)
    if shape == "members" and not isinstance(plain, tuple | str):
        plain = (plain,)
    try:
        return OPERATORS[operator].check(plain, wanted)
    except TypeError:
        return None


def _plain(value: Any) -> Any:
    """Records are compared without regard to case, and numbers as numbers."""
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    if isinstance(value, bool | int | float):
        return value
    return str(value).lower()


def describe(record: Record) -> str:
    """A record on one line, its place first."""
    fields = [
        f"{name}={','.join(map(str, value)) if isinstance(value, list | tuple) else value}"
        for name, value in record.items()
        if name != "place" and value not in (None, "", [], ())
    ]
    place = record.get("place")
    return f"{place}: {' '.join(fields)}" if place else " ".join(fields)
