"""One writer at a time. The lock is the kernel's, so that it ends with the process that holds it, however that ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from scanner.archive import durable, layout
from scanner.errors import UserError

PATIENCE = 120.0
"""Seconds to wait for another writer; one writes for a second or two."""
IGNORE = "# What scanner keeps is no source. Archives are copied by `scanner archive push`.\n*\n"


@contextlib.contextmanager
def exclusive(archive: Path, patience: float = PATIENCE) -> Iterator[None]:
    """The archive for this process alone, made if it is not there. UserError when it cannot be written or is busy."""
    try:
        _make(archive)
        descriptor = os.open(archive / layout.LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        raise unwritable(archive, error) from None
    try:
        _wait(descriptor, fcntl.LOCK_EX, archive, patience)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def shared(archive: Path, patience: float = PATIENCE) -> Iterator[None]:
    """The archive while nobody writes; without a lock where none can be had, as on a copy that is read-only."""
    try:
        descriptor = os.open(archive / layout.LOCK, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        yield
        return
    try:
        _wait(descriptor, fcntl.LOCK_SH, archive, patience)
        yield
    finally:
        os.close(descriptor)


def unwritable(archive: Path, error: OSError) -> UserError:
    """What is said of an archive that cannot be written."""
    hint = "make room or give a directory that can be written (--archive DIR), or --no-record to keep nothing"
    return UserError(f"the archive cannot be written: {error.strerror}", place=str(archive), hint=hint)


def _make(archive: Path) -> None:
    if (archive / layout.RUNS).is_dir():
        return
    there = archive.exists()
    if there and any(item.name not in layout.TOP for item in archive.iterdir()):
        raise UserError("is no archive and not empty", place=str(archive), hint="name a directory of its own")
    (archive / layout.RUNS).mkdir(parents=True, exist_ok=True)
    default = Path(layout.DEFAULT)
    ignore = archive.parent / ".gitignore"
    if archive.parts[-2:] == default.parts and not ignore.exists():
        durable.replace(ignore, IGNORE.encode())
    durable.sync(archive)
    durable.sync(archive.parent)


def _wait(descriptor: int, kind: int, archive: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                hint = "wait for the other run, or stop it"
                raise UserError(
                    f"another process has been writing for {patience:.0f} seconds", place=str(archive), hint=hint
                ) from None
            time.sleep(0.05)
        except OSError as error:
            raise UserError(
                f"cannot be locked: {error.strerror}", place=str(archive), hint="name a directory on a local disk"
            ) from None
        else:
            return
