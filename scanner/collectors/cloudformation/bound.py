"""Resources with the entry that speaks of them, and the links between them.

Links are followed by reference first, so a name that only the deployment gives is no obstacle, and by name where the
template writes one out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from scanner import bindings as shipped
from scanner.bindings import Binding, Condition, Link
from scanner.collectors.cloudformation import translation
from scanner.collectors.cloudformation.stack import Resource, Stack
from scanner.collectors.cloudformation.translation import Entry
from scanner.collectors.cloudformation.values import Value, hole, text


@dataclass(frozen=True)
class Bound:
    """A resource with the entry that speaks of it; ``doubt`` when it is not certain that it does."""

    resource: Resource
    entry: Entry
    doubt: str = ""

    @property
    def binding(self) -> Binding:
        return self.entry.binding

    @property
    def kind(self) -> str:
        return self.entry.kind

    @property
    def address(self) -> str:
        return self.resource.address

    @property
    def place(self) -> str:
        return self.resource.place

    @property
    def uncertain(self) -> str:
        return self.resource.uncertain

    @cached_property
    def properties(self) -> Value:
        """The properties, over what the template says for all resources of the type."""
        own = self.resource.properties
        section = self.entry.translation.shared_section
        stack = self.resource.stack
        shared = stack.template.section("Globals").get(section) if section else None
        if not isinstance(shared, dict):
            return own
        from scanner.collectors.cloudformation.intrinsics import members

        return _over(members(shared, ("Globals", section), stack.scope), own)

    def all(self, path: str) -> list[Value]:
        """Everything at a dotted path of arguments; lists are entered."""
        found = [self.properties]
        for step in path.split("."):
            found = [item for value in found for item in self._step(value, step)]
        step = f"{self.address}.{self.spelled(path)}"
        return [item.through(step) if item.chain else item for item in found if not item.removed]

    def at(self, path: str) -> Value | None:
        """The first thing at a path; None where nothing is written there."""
        return next(iter(self.all(path)), None) if path else None

    def member(self, value: Value, argument: str) -> Value | None:
        """A member of a map by the name of its argument."""
        for name, item in (value.map or {}).items():
            if self.entry.argument(name) == argument or name == argument:
                return item.as_secret(value.secret)
        return None

    def _step(self, value: Value, step: str) -> Iterator[Value]:
        if value.list is not None:
            for item in value.list:
                yield from self._step(item, step)
        elif value.unknown:
            yield replace(value, data=replace(value.unknown, alternatives=()))
            return
        found = self.member(value, step)
        if found is not None:
            yield found
        elif value.rest is not None:
            yield Value(value.rest, value.place)

    def spelled(self, path: str) -> str:
        """A path of arguments as this template spells it, as far as it is written there."""
        words: list[str] = []
        current: Value | None = self.properties
        for step in path.split("."):
            while current is not None and current.list:
                current = current.list[0]
            written = current.map if current is not None and current.map is not None else {}
            name = next((name for name in written if self.entry.argument(name) == step), "")
            words.append(name or self.entry.property(step))
            current = written.get(name)
        return ".".join(words)


def _over(under: Value, over: Value) -> Value:
    """Two maps as one, member by member; the second wins."""
    if under.map is None or over.map is None:
        return over
    found = dict(under.map)
    for key, item in over.map.items():
        found[key] = _over(found[key], item) if key in found else item
    return Value(found, over.place, rest=over.rest or under.rest)


@dataclass(frozen=True)
class Linked:
    """The other side of a link: found, supplied by the platform (``ready``), or not known."""

    found: Bound | None = None
    ready: bool = False
    problem: str = ""
    remedy: str = ""


@dataclass
class World:
    """The bound resources of one template and the stacks inside it."""

    stack: Stack
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=lambda: translation.entries(shipped.shipped()))

    @cached_property
    def resources(self) -> dict[str, Bound]:
        """Every resource that an entry speaks of, by address."""
        found: dict[str, Bound] = {}
        for resource in self.stack.everything():
            bound = self._bind(resource)
            if bound is not None:
                found[resource.address] = bound
        return found

    def _bind(self, resource: Resource) -> Bound | None:
        doubt: Bound | None = None
        for entry in self.entries.get(resource.type, ()):
            bound = Bound(resource, entry)
            holds, reason = applies(entry.binding.when, bound)
            if holds:
                other = doubt is not None and doubt.binding.role != entry.binding.role
                return replace(bound, doubt=doubt.doubt) if doubt and other else bound
            if holds is None:
                doubt = doubt or replace(bound, doubt=reason)
        return doubt

    @cached_property
    def targets(self) -> list[Bound]:
        """What is judged."""
        return [bound for bound in self.resources.values() if bound.binding.role == "target"]

    @cached_property
    def _belonging(self) -> dict[str, list[Bound]]:
        found: dict[str, list[Bound]] = defaultdict(list)
        for bound in self.resources.values():
            if bound.binding.of is not None and not bound.doubt:
                owner = self.follow(bound, bound.binding.of).found
                if owner is not None:
                    found[owner.address].append(bound)
        return found

    def belonging_to(self, target: Bound, role: str) -> list[Bound]:
        """The members of a target, or what is attached to it."""
        return [bound for bound in self._belonging.get(target.address, []) if bound.binding.role == role]

    @cached_property
    def orphans(self) -> list[tuple[Bound, str]]:
        """Members of which the owner is not known."""
        owned = {bound.address for group in self._belonging.values() for bound in group}
        return [
            (bound, self.follow(bound, bound.binding.of).problem or "it refers to nothing here")
            for bound in self.resources.values()
            if bound.binding.of is not None and bound.address not in owned
        ]

    def follow(self, bound: Bound, link: Link) -> Linked:
        """The resource that a property refers to."""
        value = bound.at(link.path)
        return Linked(ready=True) if value is None or value.data == "" else self.resolve(value, link, bound)

    def resolve(self, value: Value, link: Link, bound: Bound) -> Linked:
        """The resource that a value refers to, which stands in the property of another."""
        label = bound.spelled(link.path)
        fitting = [self.resources[name] for name in value.links if name in self.resources]
        fitting = [bound for bound in fitting if bound.kind in link.types]
        if len(fitting) == 1:
            return Linked(fitting[0])
        if fitting:
            return Linked(problem=f"{label} can refer to several resources", remedy="give the parameters")
        if value.secret:
            return Linked(problem=f"{label} is secret", remedy="ask a live source")
        if value.is_scalar:
            return self._by_name(str(value.data), link)
        found = hole(value)
        reason = found.reason if found else "no text stands there"
        return Linked(problem=f"{label} is not known: {reason}", remedy=found.remedy if found else "")

    def _by_name(self, name: str, link: Link) -> Linked:
        if link.ready_made and re.fullmatch(link.ready_made, name):
            return Linked(ready=True)
        fitting = [
            bound
            for bound in self.resources.values()
            if bound.kind in link.types and any(_named(bound, argument, name) for argument in link.names)
        ]
        if len(fitting) == 1:
            return Linked(fitting[0])
        if fitting:
            return Linked(problem=f"several resources are named “{name}”", remedy="refer to the one that is meant")
        return Linked(problem=f"“{name}” is not declared here", remedy="declare it here, or ask a live source")


def _named(bound: Bound, argument: str, name: str) -> bool:
    value = bound.at(argument)
    return value is not None and value.data == name


def applies(conditions: list[Condition], bound: Bound) -> tuple[bool | None, str]:
    """Whether all conditions hold for a resource; None with the reason when that is not known."""
    doubt = ""
    for condition in conditions:
        value = bound.at(condition.path)
        if value is None:
            if condition.absent == "no":
                return False, ""
            doubt = doubt or (
                f"{bound.spelled(condition.path)} is not written" if condition.absent == "unknown" else ""
            )
            continue
        if value.links and condition.matches == ".+":
            continue
        if value.is_scalar:
            if not _matches(value.data, condition):
                return False, ""
            continue
        found = hole(value)
        options = found.alternatives if found and value.unknown else ()
        matches = [_matches(item, condition) for item in options]
        if matches and not any(matches):
            return False, ""
        if not matches or not all(matches):
            reason = found.reason if found else "no text stands there"
            doubt = doubt or f"{bound.spelled(condition.path)} is not known: {reason}"
    return (None, doubt) if doubt else (True, "")


def _matches(data: object, condition: Condition) -> bool:
    scalar = isinstance(data, str | int | float | bool)
    return scalar and bool(re.fullmatch(condition.matches, text(data), re.IGNORECASE))  # type: ignore[arg-type]
