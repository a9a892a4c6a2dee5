"""Is an archive what was kept? Every file and line is looked at, and what cannot be known is said.

A chain finds whatever was changed, added, removed or reordered before its end. It cannot know that its end was cut, nor
can a signature say more than that its key signed: both need something that was kept elsewhere, a head and the public
key. Without them the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanner.archive import guide, inspect_run, layout, ledger, lock, recovery, signing
from scanner.archive.inspect_run import Outside, Problem
from scanner.archive.record import Record
from scanner.errors import UserError

NO_HEAD = (
    "no head was given: that lines were cut from the end together with their runs cannot be seen; give --head with one "
    "that was kept elsewhere, such as in a report, a signed tag or a bucket"
)
NO_KEY = "signatures were not checked: give --allowed-signers or --keyring, from the signer and not from the archive"


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at and found."""

    lines: int
    runs: int
    pruned: int
    signed: int
    """Records whose signature was checked and is good."""
    head: str
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]
    """What could not be known, and what is no harm."""


def verify(archive: Path, outside: Outside | None = None) -> Verification:
    """Look at all of an archive, while nobody writes to it. UserError when there is none."""
    if not (archive / layout.LEDGER).is_file() and not (archive / layout.RUNS).is_dir():
        raise UserError("holds no archive", place=str(archive), hint="--archive DIR names another")
    with lock.shared(archive):
        return _Look(archive, outside or Outside()).all()


class _Look:
    """One look at an archive."""

    def __init__(self, archive: Path, outside: Outside) -> None:
        self.archive = archive
        self.outside = outside
        self.ledger = ledger.read(archive)
        self.records: dict[str, Record | None] = {
            line.id: inspect_run.told(archive / layout.RUNS / line.id, line) for line in self.ledger.lines
        }
        self.removals = {item.id: item.removal for item in self.records.values() if item and item.removal}
        self.removed = {name: remover for remover, removal in self.removals.items() for name in removal.runs}
        self.remarks: list[str] = [
            f"{len(item.runs)} runs kept before {item.older_than} were removed by retention ({item.retention}): {name}"
            for name, item in self.removals.items()
        ]
        self.good: set[str] = set()

    def all(self) -> Verification:
        """Every check, in the order in which they are told."""
        problems = [*self.chain(), *self.each(), *self.strangers(), *self.signatures()]
        self.known()
        kept = [line for line in self.ledger.lines if line.id not in self.removed]
        runs = [line for line in kept if not (record := self.records[line.id]) or record.kind == "run"]
        return Verification(
            len(self.ledger.lines),
            len(runs),
            len(self.removed),
            len(self.good),
            self.ledger.head,
            tuple(problems),
            tuple(self.remarks),
        )

    def chain(self) -> Iterator[Problem]:
        """The ledger itself."""
        found, head = self.ledger, self.outside.head
        if found.trouble:
            yield Problem("reordered", layout.LEDGER, found.trouble)
            number = len(found.lines)
            self.remarks.append(f"only what the first {number} lines name was checked: the chain is broken after them")
        if found.torn:
            text = "its last line is cut short: a writer was stopped, or the file was cut; the next writer mends it"
            yield Problem("unfinished", layout.LEDGER, text)
        heads = [layout.GENESIS, *(line.head for line in found.lines)]
        if head and head not in heads:
            text = f"does not hold the head that was given: its end was cut, or it is another ledger (given: {head})"
            yield Problem("cut", layout.LEDGER, text)
        elif head and (after := len(heads) - 1 - heads.index(head)):
            self.remarks.append(f"{after} lines were added after the head that was given, and are whole")

    def each(self) -> Iterator[Problem]:
        """The files of every record."""
        for line in self.ledger.lines:
            folder = self.archive / layout.RUNS / line.id
            remover = self.removed.get(line.id)
            if remover:
                if line.time >= self.removals[remover].older_than:
                    text = f"was removed by {remover}, although it was not older than the retention that it names"
                    yield Problem("removed", f"{layout.RUNS}/{line.id}", text)
                rest = self.archive / layout.RUNS / remover / layout.REMOVED / line.id
                if rest.is_dir():
                    yield from inspect_run.problems(self.archive, rest, line, whole=False)
                else:
                    yield Problem("removed", rest.relative_to(self.archive).as_posix(), "is not there any more")
            if folder.is_dir():
                yield from inspect_run.problems(self.archive, folder, line)
                if remover:
                    self.remarks.append(f"{line.id} was to be removed and is still there: the next prune removes it")
            elif not remover:
                text = f"line {line.sequence} of the ledger names this run, and it is not there any more"
                yield Problem("removed", f"{layout.RUNS}/{line.id}", text)

    def strangers(self) -> Iterator[Problem]:
        """Whatever stands in the archive and no line names."""
        runs = self.archive / layout.RUNS
        for item in sorted(runs.iterdir()) if runs.is_dir() and not self.ledger.trouble else ():
            if item.name in self.records:
                continue
            if recovery.unfinished(item, self.ledger):
                text = "is whole but not in the ledger: its line was cut, or its writer stopped (the next enters it)"
                yield Problem("unfinished", f"{layout.RUNS}/{item.name}", text)
            else:
                yield Problem("added", f"{layout.RUNS}/{item.name}", "no line of the ledger names it")
        for item in sorted(self.archive.iterdir()):
            if item.name not in layout.TOP:
                yield Problem("added", item.name, "is no part of an archive")
        script = self.archive / layout.VERIFY
        if script.is_file() and script.read_bytes() != guide.script():
            self.remarks.append(f"{layout.VERIFY} is not the script that this version writes: do not run it unread")
        for item in sorted((self.archive / layout.QUARANTINE).glob("*")):
            self.remarks.append(f"{item.relative_to(self.archive)} was set aside by a writer: it belongs to no line")

    def signatures(self) -> Iterator[Problem]:
        """Bad signatures, and the records at the end that nobody signed."""
        trusted = self.outside.trusted
        unsigned: list[str] = []
        for name, found in self.records.items():
            folder = self.archive / layout.RUNS / name
            if found is None or not folder.is_dir():
                continue
            wrong = list(inspect_run.unsigned(folder, f"{layout.RUNS}/{name}", found, self.outside))
            yield from wrong
            if signing.covered(found.signature, trusted) and not any(item.kind == "signature" for item in wrong):
                self.good.add(name)
                unsigned.clear()
            else:
                unsigned.append(name)
        if trusted and unsigned:
            many = f" and {len(unsigned) - 1} after it" if len(unsigned) > 1 else ""
            text = f"no key that was given signed this run{many}, and no later signed one vouches for it by the chain"
            yield Problem("signature", f"{layout.RUNS}/{unsigned[0]}", text)

    def known(self) -> None:
        """Say what could not be known."""
        if not self.outside.head:
            self.remarks.append(NO_HEAD)
        if not self.outside.trusted and any(item and item.signature for item in self.records.values()):
            self.remarks.append(NO_KEY)
        bare = [name for name, item in self.records.items() if item and not item.signature]
        if self.good and bare:
            self.remarks.append(f"{len(bare)} records carry no signature: only later signed ones vouch for them")
