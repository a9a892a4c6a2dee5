"""Maps of other resources that a container takes over whole, such as a ConfigMap of Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.bindings import TakenOver, Variables
from scanner.collectors.terraform import contents
from scanner.collectors.terraform.resources import Instance, follow
from scanner.collectors.terraform.stack import Stack
from scanner.collectors.terraform.values import MAPPINGS, SEQUENCES, Hole, Value, find_hole, mapping


@dataclass(frozen=True)
class Map:
    """A map that is taken over, and who holds it; or why it is not known."""

    value: Value
    holder: Instance | None = None
    problem: str = ""


def maps(stack: Stack, entry: Variables, members: dict[str, Value]) -> Iterator[Map]:
    """Every map that a container refers to, in the order in which the later wins."""
    for taken in entry.taken_over:
        for value in follow(mapping(members), tuple(taken.path.split("."))):
            for reference in value.data if value.kind in SEQUENCES else (value,):
                yield from _of_reference(stack, taken, reference)
            if value.rest is not None and value.kind in SEQUENCES:
                yield Map(value, problem=f"further references are not known: {value.rest.reason}")


def _of_reference(stack: Stack, taken: TakenOver, reference: Value) -> Iterator[Map]:
    if reference.kind == "unknown":
        yield Map(reference, problem=f"{taken.path} is not known: {reference.data.reason}")
    for name in follow(reference, tuple(taken.link.path.split("."))):
        linked = stack.resolve(name, replace(taken.link, path=f"{taken.path}.{taken.link.path}"))
        if linked.found is None:
            yield Map(reference, problem=linked.problem or "it refers to nothing here")
            continue
        holder = linked.found.instance
        if holder.uncertain:
            yield Map(reference, problem=f"{holder.address}: {holder.uncertain}")
        for path in taken.data:
            found = contents.at(holder, path)
            if found is not None:
                yield Map(_named(found, _prefix(reference, taken.prefix)), holder)


def _prefix(reference: Value, member: str) -> Value | None:
    found = reference.data.get(member) if member and reference.kind in MAPPINGS else None
    return found if found is not None and found.kind != "null" else None


def _named(found: Value, prefix: Value | None) -> Value:
    """The map under the names that the container sees."""
    if prefix is None or found.kind not in MAPPINGS:
        return found
    if prefix.kind != "string":
        return Value("unknown", find_hole(prefix) or Hole("the prefix of the names is not known"))
    return replace(found, data={f"{prefix.data}{name}": item for name, item in found.data.items()})
