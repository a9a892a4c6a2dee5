"""Operators over values, holes included.

More than Terraform may be known here, never other: ``unknown && false`` is false.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from scanner.collectors.terraform import types
from scanner.collectors.terraform.access import as_number
from scanner.collectors.terraform.equality import equal
from scanner.collectors.terraform.numbers import Number, rounded
from scanner.collectors.terraform.values import (
    EvaluationError,
    Hole,
    Value,
    boolean,
    carry,
    find_hole,
    number,
    unknown,
)


def truth(value: Value) -> bool | None:
    """A condition; None when it is not known. EvaluationError when it is no boolean."""
    if value.kind in {"unknown", "lazy"}:
        return None
    if value.kind == "null":
        raise EvaluationError("the condition is null")
    return bool(types.convert(value, types.BOOL).data)


def unary(operator: str, value: Value, place: str) -> Value:
    """``-value`` or ``!value``."""
    if value.kind in {"unknown", "lazy"}:
        return _unknown_result([value], "bool" if operator == "!" else "number", place)
    if operator == "!":
        return carry(boolean(not truth(value)), [value], place)
    if as_number(value) == 0:
        return carry(_signed_zero(), [value], place)
    return carry(number(-as_number(value)), [value], place)


def _signed_zero() -> Value:
    """Terraform's zero has a sign that shows in texts, as ``-0``; ours has none, so nothing is claimed."""
    return unknown("a zero with a sign", "write it without the sign", type="number")


def _unknown_result(sources: Sequence[Value], kind: str, place: str) -> Value:
    hole = next((found for found in map(find_hole, sources) if found is not None), Hole("not known"))
    result = Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, type=kind))
    return carry(result, sources, place)


def binary(operator: str, left: Value, right: Value, place: str) -> Value:
    """``left operator right``."""
    if operator in {"==", "!="}:
        same = equal(left, right)
        if same is None:
            return _unknown_result([left, right], "bool", place)
        return carry(boolean(same is (operator == "==")), [left, right], place)
    if operator in {"&&", "||"}:
        return _logical(operator, left, right, place)
    kind = "bool" if operator in {"<", ">", "<=", ">="} else "number"
    holes = [value for value in (left, right) if value.kind in {"unknown", "lazy"}]
    for value in (left, right):
        if value not in holes:
            as_number(value)
    if holes:
        return _unknown_result([left, right], kind, place)
    if operator in {"/", "%"} and as_number(right) == 0:
        return carry(unknown("a division by zero", "correct it", type="number"), [left, right], place)
    result = _arithmetic(operator, as_number(left), as_number(right))
    if operator in {"*", "/", "%"} and result == 0 and min(as_number(left), as_number(right)) < 0:
        return carry(_signed_zero(), [left, right], place)
    return carry(boolean(result) if isinstance(result, bool) else number(rounded(result)), [left, right], place)


def _logical(operator: str, left: Value, right: Value, place: str) -> Value:
    found = [truth(left), truth(right)]
    decisive = operator == "||"
    if decisive in found:
        return carry(boolean(decisive), [left, right], place)
    if None in found:
        return _unknown_result([left, right], "bool", place)
    return carry(boolean(not decisive), [left, right], place)


def _arithmetic(operator: str, left: Number, right: Number) -> Number | bool:
    if operator == "%":
        quotient = abs(Fraction(left)) // abs(Fraction(right))
        remainder = abs(Fraction(left)) - quotient * abs(Fraction(right))
        return -remainder if left < 0 else remainder
    table: dict[str, Callable[[], Number | bool]] = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: Fraction(left) / Fraction(right),
        "<": lambda: left < right,
        ">": lambda: left > right,
        "<=": lambda: left <= right,
        ">=": lambda: left >= right,
    }
    return table[operator]()
