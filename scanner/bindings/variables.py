"""What a binding says of the environment variables that a resource hands to an application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from scanner.bindings.arguments import FORBID, Link


@dataclass(frozen=True)
class TakenOver:
    """Variables that a container takes over from a map of another resource."""

    __pydantic_config__ = FORBID
    path: str
    """Dotted path of the list of references, from the container."""
    link: Link
    """The other resource; its path starts at the reference."""
    data: list[str]
    """Dotted paths of the map in the other resource."""
    prefix: str = ""
    """The member of the reference that is put before every name."""


@dataclass(frozen=True)
class Overlaid:
    """What several texts and single values say together, the later over the earlier, such as the values of a chart."""

    __pydantic_config__ = FORBID
    into: str
    """The argument as which the whole can be asked for."""
    texts: str
    """Dotted path of the texts in YAML or JSON."""
    single: list[str] = field(default_factory=list)
    """Repeated blocks of a dotted name and a value, which win over the texts."""


@dataclass(frozen=True)
class Variables:
    """Environment variables of an application in a resource."""

    __pydantic_config__ = FORBID
    containers: str = ""
    """Dotted path of the list of containers, a text in JSON included; empty when the resource is the container."""
    container_name: str = ""
    """The member that names a container; ``*`` where the containers are a map by name."""
    path: str = ""
    """Dotted path of the variables, from the container."""
    form: Literal["map", "records", "assignments", "map or records"] = "map"
    """A map of names, a list of records, or a list of ``NAME=value``."""
    name: str = "name"
    value: str = "value"
    """The members of a record."""
    references: list[str] = field(default_factory=list)
    """Members of a record that say that the value stands elsewhere."""
    where: dict[str, str] = field(default_factory=dict)
    """Members of a record that must match, for it to be a variable at all."""
    references_where: dict[str, str] = field(default_factory=dict)
    """Members of a record that match where its value is the name of a place elsewhere."""
    elsewhere: list[str] = field(default_factory=list)
    """Dotted paths of further lists whose records have a name and a value that stands elsewhere."""
    unread: list[str] = field(default_factory=list)
    """Dotted paths that add variables which the sources do not show."""
    taken_over: list[TakenOver] = field(default_factory=list)
    """What stands below the variables: whole maps of other resources."""
