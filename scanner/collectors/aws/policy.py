"""The smallest IAM policy for the AWS sources of a project, and what each statement of it opens.

The actions are data (``baselines/aws/policy.yaml``); a test holds them against the calls that the collectors make and
against the operations that botocore knows. What a statement opens follows from the bindings and the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from scanner import bindings, document, resources
from scanner.catalogue import Catalogue
from scanner.model import Setting

FORBID = {"extra": "forbid", "use_attribute_docstrings": True}
VERSION = "2012-10-17"


@dataclass(frozen=True)
class Opens:
    """What is not known without a statement."""

    __pydantic_config__ = FORBID
    arguments: list[str] = field(default_factory=list)
    """Terraform types whose bindings name the settings."""
    users: list[str] = field(default_factory=list)
    parameters: bool = False
    variables: bool = False
    words: str = ""


@dataclass(frozen=True)
class Narrowed:
    """The field of a source that narrows the resource."""

    __pydantic_config__ = FORBID
    field: str
    arn: str


@dataclass(frozen=True)
class StatementEntry:
    """Actions that open something together."""

    __pydantic_config__ = FORBID
    sid: str
    kinds: list[str]
    opens: Opens
    actions: list[str]
    resource: str = "*"
    resources_from: Narrowed | None = None


@dataclass(frozen=True)
class Never:
    """Actions that are refused."""

    __pydantic_config__ = FORBID
    sid: str
    actions: list[str]


@dataclass(frozen=True)
class PolicyFile:
    """The table of actions."""

    __pydantic_config__ = FORBID
    statements: list[StatementEntry]
    never: Never
    only_in_iam: list[str]
    discovery: list[str]


@dataclass(frozen=True)
class Statement:
    """One statement of a policy, and the settings it opens by component; ``words`` where it opens no setting."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    settings: frozenset[tuple[str, str]] = frozenset()
    """Component and name."""
    words: str = ""


Source = tuple[str, Mapping[str, object]]
"""A kind and the fields that scanner.yaml gives it."""


@lru_cache(maxsize=1)
def shipped() -> PolicyFile:
    """The table that comes with the scanner."""
    found, _ = document.read(resources.directory("baselines") / "aws" / "policy.yaml", PolicyFile)
    return found


def kinds() -> frozenset[str]:
    """The kinds of source that the table speaks of."""
    return frozenset(kind for entry in shipped().statements for kind in entry.kinds)


def statements(sources: Sequence[Source], catalogue: Catalogue) -> list[Statement]:
    """What these sources need: nothing for kinds or fields that none of them has."""
    asked = [source for source in sources if source[0] in kinds()]
    found = []
    for entry in shipped().statements if asked else ():
        own = [source for source in asked if source[0] in entry.kinds] if entry.kinds else asked
        places = _resources(entry, own)
        if own and places:
            settings = {setting for kind in {kind for kind, _ in own} for setting in _settings(entry, kind, catalogue)}
            found.append(
                Statement(entry.sid, tuple(entry.actions), places, frozenset(settings), entry.opens.words)
            )  # fmt: skip
    return found


def policy(sources: Sequence[Source], catalogue: Catalogue) -> dict[str, Any]:
    """The policy as IAM takes it."""
    allowed: list[dict[str, Any]] = [
        {"Sid": item.sid, "Effect": "Allow", "Action": list(item.actions), "Resource": _one(item.resources)}
        for item in statements(sources, catalogue)
    ]
    never = shipped().never
    denied = {"Sid": never.sid, "Effect": "Deny", "Action": list(never.actions), "Resource": "*"}
    roles = tuple(dict.fromkeys(str(fields["role_arn"]) for _, fields in sources if fields.get("role_arn")))
    if roles:
        step = {"Sid": "StepIntoRoles", "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": _one(roles)}
        allowed.append(step)
    return {"Version": VERSION, "Statement": [*allowed, denied]}


def _one(texts: Sequence[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else list(texts)


def _resources(entry: StatementEntry, sources: Iterable[Source]) -> tuple[str, ...]:
    """The ARNs of a statement; none where it is of a field that no source has."""
    found: dict[str, None] = {}
    for _, fields in sources:
        region = str(fields.get("region") or "*")
        words = {"region": region, "partition": _partition(region)}
        if entry.resources_from is None:
            found[entry.resource.format(**words)] = None
            continue
        given = fields.get(entry.resources_from.field)
        for value in given if isinstance(given, list | tuple) else [given] if given else ():
            told = str(value).strip("/")
            own = told if told.startswith("arn:") else entry.resources_from.arn.format(**words, value=told)
            found[own] = None
    return tuple(found)


def _partition(region: str) -> str:
    """The partition of a region, by the way its name begins."""
    known = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for start, name in known.items() if region.startswith(f"{start}-")), "aws")


def _settings(entry: StatementEntry, kind: str, catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    """The settings that a statement opens to a kind of source, what follows from them included."""
    shown = [item for item in catalogue.settings.values() if any(name == kind for name, _ in item.shown_by)]
    arguments, users = _bound(entry.opens.arguments), _bound(entry.opens.users, users=True)
    other = _bound([name for told in shipped().statements if kind in told.kinds for name in told.opens.arguments])
    other |= _bound([name for told in shipped().statements if kind in told.kinds for name in told.opens.users], True)
    opened = {
        (item.component, item.name)
        for item in shown
        if entry.opens.variables
        or item.name in arguments | users
        or (entry.opens.parameters and item.name not in other and item.derived is None)
    }
    return opened | {(item.component, item.name) for item in shown if _follows(item, opened)}


def _follows(setting: Setting, opened: set[tuple[str, str]]) -> bool:
    return setting.derived is not None and any((setting.component, name) in opened for name in setting.derived.inputs)


def _bound(types: Iterable[str], users: bool = False) -> set[str]:
    """The settings that these Terraform types say themselves."""
    return {
        name
        for kind in types
        for entry in bindings.shipped().of(kind)
        for name, source in entry.settings.items()
        if (source.users_of is not None if users else source.path and source.path != "parameter")
    }
