"""Writing that survives a stop at any point: bytes reach the disk before the name that makes them count does.

Reading is bounded here too, because an archive may come from anywhere.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

WHOLE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def read(path: Path, limit: int) -> bytes:
    """The bytes of a regular file. OSError for anything else: a link, a pipe that would wait for ever, too many."""
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    if found.st_size > limit:
        raise OSError(errno.EFBIG, f"it is larger than {limit:,} bytes")
    return path.read_bytes()


def write(path: Path, data: bytes) -> None:
    """A new file whose bytes are on the disk; its directories are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, WHOLE, 0o644)
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(path: Path, data: bytes) -> None:
    """A file, new or changed, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    try:
        write(beside, data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync(path.parent)


def write_all(descriptor: int, data: bytes) -> None:
    """Every byte; OSError when there is no room for all of them."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync(directory: Path) -> None:
    """The names in a directory on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(directory: Path) -> None:
    """The names in a directory and in those below it."""
    for folder, _names, _files in os.walk(directory):
        sync(Path(folder))


def append(path: Path, data: bytes) -> None:
    """Bytes at the end of a file: all of them, or, where the disk is full, none. For one process at a time."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        before = os.fstat(descriptor).st_size
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)


def flush(path: Path) -> None:
    """The bytes of a file that another program wrote, on the disk."""
    sync(path)
