"""A resource as its language hands it over, and with the entry that speaks of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from scanner.bindings import Binding
from scanner.infrastructure.values import Unknown, Value


class Resource(Protocol):
    """An evaluated resource. Paths and names of arguments are those of the bindings."""

    @property
    def address(self) -> str: ...

    @property
    def type(self) -> str:
        """The type as the bindings know it."""

    @property
    def place(self) -> str:
        """Where it is declared."""

    @property
    def uncertain(self) -> str:
        """Why it is not certain that it is there."""

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """Reason and remedy of what makes everything uncertain that is said of it."""

    @property
    def rest(self) -> Unknown | None:
        """Why it may have arguments that were not seen."""

    def all(self, path: str) -> list[Value]:
        """Everything at a dotted path; lists are entered, and what is null or was taken away is left out."""

    def opened(self, path: str) -> list[Value]:
        """The lists and maps at a path, those that a text holds included; unknown where it holds none."""

    def arguments(self, names: Iterable[str]) -> Value:
        """At least these of its arguments, as a map."""

    def member(self, value: Value, argument: str) -> Value | None:
        """A member of a map by the name of its argument; None where nothing is written there."""

    def spelled(self, path: str) -> str:
        """A path as the source spells it."""

    def missing(self, path: str) -> Value:
        """Where an argument that is left out would stand, as a value that is nothing."""

    def remark(self, paths: Iterable[str]) -> str:
        """What there is to say of whatever stands at these paths, such as that nothing keeps it so."""

    def later(self, argument: str) -> Unknown | None:
        """Why an argument that is not written gets a value that only the deployment tells, where that is known."""

    def steps(self, value: Value, name: str) -> tuple[str, ...]:
        """How a value came to be the variable of this name."""


@dataclass(frozen=True)
class Bound:
    """A resource with the entry that speaks of it; ``doubt`` when it is not certain that it does."""

    resource: Resource
    binding: Binding
    doubt: str = ""
    left_open: Mapping[str, str] = field(default_factory=dict)
    """By setting, why an argument that is left out decides nothing."""
    unread: str = ""
    """The source of what it calls, where that is not at hand and only the call was read."""

    @property
    def address(self) -> str:
        return self.resource.address

    @property
    def type(self) -> str:
        return self.resource.type

    @property
    def place(self) -> str:
        return self.resource.place

    @property
    def uncertain(self) -> str:
        return self.resource.uncertain

    def at(self, path: str) -> Value | None:
        """The first thing at a dotted path; None where nothing is written there."""
        return next(iter(self.resource.all(path)), None) if path else None

    @property
    def through(self) -> str:
        """The step that all that is said of it went through."""
        return f"declared to {self.address}; the module's source was not read" if self.unread else ""


@dataclass(frozen=True)
class Linked:
    """The other side of a link: found, supplied by the platform (``ready``), nothing there, or not known."""

    found: Bound | None = None
    ready: bool = False
    problem: str = ""
    remedy: str = ""


class Unreadable(Protocol):
    """Something that could not be read."""

    @property
    def place(self) -> str: ...

    @property
    def overrides(self) -> bool:
        """Whether it could replace any argument of what stands beside it."""
