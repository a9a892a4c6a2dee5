"""Server parameters: of the target itself, of what is attached to it, and of the groups in use.

A group says something only of the targets that are linked to it. What could add parameters and cannot be read is kept
as a reason, and hides every parameter that was not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.bindings import Parameters as Shape
from scanner.infrastructure import contents
from scanner.infrastructure.contents import Found
from scanner.infrastructure.dialect import Dialect
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.values import Unknown, Value
from scanner.infrastructure.world import World
from scanner.model import TakesEffect

PENDING = frozenset({"pending-reboot"})


@dataclass(frozen=True)
class Parameter:
    """A parameter as a resource says it."""

    name: str
    value: Value
    through: str
    takes_effect: TakesEffect | None = None
    note: str = ""


@dataclass
class Parameters:
    """All parameters that could be read, and why there may be others."""

    dialect: Dialect
    found: dict[str, Parameter] = field(default_factory=dict)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    """Reason and remedy of each thing that may hold more."""
    doubtful: str = ""
    """Why those that were found may not be in use at all."""
    groups: list[Bound] = field(default_factory=list)

    def hide(self, found: Unknown, what: str) -> None:
        self.hidden.append((f"{what}: {found.reason}", found.remedy or self.dialect.remedy))

    def read(self, bound: Bound) -> None:
        """Add what one resource says of parameters."""
        for shape in bound.binding.parameters:
            remark = bound.resource.remark((shape.path or shape.value,))
            for record in _records(bound, shape):
                for name, value, effect in self._named(record, shape, bound):
                    self.found[name] = Parameter(name, value, bound.address, effect, remark)
        if bound.resource.rest is not None:
            self.hide(bound.resource.rest, f"{self.dialect.parts} of {bound.address} are not known")

    def _named(
        self, value: Value, shape: Shape, bound: Bound
    ) -> Iterator[tuple[str, Value, TakesEffect | None]]:  # fmt: skip
        """Names and values: a map of them, or records in lists however deep."""
        if value.removed or value.data is None:
            return
        if value.rest is not None:
            self.hide(value.rest, f"further parameters of {bound.address} are not known")
        if value.unknown:
            self.hide(value.unknown, f"parameters of {bound.address} are not known")
        elif value.list is not None:
            for item in value.list:
                yield from self._named(item, shape, bound)
        elif value.map is None:
            self.hide(Unknown("no map stands there"), f"parameters of {bound.address} are not known")
        elif shape.name:
            yield from self._record(value, shape, bound)
        else:
            for name, item in value.map.items():
                if not item.removed:
                    yield name, item.as_secret(value.secret), None

    def _record(
        self, value: Value, shape: Shape, bound: Bound
    ) -> Iterator[tuple[str, Value, TakesEffect | None]]:  # fmt: skip
        member = bound.resource.member
        name, said = member(value, shape.name), member(value, shape.value)
        if name is None or not name.is_scalar:
            missing = (name.unknown if name is not None else None) or Unknown("it is not written")
            self.hide(missing, f"the name of a parameter of {bound.address} is not known")
        elif said is not None:
            apply = member(value, shape.apply) if shape.apply else None
            restart = apply is not None and apply.is_scalar and apply.text in PENDING
            yield name.text, said, TakesEffect.RESTART if restart else None


def _records(bound: Bound, shape: Shape) -> list[Value]:
    """What stands at the path; the resource itself where there is none."""
    if shape.path:
        return bound.resource.all(shape.path)
    return [bound.resource.arguments(name for name in (shape.name, shape.value, shape.apply) if name)]


def of_target(world: World, bound: Bound) -> Parameters:
    """The parameters of a target: its groups', then its own and the attached ones, which win."""
    result = of_groups(world, bound)
    if bound.binding.parameters:
        result.read(bound)
    for other in world.belonging_to(bound, "attached"):
        if other.uncertain:
            result.hide(Unknown(other.uncertain), other.address)
        result.read(other)
    for unread in world.beside(bound) if world.attachable(bound) else ():
        result.hidden.append((f"{unread.place} cannot be read and could set parameters", "correct the file"))
    for orphan, problem in world.orphans_of(bound, ("attached",)):
        result.hidden.append((f"{orphan.address} may belong here: {problem}", "refer to the server that is meant"))
    return result


def of_groups(world: World, bound: Bound) -> Parameters:
    """The parameters of the groups that a resource names."""
    result = Parameters(world.dialect)
    for link in bound.binding.groups:
        linked = world.follow(bound, link)
        if linked.found is not None:
            result.groups.append(linked.found)
            result.read(linked.found)
            if linked.found.uncertain and not bound.uncertain:
                result.doubtful = f"{linked.found.address}: {linked.found.uncertain}"
        elif linked.problem and link.hides:
            reason = f"the parameter group is not known: {linked.problem}"
            result.hidden.append((reason, linked.remedy or world.dialect.remedy))
    return result


def version_of(groups: Iterable[Bound], dialect: Dialect) -> Found | None:
    """The major version that a group's family names."""
    for group in groups:
        entry = group.binding.settings.get("server_version")
        value = group.at(entry.path) if entry else None
        if entry is not None and value is not None:
            found = contents.translated(entry, value, dialect)
            if found.content.kind == "known":
                return found
    return None
