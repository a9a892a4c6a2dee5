"""Everything of some kinds that a region holds, with about as many calls as there are pages.

``scanner discover`` proposes targets from it; the source ``aws_account`` holds it against what is declared. The table
is data (``baselines/aws/account.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from scanner import bindings, document, resources
from scanner.collectors.aws import shapes
from scanner.collectors.aws.attributes import text, thing
from scanner.collectors.aws.pages import Item, Pages, at
from scanner.collectors.aws.refusals import Refusal
from scanner.collectors.aws.session import Cloud

FORBID = {"extra": "forbid", "use_attribute_docstrings": True}
APPLICATION = "fastapi"


@dataclass(frozen=True)
class DatabaseKind:
    """A kind of database or cache."""

    __pydantic_config__ = FORBID
    kind: str
    """The source that reads one of them."""
    field: str
    like: str
    label: str
    endpoint: list[str]


@dataclass(frozen=True)
class Within:
    """What has to be listed first, and the parameter and field that name one of them."""

    __pydantic_config__ = FORBID
    operation: str
    items: str
    parameter: str
    field: str


@dataclass(frozen=True)
class ApplicationKind:
    """A kind of thing that may run an application."""

    __pydantic_config__ = FORBID
    kind: str
    field: str
    label: str
    service: str
    operation: str
    items: str
    platform: str
    key: str = ""
    """The member that names one; empty where ARNs are listed."""
    arn: str = ""
    within: Within | None = None


@dataclass(frozen=True)
class AccountFile:
    """The table of kinds."""

    __pydantic_config__ = FORBID
    databases: list[DatabaseKind]
    applications: list[ApplicationKind]
    tags: list[str]


@dataclass(frozen=True)
class Found:
    """One thing that a region holds."""

    kind: str
    fields: Mapping[str, str]
    """What a source of this kind is to say of it."""
    name: str
    arn: str
    label: str
    component: str
    platform: str
    version: str = ""
    endpoint: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Listing:
    """What a region told of one kind; with a refusal, more may be there."""

    label: str
    kind: str
    found: list[Found] = field(default_factory=list)
    refusal: Refusal | None = None
    foreign: int = 0
    """Things of engines that the scanner does not know."""


@lru_cache(maxsize=1)
def shipped() -> AccountFile:
    """The table that comes with the scanner."""
    found, _ = document.read(resources.directory("baselines") / "aws" / "account.yaml", AccountFile)
    return found


def databases(cloud: Cloud, kinds: Sequence[str] = ()) -> list[Listing]:
    """The databases and caches of a region, all or of some kinds."""
    return [_database(cloud, item) for item in shipped().databases if not kinds or item.kind in kinds]


def applications(cloud: Cloud, kinds: Sequence[str] = ()) -> list[Listing]:
    """What may run an application in a region; whether it does, its variables tell when it is read."""
    return [_application(cloud, item) for item in shipped().applications if not kinds or item.kind in kinds]


def _database(cloud: Cloud, kind: DatabaseKind) -> Listing:
    spec = shapes.shipped().resource(kind.like)
    pages = cloud.ask(spec.service, spec.operation)
    listing = Listing(kind.label, kind.kind, refusal=pages.refusal)
    known = dict.fromkeys(entry.component for entry in bindings.shipped().of(kind.like))
    for item in pages.items(spec.items):
        if spec.part_of is not None and item.get(spec.part_of.field):
            continue
        seen = next((told for name in known if (told := thing(spec, item, name)).binding), thing(spec, item))
        if seen.binding is None or not seen.name:
            listing.foreign += 1
            continue
        version = seen.attributes.get("engine_version") or seen.attributes.get("major_engine_version") or ""
        endpoint = next((told for path in kind.endpoint if (told := at(item, path)) is not None), "")
        own = seen.binding
        listing.found.append(
            Found(
                kind.kind, {kind.field: seen.name}, seen.name, seen.arn, kind.label, own.component, own.platform,
                text(version)[:60], text(endpoint)[:200], _tags(item),
            )
        )  # fmt: skip
    return listing


def _application(cloud: Cloud, kind: ApplicationKind) -> Listing:
    listing = Listing(kind.label, kind.kind)
    for pages, more in _answers(cloud, kind):
        listing.refusal = listing.refusal or pages.refusal
        for item in _members(pages, kind.items):
            arn = text(item if isinstance(item, str) else item.get(kind.arn) or "")
            name = text(item.get(kind.key) or "") if isinstance(item, Mapping) else arn.rpartition("/")[2]
            fields = {kind.field: name, **more}
            found = Found(kind.kind, fields, name, arn, kind.label, APPLICATION, kind.platform)
            listing.found += [found] if name else []
    return listing


def _answers(cloud: Cloud, kind: ApplicationKind) -> Iterator[tuple[Pages, dict[str, str]]]:
    if kind.within is None:
        yield cloud.ask(kind.service, kind.operation), {}
        return
    outer = cloud.ask(kind.service, kind.within.operation)
    if outer.refusal is not None:
        yield Pages(refusal=outer.refusal), {}
    for arn in _members(outer, kind.within.items):
        asked = {kind.within.parameter: arn}
        yield cloud.ask(kind.service, kind.operation, **asked), {kind.within.field: text(arn).rpartition("/")[2]}


def _members(pages: Pages, path: str) -> Iterator[Any]:
    """Every member of a list in all pages, be it a record or a text."""
    for page in pages.pages:
        found = at(page, path)
        yield from found if isinstance(found, list) else ()


def _tags(item: Item) -> dict[str, str]:
    found = {}
    for member in shipped().tags:
        listed = item.get(member)
        for tag in listed if isinstance(listed, list) else ():
            if isinstance(tag, Mapping):
                found[text(tag.get("Key") or "")[:128]] = text(tag.get("Value") or "")[:256]
    return found
