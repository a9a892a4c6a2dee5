"""What a glance at a file tells, without parsing it: enough to find roots among thousands of files.

A file that cannot be looked at counts as one that matters, so that it is read properly and becomes a gap.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache as once
from pathlib import Path
from typing import NamedTuple

from scanner import bindings
from scanner.collectors.terraform import cache

MAX_BYTES = 2_000_000
MAX_ELSEWHERE = 5_000
"""Calls of modules outside the listing that are followed."""
WORKSPACE = "terraform.workspace"
_SOURCE = re.compile(r'^\s*"?source"?\s*[=:]\s*"([^"]+)"', re.MULTILINE)
_DECLARES = re.compile(r'^\s*(?:resource\s+"|module\s+")|"(?:resource|module)"\s*:', re.MULTILINE)
_BACKEND = re.compile(r'^\s*(?:backend\s+"|cloud\s*\{)', re.MULTILINE)
_MODULE = re.compile(r"^\s*module\s", re.MULTILINE)


class Glance(NamedTuple):
    """What one file shows at a glance."""

    declares: bool = False
    """Whether it declares a resource or calls a module."""
    backend: bool = False
    module: bool = False
    known: bool = False
    """Whether a resource type that a binding knows is mentioned."""
    workspace: bool = False
    sources: tuple[str, ...] = ()
    """Where modules and providers come from."""


UNREAD = Glance(declares=True, known=True)


@dataclass
class Surroundings:
    """What the files of one directory show together."""

    declares: bool = False
    backend: bool = False
    module: bool = False
    known: bool = False
    workspace: bool = False
    called: set[Path] = field(default_factory=set)
    remote: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def add(self, path: Path, seen: Glance) -> None:
        self.declares |= seen.declares
        self.backend |= seen.backend
        self.module |= seen.module
        self.known |= seen.known
        self.workspace |= seen.workspace
        self.files.append(path)
        for source in seen.sources:
            if source.startswith(("./", "../")):
                self.called.add((path.parent / source).resolve())
            else:
                self.remote.append(source)

    @property
    def text(self) -> str:
        """All files again, for what is seldom asked."""
        return "".join(f"{_text(path)}\n" for path in self.files)


def directories(files: tuple[Path, ...]) -> Mapping[Path, Surroundings]:
    """Every directory that holds Terraform."""
    found: dict[Path, Surroundings] = defaultdict(Surroundings)
    for file in files:
        if file.name.endswith((".tf", ".tf.json")):
            path = _resolved(file.parent) / file.name if not file.is_symlink() else file.resolve()
            found[path.parent].add(path, look(path))
    _add_called(found)
    return found


def _add_called(found: dict[Path, Surroundings]) -> None:
    """Modules that are called and lie elsewhere, such as above the scanned directory."""
    pending = [path for seen in list(found.values()) for path in seen.called if path not in found]
    for _ in range(MAX_ELSEWHERE):
        if not pending:
            return
        path = pending.pop()
        for file in _beside(path) if path not in found else ():
            found[path].add(file, look(file))
        if path in found:
            pending += [called for called in found[path].called if called not in found]


def _beside(directory: Path) -> list[Path]:
    try:
        return [file for file in directory.iterdir() if file.name.endswith((".tf", ".tf.json")) and file.is_file()]
    except OSError:
        return []


@once
def _resolved(directory: Path) -> Path:
    return directory.resolve()


def look(path: Path) -> Glance:
    """A glance at one file."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return UNREAD
        content = path.read_bytes()
    except OSError:
        return UNREAD
    kept, text = cache.active(), content.decode("utf-8", "replace")
    noted = kept.glance(text, _looked_for())
    if noted is None:
        seen = at(text)
        flags = (seen.declares, seen.backend, seen.module, seen.known, seen.workspace)
        kept.keep_glance(text, _looked_for(), (flags, seen.sources))
        return seen
    (declares, backend, module, known, workspace), sources = noted
    return Glance(declares, backend, module, known, workspace, sources)


def at(text: str) -> Glance:
    """A glance at a text."""
    return Glance(
        declares=bool(_DECLARES.search(text)),
        backend=bool(_BACKEND.search(text)),
        module=bool(_MODULE.search(text)),
        known=bool(_known().search(text)),
        workspace=WORKSPACE in text,
        sources=tuple(_SOURCE.findall(text)),
    )


@once
def _known() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, bindings.shipped().by_type)))


@once
def _looked_for() -> bytes:
    return _known().pattern.encode()


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace") if path.stat().st_size <= MAX_BYTES else ""
    except OSError:
        return ""


def reachable(path: Path, found: Mapping[Path, Surroundings]) -> Iterator[Surroundings]:
    """A directory and all whose modules can be reached from it."""
    seen: set[Path] = set()
    pending = [path]
    while pending:
        current = pending.pop()
        if current in seen or current not in found:
            continue
        seen.add(current)
        yield found[current]
        pending.extend(found[current].called)
