"""Which events of CloudTrail change what, loaded from ``baselines/aws/trail.yaml``, and one event as we read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from scanner import document, resources
from scanner.collectors.aws.pages import Item

FORBID = {"extra": "forbid", "use_attribute_docstrings": True}
LARGEST = 300_000
"""Characters of one event; CloudTrail itself cuts them at 256 KB."""
ALL = "resetallparameters"
"""The request parameter that says that a reset names no parameter and means every one."""


@dataclass(frozen=True)
class EventKind:
    """One event name, and where its request names the thing and what was changed of it."""

    __pydantic_config__ = FORBID
    name: str
    resource: str
    """The request parameter that names the thing."""
    source: str = ""
    """The service, where several have an event of this name."""
    parameters: str = ""
    """Dotted path of the list of what was changed; empty where the request parameters themselves are that."""
    key: str = ""
    """The member that names what was changed; empty where the list holds the names."""
    value: str = ""
    unsets: bool = False
    """It takes a value away."""
    whole: bool = False
    """The thing is the value: whatever changes it, changes the setting."""


@dataclass(frozen=True)
class ResourceKind:
    """A kind of thing, by its ARN."""

    __pydantic_config__ = FORBID
    arn: str
    what: str
    events: list[EventKind]


@dataclass(frozen=True)
class TrailFile:
    """The table of events."""

    __pydantic_config__ = FORBID
    window_days: int
    events_at_most: int
    resources: list[ResourceKind]


@lru_cache(maxsize=1)
def shipped() -> TrailFile:
    """The table that comes with the scanner."""
    found, _ = document.read(resources.directory("baselines") / "aws" / "trail.yaml", TrailFile)
    return found


@dataclass(frozen=True)
class Event:
    """A change that CloudTrail recorded and that did not fail."""

    id: str
    name: str
    at: datetime
    actor: str
    request: Mapping[str, Any]

    @property
    def time(self) -> str:
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    def names(self, kind: EventKind, thing: str) -> bool:
        """Whether the request is about a thing; some requests name it by its ARN."""
        told = str(_member(self.request, kind.resource) or "")
        return bool(told) and (told.lower() == thing.lower() or re.split(r"[:/]", told)[-1].lower() == thing.lower())

    def changes(self, kind: EventKind) -> dict[str, Any]:
        """Plain names of what was changed, with the value where the request tells it."""
        if not kind.parameters:
            return {plain(name): None for name in self.request}
        found: dict[str, Any] = {}
        for item in _flat(self.request, kind.parameters.split(".")):
            if isinstance(item, Mapping):
                found[plain(str(_member(item, kind.key)))] = _member(item, kind.value) if kind.value else None
            elif not kind.key:
                found[plain(str(item))] = None
        return found

    def everything(self, kind: EventKind) -> bool:
        """Whether the request changed all there is."""
        return kind.whole or any(plain(name) == ALL and value is True for name, value in self.request.items())


def plain(name: str) -> str:
    """A name in one spelling: ``deletionProtection`` and ``deletion_protection`` are one argument."""
    return name.replace("_", "").lower()


def read(item: Item, kind: EventKind) -> Event | None:
    """One record of ``LookupEvents``; None where it failed, is of another service, or cannot be read."""
    text, at = item.get("CloudTrailEvent"), item.get("EventTime")
    if not isinstance(text, str) or len(text) > LARGEST or not isinstance(at, datetime):
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    request = told.get("requestParameters") if isinstance(told, dict) else None
    if not isinstance(request, dict) or told.get("errorCode") or told.get("eventName") != kind.name:
        return None
    if kind.source and told.get("eventSource") != kind.source:
        return None
    actor = _actor(told.get("userIdentity"), str(item.get("Username") or ""))
    named = str(item.get("EventId") or told.get("eventID") or "")
    return Event(named[:80], kind.name, at if at.tzinfo else at.replace(tzinfo=UTC), actor, request)


def _actor(identity: Any, name: str) -> str:
    """Who asked: user, session of a role, root or a service, as the event has it; nothing else is concluded."""
    told = identity if isinstance(identity, dict) else {}
    arn, kind = str(told.get("arn") or ""), str(told.get("type") or "")
    role = re.fullmatch(r"arn:[\w-]+:sts::\d*:assumed-role/([^/]+)/(.+)", arn)
    if role:
        who = f"session {role[2]} of the role {role[1]} ({arn})"
    elif kind == "Root":
        who = f"the root user of account {told.get('accountId') or 'unknown'}"
    else:
        user = str(told.get("userName") or name)
        who = f"{user} ({arn})" if user and arn else user or arn or str(told.get("invokedBy") or "")
    through = str(told.get("invokedBy") or "")
    who += f", through {through}" if through and through != who else ""
    return "".join(letter for letter in who if letter.isprintable())[:300]


def _member(item: Mapping[str, Any], name: str) -> Any:
    """A member by its name, whatever its letters: events write ``dBParameterGroupName``."""
    return next((value for key, value in item.items() if plain(str(key)) == plain(name)), None)


def _flat(value: Any, path: list[str]) -> Iterator[Any]:
    """Everything at a path, through lists."""
    if isinstance(value, list):
        for item in value:
            yield from _flat(item, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping):
        yield from _flat(_member(value, path[0]), path[1:])
