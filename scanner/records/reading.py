"""Records read into nouns, with every check that needs no catalogue; mistakes are told by file, line and key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.errors import UserError
from scanner.model import Approval, Policy, Review, Severity
from scanner.readers.secrecy import holds_secret
from scanner.records.moments import hours, interval_days, start
from scanner.records.shapes import ApprovalEntry, PolicySection, ReviewEntry, Versions
from scanner.values import Malformed, version

if TYPE_CHECKING:  # YAML is loaded where a file that people write is read
    from scanner.document import Path_, Tree

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")


def approvals(entries: Sequence[ApprovalEntry], tree: Tree, path: Path_ = ("approvals",)) -> tuple[Approval, ...]:
    """The approvals of a project. UserError for what is no record: no approver, no date, two of one version."""
    seen: set[tuple[str, str]] = set()
    found = []
    for index, entry in enumerate(entries):
        at = (*path, index)
        found.append(_approval(entry, tree, at))
        if (entry.baseline, entry.version) in seen:
            raise _mistake(tree, at, "", f"{entry.baseline} {entry.version} is approved twice")
        seen.add((entry.baseline, entry.version))
    return tuple(found)


def _approval(entry: ApprovalEntry, tree: Tree, at: Path_) -> Approval:
    for key in ("baseline", "version", "approved_by", "approved_on"):
        if not getattr(entry, key).strip():
            raise _mistake(tree, at, key, "is empty")
    _as_written(tree, (*at, "version"))
    for key in ("baseline", "version", "approved_by", "owner", "role"):
        plain(getattr(entry, key), tree, at, key)
    start(entry.approved_on, _place(tree, (*at, "approved_on")), "approved_on")
    check_interval(entry.review, tree, (*at, "review"))
    digest = _DIGEST.fullmatch(entry.digest)
    if entry.digest and not digest:
        raise _mistake(tree, at, "digest", "is no SHA-256", hint="`scanner baseline list` prints it")
    return Approval(
        entry.baseline,
        entry.version,
        entry.approved_by,
        entry.approved_on,
        digest[1].lower() if digest else "",
        entry.owner,
        entry.role,
        entry.review,
        versions(entry.versions, tree, (*at, "versions")),
        reviews(entry.reviews, tree, (*at, "reviews")),
        _place(tree, at),
    )


def reviews(entries: Sequence[ReviewEntry], tree: Tree, path: Path_) -> tuple[Review, ...]:
    """Reviews, the earliest first. UserError for one without a date, a reviewer or a reason."""
    found = []
    for index, entry in enumerate(entries):
        at = (*path, index)
        for key in ("on", "reviewer", "trigger"):
            if not getattr(entry, key).strip():
                raise _mistake(tree, at, key, "is empty")
            plain(getattr(entry, key), tree, at, key)
        moment = start(entry.on, _place(tree, (*at, "on")), "on")
        review = Review(entry.on, entry.reviewer, entry.trigger, versions(entry.versions, tree, (*at, "versions")))
        found.append((moment, review))
    return tuple(review for _, review in sorted(found, key=lambda item: item[0]))


def versions(given: Versions, tree: Tree, path: Path_) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Versions by component or target id. UserError for what is no version."""
    found = []
    for name, listed in given.items():
        _as_written(tree, (*path, name))
        texts = tuple(listed) if isinstance(listed, list) else (listed,)
        for text in texts:
            try:
                version(text)
            except Malformed as problem:
                raise _mistake(tree, path, name, str(problem)) from None
        found.append((name, texts))
    return tuple(found)


def _as_written(tree: Tree, path: Path_) -> None:
    """UserError for a number with a point where a version belongs: 7.10 is read as 7.1 without a word."""
    value = tree.value
    for part in path:
        value = value[part]
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, float):
            raise _mistake(tree, path, "", f"{item} may not be what was written", hint='put it in quotes, "7.10"')


def check_interval(text: str, tree: Tree, path: Path_) -> None:
    """UserError for words that are no interval between reviews; no words at all are left to the rules."""
    if text.strip():
        interval_days(text, _place(tree, path), ".".join(str(part) for part in path))


def policy(section: PolicySection, tree: Tree, path: Path_ = ("policy",)) -> Policy:
    """The limits of a project over the defaults. UserError for a length that is none."""
    default = Policy()
    due = {
        severity: hours(text, _place(tree, (*path, "due", severity.value)), f"policy.due.{severity}")
        for severity, text in section.due.items()
    }
    for severity, days in section.waiver_max_days.items():
        if not 0 < days <= 3660:
            raise _mistake(tree, (*path, "waiver_max_days"), severity.value, "is no number of days from 1 to 3660")
    return replace(
        default,
        due_hours=_over(default.due_hours, due),
        waiver_max_days=_over(default.waiver_max_days, section.waiver_max_days),
        scan_interval=section.scan_interval.strip(),
        scan_interval_hours=_interval(section.scan_interval, tree, path),
    )


def _interval(text: str, tree: Tree, path: Path_) -> int:
    place = _place(tree, (*path, "scan_interval"))
    return hours(text, place, "policy.scan_interval") if text.strip() else 0


def _over(default: tuple[tuple[Severity, int], ...], given: Mapping[Severity, int]) -> tuple[tuple[Severity, int], ...]:
    return tuple({**dict(default), **given}.items())


def plain(text: str, tree: Tree, at: Path_, key: str) -> None:
    """UserError for text that looks as if it held a secret: records are printed in every report."""
    if holds_secret(text):
        raise _mistake(tree, at, key, "looks as if it held a secret, and records are printed in every report")


def _place(tree: Tree, path: Path_) -> str:
    return f"{tree.place}:{tree.line(path)}"


def _mistake(tree: Tree, at: Path_, key: str, text: str, hint: str = "") -> UserError:
    path = (*at, key) if key else at
    name = ".".join(str(part) for part in path)
    return UserError(text, place=_place(tree, path), key=name, hint=hint)
