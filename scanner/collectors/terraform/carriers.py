"""The environment variables that a resource hands to its containers, one container at a time.

One unknown variable leaves its neighbours known; a list that may go on leaves everything that was not seen unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from scanner.bindings import Variables
from scanner.collectors.terraform import contents, lifecycle, taken_over, texts_in, types
from scanner.collectors.terraform.resources import Instance, follow
from scanner.collectors.terraform.stack import Bound, Stack
from scanner.collectors.terraform.values import (
    MAPPINGS,
    PRIMITIVES,
    SEQUENCES,
    Hole,
    Trail,
    Value,
    deep_marks,
    find_hole,
)
from scanner.model import Content, Known, Present
from scanner.readers import environment
from scanner.readers.environment import SecretText, Variable
from scanner.readers.secrecy import looks_secret


@dataclass
class Container:
    """One container's variables, and why there may be more."""

    name: str
    variables: dict[str, Variable] = field(default_factory=dict)
    more: list[tuple[str, str]] = field(default_factory=list)
    paths: tuple[str, ...] = ()
    """The arguments that its variables stand in."""

    def hide(self, hole: Hole, what: str) -> None:
        self.more.append((f"{what}: {hole.reason}", hole.remedy or "give a plan, or ask a live source"))


def containers(stack: Stack, bound: Bound) -> tuple[list[Container], list[tuple[str, str]]]:
    """The containers of a resource, and what keeps others from being seen."""
    found: list[Container] = []
    hidden: list[tuple[str, str]] = []
    for entry in bound.binding.variables:
        if not entry.containers:
            whole = found[0] if found else Container("")
            whole.paths = (*whole.paths, entry.path)
            found = found or [whole]
            said = {name: bound.instance.configured(name) for name in _names(entry)}
            members = {name: value for name, value in said.items() if value}
            _take_over(stack, bound.instance, entry, members, whole)
            _read(bound.instance, entry, members, whole)
            continue
        names: list[str] = []
        for index, value in enumerate(_containers(bound.instance, entry, hidden, names)):
            name = value.data.get(entry.container_name)
            label = name.data if name is not None and name.kind == "string" else str(index)
            label = names[index] if names else label
            container = Container(label, paths=(entry.containers,))
            if value.rest is not None:
                container.hide(value.rest, "a container has members that are not known")
            members = {key: item.marked(value.marks) for key, item in value.data.items()}
            _take_over(stack, bound.instance, entry, members, container)
            _read(bound.instance, entry, members, container)
            found.append(container)
    if bound.binding.left_open:
        for container in found:
            container.more.append((f"{bound.address}: {bound.binding.left_open}", "ask a live source"))
    return found, hidden


def _names(entry: Variables) -> set[str]:
    taken = [item.path for item in entry.taken_over]
    return {path.partition(".")[0] for path in (entry.path, *entry.elsewhere, *entry.unread, *taken)}


def _take_over(
    stack: Stack, instance: Instance, entry: Variables, members: dict[str, Value], container: Container
) -> None:
    """What stands below the container's own variables; a map that is not known may replace those before it."""
    for found in taken_over.maps(stack, entry, members):
        if found.holder is not None:
            _add_map(found.holder, found.value, container)
            continue
        remedy = "declare it here, or ask a live source"
        container.variables = environment.replaceable(container.variables, found.problem, remedy)
        container.more.append((f"{instance.address} takes over variables that are not known: {found.problem}", remedy))


def _containers(
    instance: Instance, entry: Variables, hidden: list[tuple[str, str]], names: list[str]
) -> Iterator[Value]:
    """The containers of a resource; those of a map with their ``names``."""
    first, *rest = entry.containers.split(".")
    for value in follow(instance.configured(first), tuple(rest)):
        structure = value if value.kind in MAPPINGS | SEQUENCES else texts_in.structure(value)
        if structure is None:
            hole = find_hole(value) or Hole("it is neither JSON nor YAML")
            hidden.append((f"{entry.containers} is not known: {hole.reason}", hole.remedy or "give a plan"))
            continue
        if structure.rest is not None:
            hidden.append((f"further containers are not known: {structure.rest.reason}", "give a plan"))
        named = structure.kind in MAPPINGS and entry.container_name == "*"
        items = (
            structure.data.items()
            if named
            else enumerate(structure.data if structure.kind in SEQUENCES else [structure])
        )
        for key, item in items:
            if item.kind in MAPPINGS:
                names += [str(key)] if named else []
                trail = value.trail or Trail(instance.place)
                yield replace(item, trail=item.trail or trail)
            elif item.kind != "null":
                hidden.append(("a container is not known", "give a plan"))


def _read(instance: Instance, entry: Variables, members: dict[str, Value], container: Container) -> None:
    for value in _at(members, entry.path):
        if entry.form == "map" or (entry.form == "map or records" and value.kind in MAPPINGS):
            _add_map(instance, value, container)
        elif entry.form == "assignments":
            _add_assignments(instance, value, container)
        else:
            _add_records(instance, entry, value, container)
    for path in entry.elsewhere:
        for value in _at(members, path):
            _add_elsewhere(instance, entry, value, container)
    for path in entry.unread:
        if any(value.kind not in SEQUENCES or value.data or value.rest for value in _at(members, path)):
            container.more.append((f"{path} adds variables that the sources do not show", "ask a live source"))


def _at(members: dict[str, Value], path: str) -> list[Value]:
    """The values at a path; a list is kept whole."""
    first, *rest = path.split(".")
    found = [members[first]] if first in members else []
    for step in rest:
        found = list(found[0:0]) + [
            item for value in found for item in follow(value, (step,)) if item.kind != "null"
        ]  # fmt: skip
    return [value for value in found if value.kind != "null"]


def _add_map(instance: Instance, value: Value, container: Container) -> None:
    if value.rest is not None:
        container.hide(value.rest, "further variables are not known")
    if value.kind in MAPPINGS:
        for name, item in value.data.items():
            _add(instance, name, item.marked(value.marks), container)
    elif value.kind == "unknown":
        container.hide(value.data, "the variables are not known")


def _items(value: Value, container: Container) -> list[Value]:
    if value.rest is not None:
        container.hide(value.rest, "further variables are not known")
    if value.kind in SEQUENCES:
        known = [item.marked(value.marks) for item in value.data if item.kind in MAPPINGS or item.kind in PRIMITIVES]
        if len(known) < len(value.data):
            container.hide(find_hole(value) or Hole("a variable is not known"), "a variable is not known")
        return known
    if value.kind in MAPPINGS:
        return [value]
    if value.kind == "unknown":
        container.hide(value.data, "the variables are not known")
    return []


def _add_assignments(instance: Instance, value: Value, container: Container) -> None:
    for item in _items(value, container):
        if item.kind == "string" and "=" in item.data:
            name, _, text = item.data.partition("=")
            _add(instance, name, replace(item, data=text), container)


def _add_records(instance: Instance, entry: Variables, value: Value, container: Container) -> None:
    for item in _items(value, container):
        counts = _matching(item, entry.where)
        if counts is False:
            continue
        name = item.data.get(entry.name) if item.kind in MAPPINGS else None
        if name is None or name.kind != "string" or counts is None:
            container.hide(find_hole(item) or Hole("it has no name"), "the name of a variable is not known")
            continue
        content = item.data.get(entry.value)
        elsewhere = _matching(item, entry.references_where) if entry.references_where else False
        if any(_written(item.data.get(reference)) for reference in entry.references) or elsewhere:
            _add_reference(instance, name, container)
        elif elsewhere is None:
            hole = find_hole(item) or Hole("it is not known where its value stands")
            _add(instance, name.data, Value("unknown", hole), container, name.trail)
        elif content is not None:
            _add(instance, name.data, content.marked(item.marks), container, name.trail)


def _matching(record: Value, patterns: dict[str, str]) -> bool | None:
    """Whether the members of a record match; one that is left out does not, one that is not known may."""
    found = [record.data.get(member) if record.kind in MAPPINGS else None for member in patterns]
    if any(item is not None and item.kind == "unknown" for item in found):
        return None
    return all(
        item is not None and item.kind == "string" and bool(re.fullmatch(pattern, item.data))
        for item, pattern in zip(found, patterns.values(), strict=True)
    )


def _written(value: Value | None) -> bool:
    return value is not None and value.kind != "null" and not (value.kind in SEQUENCES and not value.data)


def _add_elsewhere(instance: Instance, entry: Variables, value: Value, container: Container) -> None:
    for item in _items(value, container):
        name = item.data.get(entry.name) if item.kind in MAPPINGS else None
        if name is not None and name.kind == "string":
            _add_reference(instance, name, container)
        else:
            container.hide(Hole("it is computed"), "the name of a variable is not known")


def _add_reference(instance: Instance, name: Value, container: Container) -> None:
    place = name.trail.first() if name.trail else instance.place
    container.variables[name.data] = Variable(name.data, Present("reference"), place)


def _add(instance: Instance, name: str, value: Value, container: Container, beside: Trail | None = None) -> None:
    trail = value.trail or beside
    place = (trail.first() if trail else "") or instance.place
    content = _content(name, value)
    if content is not None:
        remark = lifecycle.note(instance, container.paths)
        steps = (*(trail.steps() if trail else ()), *((remark,) if remark else ()))
        container.variables[name] = Variable(name, content, place, steps)


def _content(name: str, value: Value) -> Content | SecretText | None:
    if value.kind == "null":
        return None
    secret = looks_secret(name)
    hole = find_hole(value)
    if hole is not None:
        if secret and hole.computed:
            return Present("reference" if any("data." in link for link in value.links) else "computed")
        return contents.unresolved(hole, secret=secret or bool(deep_marks(value)))
    if value.kind not in PRIMITIVES:
        return contents.unresolved(Hole("a list or map stands where a text is expected"))
    text = types.as_text(value)
    if secret:
        return SecretText(text)
    return contents.HIDDEN if deep_marks(value) and value.kind != "bool" else Known(text)
