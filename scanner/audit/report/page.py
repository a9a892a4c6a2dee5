"""What the template of the period report is given: everything is computed here."""

from __future__ import annotations

from typing import Any

from scanner.audit.nouns import RunLine, Summary
from scanner.audit.report.told import evidence, others, reasons, sentence
from scanner.audit.report.trend import HEIGHT, LEFT, RIGHT, WIDTH, trend
from scanner.history import Class, Mean
from scanner.model import ScanResult, Severity
from scanner.wording.index import Index
from scanner.wording.objectives import objectives
from scanner.wording.plain import counted
from scanner.wording.words import OUTCOMES, TABLE_ORDER


def page(summary: Summary, last: ScanResult | None) -> dict[str, Any]:
    """The names that the template uses."""
    standing = [item for item in summary.episodes if item.open and not item.accepted]
    return {
        "summary": summary,
        "sentence": sentence(summary),
        "exit": reasons(summary),
        "others": others(summary),
        "open": _urgent(standing),
        "accepted": [item for item in summary.episodes if item.open and item.accepted],
        "closed": [item for item in summary.episodes if not item.open],
        "titles": dict(summary.titles),
        "unauthorised": [item for item in summary.changes if item.kind is Class.UNAUTHORISED],
        "trend": trend(summary),
        "canvas": (WIDTH, HEIGHT, LEFT, WIDTH - RIGHT),
        "objectives": objectives(Index(last)) if last else [],
        "evidence": evidence(summary),
        "reasons": _reasons,
        "span": span,
        "mean": _mean,
        "outcomes": OUTCOMES,
        "order": TABLE_ORDER,
        "unread": summary.unread,
    }


def _urgent(found: list[Any]) -> list[Any]:
    order = list(Severity)
    return sorted(found, key=lambda item: (-order.index(item.severity), item.opened_at, item.rule))


def _reasons(run: RunLine) -> str:
    return run.state if run.state != "kept" else f"exit {run.exit_code}"


def _mean(value: Mean) -> str:
    if not value.count:
        return "none in this period"
    return f"{span(value.seconds)} (mean of {value.count:,}; longest {span(value.longest)})"


def span(seconds: float) -> str:
    """A length of time in the two largest units that matter."""
    minutes = round(seconds / 60)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{counted(days, 'day')} {counted(hours, 'hour')}" if hours else counted(days, "day")
    if hours:
        return f"{counted(hours, 'hour')} {counted(minutes, 'minute')}" if minutes else counted(hours, "hour")
    return counted(minutes, "minute") if minutes else "under a minute"
