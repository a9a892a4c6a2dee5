"""What a stopped writer left behind, put right by the next one: finished where it was whole, else set aside.

A run is first written under ``.incoming``, then renamed into ``runs``, then entered in the ledger. Whatever stood only
under ``.incoming`` was never kept and goes. A whole run that follows the last line was kept but for its line, and gets
it. Anything else that no line names, and bytes that belong to no line, are moved to ``quarantine`` and never deleted.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from scanner.archive import durable, layout, ledger, record, sums
from scanner.archive.record import Record
from scanner.errors import UserError


def recover(archive: Path) -> list[str]:
    """Put the archive right, under the writer's lock; what was done, in words. UserError when its chain is broken."""
    shutil.rmtree(archive / layout.INCOMING, ignore_errors=True)
    found = ledger.sound(archive)
    listed = {line.id for line in found.lines}
    strangers = sorted(item for item in (archive / layout.RUNS).iterdir() if item.name not in listed)
    ended = next((line for line in (unfinished(item, found) for item in strangers) if line), None)
    told = []
    if found.torn:
        told += _mend(archive, found, ended)
    if ended is not None:
        durable.append(archive / layout.LEDGER, ended.text.encode())
        told.append(f"run {ended.id} was whole but not in the ledger, and was entered: its writer had been stopped")
    told += [_aside(archive, item) for item in strangers if ended is None or item.name != ended.id]
    return told


def unfinished(folder: Path, found: ledger.Ledger) -> ledger.Line | None:
    """The line that a whole record still lacks, if it is the one that follows the last line; None otherwise."""
    try:
        told = record.from_json(durable.read(folder / layout.RECORD, layout.MAX_SMALL), str(folder))
        listed = durable.read(folder / layout.SUMS, layout.MAX_SMALL)
        digests = sums.parse(listed.decode())
        whole = files(folder) - layout.BESIDE_SUMS == set(digests) and all(
            sums.digest_of(folder / name) == digest for name, digest in digests.items()
        )
    except (OSError, ValueError, UserError):
        return None
    follows = (told.sequence, told.archive_head, told.id) == (len(found.lines) + 1, found.head, folder.name)
    return line_of(told, listed) if whole and follows else None


def line_of(told: Record, listed: bytes) -> ledger.Line:
    """The line of a record with these sums."""
    return ledger.Line(told.sequence, told.kept, told.id, hashlib.sha256(listed).hexdigest(), told.archive_head)


def files(folder: Path) -> set[str]:
    """Everything below a folder that is no directory, by its path from there; links are not followed."""
    return {
        (Path(here) / name).relative_to(folder).as_posix()
        for here, names, leaves in os.walk(folder)
        for name in (*leaves, *(item for item in names if (Path(here) / item).is_symlink()))
    }


def _mend(archive: Path, found: ledger.Ledger, ended: ledger.Line | None) -> list[str]:
    """Take an unfinished line from the end of the ledger; keep its bytes where no whole run explains them."""
    told = "the last line of the ledger was cut short, and was taken away"
    if ended is None or not ended.text.encode().startswith(found.torn):
        name = f"line-{len(found.lines) + 1}-{hashlib.sha256(found.torn).hexdigest()[:8]}"
        aside = archive / layout.QUARANTINE / name
        aside.parent.mkdir(exist_ok=True)
        durable.replace(aside, found.torn)
        told += f"; its bytes are kept as {aside.relative_to(archive)}"
    descriptor = os.open(archive / layout.LEDGER, os.O_WRONLY)
    try:
        os.ftruncate(descriptor, found.size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return [told]


def _aside(archive: Path, item: Path) -> str:
    quarantine = archive / layout.QUARANTINE
    quarantine.mkdir(exist_ok=True)
    place, number = quarantine / item.name, 1
    while place.exists() or place.is_symlink():
        number += 1
        place = quarantine / f"{item.name}.{number}"
    item.rename(place)
    durable.sync(quarantine)
    durable.sync(archive / layout.RUNS)
    return f"{item.name} is no whole run that follows the last line; it was moved to {place.relative_to(archive)}"
