"""A root evaluated for one environment: every resource that a binding knows, and how they are linked.

Links are followed by reference first, so a computed name between two resources is no obstacle, and by name where the
source writes one out. A reference that may or may not hold is never taken for one that does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from scanner.bindings import Binding, Bindings, Condition, Link
from scanner.collectors.terraform import contents, overlay, planned, types
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.plan import Plan, unindexed
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.source import Problem
from scanner.collectors.terraform.unread import UnreadModule
from scanner.collectors.terraform.values import PRIMITIVES, WEAK, Value, find_hole


@dataclass(frozen=True)
class Bound:
    """A resource with the entry that speaks of it; ``doubt`` when it is not certain that it does."""

    instance: Instance
    binding: Binding
    doubt: str = ""
    unread: str = ""
    """The source of the module, when this is a call of one that is not on disk."""

    @property
    def address(self) -> str:
        return self.instance.address


@dataclass(frozen=True)
class Linked:
    """The other side of a link: found, supplied by the platform (``ready``), nothing there, or not known."""

    found: Bound | None = None
    ready: bool = False
    problem: str = ""
    remedy: str = ""


@dataclass
class Stack:
    """The bound resources of one root."""

    root: ModuleInstance
    bindings: Bindings
    unread: list[UnreadModule] = field(default_factory=list)
    broken: list[Problem] = field(default_factory=list)
    explained: set[str] = field(default_factory=set)
    """Unread modules of which it is known what they would declare."""
    plan: Plan | None = None

    @cached_property
    def resources(self) -> dict[str, Bound]:
        """Every resource that an entry speaks of, by address."""
        found: dict[str, Bound] = {}
        instances = list(self._instances(self.root))
        if self.plan is not None:
            instances = planned.joined(self.plan, instances, self.root, self.unread, self.bindings)
            self.unread = [module for module in self.unread if not planned.covers(self.plan, module, self.root)]
        for instance in instances:
            bound = self._bind(instance, self.bindings.of(instance.type))
            if bound is not None:
                found[instance.address] = bound
        for module in self.unread:
            entries = self.bindings.of_module(module.source)
            bound = self._bind(module.instance, entries)
            if bound is not None:
                found[module.address] = replace(bound, unread=module.source)
            if entries:
                self.explained.add(module.address)
        return found

    def _instances(self, module: ModuleInstance) -> Iterator[Instance]:
        for declaration in module.directory.of("resource"):
            if len(declaration.labels) == 2 and self.bindings.of(declaration.labels[0]):
                if declaration.problem:
                    self.broken.append(declaration.problem)
                yield from module.expansion("resource", *declaration.labels).instances
        for declaration in module.directory.of("module"):
            if declaration.problem:
                self.broken.append(declaration.problem)
        for child in module.children():
            if isinstance(child, UnreadModule):
                self.unread.append(child)
            else:
                yield from self._instances(child)

    def _bind(self, instance: Instance, entries: tuple[Binding, ...]) -> Bound | None:
        doubts = []
        for binding in entries:
            if binding.overlaid is not None:
                instance.supply(binding.overlaid.into, overlay.merged(instance, binding.overlaid))
            holds, reason = applies(binding.when, instance)
            if holds:
                return Bound(instance, binding)
            if holds is None:
                doubts.append(Bound(instance, binding, reason))
        return doubts[0] if doubts else None

    @cached_property
    def targets(self) -> list[Bound]:
        """What is judged."""
        return [bound for bound in self.resources.values() if bound.binding.role == "target"]

    @cached_property
    def _belonging(self) -> dict[str, list[Bound]]:
        found: dict[str, list[Bound]] = defaultdict(list)
        for bound in self.resources.values():
            if bound.binding.of is not None and bound.binding.role in {"member", "attached"} and not bound.doubt:
                owner = self.follow(bound.instance, bound.binding.of).found
                if owner is not None:
                    found[owner.address].append(bound)
        return found

    def belonging_to(self, target: Bound, role: str) -> list[Bound]:
        """The members of a target, or what is attached to it."""
        return [bound for bound in self._belonging.get(target.address, []) if bound.binding.role == role]

    def problems_beside(self, bound: Bound) -> list[Problem]:
        """What could not be read in the directory that declares a resource."""
        directory = bound.instance.declaration.file.rpartition("/")[0]
        session = self.root.session
        return [found for found in session.problems.values() if found.file.rpartition("/")[0] == directory]

    @cached_property
    def orphans(self) -> list[tuple[Bound, str]]:
        """Members and attachments of which the owner is not known."""
        owned = {bound.address for group in self._belonging.values() for bound in group}
        found = []
        for bound in self.resources.values():
            link = bound.binding.of
            if link is not None and bound.binding.role in {"member", "attached"} and bound.address not in owned:
                found.append((bound, self.follow(bound.instance, link).problem or "it refers to nothing here"))
        return found

    def follow(self, instance: Instance, link: Link) -> Linked:
        """The resource that an argument refers to."""
        value = contents.at(instance, link.path)
        if value is None or (value.kind == "string" and not value.data):
            return Linked(ready=True)
        return self.resolve(value, link)

    def resolve(self, value: Value, link: Link) -> Linked:
        """The resource that a value refers to."""
        strong = [name for name in value.links if not name.startswith(WEAK)]
        known = [bound for name in strong for bound in self._at(name)]
        fitting = [bound for bound in known if bound.instance.type in link.types]
        if len(fitting) == 1:
            return Linked(fitting[0])
        if len(fitting) > 1:
            return Linked(problem=f"{link.path} can refer to several resources", remedy="give a plan")
        if value.marks:
            return Linked(problem=f"{link.path} is marked as sensitive", remedy="ask a live source")
        if value.kind in PRIMITIVES:
            return self._by_name(types.as_text(value), link)
        hole = find_hole(value)
        reason = hole.reason if hole else f"a {value.kind} stands in {link.path}"
        return Linked(problem=f"{link.path} is not known: {reason}", remedy=hole.remedy if hole else "")

    def _at(self, address: str) -> list[Bound]:
        """The resource at an address; all of its instances where only a plan knows them apart."""
        if address in self.resources or self.plan is None:
            return [self.resources[address]] if address in self.resources else []
        return [bound for bound in self.resources.values() if unindexed(bound.address) == unindexed(address)]

    def _by_name(self, name: str, link: Link) -> Linked:
        if link.ready_made and re.fullmatch(link.ready_made, name):
            return Linked(ready=True)
        fitting = [
            bound
            for bound in self.resources.values()
            if bound.instance.type in link.types and any(_named(bound.instance, item, name) for item in link.names)
        ]
        if len(fitting) == 1:
            return Linked(fitting[0])
        if fitting:
            return Linked(problem=f"several resources are named “{name}”", remedy="refer to the one that is meant")
        return Linked(problem=f"“{name}” is not declared here", remedy="declare it here, or ask a live source")


def _named(instance: Instance, argument: str, name: str) -> bool:
    value = contents.at(instance, argument)
    return isinstance(value, Value) and value.kind == "string" and value.data == name


def applies(conditions: list[Condition], instance: Instance) -> tuple[bool | None, str]:
    """Whether all conditions hold for a resource; None with the reason when that is not known."""
    for condition in conditions:
        value = contents.at(instance, condition.path)
        if value is None:
            if condition.absent == "unknown":
                return None, f"{condition.path} is not written"
            if condition.absent == "no":
                return False, ""
            continue
        hole = find_hole(value)
        if hole is not None:
            matches = [_matches(item, condition.matches) for item in hole.alternatives]
            if matches and not any(matches):
                return False, ""
            if not matches or not all(matches):
                if value.links and condition.matches == ".+":
                    continue
                return None, f"{condition.path} is not known: {hole.reason}"
        elif not _matches(value, condition.matches):
            return False, ""
    return True, ""


def _matches(value: Value, pattern: str) -> bool:
    return value.kind in PRIMITIVES and bool(re.fullmatch(pattern, types.as_text(value), re.IGNORECASE))
