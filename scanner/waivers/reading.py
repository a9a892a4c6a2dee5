"""Waiver files read into nouns; what cannot be a considered decision is refused by file, line and key."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import document
from scanner.errors import UserError
from scanner.model import Waiver
from scanner.readers.secrecy import holds_secret
from scanner.records import end, start
from scanner.waivers.shapes import WaiverEntry, WaiverFile

if TYPE_CHECKING:  # YAML is loaded where a file that people write is read
    from scanner.document import Tree

NEEDED = ("id", "rule", "target", "reason", "requested_by", "expires")
DATES = ("approved_on", "starts", "review_on")

_TOLD_OF_A_SECRET = re.compile(
    r"not set|cannot be known|empty|set \((literal|computed|reference|server)(, (strong|weak))?\)"
)
"""What reports say of a secret: the only words of it that a waiver may pin."""


def load(path: Path, on_secrets: Collection[str] = (), place: str = "") -> tuple[Waiver, ...]:
    """The waivers of a file; ``on_secrets`` are the rules whose setting is a secret. UserError with file and line."""
    return read(document.read_text(path, place or None), place or str(path), on_secrets)


def read(text: str, place: str, on_secrets: Collection[str] = ()) -> tuple[Waiver, ...]:
    """The waivers of a text."""
    found = document.trees(text, place)
    if len(found) != 1:
        raise UserError("the file is empty" if not found else "holds several documents", place=place)
    return _waivers(document.validate(found[0], WaiverFile), found[0], on_secrets)


def _waivers(content: WaiverFile, tree: Tree, on_secrets: Collection[str]) -> tuple[Waiver, ...]:
    seen: set[str] = set()
    found = []
    for index, entry in enumerate(content.waivers):
        place = f"{tree.place}:{tree.line(('waivers', index))}"
        _check(entry, place)
        _check_secrets(entry, place, on_secrets)
        if entry.id in seen:
            raise UserError("this waiver stands twice", place=place, key=entry.id)
        seen.add(entry.id)
        found.append(_waiver(entry, place))
    return tuple(found)


def _value(entry: WaiverEntry) -> str:
    value = entry.accepted_value
    return str(value).lower() if isinstance(value, bool) else value


def _waiver(entry: WaiverEntry, place: str) -> Waiver:
    return Waiver(
        id=entry.id,
        rule=entry.rule,
        target=entry.target,
        reason=entry.reason,
        approved_by=entry.approved_by,
        expires=entry.expires,
        accepted_value=_value(entry),
        scope=entry.scope,
        requested_by=entry.requested_by,
        approved_on=entry.approved_on,
        compensating_measure=entry.compensating_measure,
        ticket=entry.ticket,
        place=place,
        status=entry.status or ("approved" if entry.approved_by.strip() else "requested"),
        starts=entry.starts,
        approver_role=entry.approver_role,
        risk=entry.risk,
        review_on=entry.review_on,
    )


def _check(entry: WaiverEntry, place: str) -> None:
    for key in NEEDED:
        if not str(getattr(entry, key)).strip():
            raise UserError("is empty", place=place, key=key)
    for key in ("rule", "target", "scope"):
        # A Terraform target may end with its environment in brackets, so only what could match more is refused.
        if re.search(r"[*?]", getattr(entry, key)):
            raise UserError("a waiver names one thing, so wildcards are refused", place=place, key=key)
    _check_people(entry, place)
    over = end(entry.expires, place, "expires")
    for key in DATES:
        text = getattr(entry, key)
        if text and start(text, place, key) >= over:
            what = {"approved_on": "was approved", "starts": "begins"}.get(key, "is looked at")
            raise UserError(f"it ends before it {what}", place=place, key="expires")


def _check_people(entry: WaiverEntry, place: str) -> None:
    approver = _person(entry.approved_by)
    if entry.status == "approved" and not approver:
        raise UserError("it is approved, but by nobody", place=place, key="approved_by")
    if entry.status == "requested" and approver:
        allowed = "status: approved, or no approved_by"
        raise UserError("it has an approver and is only requested", place=place, key="status", allowed=allowed)
    if approver and approver == _person(entry.requested_by):
        hint = "somebody else than who requested it must approve"
        raise UserError("nobody approves a request of their own", place=place, key="approved_by", hint=hint)
    if approver and not entry.approved_on.strip():
        hint = "its longest life counts from there"
        raise UserError("an approval needs its date", place=place, key="approved_on", hint=hint)


def _person(name: str) -> str:
    return " ".join(name.casefold().split())


def _check_secrets(entry: WaiverEntry, place: str, on_secrets: Collection[str]) -> None:
    """A waiver is printed in every report, so it must not hold what no report may show."""
    for key in (*WaiverEntry.__dataclass_fields__,):
        if holds_secret(str(getattr(entry, key))):
            hint = "name where the secret stands instead; waivers are printed in every report"
            raise UserError("looks as if it held a secret", place=place, key=key, hint=hint)
    if entry.rule in on_secrets and not tells_no_secret(_value(entry)):
        allowed = "what the report says of it, such as “set (literal, weak)” or “not set”"
        raise UserError("may be the text of a secret", place=place, key="accepted_value", allowed=allowed)


def tells_no_secret(text: str, targets: Collection[str] = ()) -> bool:
    """Whether a value pinned for a secret is one of the words that reports have for it, or names targets only."""
    names = [part.strip() for part in text.split(",")]
    return bool(_TOLD_OF_A_SECRET.fullmatch(text)) or (bool(targets) and all(name in targets for name in names))
