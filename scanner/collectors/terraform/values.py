"""What an expression is worth: a value that carries where it came from, what it points at and what may not be shown.

What cannot be known is a value too (a ``Hole``), and it stays where it is: an object with one unknown member still has
all its others. A container may end in a ``rest``, members of which nothing is known. Marks follow a value through every
operation, so a secret cannot be washed by concatenating it. Links name the resources whose identity a value is, so that
two resources stay connected when the name between them is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypeAlias

from scanner.collectors.terraform.numbers import Number, render

Kind: TypeAlias = Literal[
    "string", "number", "bool", "null", "tuple", "list", "set", "object", "map", "unknown", "lazy"
]
SEQUENCES = frozenset({"tuple", "list", "set"})
MAPPINGS = frozenset({"object", "map"})
PRIMITIVES = frozenset({"string", "number", "bool"})

SENSITIVE = 1
"""Marked by Terraform (``sensitive = true``, ``sensitive()``)."""
SECRET = 2
"""Named like a secret in the source."""


class EvaluationError(Exception):
    """What Terraform itself would refuse; it costs one argument, and ``try`` and ``can`` catch it."""


@dataclass(frozen=True, slots=True)
class Trail:
    """A step on the way of a value; ``source`` is the step before it, nearer to the place a person would edit."""

    place: str
    step: str = ""
    source: Trail | None = None

    def first(self) -> str:
        """The place where the value was written."""
        trail = self
        while trail.source is not None:
            trail = trail.source
        return trail.place

    def steps(self) -> tuple[str, ...]:
        """The way from there to here, the origin first."""
        found = []
        trail: Trail | None = self
        while trail is not None:
            if trail.step:
                found.append(f"{trail.step} ({trail.place})")
            trail = trail.source
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Hole:
    """Why a value is not known and what would make it known."""

    reason: str
    remedy: str = ""
    computed: bool = False
    """It exists, but only after the apply."""
    alternatives: tuple[Value, ...] = ()
    """Every value it can have, when all are known."""
    parts: tuple[Value, ...] = ()
    """The pieces of a text of which some are known."""
    structure: Value | None = None
    """The value whose JSON or YAML text this is."""
    type: str = ""
    """The primitive type, where it is known."""


class Lazy(Protocol):
    """A resource, module or data source: members are worked out when asked for."""

    @property
    def address(self) -> str: ...

    def member(self, name: str) -> Value: ...

    def index(self, key: Value) -> Value: ...

    def splat(self) -> Value | None:
        """The members of something with unknown instances; None for a single thing."""


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """One value. ``data`` fits ``kind``: text, number, boolean, tuple of values, mapping of values, Hole or Lazy.

    Of a null it is the type that the null has, where a variable or attribute gives it one: it counts when types meet.
    """

    kind: Kind
    data: Any
    trail: Trail | None = None
    marks: int = 0
    links: tuple[str, ...] = ()
    rest: Hole | None = None
    structure: Value | None = None
    """The value whose JSON text this is, so that marks stay with the member they belong to."""
    pieces: tuple[Value, ...] = ()
    """What a text that may hold JSON was made of, so that each member keeps its own way."""
    element: Any = None
    """The type of the members, kept where a list, set or map has none to tell it."""

    @property
    def hole(self) -> Hole | None:
        return self.data if self.kind == "unknown" else None

    def at(self, step: str, place: str) -> Value:
        """The same value one step further on its way."""
        return replace(self, trail=Trail(place, step, self.trail))

    def marked(self, marks: int) -> Value:
        return self if self.marks | marks == self.marks else replace(self, marks=self.marks | marks)

    def linked(self, links: Iterable[str]) -> Value:
        return replace(self, links=tuple(dict.fromkeys((*self.links, *links))))


NULL = Value("null", None)
TRUE = Value("bool", True)
FALSE = Value("bool", False)


def string(text: str, trail: Trail | None = None) -> Value:
    return Value("string", text, trail)


def number(value: Number, trail: Trail | None = None) -> Value:
    return Value("number", value, trail)


def boolean(value: bool) -> Value:
    return TRUE if value else FALSE


def sequence(items: Iterable[Value], kind: Kind = "tuple", rest: Hole | None = None) -> Value:
    return Value(kind, tuple(items), rest=rest)


def mapping(items: Mapping[str, Value], kind: Kind = "object", rest: Hole | None = None) -> Value:
    return Value(kind, dict(sorted(items.items())), rest=rest)


def unknown(reason: str, remedy: str = "", **rest: Any) -> Value:
    return Value("unknown", Hole(reason, remedy, **rest))


def members(value: Value) -> Iterator[Value]:
    """The values directly inside a container."""
    if value.kind in SEQUENCES:
        yield from value.data
    elif value.kind in MAPPINGS:
        yield from value.data.values()


def everything(values: Iterable[Value]) -> Iterator[Value]:
    """Values and all that is inside them, in order; what is shared comes once, so repetition costs nothing."""
    pending = list(values)[::-1]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if current.kind in SEQUENCES or current.kind in MAPPINGS:
            pending.extend(list(members(current))[::-1])


def find_hole(value: Value) -> Hole | None:
    """The first thing inside a value that is not known, or None when it is known whole."""
    for current in everything([value]):
        if current.kind == "unknown":
            hole: Hole = current.data
            return hole
        if current.kind == "lazy":
            return Hole(f"{current.data.address} has members that only the apply knows", computed=True)
        if current.rest is not None:
            return current.rest
    return None


def weight(value: Value, limit: int) -> int:
    """How many values and characters it would be if written out, counted up to about ``limit``."""
    sizes: dict[int, int] = {}
    stack = [(value, False)]
    while stack:
        current, ready = stack.pop()
        if id(current) in sizes:
            continue
        inner = list(members(current))
        if ready or not inner:
            own = len(current.data) // 8 if current.kind == "string" else 0
            sizes[id(current)] = min(1 + own + sum(sizes[id(item)] for item in inner), limit + 1)
        else:
            stack.append((current, True))
            stack.extend((item, False) for item in inner)
    return sizes[id(value)]


def deep_marks(value: Value) -> int:
    """The marks of a value and of everything inside it."""
    marks = 0
    for current in everything([value]):
        marks |= current.marks
    return marks


def deep_links(values: Iterable[Value]) -> tuple[str, ...]:
    """The links of values and of everything inside them, in order, without doubles."""
    found: dict[str, None] = {}
    for current in everything(values):
        found.update(dict.fromkeys(current.links))
    return tuple(found)


WEAK = "~"
"""Before a link: the value is made from the identity of that resource, but need not be it."""


def weakened(links: Iterable[str]) -> tuple[str, ...]:
    """Links as they are after an operation that may have changed the value."""
    return tuple(dict.fromkeys(link if link.startswith(WEAK) else WEAK + link for link in links))


def carry(result: Value, sources: Iterable[Value], place: str = "", *, same: bool = False) -> Value:
    """A result with what its sources make of it: marks, links, and the trail when one source alone has it.

    ``same``: the result is the identity that a source was, so its links stay strong.
    """
    sources = list(sources)
    marks = result.marks
    for source in sources:
        marks |= deep_marks(source)
    trail = result.trail
    if trail is None and result.kind not in MAPPINGS:
        trails = [source.trail for source in sources if source.trail is not None]
        far = [found for found in trails if found.source is not None]
        only = far[0] if len(far) == 1 else None
        trail = Trail(place, "", only) if only else (Trail(place) if place else None)
    found_links = deep_links(sources)
    links = tuple(dict.fromkeys((*result.links, *(found_links if same else weakened(found_links)))))
    return replace(result, marks=marks, trail=trail, links=links)


def to_python(value: Value) -> Any:
    """Plain data of a value that is known whole; numbers as int or as their text's float."""
    if value.kind in SEQUENCES:
        return [to_python(item) for item in value.data]
    if value.kind in MAPPINGS:
        return {key: to_python(item) for key, item in value.data.items()}
    if value.kind == "number":
        return value.data if isinstance(value.data, int) else float(render(value.data))
    return None if value.kind == "null" else value.data
