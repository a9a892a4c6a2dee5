"""Functions over numbers."""

from __future__ import annotations

import math
from fractions import Fraction

from scanner.collectors.terraform import access
from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.numbers import Number, rounded
from scanner.collectors.terraform.values import EvaluationError, Value, number, sequence

MAX_RANGE = 10_000


@function("number", variadic="number", name="min", result="number")
def min_(*values: Number) -> Number:
    return min(values)


@function("number", variadic="number", name="max", result="number")
def max_(*values: Number) -> Number:
    return max(values)


@function("number", name="abs", result="number")
def abs_(value: Number) -> Number:
    return -value if value < 0 else value


@function("number", result="number")
def ceil(value: Number) -> int:
    return math.ceil(value)


@function("number", result="number")
def floor(value: Number) -> int:
    return math.floor(value)


@function("number", result="number")
def signum(value: Number) -> int:
    if not isinstance(value, int):
        raise EvaluationError("signum needs a whole number")
    return (value > 0) - (value < 0)


@function("number", "number", name="pow", result="number")
def pow_(base: Number, exponent: Number) -> Number:
    if isinstance(base, int) and isinstance(exponent, int) and 0 <= exponent <= 64 and abs(base) <= 2**32:
        result: int = base**exponent
        if abs(result) < 2**53:
            return result
    found = float(base) ** float(exponent)
    if isinstance(found, complex) or not found.is_integer() or abs(found) > 2**53:
        raise Unsupported("a power that is no small whole number")
    return int(found)


@function("number", "number", result="number")
def log(value: Number, base: Number) -> Number:
    if value <= 0 or base <= 0 or base == 1:
        raise EvaluationError("there is no such logarithm")
    found = math.log(value) / math.log(base)
    whole = round(found)
    if (
        isinstance(value, int)
        and isinstance(base, int)
        and 0 <= whole < 200
        and base**whole == value
        and found == whole
    ):
        return whole
    raise Unsupported("a logarithm that is no whole number")


@function("string", "number", result="number")
def parseint(text: str, base: Number) -> int:
    digits = text.removeprefix("-").removeprefix("+")
    if not isinstance(base, int) or not 2 <= base <= 62 or not digits.isalnum() or not digits.isascii():
        raise EvaluationError("no number of that base")
    if base > 36:
        raise Unsupported("a base above 36")
    try:
        return int(text, base)
    except ValueError:
        raise EvaluationError("no number of that base") from None


@function("sequence", name="sum", result="number")
def sum_(values: Value) -> Number:
    if not values.data:
        raise EvaluationError("the sum of nothing")
    total: Number = 0
    for item in values.data:
        total = rounded(total + access.as_number(item))
    return total


@function("number", variadic="number", name="range")
def range_(*limits: Number) -> Value:
    if len(limits) > 3:
        raise EvaluationError("range takes up to three numbers")
    start, end = (limits[0], limits[1]) if len(limits) > 1 else (0, limits[0])
    step: Number = limits[2] if len(limits) > 2 else (1 if end >= start else -1)
    if step == 0 or (end > start and step < 0) or (end < start and step > 0):
        raise EvaluationError("the step leads away from the end")
    count = math.ceil(Fraction(end - start) / Fraction(step))
    if count > 1024:
        raise EvaluationError("more than 1024 numbers")
    found = [rounded(Fraction(start) + position * Fraction(step)) for position in range(max(count, 0))]
    return sequence((number(item) for item in found), "list")
