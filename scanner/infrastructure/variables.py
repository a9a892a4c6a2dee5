"""The variables of one container, in each of the forms in which resources write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from scanner.bindings import Variables
from scanner.infrastructure import taken_over
from scanner.infrastructure.container import Container
from scanner.infrastructure.values import Unknown, Value, hole
from scanner.infrastructure.world import World

Find: TypeAlias = Callable[[str], Iterable[Value]]
"""Everything at a dotted path of a container."""


def read(world: World, shape: Variables, find: Find, container: Container) -> None:
    """Add the variables of a container, those below its own first."""
    for taken in taken_over.maps(world, container.bound, shape, find):
        container.take_over(taken)
    resource = container.bound.resource
    for found in find(shape.path):
        if shape.form == "map" or (shape.form == "map or records" and found.map is not None):
            _add_map(found, container)
        elif shape.form == "assignments":
            _add_assignments(found, container)
        else:
            _add_records(shape, found, container)
    for path in shape.elsewhere:
        for found in find(path):
            _add_elsewhere(shape, found, container)
    for path in shape.unread:
        for found in find(path):
            if found.data != () or found.rest:
                reason = f"{resource.spelled(path)} adds variables that the {container.dialect.whole} does not show"
                container.more.append((reason, "ask a live source"))


def _add_map(value: Value, container: Container) -> None:
    container.hide(value.rest, "further variables are not known")
    container.hide(value.unknown, "the variables are not known")
    for name, item in (value.map or {}).items():
        container.add(name, item.as_secret(value.secret))


def _items(value: Value, container: Container) -> Iterator[Value]:
    """The members of a list, or the only one where no list stands; what is neither map nor text is hidden."""
    container.hide(value.rest, "further variables are not known")
    container.hide(value.unknown, "the variables are not known")
    for item in value.list if value.list is not None else (value,) if value.map is not None else ():
        if item.map is not None or item.is_scalar:
            yield item.as_secret(value.secret)
        elif not item.removed:
            container.hide(hole(item) or Unknown("it is no record"), "a variable is not known")


def _add_assignments(value: Value, container: Container) -> None:
    for item in _items(value, container):
        if isinstance(item.data, str) and "=" in item.data:
            name, _, text = item.data.partition("=")
            container.add(name, Value(text, item.place, item.chain, item.secret))


def _add_records(shape: Variables, value: Value, container: Container) -> None:
    member = container.bound.resource.member
    for item in _items(value, container):
        counts = _matching(container, item, shape.where)
        if counts is False:
            continue
        name, said = member(item, shape.name), member(item, shape.value)
        elsewhere = _matching(container, item, shape.references_where) if shape.references_where else False
        if name is None or not name.is_scalar or counts is None:
            container.hide(hole(item) or Unknown("it has no name"), "the name of a variable is not known")
        elif elsewhere or any(_written(member(item, reference)) for reference in shape.references):
            container.refer(name, item)
        elif elsewhere is None:
            unseen = hole(item) or Unknown("it is not known where its value stands")
            container.add(name.text, Value(unseen, item.place), name)
        elif said is not None:
            container.add(name.text, said, name)
        elif item.rest is not None:
            container.hide(item.rest, f"the value of {name.text} is not known")


def _written(value: Value | None) -> bool:
    return value is not None and value.data not in ((), None)


def _matching(container: Container, record: Value, conditions: Mapping[str, str]) -> bool | None:
    """Whether members of a record match; None where that is not known."""
    known: bool | None = True
    for argument, pattern in conditions.items():
        said = container.bound.resource.member(record, argument)
        if said is not None and said.unknown:
            known = None
        elif said is None or not said.is_scalar or not re.fullmatch(pattern, said.text):
            return None if said is None and record.rest else False
    return known


def _add_elsewhere(shape: Variables, value: Value, container: Container) -> None:
    for item in _items(value, container):
        name = container.bound.resource.member(item, shape.name)
        if name is not None and name.is_scalar:
            container.refer(name, item)
        else:
            container.hide(Unknown("it is computed"), "the name of a variable is not known")
