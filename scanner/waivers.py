"""Waivers: deviations that somebody accepted, for one rule on one target, for one value, until a date.

A waiver never makes a failure a pass. It marks a failure as accepted while everything that was accepted still holds:
the same target and scope, the same value, the date not reached. Whatever else it meets leaves the finding open and says
why. What cannot be a considered decision (a wildcard, an approval of one's own request, no end) is refused on reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from scanner import document
from scanner.errors import UserError
from scanner.model import SERVER, Finding, Notice, Verdict, Waiver

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class WaiverEntry:
    """One accepted deviation."""

    __pydantic_config__ = FORBID
    id: str
    rule: str
    """The id of the rule, in full."""
    target: str
    """The id of the target, in full."""
    accepted_value: str | bool
    """The value that was accepted, as the report prints it; another value reopens the finding."""
    reason: str
    """Why the deviation is needed."""
    requested_by: str
    approved_by: str
    """Somebody else than who requested it."""
    expires: str
    """A date (until its end in UTC), or a time with its zone such as ``2026-06-30T18:00:00+02:00``."""
    scope: str = ""
    """Whose value it is, such as ``role=app``; the server's own when left out."""
    approved_on: str = ""
    compensating_measure: str = ""
    ticket: str = ""


@dataclass(frozen=True)
class WaiverFile:
    """The accepted deviations of a project."""

    __pydantic_config__ = FORBID
    waivers: list[WaiverEntry]


def load(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file. UserError with file and line for what cannot be a considered decision."""
    content, tree = document.read(path, WaiverFile)
    seen: set[str] = set()
    found = []
    for index, entry in enumerate(content.waivers):
        place = f"{tree.place}:{tree.line(('waivers', index))}"
        _check(entry, place)
        if entry.id in seen:
            raise UserError("this waiver stands twice", place=place, key=entry.id)
        seen.add(entry.id)
        found.append(_waiver(entry, place))
    return tuple(found)


def _waiver(entry: WaiverEntry, place: str) -> Waiver:
    value = entry.accepted_value
    return Waiver(
        id=entry.id,
        rule=entry.rule,
        target=entry.target,
        reason=entry.reason,
        approved_by=entry.approved_by,
        expires=entry.expires,
        accepted_value=str(value).lower() if isinstance(value, bool) else value,
        scope=entry.scope,
        requested_by=entry.requested_by,
        approved_on=entry.approved_on,
        compensating_measure=entry.compensating_measure,
        ticket=entry.ticket,
        place=place,
    )


def _check(entry: WaiverEntry, place: str) -> None:
    for key in ("id", "rule", "target", "reason", "requested_by", "approved_by", "expires"):
        if not str(getattr(entry, key)).strip():
            raise UserError("is empty", place=place, key=key)
    for key in ("rule", "target", "scope"):
        if re.search(r"[*?\[\]]", getattr(entry, key)):
            raise UserError("a waiver names one thing, so wildcards are refused", place=place, key=key)
    if _person(entry.requested_by) == _person(entry.approved_by):
        hint = "somebody else than who requested it must approve"
        raise UserError("nobody approves a request of their own", place=place, key="approved_by", hint=hint)
    end = _end(entry.expires, place, "expires")
    if entry.approved_on and _start(entry.approved_on, place) >= end:
        raise UserError("it ends before it was approved", place=place, key="expires")


def _person(name: str) -> str:
    return " ".join(name.casefold().split())


def _end(text: str, place: str, key: str) -> datetime:
    """The moment when a date or time is over: a date lasts until its end in UTC."""
    start = _start(text, place, key)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return start
    try:
        return start + timedelta(days=1)
    except OverflowError:
        raise UserError("has no day after it", place=place, key=key, allowed="a date that can come") from None


def _start(text: str, place: str, key: str = "approved_on") -> datetime:
    allowed = "2026-06-30, or a time with its zone such as 2026-06-30T18:00:00+02:00"
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise UserError("a time without its zone is not one moment", place=place, key=key, allowed=allowed)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError("is no date", place=place, key=key, allowed=allowed) from None


def accept(
    findings: Iterable[Finding], waivers: Sequence[Waiver], now: datetime
) -> tuple[tuple[Finding, ...], tuple[Notice, ...]]:
    """The findings with what is accepted marked, and a notice for every waiver that expired or that nothing uses."""
    by_place: dict[tuple[str, str, str], list[Waiver]] = {}
    for waiver in waivers:
        by_place.setdefault((waiver.rule, waiver.target, waiver.scope or SERVER), []).append(waiver)
    used: set[str] = set()
    found = []
    for finding in findings:
        named = by_place.get((finding.rule, finding.target, finding.scope), [])
        found.append(_accept(finding, named, used, now) if finding.verdict is Verdict.FAIL else finding)
    return tuple(found), tuple(notice for waiver in waivers for notice in _notices(waiver, used, found, now))


def _accept(finding: Finding, named: Sequence[Waiver], used: set[str], now: datetime) -> Finding:
    notes = []
    for waiver in named:
        refusal = _refusal(finding, waiver, now)
        if not refusal:
            used.add(waiver.id)
            return replace(finding, waiver=waiver.id, waiver_note="")
        notes.append(f"{waiver.id}: {refusal}")
    return replace(finding, waiver_note="; ".join(notes)) if notes else finding


def _refusal(finding: Finding, waiver: Waiver, now: datetime) -> str:
    """Why a waiver that names this failure does not accept it, or nothing."""
    if _end(waiver.expires, waiver.place, "expires") <= now:
        return f"expired on {waiver.expires}"
    if waiver.approved_on and _start(waiver.approved_on, waiver.place) > now:
        return f"approved only on {waiver.approved_on}"
    told = observed(finding)
    if not told:
        return "the value that fails cannot be told apart, so it cannot be accepted"
    other = [text for text in told if text != waiver.accepted_value]
    if other:
        return f"“{waiver.accepted_value}” was accepted, but the value is “{other[0]}”"
    return ""


_COUNT = re.compile(r"\d+ (entry|entries)")
_CUT = re.compile(r" and \d+ more$")


def observed(finding: Finding) -> tuple[str, ...]:
    """The texts that ``accepted_value`` must equal: every failing value, or for records the entries that offend."""
    told: dict[str, None] = {}
    for judgement in finding.judgements:
        if judgement.verdict is Verdict.FAIL:
            text = judgement.reason if _COUNT.fullmatch(judgement.text) else judgement.text
            if _CUT.search(text):
                return ()
            told[text] = None
    if not told and finding.peers:
        told[", ".join(finding.peers)] = None
    return tuple(told)


def _notices(waiver: Waiver, used: set[str], findings: Sequence[Finding], now: datetime) -> list[Notice]:
    if waiver.id in used:
        return []
    if _end(waiver.expires, waiver.place, "expires") <= now:
        return [Notice("expired waiver", f"{waiver.id} for {waiver.rule} expired on {waiver.expires}", waiver.place)]
    matching = [item for item in findings if (item.rule, item.target) == (waiver.rule, waiver.target)]
    scoped = [item for item in matching if item.scope == (waiver.scope or SERVER)]
    if not matching:
        why = f"no rule {waiver.rule} was held against {waiver.target} in this run"
    elif not scoped:
        why = f"{waiver.target} has no scope {waiver.scope or SERVER} for {waiver.rule}"
    elif scoped[0].verdict is Verdict.FAIL:
        taken = scoped[0].waiver
        why = f"{taken} accepts the same finding" if taken else _refusal(scoped[0], waiver, now)
    else:
        why = f"{waiver.rule} does not fail on {waiver.target}: {scoped[0].verdict}"
    return [Notice("unused waiver", f"{waiver.id}: {why}", waiver.place)]
