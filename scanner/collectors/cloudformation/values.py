"""How values come of plain data and of one another: what a function makes of them, and what one of two can be.

What cannot be known stays where it is, with every result that is still possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from scanner.infrastructure.values import NOTHING, Unknown, Value, hole, is_secret, plain

MAX_ALTERNATIVES = 32


class RefusedError(Exception):
    """What the service itself would refuse. Its text is shown, so it never quotes a value."""


def unknown(reason: str, remedy: str = "", place: str = "", **more: Any) -> Value:
    """A value that is not known."""
    return Value(Unknown(reason, remedy, **more), place)


def from_plain(data: Any, place: str = "") -> Value:
    """A value of plain data, all of it written at one place."""
    if isinstance(data, list | tuple):
        return Value(tuple(from_plain(item, place) for item in data), place)
    if isinstance(data, dict):
        return Value({str(key): from_plain(item, place) for key, item in data.items()}, place)
    return Value(NOTHING if data is None else data, place)


def _choices(value: Value) -> tuple[Any, ...]:
    """Everything that a value can be, members included; nothing where that is not known, or too much."""
    if hole(value) is None:
        return (plain(value),)
    if value.unknown or value.rest or value.list is None:
        return value.unknown.alternatives if value.unknown else ()
    found: list[list[Any]] = [[]]
    for item in value.list:
        choices = _choices(item)
        if not choices or len(found) * len(choices) > MAX_ALTERNATIVES:
            return ()
        found = [[*before, choice] for before in found for choice in choices]
    return tuple(found)


def combine(values: Sequence[Value], function: Callable[..., Any], place: str = "") -> Value:
    """What a pure function makes of values: known when they are, else every result that they allow.

    ``function`` takes plain data and raises RefusedError where it has no answer.
    """
    secret = any(is_secret(item) for item in values)
    base = _origin(values, place)
    choices = [_choices(item) for item in values]
    count = 1
    for item in choices:
        count *= len(item)
    if not count or count > MAX_ALTERNATIVES:
        return replace(base, data=_unknown_of(values), secret=secret)
    try:
        results = [function(*chosen) for chosen in product(*choices)]
    except RefusedError as error:
        return replace(base, data=Unknown(f"it cannot be worked out: {error}", "correct it"), secret=secret)
    if all(_same(item, results[0]) for item in results):
        return replace(from_plain(results[0], base.place), chain=base.chain, secret=secret)
    found = next(item for item in map(hole, values) if item)
    unique = tuple(item for index, item in enumerate(results) if not any(_same(item, it) for it in results[:index]))
    return replace(base, data=replace(found, alternatives=unique), secret=secret)


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _unknown_of(values: Iterable[Value]) -> Unknown:
    """Why a result is not known: what nobody could compute first; it is there for certain when all parts are."""
    found = [item for item in (hole(value) for value in values) if item]
    first = next((item for item in found if not item.computed and not item.stored), found[0])
    computed = all(item.computed for item in found)
    return Unknown(first.reason, first.remedy, computed, (), computed and any(item.stored for item in found))


def _origin(values: Sequence[Value], place: str) -> Value:
    """Place and chain of a result: those of the one part that came from elsewhere, else where it is put together."""
    far = [item for item in values if item.chain]
    if len(far) == 1 and far[0].place:
        return Value(NOTHING, far[0].place, (*far[0].chain, f"put together ({place})"))
    return Value(NOTHING, place)


def either(left: Value, right: Value, why: Unknown, place: str) -> Value:
    """One of two values, nobody knows which: what both agree on is known, member by member."""
    if left.map is not None and right.map is not None:
        missing = Value(NOTHING, place)
        keys = dict.fromkeys((*left.map, *right.map))
        found = {key: either(left.map.get(key, missing), right.map.get(key, missing), why, place) for key in keys}
        there = {key: item for key, item in found.items() if not item.removed}
        return Value(there, place, rest=left.rest or right.rest)
    if left.removed and right.removed:
        return left
    secret = is_secret(left) or is_secret(right)
    options: tuple[Any, ...] = ()
    if hole(left) is None and hole(right) is None and not left.removed and not right.removed:
        first, second = plain(left), plain(right)
        if _same(first, second):
            return left.as_secret(secret)
        options = () if secret else (first, second)
        return Value(replace(why, computed=False, alternatives=options), place, secret=secret)
    links = tuple(dict.fromkeys((*left.links, *right.links)))
    if not left.removed and not right.removed and not secret:
        sides = (_choices(left), _choices(right))
        options = (*sides[0], *sides[1]) if all(sides) else ()
    certain = all(item.unknown is not None and item.unknown.computed for item in (left, right))
    kept = options if len(options) <= MAX_ALTERNATIVES else ()
    return Value(replace(why, computed=certain, alternatives=kept), place, (), secret, links)
