"""What a binding says of the arguments of a resource: conditions, links, settings, parameters, ways of logging in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class Condition:
    """When an entry speaks of a resource: an argument's text must match."""

    __pydantic_config__ = FORBID
    path: str
    """Dotted path of the argument."""
    matches: str
    """Regular expression that the whole text must match, case ignored."""
    absent: Literal["yes", "no", "unknown"] = "unknown"
    """What holds when the argument is left out."""


@dataclass(frozen=True)
class Absence:
    """What holds when nothing is written, by documentation."""

    __pydantic_config__ = FORBID
    value: str | int | float | bool
    source: str
    """The documentation that states it."""
    versions: str = ""
    """Versions of the server for which it is stated, such as ``>=15``."""


@dataclass(frozen=True)
class Link:
    """A reference from one resource to another, followed by reference and else by name."""

    __pydantic_config__ = FORBID
    path: str
    """Dotted path of the argument that refers."""
    types: list[str]
    """Resource types that it can refer to."""
    names: list[str] = field(default_factory=lambda: ["name", "id"])
    """Arguments of the other resource whose text is its name."""
    ready_made: str = ""
    """Regular expression of names that the platform supplies, where nothing else is set."""
    ready_made_lets_in: list[str] = field(default_factory=list)
    """Users without a password in what the platform supplies under such a name."""
    hides: Literal["parameters", ""] = ""
    """What stays unseen when the other side is not in the sources."""


@dataclass(frozen=True)
class SettingSource:
    """Where a resource says a setting."""

    __pydantic_config__ = FORBID
    path: str = ""
    """Dotted path of an argument; nested blocks are entered, and so is what a text holds in JSON or YAML."""
    also: list[str] = field(default_factory=list)
    """Other names of the argument in other versions of the provider; the first one that is written counts."""
    any_set: list[str] = field(default_factory=list)
    """The setting is true when one of these arguments is set, false when none is."""
    any_true: str = ""
    """Path with ``*`` for every member of a map: true when one is true, false when all are written as false."""
    constant: str | int | bool | None = None
    """The platform always behaves so."""
    source: str = ""
    """The documentation of a ``constant``."""
    map: dict[str, str | int | bool] = field(default_factory=dict)
    """Source text (case ignored) to the setting's value; a text that is not listed is unresolved."""
    otherwise: str | int | bool | None = None
    """The value for a text that ``map`` does not list, such as the name of a resource of one's own."""
    parameter: str = ""
    """The setting is this server parameter of what is attached, read through ``map``."""
    pattern: str = ""
    """Regular expression of which the first group is the value."""
    absent: list[Absence] = field(default_factory=list)
    """Documented values for an argument that is left out; none: it is not set."""
    when: list[Condition] = field(default_factory=list)
    """Unless these hold, what the argument comes to is not known."""
    users_of: Link | None = None
    """The setting lists the users that need no password in the groups that this argument names."""
    inherits_from: list[str] = field(default_factory=list)
    """Arguments that make an absent value come from elsewhere, such as the source of a replica."""


@dataclass(frozen=True)
class Parameters:
    """Names and values of server parameters in a resource."""

    __pydantic_config__ = FORBID
    path: str = ""
    """Dotted path of the repeated block, or of a map; empty when the resource itself is one parameter."""
    name: str = ""
    """The member that holds the name; empty when ``path`` is a map of names."""
    value: str = "value"
    """The member that holds the value."""
    apply: str = ""
    """The member that says when a change takes effect."""


@dataclass(frozen=True)
class Login:
    """How a user gets in, where the conditions hold."""

    __pydantic_config__ = FORBID
    password: Literal["asked", "not asked", "cannot log in"]
    when: list[Condition] = field(default_factory=list)
    """All must hold; entries are tried in order."""
    any_set: list[str] = field(default_factory=list)
    """One of these arguments must be set."""
