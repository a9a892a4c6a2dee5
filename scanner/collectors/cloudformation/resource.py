"""One resource of a stack: where it stands, and what is written of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from scanner.collectors.cloudformation.intrinsics import evaluate, members
from scanner.collectors.cloudformation.scope import Budget, Scope
from scanner.collectors.cloudformation.template import Template
from scanner.document import Path_
from scanner.infrastructure.values import NOTHING, Value


@dataclass
class Shared:
    """What a stack and the stacks inside it share."""

    root: Path
    """The scanned directory; nothing outside it is read."""
    limit: int
    budget: Budget = field(default_factory=Budget)
    templates: dict[str, str] = field(default_factory=dict)
    """Digests of the templates that were read, by place."""
    hidden: list[tuple[str, str, str]] = field(default_factory=list)
    """Reason, remedy and place of what keeps a resource from being seen."""


class Holder(Protocol):
    """A stack, as its resources see it."""

    template: Template
    shared: Shared
    prefix: str
    depth: int

    def at(self, path: Path_) -> str: ...

    @property
    def scope(self) -> Scope: ...

    @property
    def macro(self) -> str:
        """The macro that may rewrite every resource; empty when there is none."""


@dataclass
class Resource:
    """One resource of a stack."""

    stack: Holder
    name: str
    type: str
    node: Mapping[str, Any]
    path: Path_
    scope: Scope
    uncertain: str = ""
    """Why it is not certain that it is there."""
    remedy: str = "give the parameters that its condition asks for"

    @property
    def address(self) -> str:
        return f"{self.stack.prefix}{self.name}"

    @property
    def place(self) -> str:
        return self.stack.at(self.path)

    @cached_property
    def properties(self) -> Value:
        """What is written of it, as a map."""
        given = self.node.get("Properties")
        if given is None:
            return Value({}, self.place)
        path = (*self.path, "Properties")
        return members(given, path, self.scope) if isinstance(given, dict) else evaluate(given, path, self.scope)

    def property(self, name: str) -> Value:
        """One property alone; nothing where it is not written."""
        given = self.node.get("Properties")
        if not isinstance(given, dict) or name not in given:
            return Value(NOTHING)
        return evaluate(given[name], (*self.path, "Properties", name), self.scope)
