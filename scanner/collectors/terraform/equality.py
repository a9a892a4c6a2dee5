"""Whether two values are equal as Terraform sees it: types count, holes leave it open."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.collectors.terraform.values import MAPPINGS, SEQUENCES, Value, find_hole, weight

MAX_WEIGHT = 300_000


def equal(left: Value, right: Value) -> bool | None:
    """Whether two values are equal, types included; None when it depends on something unknown."""
    if max(weight(left, MAX_WEIGHT), weight(right, MAX_WEIGHT)) > MAX_WEIGHT:
        return None
    return _equal(left, right)


def _equal(left: Value, right: Value) -> bool | None:
    if "unknown" in {left.kind, right.kind} or "lazy" in {left.kind, right.kind}:
        return False if _text_and_null(left, right) or _text_and_null(right, left) else None
    if left.kind != right.kind:
        return False
    if left.kind in SEQUENCES:
        return _equal_sequences(left, right)
    if left.kind in MAPPINGS:
        if left.rest or right.rest:
            return None
        if left.data.keys() != right.data.keys():
            return False
        found = [_equal(left.data[key], right.data[key]) for key in left.data]
        return None if None in found else all(found)
    return left.kind == "null" or bool(left.data == right.data)


def _text_and_null(text: Value, other: Value) -> bool:
    """Whether one is a text of pieces, known or not, and the other null: a text is never null."""
    return text.kind == "unknown" and bool(text.data.parts) and other.kind == "null"


def _equal_sequences(left: Value, right: Value) -> bool | None:
    if left.rest or right.rest or (left.kind == "set" and (find_hole(left) or find_hole(right))):
        return None
    if len(left.data) != len(right.data):
        return False
    return _all(_equal(one, other) for one, other in zip(left.data, right.data, strict=True))


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Position by position, as Terraform goes: what comes after the first that is open or differs is not asked."""
    return next((answer for answer in answers if answer is not True), True)
