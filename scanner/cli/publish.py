"""``scanner publish``: all kept runs, their periods and an index, for people who open a folder or a bucket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from scanner.audit import Asked
from scanner.cli import kept, say
from scanner.errors import ExitCode
from scanner.history.period import period
from scanner.publish import publish as publish_to
from scanner.publish.places import place as place_of
from scanner.scan import tool_version
from scanner.wording.plain import counted


@click.command(
    epilog="""\b
Examples:
  scanner publish /srv/compliance/shop
  scanner publish s3://evidence/shop --archive /var/lib/scanner/shop

\b
Exit codes: 0 published, 2 your input, or a run that is not what was kept. What the runs found is not judged here:
`scanner report --period` does."""
)
@click.argument("destination")
@kept.all_time
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=20.0, show_default=True, metavar="SECONDS")
def publish(
    destination: str,
    directory: Path,
    place: Path | None,
    every_selection: bool,
    timeout: float,
) -> int:
    """Write to DESTINATION (a directory, or s3://bucket/prefix) what the archive of DIRECTORY holds, with an index.

    Runs are copied once and never changed; the reports of months and quarters are written while they last, and the
    index last. The copy can be verified like the archive itself.
    """
    opened = kept.open_kept(directory, place, None, every_selection)
    policy, now = opened.project.policy, datetime.now(UTC)
    asked = Asked(
        opened.name,
        period(f"{now:%Y}"),
        now,
        tool_version(),
        opened.selection,
        timedelta(hours=policy.scan_interval_hours) if policy.scan_interval_hours else None,
        policy.scan_interval,
        opened.records,
    )
    with say.progress() as tell:
        done = publish_to(opened.archive, place_of(destination, timeout), asked, tell)
    told = f"{counted(done.runs, 'run')} copied, {done.present} there already"
    click.echo(f"published to {destination}: {told}; periods written: {', '.join(done.periods) or 'none'}")
    return ExitCode.CONFORMS
