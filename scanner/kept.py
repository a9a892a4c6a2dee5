"""Shipped data as nouns, kept in the user's cache directory, so that each start does not read and check 400 kB of YAML.

What is kept can never change a result, only the time it takes to start: its key is a digest of every shipped file and
of all code that makes nouns of them, it is plain JSON with a digest of its own, and no noun is made that the reader did
not name. It is used only from a directory and a file that nobody but the user can write to: who could forge it could as
well replace this program. Whatever else is wrong with it, the shipped files are read again.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from scanner import resources

Noun = TypeVar("Noun")

VARIABLE = "SCANNER_CACHE_DIR"
"""Names the directory; set to nothing, nothing is kept."""

CODE = ("*.py", "baselines/*.py", "bindings/*.py", "document/*.py", "records/*.py", "readers/secrecy.py", "values/*.py")
"""Every module that takes part in making nouns of shipped files, and more."""

MAX_BYTES = 20_000_000

_wanted = True


def use(wanted: bool) -> None:
    """Switch it on, where there is a place for it, or off."""
    global _wanted
    _wanted = wanted


def shipped(name: str, kinds: Iterable[type], make: Callable[[], Noun]) -> Noun:
    """What ``make`` makes of shipped files alone, of nouns of these ``kinds``; made anew where it is not kept."""
    place = directory() if _wanted else None
    if place is None:
        return make()
    file, key, known = place / f"shipped-{name}.json", version(), {kind.__name__: kind for kind in kinds}
    with suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
        found: Noun = _unpacked(_read(file, key), known)
        return found
    made = make()
    with suppress(OSError, ValueError, LookupError, RecursionError):
        _write(file, key, _packed(made, known))
    return made


def nouns(*modules: str) -> list[type]:
    """The dataclasses and enumerations that loaded modules have."""
    found = [item for name in modules for item in vars(sys.modules[name]).values() if isinstance(item, type)]
    return [item for item in found if is_dataclass(item) or issubclass(item, Enum)]


def directory() -> Path | None:
    """The user's cache directory, made if need be; None where there is none that only its user can write to."""
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


def sources() -> list[Path]:
    """Everything that what is kept depends on: shipped files and our own code."""
    code = (path for pattern in CODE for path in resources.PACKAGE.glob(pattern))
    return sorted({*resources.files("baselines", ".yaml"), *code})


@lru_cache(maxsize=1)
def version() -> bytes:
    """A digest of all that is kept depends on."""
    digest = blake2b(digest_size=32)
    for path in sources():
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    digest.update(repr(sys.version_info[:3]).encode())
    return digest.digest()


def _read(file: Path, key: bytes) -> Any:
    if not private(file) or not file.is_file() or file.stat().st_size > MAX_BYTES:
        raise ValueError("not ours")
    head, _, body = file.read_bytes().partition(b"\n")
    if head != _check(body, key):
        raise ValueError("of other files or code, or damaged")
    return json.loads(body)


def _write(file: Path, key: bytes, packed: Any) -> None:
    """Whole or not at all; the file of a temporary name is private from the start."""
    body = json.dumps(packed, separators=(",", ":")).encode()
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as handle:
        handle.write(_check(body, key) + b"\n" + body)
    Path(handle.name).replace(file)


def _check(body: bytes, key: bytes) -> bytes:
    return blake2b(body, digest_size=32, key=key).hexdigest().encode()


def _packed(value: object, known: Mapping[str, type]) -> Any:
    """Plain JSON: a list whose head says what it is, or a leaf."""
    if isinstance(value, Enum):
        return ["enum", _named(value, known), value.value]
    if value is None or type(value) in (bool, int, float, str):
        return value
    if is_dataclass(value):
        return ["noun", _named(value, known), *(_packed(getattr(value, item.name), known) for item in fields(value))]
    if isinstance(value, Mapping):
        return ["map", *(_packed(part, known) for pair in value.items() for part in pair)]
    if isinstance(value, frozenset):
        return ["set", *(_packed(item, known) for item in sorted(value))]
    if isinstance(value, tuple | list):
        return ["tuple" if isinstance(value, tuple) else "list", *(_packed(item, known) for item in value)]
    raise ValueError(f"a {type(value).__name__} is not kept")


def _named(value: object, known: Mapping[str, type]) -> str:
    name = type(value).__name__
    if known.get(name) is not type(value):
        raise ValueError(f"{name} is none of the nouns that are kept")
    return name


def _unpacked(packed: Any, known: Mapping[str, type]) -> Any:
    if type(packed) is not list:
        return packed
    head = packed[0]
    if head in ("noun", "enum"):
        return known[packed[1]](*[_unpacked(item, known) if type(item) is list else item for item in packed[2:]])
    members = [_unpacked(item, known) if type(item) is list else item for item in packed[1:]]
    if head == "map":
        return dict(zip(members[::2], members[1::2], strict=True))
    return {"tuple": tuple, "list": list, "set": frozenset}[head](members)
