"""Maps of other resources that a container takes over whole, such as a ConfigMap of Kubernetes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.bindings import TakenOver, Variables
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.values import Unknown, Value, hole, walk
from scanner.infrastructure.world import World


@dataclass(frozen=True)
class Map:
    """A map that is taken over, and who holds it; or why it is not known."""

    value: Value
    holder: Bound | None = None
    problem: str = ""


def maps(
    world: World, bound: Bound, shape: Variables, find: Callable[[str], Iterable[Value]]
) -> Iterator[Map]:  # fmt: skip
    """Every map that a container refers to, in the order in which the later wins."""
    for taken in shape.taken_over:
        for value in find(taken.path):
            for reference in value.list if value.list is not None else (value,):
                yield from _of_reference(world, bound, taken, reference)
            if value.rest is not None and value.list is not None:
                yield Map(value, problem=f"further references are not known: {value.rest.reason}")


def _of_reference(world: World, bound: Bound, taken: TakenOver, reference: Value) -> Iterator[Map]:
    if reference.unknown is not None:
        yield Map(reference, problem=f"{taken.path} is not known: {reference.unknown.reason}")
    for name in walk(reference, taken.link.path.split("."), bound.resource.member):
        linked = world.resolve(name, replace(taken.link, path=f"{taken.path}.{taken.link.path}"), bound)
        holder = linked.found
        if holder is None:
            yield Map(reference, problem=linked.problem or "it refers to nothing here")
            continue
        if holder.uncertain:
            yield Map(reference, problem=f"{holder.address}: {holder.uncertain}")
        prefix = bound.resource.member(reference, taken.prefix) if taken.prefix else None
        for path in taken.data:
            found = holder.at(path)
            if found is not None:
                yield Map(_named(found, prefix), holder)


def _named(found: Value, prefix: Value | None) -> Value:
    """The map under the names that the container sees."""
    if prefix is None or found.map is None:
        return found
    if not prefix.is_scalar:
        return Value(hole(prefix) or Unknown("the prefix of the names is not known"))
    return replace(found, data={f"{prefix.text}{name}": item for name, item in found.map.items()})
