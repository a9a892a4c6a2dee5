"""Taking out runs that retention lets go, so that the chain still verifies and the population is still whole.

Removing is a record of its own: it keeps, for each run that it takes out, the small ``run.json`` with its counts, its
sums and their signature, and says by which retention. It is entered and signed like a run, before anything is removed.
The last run of each project and selection always stays, because the next run is compared with it.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from scanner.archive import durable, keeping, layout, lock
from scanner.archive.keeping import Seal
from scanner.archive.reading import Run, open_archive
from scanner.archive.record import Record, Removal

LEFT = (layout.RECORD, layout.SUMS, *layout.SIGNATURES.values(), layout.TOKEN)
"""What is kept of a run that is removed."""


def due(runs: Sequence[Run], now: datetime, days: int) -> tuple[list[Run], str]:
    """The runs that may go, and the time before which they were kept."""
    before = layout.stamp(now - timedelta(days=days))
    last = {(run.record.project, run.record.selection): run.id for run in runs if run.record and not run.pruned}
    kept = set(last.values())
    return [run for run in runs if run.record and not run.pruned and run.kept < before and run.id not in kept], before


@dataclass(frozen=True)
class Pruned:
    """What was removed, and the record of it: None when nothing was due."""

    record: Record | None = None
    runs: tuple[Run, ...] = ()
    troubles: tuple[str, ...] = ()


def prune(archive: Path, now: datetime, days: int, seal: Seal, version: str) -> Pruned:
    """Remove the runs that are due. UserError when the archive cannot be written, is busy, or its chain is broken."""
    with lock.exclusive(archive):
        _, found = keeping.prepare(archive)
        opened = open_archive(archive)
        _finish(archive, opened.entries)
        gone, before = due(opened.runs, now, days)
        if not gone:
            return Pruned()
        time = layout.stamp(now)
        draft = Record(
            id=f"{now:%Y-%m-%dT%H%M%SZ}-pruned-{secrets.token_hex(4)}",
            sequence=len(found.lines) + 1,
            kept=time,
            archive_head=found.head,
            tool_version=version,
            kind="pruned",
            started=time,
            finished=time,
            removal=Removal(tuple(run.id for run in gone), f"{days}d", before),
        )
        files = _left(archive, gone)
        done, _, troubles = keeping.enter(archive, found, draft, lambda _record: files, seal)
        try:
            for run in gone:
                _remove(archive, run.id)
        except OSError as error:
            raise lock.unwritable(archive, error) from None
        return Pruned(done, tuple(gone), tuple(troubles))


def _left(archive: Path, gone: Sequence[Run]) -> dict[str, bytes]:
    return {
        f"{layout.REMOVED}/{run.id}/{name}": path.read_bytes()
        for run in gone
        for name in LEFT
        if (path := archive / layout.RUNS / run.id / name).is_file()
    }


def _finish(archive: Path, entries: Sequence[Run]) -> None:
    """What a stopped removal left standing."""
    for run in entries:
        if run.pruned and (archive / layout.RUNS / run.id).is_dir():
            _remove(archive, run.id)


def _remove(archive: Path, name: str) -> None:
    """One run: out of ``runs`` at once, then file by file."""
    aside = archive / layout.INCOMING / f"removed-{name}"
    aside.parent.mkdir(exist_ok=True)
    (archive / layout.RUNS / name).rename(aside)
    durable.sync(archive / layout.RUNS)
    shutil.rmtree(aside, ignore_errors=True)
