"""Entering a record: a run is kept whole or not at all, whenever the process, the disk or the machine stops.

Everything is written and flushed under ``.incoming``; one rename makes it stand in ``runs``; one appended line makes it
count. Between the rename and the line it is whole, and the next writer enters it. A signature that cannot be made does
not cost the run: it is kept unsigned, and the caller is told so.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from scanner.archive import attestation, contents, durable, guide, layout, ledger, lock, record, recovery, signing, sums
from scanner.archive.contents import Material
from scanner.archive.record import Record
from scanner.errors import UserError
from scanner.model import ScanResult

Files = Callable[[Record], Mapping[str, bytes]]


@dataclass(frozen=True)
class Seal:
    """What a record is signed with, all of it optional."""

    key: signing.Key | None = None
    attest_key: Path | None = None
    """An Ed25519 private key in PEM, for the attestation."""


@dataclass(frozen=True)
class Kept:
    """A result as it was kept, and where."""

    result: ScanResult
    record: Record
    place: Path
    head: str
    """Head of the chain with this run as its last: what to keep elsewhere."""
    told: tuple[str, ...] = ()
    """What was put right on the way."""
    troubles: tuple[str, ...] = ()
    """What was asked for and could not be done, although the run is kept."""

    @property
    def verification(self) -> tuple[tuple[str, str], ...]:
        """How to verify this run without this program."""
        return guide.lines(self.record)


def keep(archive: Path, result: ScanResult, material: Material, seal: Seal, now: datetime) -> Kept:
    """Enter a run. UserError when the archive cannot be written, is busy, or its chain is broken."""
    if not layout.ID.fullmatch(result.run_id):
        raise UserError("is no id under which a run can be kept", key=result.run_id)
    with lock.exclusive(archive):
        told, found = prepare(archive)
        anchored = replace(result, archive_head=found.head)
        draft = record.of(anchored, material.selection, layout.stamp(now), len(found.lines) + 1)
        draft, parts = contents.gather(anchored, draft, material)
        entered, line, troubles = enter(archive, found, draft, parts.files, seal)
    told += [
        f"baseline {item.id} was changed or moved while it was in use: its digest is kept, its file is not"
        for item in entered.baselines
        if not item.file
    ]
    place = archive / layout.RUNS / entered.id
    return Kept(anchored, entered, place, line.head, tuple(told), tuple(troubles))


def prepare(archive: Path) -> tuple[list[str], ledger.Ledger]:
    """An archive put right under the writer's lock, what that took, and its ledger."""
    try:
        told = recovery.recover(archive)
        script = archive / layout.VERIFY
        if not script.is_file() or script.read_bytes() != guide.script():
            durable.replace(script, guide.script())
    except OSError as error:
        raise lock.unwritable(archive, error) from None
    return told, ledger.sound(archive)


def enter(
    archive: Path, found: ledger.Ledger, draft: Record, files: Files, seal: Seal
) -> tuple[Record, ledger.Line, list[str]]:
    """Write a record and its line, under the writer's lock; also what could not be signed."""
    folder = archive / layout.INCOMING / draft.id
    place = archive / layout.RUNS / draft.id
    if place.exists() or any(line.id == draft.id for line in found.lines):
        raise UserError("a run with this id is kept already", place=str(archive), key=draft.id)
    try:
        done, troubles = _sealed(folder, draft, files, seal)
        durable.sync_tree(folder)
        folder.rename(place)
        durable.sync(place.parent)
    except OSError as error:
        raise lock.unwritable(archive, error) from None
    finally:
        shutil.rmtree(archive / layout.INCOMING, ignore_errors=True)
    line = recovery.line_of(done, (place / layout.SUMS).read_bytes())
    try:
        durable.append(archive / layout.LEDGER, line.text.encode())
        durable.sync(archive)
    except OSError as error:
        hint = f"the run is whole in {place}; the next run enters it once the ledger can be written"
        raise UserError(f"the ledger cannot be written: {error.strerror}", place=str(archive), hint=hint) from None
    return done, line, troubles


def _sealed(folder: Path, draft: Record, files: Files, seal: Seal) -> tuple[Record, list[str]]:
    """A folder with everything in it, signed as asked, or, where that fails, without and with the reason."""
    signed = draft
    if seal.key:
        signed = replace(signed, signature=seal.key.kind, signer=seal.key.identity)
    signed = replace(signed, attested=seal.attest_key is not None)
    _written(folder, signed, files)
    try:
        if seal.key:
            signing.sign(folder, seal.key)
        if seal.attest_key:
            attestation.write(folder, signed, seal.attest_key)
    except UserError as error:
        shutil.rmtree(folder)
        _written(folder, draft, files)
        return draft, [f"the run is kept without a signature or attestation: {error}"]
    for path in folder.iterdir():
        if path.name in layout.BESIDE_SUMS - {layout.SUMS}:
            durable.flush(path)
    return signed, []


def _written(folder: Path, told: Record, files: Files) -> None:
    found = {**files(told), layout.RECORD: told.to_json().encode()}
    for name, data in found.items():
        durable.write(folder / name, data)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    durable.write(folder / layout.SUMS, sums.render(digests).encode())
