"""Since when a failure is known and until when it is to be closed. Pure: the time is an argument.

The clock of a failure starts at the first known run that saw it and goes on while no run shows that it was closed: a
run that could not tell is no repair. An accepted failure has no due time of its own, since its waiver ends it; when the
waiver ends, the failure is as old as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scanner.model import Finding, Policy, ScanResult, Severity, Verdict

MAX_REMEMBERED = 20_000
"""Failures that a result remembers without having looked at them; the youngest are kept."""

_OPEN_QUESTION = frozenset({Verdict.UNKNOWN, Verdict.NOT_ASSESSED})
"""Verdicts that neither start the clock nor stop it."""


def aged(
    findings: Iterable[Finding], previous: ScanResult | None, policy: Policy, started: datetime
) -> tuple[Finding, ...]:
    """The findings with the time since which each is known to fail, and until which the open ones are to be closed."""
    since = _since(previous) if previous else {}
    hours = dict(policy.due_hours)
    return tuple(_aged(item, since.get(item.fingerprint, "") if since else "", hours, started) for item in findings)


def elsewhere(findings: Iterable[Finding], previous: ScanResult | None) -> tuple[tuple[str, str], ...]:
    """The failures of earlier runs that this run did not look at, so that a run of one target forgets no other."""
    if previous is None:
        return ()
    looked_at = {item.fingerprint for item in findings}
    known = _since(previous)
    kept = sorted((item for item in known.items() if item[0] not in looked_at), key=lambda item: item[1], reverse=True)
    return tuple(kept[:MAX_REMEMBERED])


def _since(previous: ScanResult) -> dict[str, str]:
    found = dict(previous.failing_elsewhere)
    for item in previous.findings:
        if item.verdict is Verdict.FAIL:
            found[item.fingerprint] = item.first_seen or previous.started
        elif item.verdict in _OPEN_QUESTION and item.first_seen:
            found[item.fingerprint] = item.first_seen
    return found


def _aged(finding: Finding, since: str, hours: dict[Severity, int], started: datetime) -> Finding:
    if finding.verdict is not Verdict.FAIL:
        known = since if finding.verdict in _OPEN_QUESTION else ""
        unchanged = finding.first_seen == known and not finding.due
        return finding if unchanged else replace(finding, first_seen=known, due="")
    begun = _earlier(since, started)
    due = "" if finding.accepted else _later(begun, hours[finding.severity])
    return replace(finding, first_seen=begun.isoformat(timespec="seconds"), due=due)


def _earlier(since: str, started: datetime) -> datetime:
    """When it was first seen; a time that cannot be read or that lies ahead is not believed."""
    found = _moment(since)
    return min(found, started) if found else started


def _later(begun: datetime, hours: int) -> str:
    try:
        return (begun + timedelta(hours=hours)).isoformat(timespec="seconds")
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC).isoformat(timespec="seconds")


def overdue(finding: Finding, now: str) -> bool:
    """Whether an open failure is past its due time."""
    due, moment = _moment(finding.due), _moment(now)
    is_open = finding.verdict is Verdict.FAIL and not finding.accepted
    return is_open and due is not None and moment is not None and due < moment


def late(result: ScanResult) -> int:
    """How many open failures were past their due time when the run started."""
    return sum(overdue(item, result.started) for item in result.findings)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
