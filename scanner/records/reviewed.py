"""The last look at a baseline, and which components have another version since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from scanner.catalogue import Catalogue
from scanner.model import Absent, Approval, Content, Known, Review, Target, Unresolved
from scanner.records.moments import start
from scanner.values import version, version_within

VERSION = "server_version"
"""The setting by which components that have versions show theirs."""


def day(text: str) -> str:
    """The day in UTC of a date or time that was checked when it was read."""
    return start(text, "", "").date().isoformat() if text else ""


def last_review(record: Approval | None, today: str) -> Review | None:
    """The last review that has taken place; who approved has looked too. One that lies ahead is none yet."""
    if record is None:
        return None
    approval = Review(day(record.approved_on), record.approved_by, "approval", record.versions)
    found = [replace(item, on=day(item.on)) for item in record.reviews]
    found += [approval] if approval.on else []
    return max((item for item in found if item.on <= today), key=lambda item: item.on, default=None)


def changes(
    last: Review | None, users: Sequence[Target], asked: Collection[str], catalogue: Catalogue
) -> tuple[Content | None, str]:
    """Which components have another version than at the last review, and which were not seen in this run."""
    if last is None:
        return Absent(), ""
    versioned = [item for item in users if catalogue.setting(item.component, VERSION)]
    if not versioned:
        return None, ""
    if not last.versions:
        remedy = f"record `versions: {{{versioned[0].component}: …}}` with the review"
        return Unresolved(f"the review of {last.on} does not say which versions were in use", remedy), ""
    seen = [item for item in versioned if version_within(item.version, ">=0")]
    silent = [item.id for item in versioned if item not in seen and (item.version or item.id in asked)]
    unseen = [item.id for item in versioned if item not in seen and item.id not in silent]
    changed = [text for item in seen if (text := _change(item, dict(last.versions)))]
    note = f"not seen in this run: {', '.join(unseen)}" if unseen else ""
    if silent and not changed:
        remedy = "state the version of the target in scanner.yaml, or give a source that shows it"
        return Unresolved(f"the version of {', '.join(silent)} is not known", remedy), note
    return (Known(changed), note) if seen else (None, note)


def _change(target: Target, reviewed: Mapping[str, tuple[str, ...]]) -> str:
    """What changed in words; nothing where the version is one of the reviewed ones, as exactly as they were written."""
    known = reviewed.get(target.id) or reviewed.get(target.component)
    if not known:
        return f"{target.id} {target.version} (no version at the review)"
    if any(version_within(target.version, f"=={_numbers(text)}") for text in known):
        return ""
    return f"{target.id} {target.version} ({' or '.join(known)} at the review)"


def _numbers(text: str) -> str:
    """The numbers of a version that was checked when it was read: 17 of ``17beta2``."""
    return ".".join(str(part) for part in version(text))
