"""Where the cache is, whether it is safe to use, and what its entries depend on besides the texts."""

from __future__ import annotations

import os
import stat
import sys
from hashlib import blake2b
from pathlib import Path

VARIABLE = "SCANNER_CACHE_DIR"
"""Names the directory; set to nothing, there is no cache."""

CODE = (
    "glance", "lexer", "parse", "quick", "quick_expressions", "repair", "syntax", "templates", "tokens", "tree",
    "cache/__init__", "cache/place", "cache/spans", "cache/store",
)  # fmt: skip
"""The modules whose change makes every entry worthless."""


def directory() -> Path | None:
    """The directory of the cache, made if need be; None where there is none that only its user can write to."""
    named = os.environ.get(VARIABLE)
    if named == "":
        return None
    try:
        found = Path(named) if named is not None else _default()
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        return found.resolve() if private(found) and found.is_dir() else None
    except (OSError, RuntimeError, ValueError):
        return None


def _default() -> Path:
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "scanner"


def private(path: Path) -> bool:
    """Whether a path is ours and nobody else may write to it; not through a link of somebody else."""
    if not hasattr(os, "geteuid"):
        return True
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def version() -> bytes:
    """A digest of all that turns a text into an entry; empty where it cannot be told."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    digest = blake2b(digest_size=32)
    try:
        for name in CODE:
            digest.update((Path(__file__).parents[1] / f"{name}.py").read_bytes())
        told = [installed(name) for name in ("python-hcl2", "lark")]
    except (OSError, PackageNotFoundError):
        return b""
    digest.update(repr((told, sys.version_info[:3], sys.byteorder)).encode())
    return digest.digest()
