"""The resources of a template, and of the stacks inside it, that an entry speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from scanner import bindings as shipped
from scanner.collectors.cloudformation import translation
from scanner.collectors.cloudformation.dialect import DIALECT
from scanner.collectors.cloudformation.spoken import Spoken
from scanner.collectors.cloudformation.stack import Resource, Stack
from scanner.collectors.cloudformation.translation import Entry
from scanner.infrastructure.conditions import applies
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.world import World


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
        doubt: Bound | None = None
        for entry in self.entries.get(resource.type, ()):
            bound = Bound(Spoken(resource, entry), entry.binding, left_open=entry.left_open)
            holds, reason = applies(entry.binding.when, bound)
            if holds:
                other = doubt is not None and doubt.binding.role != entry.binding.role
                return replace(bound, doubt=doubt.doubt) if doubt and other else bound
            if holds is None:
                doubt = doubt or replace(bound, doubt=reason)
        return doubt
