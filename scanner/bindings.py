"""Which resource of infrastructure as code says which setting: data, loaded from ``baselines/bindings``.

A binding names a resource type and what it is: a ``target`` to judge, a ``group`` of parameters or users that counts
only for the targets linked to it, a ``member`` of a target, something ``attached`` to one, or a ``user`` of a group. To
support a resource type, write an entry; no code knows any type by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from scanner import document, resources
from scanner.errors import UserError

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


@dataclass(frozen=True)
class Login:
    """How a user gets in, where the conditions hold."""

    __pydantic_config__ = FORBID
    password: Literal["asked", "not asked", "cannot log in"]
    when: list[Condition] = field(default_factory=list)
    """All must hold; entries are tried in order."""
    any_set: list[str] = field(default_factory=list)
    """One of these arguments must be set."""


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


@dataclass(frozen=True)
class Bindings:
    """All bindings by resource type."""

    by_type: dict[str, tuple[Binding, ...]]
    modules_without_targets: tuple[str, ...] = ()
    modules: tuple[Binding, ...] = ()
    cloudformation: tuple[Translation, ...] = ()

    def of(self, kind: str) -> tuple[Binding, ...]:
        """The entries of a resource type, in the order in which they are tried."""
        return self.by_type.get(kind, ())

    def of_module(self, source: str) -> tuple[Binding, ...]:
        """The entries of a module by its source, in the order in which they are tried."""
        name = module_name(source)
        return tuple(entry for entry in self.modules if re.fullmatch(entry.type, name))


_WAY = re.compile(r"^(?:git::)?(?:(?:https?|ssh|tfr)://+)?(?:[^/@]*@)?(?:(?:github\.com|registry\.terraform\.io)[/:])?")


def module_name(source: str) -> str:
    """A module's source without the way to it: registry and GitHub spellings, the version and ``.git`` cut off."""
    return re.sub(r"\.git$", "", _WAY.sub("", source.partition("?")[0]))


def load(paths: list[Path]) -> Bindings:
    """Bindings of several files. UserError with file and line."""
    found: dict[str, list[Binding]] = {}
    harmless: list[str] = []
    modules: list[Binding] = []
    translations: list[Translation] = []
    for path in paths:
        content, tree = document.read(path, BindingsFile)
        harmless += content.modules_without_targets
        modules += content.modules
        translations += content.cloudformation
        for index, entry in enumerate(content.resources):
            if entry.role in {"member", "attached"} and entry.of is None:
                place = f"{path}:{tree.line(('resources', index))}"
                raise UserError(f"a {entry.role} needs “of”", place=place, key=entry.type)
            found.setdefault(entry.type, []).append(entry)
    by_type = {kind: tuple(entries) for kind, entries in found.items()}
    return Bindings(by_type, tuple(harmless), tuple(modules), tuple(translations))


@lru_cache(maxsize=1)
def shipped() -> Bindings:
    """The bindings that come with the scanner."""
    return load(resources.files("baselines/bindings", ".yaml"))
