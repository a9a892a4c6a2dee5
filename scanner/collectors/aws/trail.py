"""Who changed what AWS holds, as far as CloudTrail records it. Never a guess.

The event history is asked once for each event name, region and run, whatever the number of targets: two questions a
second are allowed, and a request always names its thing, while the history's own list of resources may not. An event
that names the thing and the setting, with the value that the platform holds now, is a record. One that names the thing
only, or another value, is told as likely and never as the author. What CloudTrail does not hold is "not recorded".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from scanner import bindings
from scanner.collectors import Context, Recorded
from scanner.collectors.aws import shapes
from scanner.collectors.aws.access import Access
from scanner.collectors.aws.events import Event, EventKind, ResourceKind, plain, read, shipped
from scanner.collectors.aws.session import Cloud
from scanner.model import Default, Known, Notice, Observation, Plane, Setting
from scanner.values import Malformed
from scanner.values import read as meaning_of

SERVICE, OPERATION = "cloudtrail", "LookupEvents"


@dataclass(frozen=True)
class _Told:
    """The events of a thing, newest first, each with the entry that reads it."""

    events: tuple[tuple[Event, EventKind], ...]
    cut: bool = False
    """More events of these names are there than were read."""


class _UnreadableError(Exception):
    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        super().__init__(notice.text)


def who(access: Access, context: Context, asked: Sequence[Observation], since: str) -> Recorded:
    """Whom CloudTrail names for the values of these observations."""
    cloud = Cloud(access, context)
    authors: dict[tuple[str, str], tuple[str, str]] = {}
    notices: dict[Notice, None] = {}
    for item in asked:
        kind, name = _kind(item.provenance.locator)
        setting = context.catalogue.setting(context.target.component, item.setting) if context.target else None
        if kind is None or setting is None or item.plane is not Plane.PROVISIONED:
            continue
        try:
            told = _told(cloud, context, kind, name)
        except _UnreadableError as unreadable:
            notices[unreadable.notice] = None
            authors[item.setting, item.scope] = ("not recorded: CloudTrail could not be read", "")
        else:
            authors[item.setting, item.scope] = _judged(told, item, setting, kind, name, since)
    return Recorded(authors, tuple(notices))


def _kind(locator: str) -> tuple[ResourceKind | None, str]:
    """What stands at an ARN, and its name."""
    for kind in shipped().resources:
        found = re.fullmatch(kind.arn, locator)
        if found:
            return kind, found["name"]
    return None, ""


def _told(cloud: Cloud, context: Context, kind: ResourceKind, name: str) -> _Told:
    now = datetime.fromisoformat(context.now.replace("Z", "+00:00")) if context.now else datetime.now(UTC)
    start = (now - timedelta(days=shipped().window_days)).replace(microsecond=0)
    found: list[tuple[Event, EventKind]] = []
    cut = False
    for event_kind in kind.events:
        events, full = context.shared.once(
            ("aws trail", cloud.access, cloud.region, repr(event_kind)), partial(_events, cloud, event_kind, start)
        )
        cut = cut or full
        found += [(event, event_kind) for event in events if event.names(event_kind, name)]
    return _Told(tuple(sorted(found, key=lambda item: item[0].at, reverse=True)), cut)


def _events(cloud: Cloud, kind: EventKind, start: datetime) -> tuple[list[Event], bool]:
    """The events of a name. Raises where they could not be read: then nothing can be said of who it was."""
    most = shipped().events_at_most
    pages = cloud.ask(
        SERVICE,
        OPERATION,
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": kind.name}],
        StartTime=start,
        PaginationConfig={"MaxItems": most},
    )
    if pages.refusal is not None:
        text = f"who changed what AWS holds is not known: {pages.refusal.reason}; {pages.refusal.remedy}"
        raise _UnreadableError(Notice("who", text, cloud.where))
    items = pages.items("Events")
    return [event for item in items if (event := read(item, kind)) is not None], len(items) >= most


def _judged(
    told: _Told, item: Observation, setting: Setting, kind: ResourceKind, name: str, since: str
) -> tuple[str, str]:
    """In words: whom a record names and the record, or why nobody is named."""
    names = _names(item, setting)
    for event, event_kind in told.events:
        changes = event.changes(event_kind)
        hits = names & changes.keys()
        if not hits and not event.everything(event_kind):
            continue
        undone = event_kind.unsets and isinstance(item.content, Known)
        if event.actor and not undone and all(_agrees(changes[hit], item, setting) for hit in hits):
            return event.actor, f"CloudTrail event {event.id} of {event.time}: {event.name}, recorded"
        return _likely(event, f"the newest event that names {item.setting} sets another value"), ""
    recent = [event for event, _ in told.events if not since or event.at >= datetime.fromisoformat(since)]
    if recent:
        return _likely(recent[0], f"it names the {kind.what} {name}, and not {item.setting}"), ""
    span = f"the newest {shipped().events_at_most} events" if told.cut else f"the last {shipped().window_days} days"
    return f"not recorded: CloudTrail holds no change of the {kind.what} {name} in {span}", ""


def _likely(event: Event, why: str) -> str:
    actor = event.actor or "a caller that is not told"
    return f"not recorded; likely {actor}, by {event.name} at {event.time}, CloudTrail event {event.id}: {why}"


def _agrees(value: Any, item: Observation, setting: Setting) -> bool:
    """Whether an event sets what the platform holds; one that does not tell its value does not contradict."""
    if value is None or setting.secret:
        return True
    if not isinstance(item.content, Known | Default):
        return False
    try:
        return meaning_of(setting, value).meaning == meaning_of(setting, item.content.raw).meaning
    except Malformed:
        return str(value) == str(item.content.raw)


def _names(item: Observation, setting: Setting) -> set[str]:
    """What a request may call a setting: the parameter's own names, and the arguments that bindings read it from."""
    aliases = (name for _, names in setting.aliases for name in names)
    return {plain(name) for name in (setting.name, *aliases, *_arguments(setting))}


def _arguments(setting: Setting) -> Iterable[str]:
    fields = {name: told for item in shapes.shipped().resources for name, told in item.names.items()}
    entries = (entry for kind, told in bindings.shipped().by_type.items() if kind.startswith("aws_") for entry in told)
    for entry in entries:
        source = entry.settings.get(setting.name)
        if source is not None and source.path and entry.component in {setting.component, ""}:
            yield source.path.rpartition(".")[2]
            yield from (field.rpartition(".")[2] for field in fields.get(source.path, ()))
