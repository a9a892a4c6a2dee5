"""Which call shows what, loaded from ``baselines/aws/databases.yaml``: no code knows a field of AWS by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from scanner import document, resources
from scanner.model import TakesEffect

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class GroupNames:
    """Where an answer names the parameter groups in use."""

    __pydantic_config__ = FORBID
    name: str
    list: str
    """The entry of ``parameters`` that lists what such a group holds."""
    items: str = ""
    """Dotted path of the records (or the record) that name a group; empty when the answer itself does."""
    status: str = ""
    """Whether the group is in effect."""
    waiting: str = ""
    """Nodes that still run with old values."""
    node_type: str = ""
    """The field of the answer that decides values which depend on the size of a node."""


@dataclass(frozen=True)
class Members:
    """Where an answer names the nodes of a cluster."""

    __pydantic_config__ = FORBID
    items: str
    like: str
    """The entry of ``resources`` that a node is."""
    key: str = ""
    """The member that names a node; empty when a list of names stands there."""
    status: str = ""
    """Whether the group of the cluster is in effect on the node."""


@dataclass(frozen=True)
class PartOf:
    """Where an answer names the whole that the thing is a part of."""

    __pydantic_config__ = FORBID
    field: str
    like: str
    """The entry of ``resources`` that the whole is."""


@dataclass(frozen=True)
class Resource:
    """How a kind of thing is asked for, and how its answer reads as the arguments of a Terraform resource."""

    __pydantic_config__ = FORBID
    like: str
    """The Terraform type whose bindings hold."""
    what: str
    service: str
    operation: str
    items: str
    key: str
    arn: str
    names: dict[str, list[str]] = field(default_factory=dict)
    """Argument to the fields that say it."""
    unset: list[str] = field(default_factory=list)
    """Arguments that an answer leaves out where they are not set."""
    presence: dict[str, str] = field(default_factory=dict)
    """Setting to the field that says that a secret is set."""
    by: str = ""
    """The parameter that asks for one of them, where it is not named like ``key``."""
    part_of: PartOf | None = None
    """The whole that is looked at instead, where the thing is a part of one."""
    pending: str = ""
    """The field that holds what still waits."""
    pending_names: dict[str, list[str]] = field(default_factory=dict)
    groups: GroupNames | None = None
    members: Members | None = None
    settings_of_members: list[str] = field(default_factory=list)
    """Settings that the nodes tell, not the whole."""


@dataclass(frozen=True)
class Family:
    """How the family of a group is found."""

    __pydantic_config__ = FORBID
    operation: str
    items: str
    key: str
    field: str


@dataclass(frozen=True)
class EngineDefaults:
    """What the engine of a family does where a group holds no value."""

    __pydantic_config__ = FORBID
    operation: str
    by: str
    items: str


@dataclass(frozen=True)
class NodeTypes:
    """Parameters whose value depends on the type of a node."""

    __pydantic_config__ = FORBID
    items: str
    values: str
    type: str
    value: str


@dataclass(frozen=True)
class ParameterList:
    """How the parameters of a group are listed."""

    __pydantic_config__ = FORBID
    service: str
    operation: str
    by: str
    items: str
    name: str
    value: str
    arn: str
    family: Family
    source: str = ""
    """The member that tells who set a value; ``user`` is a person."""
    static: dict[str, str] = field(default_factory=dict)
    """A member and its text that say that every change waits for a reboot."""
    deferred: dict[str, str] = field(default_factory=dict)
    """A member and its text that say that the value a person set waits for a reboot."""
    defaults: EngineDefaults | None = None
    by_node_type: NodeTypes | None = None
    ready_made: str = ""
    """Start of the name of the platform's own groups, which show the defaults where no member tells them."""


@dataclass(frozen=True)
class UserList:
    """How users are listed."""

    __pydantic_config__ = FORBID
    operation: str
    items: str
    key: str
    name: str
    """The member under which people know a user."""
    like: str
    """The Terraform type whose bindings tell how a user gets in."""


@dataclass(frozen=True)
class UserGroup:
    """How the users of a group are found."""

    __pydantic_config__ = FORBID
    service: str
    operation: str
    items: str
    key: str
    members: str
    arn: str
    users: UserList


@dataclass(frozen=True)
class Status:
    """What the state of a group means for its parameters."""

    __pydantic_config__ = FORBID
    waits: Literal["", "static", "all"] = ""
    effect: TakesEffect = TakesEffect.NOW
    text: str = ""
    """What they wait for, before the name of the group."""


@dataclass(frozen=True)
class DatabasesFile:
    """Everything about the databases and caches of AWS."""

    __pydantic_config__ = FORBID
    resources: list[Resource]
    parameters: dict[str, ParameterList]
    user_groups: dict[str, UserGroup]
    """By the Terraform type that makes a group."""
    statuses: dict[str, Status]
    formula: str

    def resource(self, like: str) -> Resource:
        """The entry of a Terraform type."""
        return next(item for item in self.resources if item.like == like)

    def status(self, word: str) -> Status:
        """What a word means; one that is not listed means that everything waits."""
        told = self.statuses.get(word)
        return told or Status("all", TakesEffect.RESTART, f"its group, which is in the state {word[:60]}:")


@lru_cache(maxsize=1)
def shipped() -> DatabasesFile:
    """The table that comes with the scanner."""
    found, _ = document.read(resources.directory("baselines") / "aws" / "databases.yaml", DatabasesFile)
    return found
