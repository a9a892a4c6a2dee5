"""Targets for ``scanner.yaml``, from what a region of AWS holds and the sources that declare it.

A thing and a declaration are joined by the identifier that the source states. Where it states none, a tag or a name
that a resource's address bears is told as a hint for the reader and joins nothing. People accept what is proposed;
nothing here is scanned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scanner.catalogue import Catalogue
from scanner.collectors.aws.region import Found, Listing
from scanner.model import Target
from scanner.project import Project, SourceEntry, TargetEntry

ENVIRONMENT_TAGS = frozenset({"environment", "env", "stage"})
INFRASTRUCTURE = ("terraform", "cloudformation")


@dataclass(frozen=True)
class Declared:
    """A target that a source declares, with that source."""

    target: Target
    entry: SourceEntry
    place: str = ""

    @property
    def address(self) -> str:
        return next((value for label, value in self.target.labels if label in INFRASTRUCTURE), "")


@dataclass(frozen=True)
class Proposed:
    """A project to accept, and what is told beside it."""

    project: Project
    remarks: tuple[str, ...]


def propose(
    regions: Mapping[str, Sequence[Listing]],
    reach: Mapping[str, str],
    declared: Sequence[Declared],
    before: Project,
    catalogue: Catalogue,
) -> Proposed:
    """Targets for everything that was listed. ``reach`` holds the fields by which the account is reached."""
    targets: list[TargetEntry] = []
    remarks: list[str] = []
    used: set[str] = {entry.target.id for entry in before.targets}
    named = {(source.kind, name, str(value)) for entry in before.targets for source in entry.sources
             for name, value in source.fields.items()}  # fmt: skip
    for region, listings in regions.items():
        for item in (found for listing in listings for found in listing.found):
            if any((item.kind, name, value) in named for name, value in item.fields.items() if value == item.name):
                remarks.append(f"{item.label} {item.name} is in scanner.yaml already")
                continue
            owner = _owner(item, declared)
            if owner is None and item.component == "fastapi":
                remarks.append(f"{item.label} {item.name} may run an application; no source declares it as one")
                continue
            entry = _entry(item, owner, {"region": region, **reach}, used, catalogue)
            targets.append(entry)
            remarks.append(_remark(item, owner, declared))
    remarks += _unseen(regions, declared)
    surveys = _surveys(before, targets, regions, reach)
    return Proposed(replace(before, targets=(*before.targets, *targets), surveys=surveys), tuple(remarks))


def _owner(item: Found, declared: Sequence[Declared]) -> Declared | None:
    """The declaration that states the identifier; none where several do, in different environments say."""
    fitting = [one for one in declared if (item.label, item.name) in one.target.labels]
    return fitting[0] if len(fitting) == 1 else None


def _entry(
    item: Found, owner: Declared | None, reach: Mapping[str, str], used: set[str], catalogue: Catalogue
) -> TargetEntry:
    environment, told = _environment(item, owner, catalogue)
    name = item.name if item.name not in used else f"{item.name}-{reach['region']}"
    number = 2
    while name in used:
        name, number = f"{item.name}-{reach['region']}-{number}", number + 1
    used.add(name)
    sources = [_declared_source(owner)] if owner else []
    sources.append(SourceEntry(item.kind, {**item.fields, **reach}, name, environment=environment))
    labels = (("endpoint", item.endpoint),) if item.endpoint else ()
    target = Target(name, item.component, environment, told, item.platform, item.version, labels)
    return TargetEntry(target, tuple(sources))


def _environment(item: Found, owner: Declared | None, catalogue: Catalogue) -> tuple[str, str]:
    """The environment and how it is known."""
    if owner is not None and owner.target.environment:
        return owner.target.environment, f"as {owner.address} at {owner.place or owner.entry.label}"
    for key, value in item.tags.items():
        found = catalogue.environment(value) if key.lower() in ENVIRONMENT_TAGS else ""
        if found:
            return found, f"tag {key}; {'as declared' if owner else 'no source declares it'}"
    return "production", f"assumed, please check; {'declared' if owner else 'no source declares it'}"


def _declared_source(owner: Declared) -> SourceEntry:
    kept = {key: value for key, value in owner.entry.fields.items() if value not in (None, "", [], {}, ())}
    return replace(owner.entry, fields={"address": owner.address, **kept})


def _remark(item: Found, owner: Declared | None, declared: Sequence[Declared]) -> str:
    if owner is not None:
        return f"{item.label} {item.name} is declared as {owner.address}"
    several = [one.address for one in declared if (item.label, item.name) in one.target.labels]
    if several:
        return f"{item.label} {item.name} is declared more than once: {', '.join(several)}; say which it is"
    words = {item.name.lower(), *(value.lower() for value in item.tags.values())}
    hints = [one.address for one in declared if one.address and one.address.rpartition(".")[2].lower() in words]
    told = f"; by its name or a tag it may be {', '.join(hints)}, which states no such identifier" if hints else ""
    return f"{item.label} {item.name} is declared by no source{told}"


def _unseen(regions: Mapping[str, Sequence[Listing]], declared: Sequence[Declared]) -> Iterable[str]:
    """Declared things of kinds that were listed whole everywhere, and that none of the regions holds."""
    listings = [listing for found in regions.values() for listing in found]
    there = {(item.label, item.name) for listing in listings for item in listing.found}
    whole = {item.label for item in listings} - {item.label for item in listings if item.refusal is not None}
    for one in declared:
        for label in one.target.labels:
            if label[0] in whole and label not in there:
                yield f"{one.address} declares {label[0]} {label[1]}, which is in none of these regions"


def _surveys(
    before: Project, targets: Sequence[TargetEntry], regions: Mapping[str, Sequence[Listing]], reach: Mapping[str, str]
) -> tuple[SourceEntry, ...]:
    """The sources that find their own targets, with one for each region in each environment that was proposed."""
    known = {(entry.environment, str(entry.fields.get("region"))) for entry in before.surveys
             if entry.kind == "aws_account"}  # fmt: skip
    names = dict.fromkeys(entry.target.environment for entry in targets)
    added = [
        SourceEntry("aws_account", {"region": region, **reach}, region, environment=name, environment_from="discovered")
        for name in names
        for region in regions
        if (name, region) not in known
    ]
    return (*before.surveys, *added)
