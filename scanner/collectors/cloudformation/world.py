"""The resources of a template, and of the stacks inside it, that an entry speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from scanner import bindings as shipped
from scanner.collectors.cloudformation import translation
from scanner.collectors.cloudformation.dialect import DIALECT
from scanner.collectors.cloudformation.resource import Resource
from scanner.collectors.cloudformation.spoken import Spoken
from scanner.collectors.cloudformation.stack import Stack
from scanner.collectors.cloudformation.translation import Entry
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.world import World, fitting


@dataclass
class Template(World):
    """The bound resources of one template and the stacks inside it."""

    dialect = DIALECT
    stack: Stack
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=lambda: translation.entries(shipped.shipped()))

    @cached_property
    def resources(self) -> dict[str, Bound]:
        found: dict[str, Bound] = {}
        for resource in self.stack.everything():
            bound = self._bind(resource)
            if bound is not None:
                found[resource.address] = bound
        return found

    def _bind(self, resource: Resource) -> Bound | None:
        entries = self.entries.get(resource.type, ())
        return fitting(Bound(Spoken(resource, item), item.binding, left_open=item.left_open) for item in entries)
