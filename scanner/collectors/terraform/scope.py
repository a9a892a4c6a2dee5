"""Where an expression stands, and what its evaluation may still cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from scanner.collectors.terraform.values import Value

MAX_STEPS = 500_000


class Module(Protocol):
    """What an expression needs of the module it stands in."""

    def root_name(self, root: str, name: str, scope: Scope, place: str) -> Value: ...

    def bare_name(self, name: str) -> Value: ...

    def data_source(self, kind: str, name: str, place: str) -> Value: ...

    def call(self, name: str, arguments: list[Value], scope: Scope, place: str) -> Value: ...


@dataclass
class Budget:
    """What one evaluation may cost before it gives up."""

    steps: int = field(default_factory=lambda: MAX_STEPS)
    depth: int = 0


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its module, its file, and the iterators around it."""

    module: Module
    budget: Budget
    file: str = ""
    names: dict[str, Value] = field(default_factory=dict)

    def with_names(self, names: dict[str, Value]) -> Scope:
        return Scope(self.module, self.budget, self.file, {**self.names, **names})

    def in_file(self, file: str) -> Scope:
        return self if file == self.file else replace(self, file=file)

    def place(self, line: int) -> str:
        return f"{self.file}:{line}" if self.file else ""
