"""Which exit reasons hold for a period: the ones of its last run, and what only a row of runs can show.

Where no run of the period can be read, nothing is known of it, whatever runs before it saw.
"""

from __future__ import annotations

from dataclasses import replace

from scanner.audit.nouns import Summary
from scanner.errors import ExitCode, exit_code
from scanner.exits import Gate, drifting, incomplete
from scanner.history import Class
from scanner.model import ScanResult
from scanner.wording.plain import counted

Reason = tuple[ExitCode, str]


def decided(summary: Summary, last: ScanResult | None, gate: Gate) -> Summary:
    """The summary with its exit code and every reason that applies, in words."""
    found = [*_late(summary), *_unread(summary)]
    if last is None:
        found.append((ExitCode.INCOMPLETE, "no run of the period can be read"))
    else:
        found += [*_standing(summary, gate), *_last(last, gate)]
    found.sort(key=lambda item: (ExitCode.FAILS, ExitCode.INCOMPLETE, ExitCode.DRIFT).index(item[0]))
    code = exit_code({kind for kind, _ in found})
    return replace(summary, exit_code=int(code), exit_reasons=tuple(text for _, text in found))


def _late(summary: Summary) -> list[Reason]:
    gaps = len(summary.freshness.gaps) if summary.freshness else 0
    return [(ExitCode.FAILS, f"{counted(gaps, 'time')} no run came in time")] if gaps else []


def _unread(summary: Summary) -> list[Reason]:
    many = len(summary.unread)
    return [(ExitCode.INCOMPLETE, f"{counted(many, 'run')} of the period cannot be read")] if many else []


def _standing(summary: Summary, gate: Gate) -> list[Reason]:
    """Failures and changes that nobody has settled at the end."""
    failing = sum(
        item.open and not item.accepted and item.severity.rank >= gate.fail_on.rank for item in summary.episodes
    )
    kinds = [item.kind for item in summary.changes if item.open]
    told = [
        (ExitCode.FAILS, failing, f"{counted(failing, 'open failure')} at or above {gate.fail_on}"),
        (
            ExitCode.FAILS,
            kinds.count(Class.UNAUTHORISED),
            f"{counted(kinds.count(Class.UNAUTHORISED), 'unauthorised change')} not closed",
        ),
        (
            ExitCode.INCOMPLETE,
            kinds.count(Class.UNKNOWN),
            f"{counted(kinds.count(Class.UNKNOWN), 'unexplained change')} not closed",
        ),
    ]
    return [(kind, text) for kind, many, text in told if many]


def _last(last: ScanResult, gate: Gate) -> list[Reason]:
    """What the last run did not see, and where it saw planes disagree."""
    found = [(ExitCode.INCOMPLETE, f"last run: {text}") for text in incomplete(last, gate)]
    rows = len(drifting(last))
    return [*found, (ExitCode.DRIFT, f"last run: planes disagree on {counted(rows, 'setting')}")] if rows else found
