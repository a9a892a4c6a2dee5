"""``scanner archive``: the runs that were kept. Reading never writes; what removes or copies says so first."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from scanner import archive as archives
from scanner import catalogue, document, project
from scanner.archive import durable, guide, layout, pruning, timestamp
from scanner.archive.compare import Comparison, compare
from scanner.archive.inspect_run import Outside
from scanner.archive.signing import Trusted
from scanner.archive.verification import Verification, verify
from scanner.cli import archive_text, recording, say
from scanner.cli.help_text import example
from scanner.cli.options import FORMATS, Output
from scanner.errors import ExitCode, UserError
from scanner.model import Severity
from scanner.project import Project
from scanner.scan import tool_version

EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)


@dataclass(frozen=True)
class Place:
    """An archive and what scanner.yaml says of it."""

    path: Path
    project: Project


def placed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--archive`` and pass the archive of the project here, or the one that is named."""

    @functools.wraps(function)
    def wrapped(**given: Any) -> Any:
        named = given.pop("archive_")
        found = project.find(Path())
        here = project.load(found, catalogue.shipped()) if found else Project(Path.cwd().name, Path.cwd())
        return function(place=Place(recording.place_of(here, named), here), **given)

    option = click.option(
        "--archive",
        "archive_",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The archive (default: the one of scanner.yaml here, or .scanner/archive).",
    )
    return option(wrapped)


@click.group(
    epilog="""\b
Examples:
  scanner archive list
  scanner archive verify --head 9c4b999754c0… --allowed-signers auditors
  scanner archive diff                       the last run against the one before
  scanner archive show last -o report.html
  scanner archive push s3://evidence/orders --lock compliance

\b
Exit codes: 0 done, 2 your input; what else there is stands in the help of each command."""
)
def archive() -> None:
    """List, show, compare, verify, prune and copy the runs that drift and check --record kept.

    RUN is an id, the beginning of one, or `last`.
    """


@archive.command(
    "list",
    short_help="Name every run, oldest first.",
    epilog=example(
        "scanner archive list",
        "scanner archive list -f json",
        codes="0 every run can be read, 2 no archive, 3 a run cannot be read or the ledger has no end.",
    ),
)
@placed
@click.option("--format", "-f", "format_", type=click.Choice(("console", "json")), default="console")
def list_(place: Place, format_: str) -> int:
    """Name every run, oldest first, with what it found; those that retention removed too."""
    opened = archives.open_archive(place.path)
    if format_ == "json":
        click.echo(archive_text.list_json(opened), nl=False)
    else:
        click.echo("\n".join(archive_text.table(opened)))
    torn = bool(opened.ledger.torn)
    if torn:
        click.echo("warning: the last line of the ledger is cut short: `scanner archive verify` tells all", err=True)
    return ExitCode.INCOMPLETE if torn or any(run.trouble for run in opened.runs) else ExitCode.CONFORMS


@archive.command(
    "show",
    short_help="Render a kept run again.",
    epilog=example(
        "scanner archive show last -o report.html",
        "scanner archive show 2026-11-22T04 -f markdown",
        codes="0 rendered, 2 no such run, or not what was kept.",
    ),
)
@click.argument("run", default="last")
@placed
@click.option("--format", "-f", "format_", type=click.Choice(FORMATS), help="What goes to standard output.")
@click.option("--output", "-o", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("--verbose", "-v", is_flag=True, help="Tell passes and what does not apply too.")
def show(place: Place, run: str, format_: str | None, files: tuple[Path, ...], verbose: bool) -> int:
    """Render a kept RUN as it was judged then. The exit code is 0: nothing is judged here."""
    opened = archives.open_archive(place.path)
    found = opened.find(run)
    output = Output(format_, files, Severity.LOW, False, True, verbose, False, None)
    _warn(found)
    say.say(opened.load(found), output, guide.lines(found.record) if found.record else ())
    return ExitCode.CONFORMS


@archive.command(
    "diff",
    short_help="Compare two runs.",
    epilog=example(
        "scanner archive diff",
        "scanner archive diff 2026-11-21 last -f json",
        codes="0 compared, 2 no such run, or not what was kept.",
    ),
)
@click.argument("before", required=False)
@click.argument("after", default="last")
@placed
@click.option("--format", "-f", "format_", type=click.Choice(("console", "json")), default="console")
def diff(place: Place, before: str | None, after: str, format_: str) -> int:
    """Compare run AFTER (default: the last) with run BEFORE (default: the one before it of the same selection)."""
    opened = archives.open_archive(place.path)
    later = opened.find(after)
    earlier = opened.find(before) if before else _before(opened, later)
    _warn(earlier, later)
    found = compare(opened.load(earlier), opened.load(later))
    if format_ == "json":
        click.echo(document.to_json(found, Comparison))
    else:
        click.echo("\n".join(archive_text.comparison(found)))
    return ExitCode.CONFORMS


def _warn(*runs: archives.Run) -> None:
    for run in runs:
        if run.trouble:
            click.echo(f"warning: {run.id}: {run.trouble}; `scanner archive verify` tells all", err=True)


def _before(opened: archives.Archive, later: archives.Run) -> archives.Run:
    told = later.record
    same = [
        run
        for run in opened.runs
        if run.line.sequence < later.line.sequence
        and run.record
        and told
        and not run.pruned
        and (run.record.project, run.record.selection) == (told.project, told.selection)
    ]
    if not same:
        raise UserError("no earlier run asked the same", key=later.id, hint="name the run to compare with")
    return same[-1]


@archive.command(
    "verify",
    short_help="Find what was changed, added or removed.",
    epilog=example(
        "scanner archive verify",
        "scanner archive verify --head 9c4b999754c0… --allowed-signers auditors",
        codes="0 all is what was kept, 1 something is not, 2 no archive, 3 it holds nothing to verify.",
    ),
)
@placed
@click.option("--head", default="", metavar="SHA256", help="A head that was kept elsewhere: finds a cut end.")
@click.option("--allowed-signers", type=EXISTING, metavar="FILE", help="Who may sign, as OpenSSH reads it.")
@click.option("--keyring", type=EXISTING, metavar="FILE", help="Keys that may sign, from gpg --export.")
@click.option("--attest-key", type=EXISTING, metavar="FILE", help="The public key of attestations, in PEM.")
@click.option("--timestamp-ca", type=EXISTING, metavar="FILE", help="Certificates of the time-stamping authority.")
@click.option("--format", "-f", "format_", type=click.Choice(("console", "json")), default="console")
def verify_(
    place: Place,
    head: str,
    allowed_signers: Path | None,
    keyring: Path | None,
    attest_key: Path | None,
    timestamp_ca: Path | None,
    format_: str,
) -> int:
    """Find what was changed, added, removed, reordered or cut: exit code 1. What cannot be known is said.

    Keys and the head come from elsewhere: whoever can change an archive can change what lies in it.
    """
    if head and not layout.DIGEST.fullmatch(head):
        raise UserError("is no head", key=f"--head {head}", allowed="64 digits of 0-9 and a-f")
    found = verify(place.path, Outside(head, Trusted(allowed_signers, keyring), attest_key, timestamp_ca))
    if format_ == "json":
        click.echo(document.to_json(found, Verification))
    else:
        click.echo("\n".join(archive_text.verification(found, recording.shown(place.path))))
    if found.problems:
        return ExitCode.FAILS
    return ExitCode.CONFORMS if found.lines or head else ExitCode.INCOMPLETE


@archive.command(
    "head",
    short_help="Print the head of the chain.",
    epilog=example(
        "scanner archive head > /media/elsewhere/head",
    ),
)
@placed
def head(place: Place) -> int:
    """Print the head of the chain: what to keep elsewhere, so that a cut end can be found."""
    click.echo(archives.open_archive(place.path).head)
    return ExitCode.CONFORMS


@archive.command(
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


@archive.command(
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


@archive.command(
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
