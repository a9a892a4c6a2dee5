"""``SHA256SUMS``: the text that ``sha256sum`` writes and checks, and the digests behind it."""

from __future__ import annotations

import errno
import hashlib
import re
import stat
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")
BLOCK = 1 << 20


def digest_of(path: Path) -> str:
    """The SHA-256 of a regular file's bytes, read in blocks. OSError for anything else, such as a link or a pipe."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    found = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def render(digests: Mapping[str, str]) -> str:
    """The sums of these files by name. Names with a line break or a backslash are escaped as ``sha256sum`` does."""
    return "".join(_told(name, digests[name]) for name in sorted(digests))


def _told(name: str, digest: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == name else chr(92)}{digest}  {escaped}\n"


def parse(text: str) -> dict[str, str]:
    """Digests by file name. ValueError with the number of the line that is none, or that stands twice."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
        match = _LINE.fullmatch(line)
        if not match:
            raise ValueError(f"line {number} is no sum of a file")
        mark, digest, name = match.groups()
        if mark:
            name = re.sub(r"\\([nr\\])", lambda escape: {"n": "\n", "r": "\r"}.get(escape[1], "\\"), name)
        if name in found:
            raise ValueError(f"line {number} names {name} again")
        found[name] = digest
    return found
