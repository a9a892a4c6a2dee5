"""The table of functions, and the one way in which they are called.

A function says what its parameters are; conversion, nulls and holes are dealt with here. By default any hole in an
argument makes the result a hole; a function that can say more is registered ``partial`` and sees the holes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from scanner.collectors.terraform import types
from scanner.collectors.terraform.values import (
    MAPPINGS,
    NULL,
    PRIMITIVES,
    SEQUENCES,
    EvaluationError,
    Hole,
    Trail,
    Value,
    boolean,
    carry,
    find_hole,
    number,
    string,
    weight,
)

if TYPE_CHECKING:
    from scanner.collectors.terraform.scope import Scope
    from scanner.collectors.terraform.session import Session

MAX_WEIGHT = 300_000
MAX_TEXT = 2_000_000
TABLE: dict[str, Function] = {}


class Unsupported(Exception):  # noqa: N818 - it becomes a hole, not a failure
    """A call that Terraform can evaluate and this program cannot."""


@dataclass(frozen=True)
class Place:
    """Where a call stands."""

    session: Session
    scope: Scope
    place: str


@dataclass(frozen=True)
class Function:
    """One function of Terraform."""

    work: Callable[..., Any]
    parameters: tuple[str, ...]
    variadic: str
    result: str
    partial: bool
    structural: bool
    """Hands members of its arguments on, so marks and links stay with each of them."""
    optional: int
    placed: bool


def function(
    *parameters: str, name: str = "", variadic: str = "", result: str = "", partial: bool = False,
    structural: bool = False, optional: int = 0, placed: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # fmt: skip
    """Register a function. A parameter is string, number, bool, list, set, map, any; a ``?`` behind it allows null."""

    def register(work: Callable[..., Any]) -> Callable[..., Any]:
        TABLE[name or work.__name__.rstrip("_")] = Function(
            work, parameters, variadic, result, partial, structural, optional, placed
        )
        return work

    return register


def call(name: str, arguments: list[Value], place: Place) -> Value:
    """The value of a call. EvaluationError where Terraform would refuse it."""
    found = TABLE.get(name.removeprefix("core::"))
    if found is None:
        return carry(Value("unknown", Hole(f"the function {name} cannot be evaluated from the sources")), arguments)
    if any(argument.rest is not None and argument.kind == "unknown" for argument in arguments):
        hole = next(argument.rest for argument in arguments if argument.rest is not None)
        known = arguments if name in {"merge", "concat"} else []
        return _spread(found, known, place) if known else carry(Value("unknown", hole), arguments, place.place)
    if any(weight(argument, MAX_WEIGHT) > MAX_WEIGHT for argument in arguments):
        return Value("unknown", Hole(f"{name} of more than {MAX_WEIGHT:,} values", "simplify what the sources compute"))
    kinds = _parameters(name, found, len(arguments))
    try:
        prepared = [_prepare(argument, kind, found.partial) for argument, kind in zip(arguments, kinds, strict=True)]
        result = _run(name, found, prepared, arguments, place)
    except Unsupported as problem:
        result = Value("unknown", Hole(f"{name}: {problem}", type=found.result if found.result in PRIMITIVES else ""))
    if name in _DECODERS and arguments[0].trail is not None:
        result = _traced(result, arguments[0].trail)
    if result.kind == "string" and len(result.data) > MAX_TEXT:
        result = Value("unknown", Hole(f"{name} grows beyond {MAX_TEXT:,} characters", type="string"))
    if found.structural:
        marks = result.marks
        for argument in arguments:
            marks |= argument.marks
        return result.marked(marks)
    return carry(result, arguments, place.place)


_DECODERS = frozenset({"jsondecode", "yamldecode", "csvdecode"})


def _traced(value: Value, trail: Trail) -> Value:
    """What was decoded, with the place of its text at every member."""
    if value.kind in SEQUENCES:
        return replace(value, data=tuple(_traced(item, trail) for item in value.data), trail=trail)
    if value.kind in MAPPINGS:
        return replace(value, data={key: _traced(item, trail) for key, item in value.data.items()}, trail=trail)
    return value if value.trail is not None else replace(value, trail=trail)


def _spread(found: Function, arguments: list[Value], place: Place) -> Value:
    """``merge`` and ``concat`` over an expanded list of which some members are not known."""
    plain = [Value("unknown", value.data) if value.kind == "unknown" else value for value in arguments]
    return wrap(found.work(*plain))


def _parameters(name: str, found: Function, count: int) -> list[str]:
    least = len(found.parameters) - found.optional
    if count < least or (count > len(found.parameters) and not found.variadic):
        raise EvaluationError(f"{name} does not take {count} arguments")
    return [*found.parameters[:count], *[found.variadic] * (count - len(found.parameters))]


def _prepare(value: Value, kind: str, partial: bool) -> Any:
    plain = kind.rstrip("?")
    if value.kind == "null":
        if not kind.endswith("?"):
            raise EvaluationError("an argument is null")
        return None if plain in PRIMITIVES else value
    if value.kind in {"unknown", "lazy"} and plain != "any":
        return value
    if plain in PRIMITIVES:
        converted = types.convert(value, types.Type(plain))
        return converted if partial else converted.data
    if plain == "list" and value.kind not in SEQUENCES - {"set"}:
        raise EvaluationError(f"a {value.kind} is no list")
    if plain == "set":
        return types.convert(value, types.Type("set", types.ANY))
    if plain == "sequence" and value.kind not in SEQUENCES:
        raise EvaluationError(f"a {value.kind} is no list or set")
    if plain == "map" and value.kind not in MAPPINGS:
        raise EvaluationError(f"a {value.kind} is no map")
    return value


def _run(name: str, found: Function, prepared: list[Any], arguments: list[Value], place: Place) -> Value:
    if not found.partial:
        hole = next((hole for hole in map(find_hole, arguments) if hole is not None), None)
        if hole is not None:
            kind = found.result if found.result in PRIMITIVES else ""
            return Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, type=kind))
    try:
        return wrap(found.work(*prepared, place=place) if found.placed else found.work(*prepared))
    except (OverflowError, MemoryError, RecursionError, ArithmeticError):
        raise Unsupported("the result is out of bounds") from None
    except UnicodeError:
        raise EvaluationError(f"{name}: not valid text") from None
    except (TypeError, AttributeError, LookupError, ValueError):
        raise Unsupported("arguments of a kind that is not expected") from None


def wrap(result: Any) -> Value:
    """Plain data as a value."""
    if isinstance(result, Value):
        return result
    if isinstance(result, bool):
        return boolean(result)
    if isinstance(result, int | Fraction):
        return number(result)
    if isinstance(result, str):
        return string(result)
    if result is None:
        return NULL
    if isinstance(result, dict):
        from scanner.collectors.terraform.values import mapping

        return mapping({key: wrap(item) for key, item in result.items()})
    if isinstance(result, list | tuple):
        from scanner.collectors.terraform.values import sequence

        return sequence(wrap(item) for item in result)
    raise Unsupported(f"a {type(result).__name__}")
