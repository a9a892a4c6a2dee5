"""Parameters of a server: those of the groups that a resource names.

A group says something only of what is linked to it. What could add parameters and cannot be read is kept as a reason,
and hides every parameter that was not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.bindings import Parameters as Shape
from scanner.collectors.cloudformation import contents
from scanner.collectors.cloudformation.bound import Bound, World
from scanner.collectors.cloudformation.contents import Found
from scanner.collectors.cloudformation.values import Unknown, Value, text


@dataclass(frozen=True)
class Parameter:
    """A parameter as a resource says it."""

    name: str
    value: Value
    through: str


@dataclass
class Parameters:
    """All parameters that could be read, and why there may be others."""

    found: dict[str, Parameter] = field(default_factory=dict)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    """Reason and remedy of each thing that may hold more."""
    doubtful: str = ""
    """Why those that were found may not be in use at all."""
    groups: list[Bound] = field(default_factory=list)

    def hide(self, found: Unknown, what: str) -> None:
        self.hidden.append((f"{what}: {found.reason}", found.remedy or contents.REMEDY))


def of_groups(world: World, bound: Bound) -> Parameters:
    """The parameters of the groups that a resource names."""
    result = Parameters()
    for link in bound.binding.groups:
        linked = world.follow(bound, link)
        if linked.found is not None:
            result.groups.append(linked.found)
            _read(linked.found, result)
            if linked.found.uncertain and not bound.uncertain:
                result.doubtful = f"{linked.found.address}: {linked.found.uncertain}"
        elif linked.problem and link.hides:
            reason = f"the parameter group is not known: {linked.problem}"
            result.hidden.append((reason, linked.remedy or contents.REMEDY))
    return result


def _read(group: Bound, result: Parameters) -> None:
    for shape in group.binding.parameters:
        for value in group.all(shape.path):
            for name, item in _named(value, shape, group, result):
                result.found[name] = Parameter(name, item.as_secret(value.secret), group.address)
    if group.properties.rest is not None:
        result.hide(group.properties.rest, f"properties of {group.address} are not known")


def _named(value: Value, shape: Shape, group: Bound, result: Parameters) -> Iterator[tuple[str, Value]]:
    """Names and values: a map of them, or a list of records."""
    if value.rest is not None:
        result.hide(value.rest, f"further parameters of {group.address} are not known")
    if value.unknown:
        result.hide(value.unknown, f"parameters of {group.address} are not known")
    elif value.list is not None:
        for item in value.list:
            yield from _named(item, shape, group, result)
    elif value.map is None:
        result.hide(Unknown("no map stands there"), f"parameters of {group.address} are not known")
    elif not shape.name:
        yield from value.map.items()
    else:
        name, said = group.member(value, shape.name), group.member(value, shape.value)
        if name is not None and name.is_scalar and said is not None:
            yield text(name.data), said  # type: ignore[arg-type]
        elif said is not None:
            result.hide(Unknown("it is not written"), f"the name of a parameter of {group.address} is not known")


def version_of(groups: Iterable[Bound]) -> Found | None:
    """The major version that a group's family names."""
    for group in groups:
        source = group.binding.settings.get("server_version")
        value = group.at(source.path) if source else None
        if source is not None and value is not None:
            found = contents.translated(source, value)
            if found.content.kind == "known":
                return found
    return None
