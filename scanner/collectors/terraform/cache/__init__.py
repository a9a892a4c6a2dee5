"""What was parsed before, by content, so that a second scan parses only what has changed.

Whether it is there, full, foreign or damaged never changes a result, only the time it takes. Three things see to it:

* An entry's key is the digest of the text it was made from, of our own parsing code and of what that runs on. No
  name, no time of modification and no version number that somebody forgot to raise takes part.
* An entry holds no text, only kinds of nodes, lines and places in that text, which is read anyway. So no password of a
  variable file can be in it, and what a place says is always what the source says.
* An entry carries a digest of itself and is plain integers: nothing in it is ever executed.

Somebody who may write into the user's own directory could forge an entry, and could as well replace this program;
hence a directory that others own or may write to is not used.
"""

from __future__ import annotations

import threading
from hashlib import blake2b

from scanner import kept
from scanner.collectors.terraform.cache import place, spans, store
from scanner.collectors.terraform.cache.spans import Unkeepable
from scanner.collectors.terraform.lexer import Slice
from scanner.collectors.terraform.syntax import Body

Seen = tuple[tuple[bool, ...], tuple[str, ...]]
"""Flags and words that a glance at a file showed."""


class Cache:
    """Keeps what was read from texts. Without a store it remembers nothing."""

    def __init__(self, kept: store.Store | None = None, version: bytes = b"") -> None:
        self._kept, self._version, self._lock = kept, version, threading.Lock()

    def body(self, text: str, line: int, file: str) -> Body | None:
        """The body that this text was parsed to."""
        found = self._get(b"body", text)
        return spans.body(found, text, line, file) if found is not None else None

    def keep_body(self, text: str, line: int, found: Body) -> None:
        if self._kept is not None:
            self._put(b"body", text, lambda: spans.of_body(found, text, line))

    def split(self, text: str) -> list[Slice] | None:
        """The blocks that this text was cut into."""
        found = self._get(b"split", text)
        return spans.slices(found, text) if found is not None else None

    def keep_split(self, text: str, found: list[Slice]) -> None:
        if self._kept is not None:
            self._put(b"split", text, lambda: spans.of_slices(found, text))

    def glance(self, text: str, kind: bytes) -> Seen | None:
        """What a glance at this text showed; ``kind`` tells what was looked for."""
        found = self._get(b"glance" + kind, text)
        return spans.seen(found, text) if found is not None else None

    def keep_glance(self, text: str, kind: bytes, found: Seen) -> None:
        if self._kept is not None:
            self._put(b"glance" + kind, text, lambda: spans.of_seen(found, text))

    def close(self) -> None:
        """Write what is new."""
        if self._kept is not None:
            with self._lock:
                self._kept.close()

    def _get(self, kind: bytes, text: str) -> spans.Numbers | None:
        if self._kept is None:
            return None
        with self._lock:
            return self._kept.get(self._key(kind, text))

    def _put(self, kind: bytes, text: str, work: spans.Work) -> None:
        try:
            numbers = work()
        except Unkeepable:
            return
        with self._lock:
            if self._kept is not None:
                self._kept.put(self._key(kind, text), numbers)

    def _key(self, kind: bytes, text: str) -> bytes:
        content = text.encode("utf-8", "surrogatepass")
        return blake2b(
            content, digest_size=20, key=self._version, person=blake2b(kind, digest_size=16).digest()
        ).digest()


_active = Cache()


def active() -> Cache:
    """The cache of this process; it remembers nothing unless ``use`` was called."""
    return _active


def use(wanted: bool = True) -> Cache:
    """Switch the cache on where there is a place for it, or off."""
    global _active
    _active.close()
    directory = kept.directory() if wanted else None
    version = place.version() if directory is not None else b""
    opened = store.open_in(directory) if directory is not None and version else None
    _active = Cache(opened, version)
    return _active
