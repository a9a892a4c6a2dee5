"""A resource of a root as the bindings' consumer knows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scanner.collectors.terraform import lifecycle, texts_in
from scanner.collectors.terraform.neutral import said, unknown
from scanner.collectors.terraform.resources import Instance, follow
from scanner.collectors.terraform.values import MAPPINGS, SEQUENCES, Hole, Value, find_hole
from scanner.infrastructure import values as plain


@dataclass(frozen=True)
class Spoken:
    """One instance. Implements ``scanner.infrastructure.resource.Resource``."""

    instance: Instance

    @property
    def address(self) -> str:
        return self.instance.address

    @property
    def type(self) -> str:
        return self.instance.type

    @property
    def place(self) -> str:
        return self.instance.place

    @property
    def uncertain(self) -> str:
        return self.instance.uncertain

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """Whether it is there, and how often."""
        return [(f"{self.address}: {self.uncertain}", self.instance.remedy)] if self.uncertain else []

    @property
    def rest(self) -> plain.Unknown | None:
        return None

    def all(self, path: str) -> list[plain.Value]:
        return [said(value) for value in self._follow(path)]

    def _follow(self, path: str) -> Iterable[Value]:
        first, *rest = path.split(".")
        return follow(self.instance.configured(first), tuple(rest))

    def opened(self, path: str) -> list[plain.Value]:
        found = []
        for value in self._follow(path):
            structure = value if value.kind in MAPPINGS | SEQUENCES else texts_in.structure(value)
            if structure is None:
                hole = find_hole(value) or Hole("it is neither JSON nor YAML")
                structure = replace(value, kind="unknown", data=hole)
            found.append(said(structure))
        return found

    def arguments(self, names: Iterable[str]) -> plain.Value:
        found = {name: self.instance.configured(name) for name in names}
        return plain.Value({name: said(value) for name, value in found.items() if value is not None}, self.place)

    def member(self, value: plain.Value, argument: str) -> plain.Value | None:
        return plain.member(value, argument)

    def spelled(self, path: str) -> str:
        return path

    def missing(self, path: str) -> plain.Value:
        """At the null in its place, or in the innermost block around it."""
        first, *rest = path.split(".")
        value, trail = self.instance.configured(first), None
        for step in rest:
            if value is not None and value.kind in SEQUENCES and len(value.data) == 1:
                value = value.data[0]
            if value is None or value.kind not in MAPPINGS:
                value = None
                break
            trail = value.trail or trail
            value = value.data.get(step)
        trail = (value.trail or trail) if value is not None and value.kind == "null" else trail
        if trail is None:
            return plain.Value(plain.NOTHING, self.place)
        return plain.Value(plain.NOTHING, trail.first(), trail.steps())

    def remark(self, paths: Iterable[str]) -> str:
        return lifecycle.note(self.instance, paths)

    def later(self, argument: str) -> plain.Unknown | None:
        hole = self.instance.computed(argument)
        return unknown(hole) if hole is not None else None

    def steps(self, value: plain.Value, name: str) -> tuple[str, ...]:
        return value.chain
