"""``scanner report --period``: the report over the kept runs of a quarter, a month or any days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from scanner.audit import Asked, Summary, gather
from scanner.audit.report import FORMATS, render
from scanner.audit.report.told import sentence
from scanner.cli import kept, say
from scanner.errors import ExitCode, UserError
from scanner.history import Class
from scanner.scan import tool_version


@dataclass(frozen=True)
class Given:
    """What the command line says of a period report."""

    directory: Path
    place: Path | None
    period: str
    every_selection: bool
    format: str | None
    files: tuple[Path, ...]
    exit_zero: bool


def report(given: Given) -> int:
    """Write the report of a period and give its exit code."""
    opened = kept.open_kept(given.directory, given.place, given.period, given.every_selection)
    if given.format and given.format not in FORMATS:
        raise UserError("a period report is none of these", key=f"--format {given.format}", allowed=", ".join(FORMATS))
    if opened.period is None:
        raise UserError("names no period", key="--period")
    hours = opened.project.policy.scan_interval_hours
    asked = Asked(
        opened.project.name,
        opened.period,
        datetime.now(UTC),
        tool_version(),
        opened.selection,
        timedelta(hours=hours) if hours else None,
        opened.project.policy.scan_interval,
        opened.records,
    )
    with say.progress() as tell:
        summary, last = gather(opened.archive, asked, tell)
    for path in given.files:
        say.write(path, render(_format(path, given.format), summary, last))
        click.echo(f"wrote {path}", err=True)
    if given.format and not given.files:
        click.echo(render(given.format, summary, last), nl=False)
    elif not given.format:
        click.echo("\n".join(sentence(summary)))
    code = exit_code(summary)
    return ExitCode.CONFORMS if given.exit_zero else code


def _format(path: Path, told: str | None) -> str:
    named = path.suffix.lower().lstrip(".").replace("htm", "html").replace("htmll", "html")
    found = named if named in FORMATS else told
    if found not in FORMATS:
        raise UserError("a period report is none of these", place=str(path), allowed=", ".join(FORMATS))
    return found


def exit_code(summary: Summary) -> int:
    """1 for what is open, unauthorised or late, 3 for what is not known of the period, else 0."""
    failing = any(item.open and not item.accepted for item in summary.episodes)
    unauthorised = any(item.open and item.kind is Class.UNAUTHORISED for item in summary.changes)
    if failing or unauthorised or (summary.freshness is not None and summary.freshness.gaps):
        return ExitCode.FAILS
    unknown = summary.unread or not summary.last_run or summary.coverage.unknown
    open_changes = any(item.open for item in summary.changes)
    return ExitCode.INCOMPLETE if unknown or open_changes else ExitCode.CONFORMS
