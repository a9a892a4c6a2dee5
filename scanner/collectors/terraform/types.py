"""Terraform's types: finding a common type, converting a value.

Conversion is where much of Terraform's surprise lives: an object loses what its type does not list, ``optional()``
fills in defaults, a set sorts itself, and mixed branches become text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scanner.collectors.terraform import numbers
from scanner.collectors.terraform.values import (
    MAPPINGS,
    NULL,
    PRIMITIVES,
    SEQUENCES,
    EvaluationError,
    Value,
    boolean,
    find_hole,
    mapping,
    number,
    sequence,
    string,
    unknown,
)


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of an object type."""

    type: Type
    optional: bool = False
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A type constraint; ``any`` accepts everything."""

    kind: str
    element: Type | None = None
    members: tuple[tuple[str, Member], ...] = ()
    elements: tuple[Type, ...] = ()


ANY, STRING, NUMBER, BOOL = Type("any"), Type("string"), Type("number"), Type("bool")
WORDS = {"any": ANY, "string": STRING, "number": NUMBER, "bool": BOOL}
COLLECTIONS = frozenset({"list", "set", "map"})


def of(value: Value) -> Type:
    """The type of a value; ``any`` where it is unknown or null."""
    if value.kind in PRIMITIVES:
        return WORDS[value.kind]
    if value.kind == "unknown" and value.data.type:
        return WORDS[value.data.type]
    if value.kind == "null" and isinstance(value.data, Type):
        return value.data
    if value.kind in COLLECTIONS and not value.data and isinstance(value.element, Type):
        return Type(value.kind, value.element)
    if value.kind == "tuple" and value.rest is None:
        return Type("tuple", elements=tuple(of(item) for item in value.data))
    if value.kind in SEQUENCES:
        return Type("list" if value.kind == "tuple" else value.kind, unify(of(item) for item in value.data) or ANY)
    if value.kind == "object" and value.rest is None:
        return Type("object", members=tuple((name, Member(of(item))) for name, item in value.data.items()))
    if value.kind in MAPPINGS:
        return Type("map", unify(of(item) for item in value.data.values()) or ANY)
    return ANY


def _required(kind: Type) -> Type:
    """The type that values have after a conversion: every member is there."""
    members = tuple((name, Member(_required(member.type))) for name, member in kind.members)
    element = _required(kind.element) if kind.element else None
    return Type(kind.kind, element, members=members, elements=tuple(map(_required, kind.elements)))


def is_exact(kind: Type) -> bool:
    """Whether a type is known down to its last member."""
    inner = [*kind.elements, *(member.type for _, member in kind.members), *([kind.element] if kind.element else [])]
    return kind.kind != "any" and all(map(is_exact, inner))


def unify(types: Iterable[Type]) -> Type | None:
    """The type that all of them convert to, or None; ``any`` says nothing about the others."""
    found = [kind for kind in dict.fromkeys(types) if kind.kind != "any"]
    if not found:
        return ANY
    kinds = {kind.kind for kind in found}
    if len(found) == 1:
        return found[0]
    if kinds <= PRIMITIVES:
        return STRING if "string" in kinds else None
    if kinds == {"tuple"} and len({len(kind.elements) for kind in found}) == 1:
        pairs = [unify(column) for column in zip(*(kind.elements for kind in found), strict=True)]
        return None if None in pairs else Type("tuple", elements=tuple(kind for kind in pairs if kind))
    if kinds <= SEQUENCES:
        element = unify(part for kind in found for part in (kind.elements or ((kind.element,) if kind.element else ())))
        return Type("set" if kinds == {"set"} else "list", element) if element else None
    if kinds == {"object"} and len({frozenset(name for name, _ in kind.members) for kind in found}) == 1:
        return _unify_objects(found)
    if kinds <= MAPPINGS:
        parts = [member.type for kind in found for _, member in kind.members]
        element = unify([*parts, *(kind.element for kind in found if kind.element)])
        return Type("map", element) if element else None
    return None


def _unify_objects(found: Sequence[Type]) -> Type | None:
    members: list[tuple[str, Member]] = []
    for name, _ in found[0].members:
        common = unify(member.type for kind in found for key, member in kind.members if key == name)
        if common is None:
            return None
        members.append((name, Member(common)))
    return Type("object", members=tuple(members))


def convert(value: Value, kind: Type) -> Value:
    """The value as that type. EvaluationError when Terraform would refuse."""
    if value.kind == "null":
        return replace(value, data=kind if is_exact(kind) else None)
    if kind.kind == "any" or value.kind == "lazy":
        return value
    if value.kind == "unknown":
        known_type = kind.kind if kind.kind in PRIMITIVES else ""
        if value.data.alternatives:
            return replace(value, data=replace(value.data, type=known_type, alternatives=_each(value, kind)))
        return replace(value, data=replace(value.data, type=known_type)) if known_type else value
    if kind.kind in PRIMITIVES:
        return replace(_primitive(value, kind.kind), trail=value.trail, marks=value.marks, links=value.links)
    result = _container(value, kind)
    element = None
    if result.kind in COLLECTIONS and not result.data and kind.element is not None:
        element = _required(kind.element) if is_exact(kind.element) else value.element
    return replace(
        result, trail=value.trail, marks=value.marks, links=value.links, rest=value.rest, element=element
    )  # fmt: skip


def _each(value: Value, kind: Type) -> tuple[Value, ...]:
    return tuple(convert(item, kind) for item in value.data.alternatives)


def _primitive(value: Value, kind: str) -> Value:
    if value.kind == kind:
        return value
    if kind == "string" and value.kind in PRIMITIVES:
        return string(as_text(value))
    if kind == "number" and value.kind == "string":
        parsed = numbers.parse(value.data)
        if parsed is not None:
            return number(parsed)
    if kind == "bool" and value.kind == "string" and value.data in {"true", "false", "1", "0"}:
        return boolean(value.data in {"true", "1"})
    raise EvaluationError(f"{_article(value.kind)} is no {kind}")


def _article(kind: str) -> str:
    return f"a {kind}" if kind != "object" else "an object"


def as_text(value: Value) -> str:
    """A primitive as Terraform writes it."""
    if value.kind == "bool":
        return "true" if value.data else "false"
    return value.data if value.kind == "string" else numbers.render(value.data)


def _container(value: Value, kind: Type) -> Value:
    if kind.kind in {"list", "set"} and value.kind in SEQUENCES:
        if kind.kind == "list" and value.kind == "set" and may_shrink(value):
            return unknown("how many members are equal is not known")
        items = elements(value.data, kind.element or ANY)
        return make_set(items) if kind.kind == "set" else sequence(items, "list")
    if kind.kind == "tuple" and value.kind in SEQUENCES - {"set"} and len(value.data) == len(kind.elements):
        return sequence(convert(item, part) for item, part in zip(value.data, kind.elements, strict=True))
    if kind.kind == "map" and value.kind in MAPPINGS:
        items = elements(list(value.data.values()), kind.element or ANY)
        return mapping(dict(zip(value.data, items, strict=True)), "map")
    if kind.kind == "object" and value.kind in MAPPINGS:
        return mapping({name: _attribute(value, name, member) for name, member in kind.members})
    raise EvaluationError(f"{_article(value.kind)} does not fit {_article(kind.kind)} type")


def _attribute(value: Value, name: str, member: Member) -> Value:
    found = value.data.get(name)
    if found is None and value.rest is not None:
        return Value("unknown", value.rest)
    if found is None or (found.kind == "null" and member.optional and member.default is not None):
        if not member.optional:
            raise EvaluationError(f"the attribute {name} is required")
        return member.default if member.default is not None else convert(NULL, member.type)
    return convert(found, member.type)


def elements(items: Sequence[Value], kind: Type) -> list[Value]:
    """The members of a list, set or map as one element type; ``any`` finds the common one."""
    if kind.kind == "any":
        common = unify(of(item) for item in items)
        if common is None:
            raise EvaluationError("the members have no common type")
        kind = common
    return [convert(item, kind) for item in items]


def may_shrink(value: Value) -> bool:
    """Whether members of a set may turn out to be equal once all are known."""
    return value.kind == "set" and len(value.data) > 1 and any(find_hole(item) is not None for item in value.data)


def make_set(items: Sequence[Value]) -> Value:
    """A set: sorted, without doubles; what is not known comes last."""
    found: dict[bytes, Value] = {}
    unknowns = []
    for item in items:
        if item.kind in {"unknown", "lazy"}:
            unknowns.append(item)
        else:
            found.setdefault(sort_key(item), item)
    kinds = {item.kind for item in found.values()}
    if kinds == {"number"}:
        ordered = sorted(found.values(), key=lambda item: item.data)
    elif kinds == {"string"}:
        ordered = sorted(found.values(), key=lambda item: item.data.encode())
    else:
        ordered = [found[key] for key in sorted(found)]
    return sequence([*ordered, *unknowns], "set")


def sort_key(value: Value) -> bytes:
    """Bytes that are equal for equal values and give sets of containers their order."""
    if value.kind == "null":
        return b"~"
    if value.kind in {"unknown", "lazy"}:
        return b"\xff?"
    if value.kind == "string":
        return string_key(value.data)
    if value.kind == "number":
        return numbers.render(value.data).encode()
    if value.kind == "bool":
        return b"T" if value.data else b"F"
    if value.kind == "map":
        return (
            b"{" + b"".join(string_key(key) + b":" + sort_key(item) + b";" for key, item in value.data.items()) + b"}"
        )
    if value.kind == "object":
        return b"<" + b"".join(sort_key(item) + b";" for item in value.data.values()) + b">"
    opening, ending = (b"<", b">") if value.kind == "tuple" else (b"[", b"]")
    return opening + b"".join(sort_key(item) + b";" for item in value.data) + ending


def string_key(text: str) -> bytes:
    return b'"' + text.encode() + b'"'
