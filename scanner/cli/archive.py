"""``scanner archive``: the runs that were kept. Reading never writes; what removes or copies says so first."""

from __future__ import annotations

from pathlib import Path

import click

from scanner import archive as archives
from scanner import document
from scanner.archive import guide, layout
from scanner.archive.compare import Comparison, compare
from scanner.archive.inspect_run import Outside
from scanner.archive.signing import Trusted
from scanner.archive.verification import Verification, verify
from scanner.cli import archive_text, recording, say
from scanner.cli.archive_place import Place, placed
from scanner.cli.archive_upkeep import EXISTING, prune, push, timestamp_
from scanner.cli.help_text import example
from scanner.cli.options import FORMATS, Output
from scanner.errors import ExitCode, UserError
from scanner.model import Severity


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


for command in (prune, timestamp_, push):
    archive.add_command(command)
