"""The entries of a file of bindings: one resource type, one translation of a type, one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from scanner.bindings.arguments import FORBID, Absence, Condition, Link, Login, Parameters, SettingSource
from scanner.bindings.variables import Overlaid, Variables


@dataclass(frozen=True)
class Binding:
    """What one resource type says."""

    __pydantic_config__ = FORBID
    type: str
    """The resource type, such as ``aws_db_instance``; of a module, a regular expression for its name."""
    role: Literal["target", "group", "member", "attached", "user"]
    component: str = ""
    platform: str = ""
    when: list[Condition] = field(default_factory=list)
    """All must hold; entries of one type are tried in order."""
    of: Link | None = None
    """For a member or something attached: what it belongs to."""
    groups: list[Link] = field(default_factory=list)
    """Parameter groups in use."""
    users: list[Link] = field(default_factory=list)
    """Users that a group, or something attached to one, lets in; those ready made ask for no password."""
    logins: list[Login] = field(default_factory=list)
    """How a user gets in."""
    settings: dict[str, SettingSource] = field(default_factory=dict)
    parameters: list[Parameters] = field(default_factory=list)
    variables: list[Variables] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    """Identifier by which other sources know the target, and the path of its argument."""
    overlaid: Overlaid | None = None
    left_open: str = ""
    """Why nothing follows from what is left out, such as a chart that has values of its own."""
    ignored_parameters: list[str] = field(default_factory=list)
    """Parameters of the platform that are no setting of the server."""


@dataclass(frozen=True)
class Translation:
    """How a resource type of CloudFormation is spoken for by the entries of a Terraform type.

    A property is the argument of the same name in other letters (``StorageEncrypted``, ``storage_encrypted``) unless
    ``names`` says otherwise. What CloudFormation says or documents in another way replaces that part of the entries.
    """

    __pydantic_config__ = FORBID
    type: str
    """The CloudFormation type, such as ``AWS::RDS::DBInstance``."""
    like: str
    """The Terraform type whose entries hold."""
    when: list[Condition] = field(default_factory=list)
    """All must hold besides the conditions of the entries; translations of one type are tried in order."""
    names: dict[str, str] = field(default_factory=dict)
    """Property to argument, where the letters differ."""
    parameters: list[Parameters] | None = None
    variables: list[Variables] | None = None
    absent: dict[str, list[Absence]] = field(default_factory=dict)
    """By setting, what CloudFormation documents for a property that is left out, in place of Terraform's word."""
    left_open: dict[str, str] = field(default_factory=dict)
    """By setting, why a property that is left out decides nothing."""
    shared_section: str = ""
    """The member of the template's ``Globals`` whose properties hold for every resource of this type."""


@dataclass(frozen=True)
class BindingsFile:
    """A file of bindings."""

    __pydantic_config__ = FORBID
    resources: list[Binding] = field(default_factory=list)
    modules: list[Binding] = field(default_factory=list)
    """What the arguments of well-known modules mean, for those that are not on disk."""
    modules_without_targets: list[str] = field(default_factory=list)
    """Regular expressions of module sources that are known to declare nothing to judge."""
    cloudformation: list[Translation] = field(default_factory=list)
    """The types of CloudFormation by those of Terraform."""
