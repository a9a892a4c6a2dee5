"""The bound resources of one source, and the links between them.

Links are followed by reference first, so a name that only the deployment gives is no obstacle, and by name where the
source writes one out. A reference that may or may not hold is never taken for one that does.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

from scanner.bindings import Link
from scanner.infrastructure.conditions import applies
from scanner.infrastructure.dialect import Dialect
from scanner.infrastructure.resource import Bound, Linked, Unreadable
from scanner.infrastructure.values import Value, hole

PARTS = frozenset({"member", "attached"})


class World(ABC):
    """What a collector evaluated; it says which resources there are."""

    dialect: ClassVar[Dialect]

    @cached_property
    @abstractmethod
    def resources(self) -> dict[str, Bound]:
        """Every resource that an entry speaks of, by address."""

    def standing_at(self, address: str) -> list[Bound]:
        """The resource at an address; several where nothing tells them apart."""
        return [self.resources[address]] if address in self.resources else []

    def beside(self, bound: Bound) -> Sequence[Unreadable]:
        """What could not be read beside the declaration of a resource."""
        return ()

    def attachable(self, bound: Bound) -> bool:
        """Whether a resource of its own could add to this one."""
        return False

    @cached_property
    def targets(self) -> list[Bound]:
        """What is judged."""
        return [bound for bound in self.resources.values() if bound.binding.role == "target"]

    @cached_property
    def _belonging(self) -> dict[str, list[Bound]]:
        found: dict[str, list[Bound]] = defaultdict(list)
        for bound in self.resources.values():
            if bound.binding.of is not None and bound.binding.role in PARTS and not bound.doubt:
                owner = self.follow(bound, bound.binding.of).found
                if owner is not None:
                    found[owner.address].append(bound)
        return found

    def belonging_to(self, target: Bound, role: str) -> list[Bound]:
        """The members of a target, or what is attached to it."""
        return [bound for bound in self._belonging.get(target.address, []) if bound.binding.role == role]

    @cached_property
    def orphans(self) -> list[tuple[Bound, str]]:
        """Members and attachments of which the owner is not known, with the reason."""
        owned = {bound.address for group in self._belonging.values() for bound in group}
        found = []
        for bound in self.resources.values():
            link = bound.binding.of
            if link is not None and bound.binding.role in PARTS and bound.address not in owned:
                found.append((bound, self.follow(bound, link).problem or "it refers to nothing here"))
        return found

    def orphans_of(self, bound: Bound, roles: Iterable[str] = PARTS) -> list[tuple[Bound, str]]:
        """The orphans that may belong to a resource."""
        return [
            (orphan, problem)
            for orphan, problem in self.orphans
            if orphan.binding.role in roles and orphan.binding.of and bound.type in orphan.binding.of.types
        ]

    def follow(self, bound: Bound, link: Link) -> Linked:
        """The resource that an argument refers to."""
        value = bound.at(link.path)
        return Linked(ready=True) if value is None or value.data == "" else self.resolve(value, link, bound)

    def resolve(self, value: Value, link: Link, bound: Bound) -> Linked:
        """The resource that a value refers to, which stands in an argument of ``bound``."""
        label = bound.resource.spelled(link.path)
        known = [found for address in value.links for found in self.standing_at(address)]
        meant = [found for found in known if found.type in link.types]
        if len(meant) == 1:
            return Linked(meant[0])
        if meant:
            return Linked(problem=f"{label} can refer to several resources", remedy=self.dialect.choice)
        if value.secret:
            return Linked(problem=f"{label} is marked as sensitive", remedy="ask a live source")
        if value.is_scalar:
            return self._by_name(value.text, link)
        unseen = hole(value)
        reason = unseen.reason if unseen else "no text stands there"
        return Linked(problem=f"{label} is not known: {reason}", remedy=unseen.remedy if unseen else "")

    def _by_name(self, name: str, link: Link) -> Linked:
        if link.ready_made and re.fullmatch(link.ready_made, name):
            return Linked(ready=True)
        meant = [
            bound
            for bound in self.resources.values()
            if bound.type in link.types and any(_named(bound, argument, name) for argument in link.names)
        ]
        if len(meant) == 1:
            return Linked(meant[0])
        if meant:
            return Linked(problem=f"several resources are named “{name}”", remedy="refer to the one that is meant")
        return Linked(problem=f"“{name}” is not declared here", remedy="declare it here, or ask a live source")


def fitting(candidates: Iterable[Bound]) -> Bound | None:
    """The first entry that speaks of a resource; an earlier one that may, in another role, leaves a doubt."""
    doubt: Bound | None = None
    for bound in candidates:
        holds, reason = applies(bound.binding.when, bound)
        if holds:
            other = doubt is not None and doubt.binding.role != bound.binding.role
            return replace(bound, doubt=doubt.doubt) if doubt and other else bound
        if holds is None:
            doubt = doubt or replace(bound, doubt=reason)
    return doubt


def _named(bound: Bound, argument: str, name: str) -> bool:
    value = bound.at(argument)
    return value is not None and value.data == name
