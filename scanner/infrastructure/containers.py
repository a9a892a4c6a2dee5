"""The containers of a resource, and what keeps others from being seen.

One unknown variable leaves its neighbours known; a list that may go on leaves everything that was not seen unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.bindings import Variables
from scanner.infrastructure import variables
from scanner.infrastructure.container import Container
from scanner.infrastructure.dialect import Dialect
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.values import Unknown, Value, walk
from scanner.infrastructure.world import World


def containers(world: World, bound: Bound) -> tuple[list[Container], list[tuple[str, str]]]:
    """The containers of a resource, and what keeps others from being seen."""
    found: list[Container] = []
    hidden: list[tuple[str, str]] = []
    whole: Container | None = None
    for shape in bound.binding.variables:
        if not shape.containers:
            whole = whole or Container("", bound, world.dialect)
            whole.paths = (*whole.paths, shape.path)
            variables.read(world, shape, bound.resource.all, whole)
            continue
        for label, value in _containers(bound, shape, hidden, world.dialect):
            container = Container(label, bound, world.dialect, paths=(shape.containers,))
            container.hide(value.rest, "a container has members that are not known")
            variables.read(world, shape, _inside(bound, value), container)
            found.append(container)
    every = ([whole] if whole else []) + found
    if bound.binding.left_open:
        for container in every:
            container.more.append((f"{bound.address}: {bound.binding.left_open}", "ask a live source"))
    return every, hidden


def _inside(bound: Bound, container: Value) -> variables.Find:
    return lambda path: walk(container, path.split("."), bound.resource.member)


def _containers(
    bound: Bound, shape: Variables, hidden: list[tuple[str, str]], dialect: Dialect
) -> Iterator[tuple[str, Value]]:
    """The containers of a resource with their names."""
    count = 0
    for value in bound.resource.opened(shape.containers):
        if value.rest is not None:
            reason = f"further containers are not known: {value.rest.reason}"
            hidden.append((reason, value.rest.remedy or dialect.certain))
        named = value.map if shape.container_name == "*" else None
        items = (named or {}).items() if named is not None else (("", item) for item in value.list or (value,))
        for key, item in items if value.list != () else ():
            if item.map is not None:
                yield key or _label(bound, shape, item, count), item
                count += 1
            elif item.data is not None and not item.removed:
                unseen = item.unknown or Unknown("it is no map")
                reason = f"{bound.resource.spelled(shape.containers)} is not known: {unseen.reason}"
                hidden.append((reason, unseen.remedy or dialect.certain))


def _label(bound: Bound, shape: Variables, container: Value, count: int) -> str:
    name = bound.resource.member(container, shape.container_name) if shape.container_name else None
    return name.text if name is not None and name.is_scalar else str(count)
