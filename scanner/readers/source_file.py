"""Files that a source names: read whole or not at all, without hanging and without surprise.

A file that is missing, unreadable, too big, no regular file, binary or not UTF-8 is a ``SilentSource`` with the thing
that would make it speak.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from scanner.errors import SilentSource
from scanner.model import Input


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The text of a file, where it is relative to the scanned directory, and the digest of its bytes."""

    path: Path
    place: str
    text: str = field(repr=False)
    sha256: str

    @property
    def input(self) -> Input:
        return Input(self.place, self.sha256)


def place_of(root: Path, path: Path) -> str:
    """The path as reports print it: relative to the scanned directory where it lies below it."""
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        return path.as_posix()


def read(root: Path, path: str | Path, limit: int) -> SourceFile:
    """A UTF-8 text file below ``root`` (or at an absolute path). SilentSource says why it cannot be read."""
    full = Path(os.path.normpath(root / path))
    place = place_of(root, full)
    data = _bytes(full, place, limit)
    if b"\0" in data:
        raise SilentSource(f"{place} is a binary file", "name a text file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SilentSource(f"{place} is not UTF-8 at byte {error.start}", "save the file as UTF-8") from None
    return SourceFile(full, place, text, hashlib.sha256(data).hexdigest())


def _bytes(path: Path, place: str, limit: int) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise SilentSource(f"{place} cannot be read: {reason}", f"make {place} readable, or correct the path") from None
    try:
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SilentSource(f"{place} is not a regular file", "name a text file")
            data = file.read(limit + 1) if status.st_size <= limit else b" " * (limit + 1)
    except OSError as error:
        raise SilentSource(f"{place} cannot be read: {error.strerror}", f"make {place} readable") from None
    if len(data) > limit:
        raise SilentSource(f"{place} is larger than {limit:,} bytes", "name a smaller file, or raise the limit")
    return data
