"""Where the integers are kept: one SQLite file that any number of processes may use and that may be lost at any time.

Its transactions bear two writers and a process that is killed; a file that is damaged is made anew, one that is not
ours is left alone, and whatever else fails (a full disk, a lock that is held, a read-only directory) means that there
is no cache. The size is bounded: when it is full, the half that was not used for longest goes.
"""

from __future__ import annotations

import os
import sqlite3
import time
from array import array
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from scanner import kept

FILE = "terraform.sqlite3"
APPLICATION = 0x5CA44E12
MAX_BYTES = 256 * 1024 * 1024
BATCH = 2_000
PAGE = 4096
_CHECK = 16
_WAIT = 0.25
"""Seconds to wait for another process's lock."""
_TABLE = "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, used INTEGER NOT NULL, body BLOB NOT NULL)"
_EVICT = (
    "DELETE FROM entries WHERE key IN "
    "(SELECT key FROM entries ORDER BY used LIMIT (SELECT count(*) / 2 + 1 FROM entries))"
)
_WEEK = 7 * 24 * 3600


class Store:
    """Integers by key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._new: dict[bytes, bytes] = {}
        self._old: list[bytes] = []
        self._week = int(time.time()) // _WEEK

    def get(self, key: bytes) -> array[int] | None:
        """What was kept under a key, if it is there and whole."""
        body = self._new.get(key)
        if body is None and self._connection is not None:
            try:
                found = self._connection.execute("SELECT body, used FROM entries WHERE key = ?", (key,)).fetchone()
            except sqlite3.Error:
                return None
            if found is None or not isinstance(found[0], bytes):
                return None
            body = found[0]
            if found[1] != self._week:
                self._old.append(key)
        if body is None or body[:_CHECK] != _check(key, body[_CHECK:]):
            return None
        numbers = array("i")
        with suppress(ValueError):
            numbers.frombytes(body[_CHECK:])
        return numbers

    def put(self, key: bytes, numbers: array[int]) -> None:
        """Keep integers under a key; written later, with others."""
        if self._connection is None:
            return
        content = numbers.tobytes()
        self._new[key] = _check(key, content) + content
        if len(self._new) >= BATCH:
            self._write()

    def close(self) -> None:
        """Write what is new and let go of the file."""
        self._write()
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _write(self) -> None:
        rows = [(key, self._week, body) for key, body in self._new.items()]
        used = [(self._week, key) for key in self._old]
        self._new, self._old = {}, []
        if self._connection is None or not (rows or used):
            return
        for attempt in (1, 2):
            try:
                with self._connection:
                    self._connection.execute("BEGIN IMMEDIATE")
                    if attempt == 2:
                        self._connection.execute(_EVICT)
                    self._connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)
                    self._connection.executemany("UPDATE entries SET used = ? WHERE key = ?", used)
                return
            except sqlite3.Error as error:
                if "full" not in str(error):
                    return


def _check(key: bytes, content: bytes) -> bytes:
    return blake2b(content, digest_size=_CHECK, key=key).digest()


def open_in(directory: Path) -> Store | None:
    """The store of a directory, or None where it cannot be used."""
    path = directory / FILE
    for _ in (1, 2):
        try:
            return _open(path)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            with suppress(OSError):
                path.unlink()
                path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
        except OSError:
            return None
    return None


def _open(path: Path) -> Store | None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    if not path.is_file() or not kept.private(path):
        return None
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != APPLICATION and tables:
            connection.close()
            return None
        if not tables:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(_TABLE)
        connection.execute(f"PRAGMA max_page_count = {MAX_BYTES // PAGE}")
        connection.execute("SELECT key, used, body FROM entries LIMIT 1").fetchone()
        return Store(connection)
    except sqlite3.Error:
        connection.close()
        raise
