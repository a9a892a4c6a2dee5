"""Figures over a row of runs: what is open and accepted by age, how long until changes are seen and failures closed.

Every mean stands beside its count. The time to detect is an upper bound: a change happened somewhere between the last
run that saw the old value and the first that saw the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scanner.history.nouns import Change, Class, Episode
from scanner.model import Severity

AGES: tuple[tuple[str, timedelta], ...] = (
    ("under 1 day", timedelta(days=1)),
    ("1 to 7 days", timedelta(days=7)),
    ("7 to 30 days", timedelta(days=30)),
    ("30 to 90 days", timedelta(days=90)),
    ("over 90 days", timedelta.max),
)


@dataclass(frozen=True)
class Mean:
    """A mean duration in seconds beside how many it is the mean of."""

    count: int = 0
    seconds: float = 0.0
    longest: float = 0.0


@dataclass(frozen=True)
class Metrics:
    """The figures at one moment."""

    open_by_age: tuple[tuple[str, int], ...]
    accepted_by_age: tuple[tuple[str, int], ...]
    open_by_severity: tuple[tuple[Severity, int], ...]
    overdue: int
    opened: int
    closed: int
    time_to_detect: Mean
    """Of changes: from the last run that saw the old value to the first that saw the new one; an upper bound."""
    time_to_restore: Mean
    """Of failures that were closed by a pass: from the run that first saw them to the one that saw them pass."""
    changes_by_class: tuple[tuple[Class, int], ...]
    changes_open: int


def metrics(episodes: Sequence[Episode], changes: Sequence[Change], now: datetime) -> Metrics:
    """The figures at ``now``, of everything that was seen until then."""
    standing = [item for item in episodes if item.open]
    failing = [item for item in standing if not item.accepted]
    return Metrics(
        open_by_age=_ages(failing, now),
        accepted_by_age=_ages([item for item in standing if item.accepted], now),
        open_by_severity=tuple(
            (severity, sum(item.severity is severity for item in failing)) for severity in reversed(Severity)
        ),
        overdue=sum(bool(item.due) and moment(item.due) <= now for item in failing),
        opened=len(episodes),
        closed=len(episodes) - len(standing),
        time_to_detect=_mean(moment(item.first_seen) - moment(item.last_seen) for item in changes),
        time_to_restore=_mean(
            moment(item.closed_at) - moment(item.opened_at) for item in episodes if item.closed_by == "pass"
        ),
        changes_by_class=tuple((kind, sum(item.kind is kind for item in changes)) for kind in Class),
        changes_open=sum(item.open for item in changes),
    )


def moment(text: str) -> datetime:
    """An ISO 8601 time that the program wrote; one without a zone is UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _ages(episodes: Iterable[Episode], now: datetime) -> tuple[tuple[str, int], ...]:
    counts = dict.fromkeys((name for name, _ in AGES), 0)
    for item in episodes:
        age = now - moment(item.opened_at)
        counts[next(name for name, limit in AGES if age < limit)] += 1
    return tuple(counts.items())


def _mean(spans: Iterable[timedelta]) -> Mean:
    seconds = [max(span.total_seconds(), 0.0) for span in spans]
    return Mean(len(seconds), sum(seconds) / len(seconds), max(seconds)) if seconds else Mean()
