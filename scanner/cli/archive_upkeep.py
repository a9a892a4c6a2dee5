"""What is done with kept runs: old results removed, a token of the time added, copies sent to a bucket."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from scanner import archive as archives
from scanner.archive import durable, layout, pruning, timestamp
from scanner.cli import archive_text, recording
from scanner.cli.archive_place import Place, placed
from scanner.cli.help_text import example
from scanner.errors import ExitCode, UserError
from scanner.scan import tool_version

EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    "prune",
    short_help="Remove old results; names them first.",
    epilog=example(
        "scanner archive prune --retention 400d",
        "scanner archive prune --retention 400d --apply",
    ),
)
@placed
@click.option("--retention", default="", metavar="DAYS", help="Such as 400d (default: archive.retention, else 400d).")
@click.option("--apply", "apply_", is_flag=True, help="Remove them; without it they are only named.")
def prune(place: Place, retention: str, apply_: bool) -> int:
    """Remove the results of runs older than the retention; the chain, their counts and their digests stay.

    The last run of each project and selection always stays. The removal is a record of its own, signed like a run.
    """
    days = archive_text.days(retention or place.project.archive.retention)
    now = datetime.now(UTC)
    if not apply_:
        gone, _ = pruning.due(archives.open_archive(place.path).runs, now, days)
        for run in gone:
            click.echo(f"{run.id}  kept {run.kept}")
        click.echo(f"{len(gone)} runs are older than {days} days" + ("; --apply removes them" if gone else ""))
        return ExitCode.CONFORMS
    archives.open_archive(place.path)
    done = pruning.prune(place.path, now, days, recording.seal(place.project), tool_version())
    told = f", recorded as {done.record.id}" if done.record else ""
    click.echo(f"removed {len(done.runs)} runs older than {days} days{told}")
    if done.troubles:
        raise UserError("; ".join(done.troubles), place=recording.shown(place.path))
    return ExitCode.CONFORMS


@click.command(
    "timestamp",
    short_help="Add a time-stamp token (RFC 3161).",
    epilog=example(
        "scanner archive timestamp",
        "scanner archive timestamp last --query question.tsq",
        "scanner archive timestamp last --token answer.tsr",
    ),
)
@click.argument("run", default="last")
@placed
@click.option("--query", type=click.Path(path_type=Path), metavar="FILE", help="Write the question instead of asking.")
@click.option("--token", type=EXISTING, metavar="FILE", help="Take the answer from this file.")
def timestamp_(place: Place, run: str, query: Path | None, token: Path | None) -> int:
    """Add a token of a time-stamping authority (RFC 3161) to a kept RUN.

    The authority is archive.timestamp of scanner.yaml; --query and --token carry question and answer by hand.
    """
    opened = archives.open_archive(place.path)
    folder = place.path / layout.RUNS / opened.find(run).id
    if query:
        question = timestamp.query(folder)
        try:
            durable.replace(query, question)
        except OSError as error:
            raise UserError(f"cannot be written: {error.strerror}", place=str(query)) from None
        click.echo(f"wrote {query}", err=True)
        return ExitCode.CONFORMS
    address = place.project.archive.timestamp
    if not token and not address:
        raise UserError("no authority is named", key="archive.timestamp", hint="or use --query and --token")
    answer = token.read_bytes() if token else timestamp.ask(address, timestamp.query(folder))
    timestamp.add(folder, answer)
    click.echo(f"{folder.name} has a time-stamp token")
    return ExitCode.CONFORMS


@click.command(
    "push",
    short_help="Copy to a bucket, each object once.",
    epilog=example(
        "scanner archive push s3://evidence/orders --lock compliance",
    ),
)
@click.argument("address", metavar="s3://BUCKET/PREFIX")
@placed
@click.option("--lock", type=click.Choice(("compliance", "governance")), help="Lock every object for the retention.")
@click.option("--retention", default="", metavar="DAYS", help="How long (default: archive.retention, else 400d).")
@click.option("--timeout", type=click.FloatRange(0.1, 600), default=10.0, show_default=True, metavar="SECONDS")
def push(place: Place, address: str, lock: str | None, retention: str, timeout: float) -> int:
    """Copy the archive to a bucket, each object once; with --lock nobody can remove it there before its time."""
    from scanner.archive import pushing

    days = archive_text.days(retention or place.project.archive.retention)
    mode: pushing.Mode | None = "COMPLIANCE" if lock == "compliance" else "GOVERNANCE" if lock else None
    where = pushing.bucket(address, mode, days)
    archives.open_archive(place.path)
    done = pushing.push(place.path, where, pushing.client(timeout), datetime.now(UTC))
    click.echo(f"sent {done.sent} objects, {done.present} were there; head {done.head}")
    return ExitCode.CONFORMS
