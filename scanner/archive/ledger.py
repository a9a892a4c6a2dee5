"""The chain of lines that makes the order of records, and their number, evidence.

Each line holds the SHA-256 of the line before it, so that no line can be changed, taken out, put in or moved without
every later one telling. The chain cannot know that its own end was cut: that takes a head that was kept elsewhere,
which is why every record and every report names the head that it was made after. Pure but for ``read``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from scanner.archive import durable, layout
from scanner.errors import UserError

FIELDS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One record in the chain."""

    sequence: int
    time: str
    """ISO 8601 UTC time at which it was kept."""
    id: str
    digest: str
    """SHA-256 of the record's SHA256SUMS."""
    previous: str
    """SHA-256 of the line before, with its line break."""

    @property
    def text(self) -> str:
        """The line as it stands in the file."""
        return "\t".join((str(self.sequence), self.time, self.id, self.digest, self.previous)) + "\n"

    @property
    def head(self) -> str:
        """The head of the chain once this line is its last."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines that follow from one another, what is wrong after them, and an unfinished end."""

    lines: tuple[Line, ...] = ()
    trouble: str = ""
    """What is wrong with the first line that does not follow; empty when all do."""
    torn: bytes = b""
    """Bytes after the last line break: a writer was stopped in the middle of a line."""

    @property
    def head(self) -> str:
        """The digest that the next line follows."""
        return self.lines[-1].head if self.lines else layout.GENESIS

    @property
    def size(self) -> int:
        """Bytes of the whole lines."""
        return sum(len(line.text.encode()) for line in self.lines)


def parse(data: bytes) -> Ledger:
    """The ledger that these bytes are."""
    whole, end, torn = data.rpartition(b"\n")
    lines: list[Line] = []
    head = layout.GENESIS
    for number, raw in enumerate((whole + end).split(b"\n")[:-1] if end else (), 1):
        line = _line(raw)
        if isinstance(line, str) or line.sequence != number or line.previous != head:
            return Ledger(tuple(lines), f"line {number}: {_wrong(line, number)}", torn)
        lines.append(line)
        head = line.head
    return Ledger(tuple(lines), "", torn)


def _line(raw: bytes) -> Line | str:
    """A line, or what is wrong with it on its own."""
    fields = raw.decode("utf-8", "replace").split("\t")
    if len(fields) != FIELDS:
        return f"has {len(fields)} fields, not {FIELDS}"
    number, time, name, digest, previous = fields
    if not layout.ID.fullmatch(name):
        return "names no id of a record"
    if not (layout.DIGEST.fullmatch(digest) and layout.DIGEST.fullmatch(previous)):
        return "holds no SHA-256 where one belongs"
    if not (number.isascii() and number.isdigit() and len(number) < 12) or str(int(number)) != number:
        return "does not begin with its number"
    return Line(int(number), time, name, digest, previous)


def _wrong(line: Line | str, number: int) -> str:
    if isinstance(line, str):
        return line
    if line.sequence != number:
        return f"is numbered {line.sequence}: lines were removed, added or reordered"
    return "does not follow from the line before it: lines were changed, removed, added or reordered"


def read(archive: Path) -> Ledger:
    """The ledger of an archive; an archive without one is empty. UserError when it cannot be read."""
    path = archive / layout.LEDGER
    try:
        return parse(durable.read(path, layout.MAX_LEDGER))
    except FileNotFoundError:
        return Ledger()
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", place=str(path)) from None


def sound(archive: Path) -> Ledger:
    """The ledger of an archive in which every line follows. UserError with the line when one does not."""
    found = read(archive)
    if found.trouble:
        hint = "`scanner archive verify` tells what is wrong with the archive; nothing is added to it until then"
        raise UserError(found.trouble, place=str(archive / layout.LEDGER), hint=hint)
    return found
