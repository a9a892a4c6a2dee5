"""Server parameters: of the target itself, of what is attached to it, and of the groups in use.

A group says something only of the targets that are linked to it. What could add parameters and cannot be read is kept
as a reason, and hides every parameter that was not seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scanner.bindings import Binding
from scanner.collectors.terraform import contents, lifecycle, types
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.stack import Bound, Stack
from scanner.collectors.terraform.values import MAPPINGS, PRIMITIVES, SEQUENCES, Hole, Value, mapping
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

    found: dict[str, Parameter] = field(default_factory=dict)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    """Reason and remedy of each thing that may hold more."""
    doubtful: str = ""
    """Why those that were found may not be in use at all."""
    groups: list[Bound] = field(default_factory=list)

    def hide(self, hole: Hole, what: str) -> None:
        self.hidden.append((f"{what}: {hole.reason}", hole.remedy or "give a plan, or ask a live source"))


def of_target(stack: Stack, bound: Bound) -> Parameters:
    """The parameters of a target: its groups', then its own and the attached ones, which win."""
    result = of_groups(stack, bound)
    read(bound.instance, bound.binding, result)
    for other in stack.belonging_to(bound, "attached"):
        if other.instance.uncertain:
            result.hide(Hole(other.instance.uncertain), other.address)
        read(other.instance, other.binding, result)
    attachable = any(
        entry.role == "attached" and entry.of is not None and bound.instance.type in entry.of.types
        for entries in stack.bindings.by_type.values()
        for entry in entries
    )
    for unread in stack.problems_beside(bound) if attachable else ():
        result.hidden.append((f"{unread.place} cannot be read and could set parameters", "correct the file"))
    for orphan, problem in stack.orphans:
        link = orphan.binding.of
        if orphan.binding.role == "attached" and link and bound.instance.type in link.types:
            result.hidden.append((f"{orphan.address} may belong here: {problem}", "refer to the server that is meant"))
    return result


def of_groups(stack: Stack, bound: Bound) -> Parameters:
    """The parameters of the groups that a resource names."""
    result = Parameters()
    for link in bound.binding.groups:
        linked = stack.follow(bound.instance, link)
        if linked.found is not None:
            group = linked.found
            result.groups.append(group)
            read(group.instance, group.binding, result)
            if group.instance.uncertain and not bound.instance.uncertain:
                result.doubtful = f"whether {group.address} exists is not known: {group.instance.uncertain}"
        elif linked.problem and link.hides:
            remedy = linked.remedy or "give a plan, or ask a live source"
            result.hidden.append((f"the parameter group is not known: {linked.problem}", remedy))
    return result


def read(instance: Instance, binding: Binding, result: Parameters) -> None:
    """What one resource says of parameters."""
    for entry in binding.parameters:
        remark = lifecycle.note(instance, (entry.path or entry.value,))
        for record in _records(instance, entry.path, result):
            if not entry.name:
                _add_map(instance, record, result, remark)
                continue
            name, value = record.data.get(entry.name), record.data.get(entry.value)
            if name is None or name.kind not in PRIMITIVES:
                hole = name.data if name is not None and name.kind == "unknown" else Hole("it is not written")
                result.hide(hole, f"the name of a parameter of {instance.address} is not known")
                continue
            if value is None or value.kind == "null":
                continue
            apply = record.data.get(entry.apply) if entry.apply else None
            restart = apply is not None and apply.kind == "string" and apply.data in PENDING
            effect = TakesEffect.RESTART if restart else None
            text = types.as_text(name)
            result.found[text] = Parameter(text, value.marked(record.marks), instance.address, effect, remark)


def _records(instance: Instance, path: str, result: Parameters) -> Iterable[Value]:
    """The objects at a path; the resource itself when the path is empty."""
    if not path:
        members = {name: instance.configured(name) for name in instance.names}
        return [mapping({name: value for name, value in members.items() if value is not None})]
    first, *rest = path.split(".")
    found = [instance.configured(first)]
    for step in rest:
        inside = [item for value in found for item in _objects(value, instance, result)]
        found = [inner for item in inside for inner in (item.data.values() if step == "*" else (item.data.get(step),))]
    return [item for value in found for item in _objects(value, instance, result)]


def _objects(value: Value | None, instance: Instance, result: Parameters) -> list[Value]:
    if value is None or value.kind == "null":
        return []
    if value.rest is not None:
        result.hide(value.rest, f"further parameters of {instance.address} are not known")
    if value.kind in MAPPINGS:
        return [value]
    if value.kind in SEQUENCES:
        return [item for inner in value.data for item in _objects(inner, instance, result)]
    hole = value.data if value.kind == "unknown" else Hole(f"a {value.kind} stands there")
    result.hide(hole, f"parameters of {instance.address} are not known")
    return []


def _add_map(instance: Instance, record: Value, result: Parameters, remark: str) -> None:
    for name, value in record.data.items():
        if value.kind != "null":
            result.found[name] = Parameter(name, value.marked(record.marks), instance.address, note=remark)


def version_of(groups: Iterable[Bound]) -> contents.Found | None:
    """The major version that a group's family names."""
    for group in groups:
        source = group.binding.settings.get("server_version")
        value = contents.at(group.instance, source.path) if source else None
        if source is not None and value is not None:
            found = contents.translated(source, value)
            if found.content.kind == "known":
                return found
    return None


__all__ = ["Parameter", "Parameters", "of_groups", "of_target", "version_of"]
