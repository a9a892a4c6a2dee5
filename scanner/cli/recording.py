"""Keeping what a command found: where, signed by what, compared with which earlier run.

Who has a ``scanner.yaml`` has a project whose runs belong together, so ``drift`` keeps them unless told not to. A first
look at a directory without one leaves nothing behind there: nobody asked for files in it. Whatever happens to the
archive, the results are printed first; only then does an archive that failed end the command with 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from scanner import archive
from scanner.archive import layout, signing, timestamp
from scanner.cli import say
from scanner.cli.options import Output, Selection
from scanner.cli.saved import load_result
from scanner.errors import UserError
from scanner.model import ScanResult
from scanner.project import Project
from scanner.scan import Request

NOT_KEPT = "not kept: there is no scanner.yaml here. `scanner init` writes one, or --archive DIR keeps runs elsewhere"


@dataclass(frozen=True)
class Recording:
    """Where a run is kept, whether it is, and what it may be compared with."""

    place: Path
    wanted: bool
    selection: archive.Selection
    waivers: Path | None
    seal: archive.Seal
    authority: str

    @classmethod
    def of(cls, asked: Request, selection: Selection, given: Path | None, record: bool | None) -> Recording:
        """``record`` is None where the command leaves it to the project."""
        place = place_of(asked.project, given)
        if record is None:
            record = bool(asked.project.place or given or (place / layout.LEDGER).exists())
        return cls(
            place,
            record,
            archive.Selection(
                live=asked.live,
                only=asked.only,
                environments=asked.environments,
                targets=asked.targets,
                var_files=selection.var_files,
                planned=bool(selection.plan or selection.state),
            ),
            selection.waivers or asked.project.waivers,
            seal(asked.project),
            asked.project.archive.timestamp,
        )


def place_of(project: Project, given: Path | None) -> Path:
    """Where the archive of a project is."""
    return given or project.root / Path(project.archive.path or layout.DEFAULT).expanduser()


def seal(project: Project) -> archive.Seal:
    """The keys that scanner.yaml names."""
    told = project.archive.sign
    key = None
    if told.ssh_key:
        key = signing.Key("ssh", str(project.root / Path(told.ssh_key).expanduser()), told.identity)
    elif told.gpg_key:
        key = signing.Key("gpg", told.gpg_key, told.gpg_key)
    attest = project.archive.attest_key
    return archive.Seal(key, project.root / Path(attest).expanduser() if attest else None)


def previous(recording: Recording, project: str, since: str | None) -> tuple[ScanResult | None, list[str]]:
    """The earlier result that a run is compared with, and what stood in the way of one that should be there."""
    if since and Path(since).exists():
        return load_result(Path(since)), []
    if not (recording.place / layout.LEDGER).is_file():
        if since:
            raise UserError("is neither a file nor a kept run", key=f"--since {since}", place=str(recording.place))
        return None, []
    if since:
        opened = archive.open_archive(recording.place)
        return opened.load(opened.find(since)), []
    try:
        opened = archive.open_archive(recording.place)
        run = opened.previous(project, recording.selection)
        return (opened.load(run) if run else None), _damaged(opened)
    except UserError as error:
        return None, [f"not compared with an earlier run: {error}"]


def _damaged(opened: archive.Archive) -> list[str]:
    """That kept runs are not what they were: told in every run until somebody has looked."""
    found = [run.id for run in opened.runs if run.trouble]
    many = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return [f"{found[0]}{many} is not what was kept: `scanner archive verify` tells all"] if found else []


def keep_and_say(result: ScanResult, recording: Recording, output: Output, troubles: list[str]) -> int:
    """Keep a result if that is wanted, print it in any case, and give the exit code. UserError when keeping failed."""
    if not recording.wanted:
        code = say.say(result, output)
        for text in troubles:
            click.echo(f"warning: {text}", err=True)
        return code
    kept: archive.Kept | None = None
    try:
        kept = _keep(result, recording, output)
    finally:
        told = (kept.result, kept.verification) if kept else (result, ())
        code = say.say(told[0], output, told[1])
    troubles = [*troubles, *kept.troubles, *_stamped(kept, recording)]
    for text in kept.told:
        click.echo(f"archive: {text}", err=True)
    if not output.quiet:
        click.echo(f"kept as {kept.record.id} in {shown(recording.place)}; head {kept.head}", err=True)
    if troubles:
        raise UserError("; ".join(troubles), place=shown(recording.place))
    return code


def shown(path: Path) -> str:
    """A path as a person would type it from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _keep(result: ScanResult, recording: Recording, output: Output) -> archive.Kept:
    options = replace(say.options(output, terminal=False), now="")
    material = archive.Material(recording.selection, recording.waivers, options)
    return archive.keep(recording.place, result, material, recording.seal, datetime.now(UTC))


def _stamped(kept: archive.Kept, recording: Recording) -> list[str]:
    """A token of the time-stamping authority, asked for when the run is safe; why there is none, if there is none."""
    if not recording.authority:
        return []
    try:
        timestamp.add(kept.place, timestamp.ask(recording.authority, timestamp.query(kept.place)))
    except UserError as error:
        return [str(error)]
    return []
