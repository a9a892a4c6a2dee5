"""A root evaluated for one environment: every resource that a binding knows, and how they are linked.

Links are followed by reference first, so a computed name between two resources is no obstacle, and by name where the
source writes one out. A reference that may or may not hold is never taken for one that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from scanner.bindings import Binding, Bindings
from scanner.collectors.terraform import overlay, planned
from scanner.collectors.terraform.dialect import DIALECT
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.plan import Plan, unindexed
from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.source import Problem
from scanner.collectors.terraform.spoken import Spoken
from scanner.collectors.terraform.unread import UnreadModule
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.world import World, fitting


@dataclass
class Stack(World):
    """The bound resources of one root."""

    dialect = DIALECT
    root: ModuleInstance
    bindings: Bindings
    unread: list[UnreadModule] = field(default_factory=list)
    broken: list[Problem] = field(default_factory=list)
    explained: set[str] = field(default_factory=set)
    """Unread modules of which it is known what they would declare."""
    plan: Plan | None = None
    instances: dict[str, Instance] = field(default_factory=dict)
    """What the resources of the sources were evaluated as, by address."""
    others: list[tuple[Instance, list[str]]] = field(default_factory=list)
    """Servers that no entry speaks of, with the arguments that say so."""

    @cached_property
    def resources(self) -> dict[str, Bound]:
        found: dict[str, Bound] = {}
        instances = list(self._instances(self.root))
        if self.plan is not None:
            instances = planned.joined(self.plan, instances, self.root, self.unread, self.bindings)
            self.unread = [module for module in self.unread if not planned.covers(self.plan, module, self.root)]
        for instance in instances:
            entries = self.bindings.of(instance.type)
            bound = self._bind(instance, entries)
            if bound is not None:
                found[instance.address] = bound
                self.instances[instance.address] = instance
            else:
                servers = [item for item in entries if item.role == "target" and not item.variables]
                paths = [condition.path for entry in servers for condition in entry.when]
                self.others += [(instance, list(dict.fromkeys(paths)))] if paths else []
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
        return fitting(_candidates(instance, entries))

    def beside(self, bound: Bound) -> Sequence[Problem]:
        """What could not be read in the directory that declares a resource."""
        directory = bound.place.rpartition(":")[0].rpartition("/")[0]
        session = self.root.session
        return [found for found in session.problems.values() if found.file.rpartition("/")[0] == directory]

    def attachable(self, bound: Bound) -> bool:
        return any(
            entry.role == "attached" and entry.of is not None and bound.type in entry.of.types
            for entries in self.bindings.by_type.values()
            for entry in entries
        )

    def standing_at(self, address: str) -> list[Bound]:
        """The resource at an address; all of its instances where only a plan knows them apart."""
        if address in self.resources or self.plan is None:
            return [self.resources[address]] if address in self.resources else []
        return [bound for bound in self.resources.values() if unindexed(bound.address) == unindexed(address)]


def _candidates(instance: Instance, entries: tuple[Binding, ...]) -> Iterator[Bound]:
    for binding in entries:
        if binding.overlaid is not None:
            instance.supply(binding.overlaid.into, overlay.merged(instance, binding.overlaid))
        yield Bound(Spoken(instance), binding)
