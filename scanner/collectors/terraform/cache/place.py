"""What the entries of the cache depend on besides the texts."""

from __future__ import annotations

import sys
from hashlib import blake2b
from pathlib import Path

CODE = (
    "glance", "lexer", "parse", "quick", "quick_expressions", "repair", "syntax", "templates", "tokens", "tree",
    "cache/__init__", "cache/place", "cache/spans", "cache/store",
)  # fmt: skip
"""The modules whose change makes every entry worthless."""


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
