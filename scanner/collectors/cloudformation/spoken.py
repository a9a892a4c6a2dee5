"""A resource of a template in the words of the bindings, which are Terraform's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scanner.collectors.cloudformation.dialect import REMEDY
from scanner.collectors.cloudformation.intrinsics import PROCESSED, TRANSFORM, members
from scanner.collectors.cloudformation.resource import Resource
from scanner.collectors.cloudformation.translation import Entry
from scanner.infrastructure.values import NOTHING, Unknown, Value, walk


@dataclass(frozen=True)
class Spoken:
    """A resource by one of the entries for its type. Implements ``scanner.infrastructure.resource.Resource``."""

    resource: Resource
    entry: Entry

    @property
    def address(self) -> str:
        return self.resource.address

    @property
    def type(self) -> str:
        return self.entry.kind

    @property
    def place(self) -> str:
        return self.resource.place

    @property
    def uncertain(self) -> str:
        return self.resource.uncertain

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """Its condition, properties that are not known, and macros that may rewrite it."""
        found = [(f"{self.address}: {self.uncertain}", self.resource.remedy)] if self.uncertain else []
        open_end = self.properties.unknown or self.properties.rest
        if open_end:
            reason = f"properties of {self.address} are not known: {open_end.reason}"
            found.append((reason, open_end.remedy or REMEDY))
        macro = self.resource.stack.macro or ("inside it" if TRANSFORM in self.resource.node else "")
        if macro:
            found.append((f"the macro {macro} may rewrite {self.address}", PROCESSED))
        return found

    @property
    def rest(self) -> Unknown | None:
        return self.properties.rest

    @cached_property
    def properties(self) -> Value:
        """The properties, over what the template says for all resources of the type."""
        own = self.resource.properties
        section = self.entry.translation.shared_section
        stack = self.resource.stack
        shared = stack.template.section("Globals").get(section) if section else None
        if not isinstance(shared, dict):
            return own
        return _over(members(shared, ("Globals", section), stack.scope), own)

    def all(self, path: str) -> list[Value]:
        step = f"{self.address}.{self.spelled(path)}"
        found = walk(self.properties, path.split("."), self.member)
        return [item.through(step) if item.chain else item for item in found if not item.removed]

    def opened(self, path: str) -> list[Value]:
        return self.all(path)

    def arguments(self, names: Iterable[str]) -> Value:
        return self.properties

    def member(self, value: Value, argument: str) -> Value | None:
        for name, item in (value.map or {}).items():
            if self.entry.argument(name) == argument or name == argument:
                return None if item.removed else item.as_secret(value.secret)
        return None

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

    def missing(self, path: str) -> Value:
        return Value(NOTHING, self.place)

    def remark(self, paths: Iterable[str]) -> str:
        return ""

    def later(self, argument: str) -> Unknown | None:
        return None

    def steps(self, value: Value, name: str) -> tuple[str, ...]:
        return (*value.chain, f"{self.address}: {name}") if value.chain else ()


def _over(under: Value, over: Value) -> Value:
    """Two maps as one, member by member; the second wins."""
    if under.map is None or over.map is None:
        return over
    found = dict(under.map)
    for key, item in over.map.items():
        found[key] = _over(found[key], item) if key in found else item
    return Value(found, over.place, rest=over.rest or under.rest)
