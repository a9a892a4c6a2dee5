"""What a property is worth: plain data that carries where it was written, what it points at and what may not be shown.

What cannot be known is a value too, and it stays where it is: a map with one unknown member still has all its others,
and a list or map may end in a ``rest`` of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, TypeAlias

Scalar: TypeAlias = str | int | float | bool

MAX_ALTERNATIVES = 32


class RefusedError(Exception):
    """What the service itself would refuse. Its text is shown, so it never quotes a value."""


class _Nothing:
    """The data of a value that was taken away, as ``AWS::NoValue`` takes a property away."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why a value is not known and what would make it known."""

    reason: str
    remedy: str = ""
    computed: bool = False
    """It is certain to be there, but only the deployment gives it."""
    alternatives: tuple[Any, ...] = ()
    """Every value it can have as plain data, when all are known."""
    stored: bool = False
    """It stands in a store of secrets or parameters."""


Data: TypeAlias = "Scalar | tuple[Value, ...] | dict[str, Value] | Unknown | _Nothing"


@dataclass(frozen=True, slots=True)
class Value:
    """Data with the place that a person would edit and the steps from there to here."""

    data: Data
    place: str = ""
    chain: tuple[str, ...] = ()
    secret: bool = False
    links: tuple[str, ...] = ()
    """Addresses of the resources whose identity this is."""
    rest: Unknown | None = None
    """Why there may be more members than these."""

    @property
    def unknown(self) -> Unknown | None:
        return self.data if isinstance(self.data, Unknown) else None

    @property
    def is_scalar(self) -> bool:
        return isinstance(self.data, str | int | float | bool)

    @property
    def removed(self) -> bool:
        return self.data is NOTHING

    @property
    def list(self) -> tuple[Value, ...] | None:
        return self.data if isinstance(self.data, tuple) else None

    @property
    def map(self) -> dict[str, Value] | None:
        return self.data if isinstance(self.data, dict) else None

    def through(self, step: str) -> Value:
        """The same value, one step further on its way."""
        return replace(self, chain=(*self.chain, step))

    def as_secret(self, secret: bool = True) -> Value:
        return replace(self, secret=True) if secret and not self.secret else self


def unknown(reason: str, remedy: str = "", place: str = "", **more: Any) -> Value:
    """A value that is not known."""
    return Value(Unknown(reason, remedy, **more), place)


def text(value: Scalar) -> str:
    """A scalar as the text that the service gets."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def everything(value: Value) -> Iterator[Value]:
    """A value and all that is inside it."""
    pending = [value]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(current.list or tuple((current.map or {}).values())))


def hole(value: Value) -> Unknown | None:
    """The first thing inside a value that is not known."""
    for item in everything(value):
        if item.unknown or item.rest:
            return item.unknown or item.rest
    return None


def is_secret(value: Value) -> bool:
    """Whether a value, or something inside it, may not be shown."""
    return any(item.secret for item in everything(value))


def plain(value: Value) -> Any:
    """Plain data of a value that is known whole."""
    if value.list is not None:
        return [plain(item) for item in value.list if not item.removed]
    if value.map is not None:
        return {key: plain(item) for key, item in value.map.items() if not item.removed}
    return None if value.removed else value.data


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
