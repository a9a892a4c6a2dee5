"""What is wrong with one record: its files, its place in the chain, whatever signs it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from scanner.archive import attestation, durable, layout, ledger, record, recovery, signing, sums, timestamp
from scanner.archive.record import Record
from scanner.archive.signing import Trusted
from scanner.errors import UserError

Kind = Literal["changed", "added", "removed", "reordered", "cut", "unfinished", "signature"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was kept."""

    kind: Kind
    place: str
    """The file or the line, from the archive's directory."""
    text: str


@dataclass(frozen=True, slots=True)
class Outside:
    """What an archive is held against, all of it from elsewhere."""

    head: str = ""
    trusted: Trusted = field(default_factory=Trusted)
    attest_key: Path | None = None
    """The public key of attestations."""
    authority: Path | None = None
    """The certificates of the time-stamping authority."""


def told(folder: Path, line: ledger.Line) -> Record | None:
    """The record of a folder, believed only where its bytes are those that the chain covers."""
    try:
        listed = durable.read(folder / layout.SUMS, layout.MAX_SMALL)
        data = durable.read(folder / layout.RECORD, layout.MAX_SMALL)
        same = hashlib.sha256(data).hexdigest() == sums.parse(listed.decode()).get(layout.RECORD)
        covered = same and hashlib.sha256(listed).hexdigest() == line.digest
        return record.from_json(data, layout.RECORD) if covered else None
    except (OSError, ValueError, UserError):
        return None


def problems(archive: Path, folder: Path, line: ledger.Line, whole: bool = True) -> Iterator[Problem]:
    """What is wrong with the files of a record. ``whole`` is false for what a removal left of one."""
    place = folder.relative_to(archive).as_posix()
    if folder.is_symlink():
        yield Problem("changed", place, "is a link and no directory of the archive")
        return
    try:
        listed = durable.read(folder / layout.SUMS, layout.MAX_SMALL)
        digests = sums.parse(listed.decode())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        yield Problem("changed", f"{place}/{layout.SUMS}", f"cannot be read: {reason}")
        return
    if hashlib.sha256(listed).hexdigest() != line.digest:
        yield Problem("changed", f"{place}/{layout.SUMS}", "is not the one that the ledger names")
    there = recovery.files(folder)
    expected = set(digests) if whole else {layout.RECORD}
    for name in sorted(there - expected - layout.BESIDE_SUMS):
        yield Problem("added", f"{place}/{name}", "was not there when the run was kept")
    for name in sorted(expected & set(digests)):
        if name not in there:
            yield Problem("removed", f"{place}/{name}", "is not there any more")
        elif _digest(folder / name) != digests[name]:
            yield Problem("changed", f"{place}/{name}", "is not the file that was kept")
    yield from _fits(folder, place, line)


def _digest(path: Path) -> str:
    try:
        return sums.digest_of(path)
    except OSError:
        return ""


def _fits(folder: Path, place: str, line: ledger.Line) -> Iterator[Problem]:
    """A record names its place in the chain: a ledger that was written anew does not fit."""
    try:
        found = record.from_json(durable.read(folder / layout.RECORD, layout.MAX_SMALL), layout.RECORD)
    except (OSError, UserError):
        yield Problem("changed", f"{place}/{layout.RECORD}", "is no record of a run")
        return
    if (found.id, found.sequence, found.kept) != (line.id, line.sequence, line.time):
        text = f"was kept as number {found.sequence} at {found.kept}, and the ledger says {line.sequence}, {line.time}"
        yield Problem("reordered", place, text)
    if found.archive_head != line.previous:
        text = "was kept after another line than the one before it now: the ledger was written anew"
        yield Problem("reordered", place, text)


def unsigned(folder: Path, place: str, found: Record, outside: Outside) -> Iterator[Problem]:
    """What is wrong with whatever signs a record."""
    if found.signature:
        wrong = signing.problem(folder, found.signature, found.signer, outside.trusted)
        if wrong:
            yield Problem("signature", place, wrong)
    if found.attested and not (folder / layout.ATTESTATION).is_file():
        yield Problem("removed", f"{place}/{layout.ATTESTATION}", f"is missing, and {layout.RECORD} says it was made")
    elif found.attested and outside.attest_key:
        wrong = attestation.problem(folder, outside.attest_key)
        if wrong:
            yield Problem("signature", place, wrong)
    if outside.authority and (folder / layout.TOKEN).is_file():
        wrong = timestamp.problem(folder, outside.authority)
        if wrong:
            yield Problem("signature", place, wrong)
