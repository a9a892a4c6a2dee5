"""The index page over all runs and periods, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from scanner.archive import Archive, Run, layout
from scanner.archive.guide import archive_lines
from scanner.audit import Asked, Summary
from scanner.wording import paper


def index(archive: Archive, summaries: Sequence[Summary], named: set[str], asked: Asked) -> tuple[str, str]:
    """The page, and its listing as JSON text."""
    runs = [_run(run, named) for run in reversed(archive.runs)]
    periods = [_period(summary) for summary in reversed(summaries)]
    made = asked.now.isoformat(timespec="seconds")
    listing = {"project": asked.project, "made": made, "head": archive.head, "periods": periods, "runs": runs}
    page = {**listing, "tool_version": asked.tool_version, "verify": archive_lines(archive.head)}
    return paper.write("index.html.j2", page), json.dumps(listing, indent=1) + "\n"


def _run(run: Run, named: set[str]) -> dict[str, object]:
    told, report = run.record, f"{layout.RUNS}/{run.id}/{layout.REPORT}"
    return {
        "id": run.id,
        "started": told.started if told else run.kept,
        "command": told.command if told else "",
        "state": "removed by retention" if run.pruned else run.trouble or "kept",
        "report": report if report in named else "",
        "exit_code": told.exit_code if told else None,
        "expected": told.coverage.expected if told else None,
        "failed_open": told.coverage.failed_open if told else None,
        "failed_accepted": told.coverage.failed_accepted if told else None,
        "unknown": told.coverage.unknown if told else None,
        "drifting": told.drifting if told else None,
        "digest": run.digest,
    }


def _period(summary: Summary) -> dict[str, object]:
    standing = [item for item in summary.episodes if item.open]
    return {
        "name": summary.period,
        "base": f"periods/{summary.period}",
        "made": summary.made,
        "lasting": summary.made < summary.end,
        "runs": len(summary.runs),
        "unread": len(summary.unread),
        "late": len(summary.freshness.gaps) if summary.freshness else None,
        "open": sum(not item.accepted for item in standing),
        "accepted": sum(item.accepted for item in standing),
        "closed": len(summary.episodes) - len(standing),
        "changes": len(summary.changes),
    }
