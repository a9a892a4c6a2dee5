"""What a name means where an expression stands: parameters, loop variables and the resources of one stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from scanner.document import Path_
from scanner.infrastructure.values import Value

MAX_STEPS = 400_000


class TooMuchError(Exception):
    """A template that grows beyond what is worked out."""


@dataclass
class Budget:
    """Steps left for one source, nested stacks included."""

    left: int = MAX_STEPS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooMuchError


class Names(Protocol):
    """A stack, as expressions see it."""

    @property
    def budget(self) -> Budget: ...

    def at(self, path: Path_) -> str: ...

    def reference(self, name: str, place: str) -> Value:
        """What ``Ref`` gives."""

    def attribute(self, name: str, attribute: str, place: str) -> Value:
        """What ``Fn::GetAtt`` gives."""

    def condition(self, name: str, place: str) -> Value:
        """Whether a condition holds."""

    def mapping(self, name: str) -> tuple[Mapping[str, object], Path_] | None:
        """A member of the section Mappings, and where it stands."""


@dataclass(frozen=True)
class Scope:
    """A stack and the loop variables in force."""

    stack: Names
    loops: Mapping[str, Value] = field(default_factory=dict)

    def looping(self, name: str, value: Value) -> Scope:
        return replace(self, loops={**self.loops, name: value})
