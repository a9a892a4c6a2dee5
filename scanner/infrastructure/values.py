"""What an argument is worth: plain data that carries where it was written, what it points at and what may not be shown.

What cannot be known is a value too, and it stays where it is: a map with one unknown member still has all its others,
and a list or map may end in a ``rest`` of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeAlias

Scalar: TypeAlias = str | int | float | bool


class _Nothing:
    """The data of a value that was taken away, as if nothing were written."""

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
    perhaps_many: bool = False
    """It need not be one text: a list may stand there."""


Data: TypeAlias = "Scalar | tuple[Value, ...] | dict[str, Value] | Unknown | _Nothing | None"


@dataclass(frozen=True, slots=True)
class Value:
    """Data with the place that a person would edit and the steps from there to here."""

    data: Data
    """None stands for a null inside a list, which is a member though an empty one."""
    place: str = ""
    chain: tuple[str, ...] = ()
    secret: bool = False
    links: tuple[str, ...] = ()
    """Addresses of the resources whose identity this is."""
    rest: Unknown | None = None
    """Why there may be more members than these."""
    touches: tuple[str, ...] = ()
    """Addresses of resources from whose identity it is made, without being it."""

    @property
    def unknown(self) -> Unknown | None:
        return self.data if isinstance(self.data, Unknown) else None

    @property
    def is_scalar(self) -> bool:
        return isinstance(self.data, str | int | float | bool)

    @property
    def text(self) -> str:
        """The text that the service gets; empty where no text stands."""
        return text(self.data) if isinstance(self.data, str | int | float | bool) else ""

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


def text(value: Scalar) -> str:
    """A scalar as the text that the service gets."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and "e" in repr(value):
        return format(Decimal(repr(value)), "f")
    return str(value)


def everything(value: Value) -> Iterator[Value]:
    """A value and all that is inside it, in order; what is shared comes once, so repetition costs nothing."""
    pending = [value]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
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


Member: TypeAlias = Callable[[Value, str], Value | None]


def member(value: Value, name: str) -> Value | None:
    """A member of a map; None where nothing is written there. It is as secret as the map."""
    found = (value.map or {}).get(name)
    return None if found is None or found.removed else found.as_secret(value.secret)


def walk(value: Value, steps: Sequence[str], of: Member = member) -> Iterator[Value]:
    """Everything at a path inside a value: lists on the way are entered, ``*`` is every member of a map.

    ``of`` finds a member by its name. What may hide a member ends the way as a value that is not known.
    """
    if value.removed:
        return
    if not steps:
        yield value
        return
    if value.list is not None:
        inner = [found for item in value.list for found in walk(item, steps, of)]
    elif value.unknown is not None:
        inner = [replace(value, data=replace(value.unknown, alternatives=()))]
    elif steps[0] == "*":
        members = [item.as_secret(value.secret) for item in (value.map or {}).values()]
        inner = [found for item in members for found in walk(item, steps[1:], of)]
    else:
        said = of(value, steps[0])
        inner = list(walk(said, steps[1:], of)) if said is not None else []
        if said is not None:
            yield from inner
            return
    yield from inner
    if value.rest is not None:
        yield Value(value.rest, value.place)
