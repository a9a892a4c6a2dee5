"""A module that is not on disk: every question to it ends in a hole; only what it is called with can be read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.collectors.terraform.resources import Instance
from scanner.collectors.terraform.scope import Scope
from scanner.collectors.terraform.source import Declaration
from scanner.collectors.terraform.values import Value, unknown

REMEDY = "run terraform init so that .terraform/modules is there, or say by modules: where its source is"


@dataclass(frozen=True)
class UnreadModule:
    """A module whose source is not on disk: all its outputs are holes."""

    address: str
    source: str
    declaration: Declaration
    scope: Scope
    """Where the call stands, for its arguments."""
    uncertain: str = ""

    @property
    def instance(self) -> Instance:
        """The call read as a resource: its arguments are what is declared to the module."""
        return Instance(self.declaration, self.address, self.scope, uncertain=self.uncertain)

    def member(self, name: str) -> Value:
        found = unknown(f"{self.address} is not on disk ({self.source})", REMEDY)
        return replace(found, links=(self.address,))

    def index(self, key: Value) -> Value:
        return Value("lazy", self)

    def splat(self) -> Value | None:
        return Value("lazy", self)
