"""A module that is not on disk: it has an address and a source, and every question to it ends in a hole."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.collectors.terraform.source import Declaration
from scanner.collectors.terraform.values import Value, unknown


@dataclass(frozen=True)
class UnreadModule:
    """A module whose source is not on disk: all its outputs are holes."""

    address: str
    source: str
    declaration: Declaration

    def member(self, name: str) -> Value:
        found = unknown(f"{self.address} is not on disk ({self.source})", "run terraform init, or vendor the module")
        return replace(found, links=(self.address,))

    def index(self, key: Value) -> Value:
        return Value("lazy", self)

    def splat(self) -> Value | None:
        return Value("lazy", self)
