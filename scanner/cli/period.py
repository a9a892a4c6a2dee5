"""``scanner report --period``: the report over the kept runs of a quarter, a month or any days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from scanner.audit import Asked, gather
from scanner.audit.report import FORMATS, render
from scanner.audit.report.told import reasons, sentence
from scanner.cli import kept, request, say
from scanner.cli.options import Output
from scanner.errors import ExitCode, UserError
from scanner.scan import tool_version


@dataclass(frozen=True)
class Given:
    """What the command line says of a period report."""

    directory: Path
    place: Path | None
    period: str
    every_selection: bool
    output: Output


def report(given: Given) -> int:
    """Write the report of a period and give its exit code."""
    opened = kept.open_kept(given.directory, given.place, given.period, given.every_selection)
    if given.output.format and given.output.format not in FORMATS:
        raise UserError(
            "a period report is none of these", key=f"--format {given.output.format}", allowed=", ".join(FORMATS)
        )
    if opened.period is None:
        raise UserError("names no period", key="--period")
    hours = opened.project.policy.scan_interval_hours
    asked = Asked(
        opened.name,
        opened.period,
        datetime.now(UTC),
        tool_version(),
        opened.selection,
        timedelta(hours=hours) if hours else None,
        opened.project.policy.scan_interval,
        opened.records,
        request.gate(given.output),
    )
    with say.progress() as tell:
        summary, last = gather(opened.archive, asked, tell)
    for path, format_ in [_destination(path, given.output.format) for path in given.output.files]:
        say.write(path, render(format_, summary, last))
        click.echo(f"wrote {path}", err=True)
    if given.output.format and not given.output.files:
        click.echo(render(given.output.format, summary, last), nl=False)
    elif not given.output.format:
        click.echo("\n".join((*sentence(summary), reasons(summary))))
    return ExitCode.CONFORMS if given.output.exit_zero else summary.exit_code


def _destination(given: Path, told: str | None) -> tuple[Path, str]:
    """The file and its format: ``FORMAT:FILE`` says both, else the name does, else ``--format``."""
    named, colon, rest = str(given).partition(":")
    if colon and rest and named in FORMATS:
        return Path(rest), named
    suffix = given.suffix.lower().lstrip(".")
    found = {"htm": "html"}.get(suffix, suffix)
    chosen = found if found in FORMATS else told
    if chosen not in FORMATS:
        raise UserError("a period report is none of these", place=str(given), allowed=", ".join(FORMATS))
    return given, chosen
