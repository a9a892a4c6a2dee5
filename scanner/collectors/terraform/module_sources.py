"""Where the source of a module call is: beside the caller, where ``terraform init`` put it, or where the user says."""

from __future__ import annotations

import os.path
import re
from pathlib import Path
from typing import Protocol

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.session import Session
from scanner.collectors.terraform.source import Declaration, Directory, inside, reach

_REGISTRY = re.compile(
    r"(?:registry\.terraform\.io/)?[\w-]+/(?P<name>[\w-]+)/(?P<provider>[a-z0-9]+)(?://(?P<below>[\w./-]+))?"
)
MAX_MODULE_DEPTH = 12
MAX_MODULES = 3_000


class Caller(Protocol):
    """The module that calls."""

    session: Session
    directory: Directory
    depth: int
    lineage: frozenset[Path]

    def qualified(self, key: tuple[str, ...]) -> str: ...


def directory(caller: Caller, name: str, declaration: Declaration) -> Directory | str:
    """The directory of a module call, or the source that is not on disk."""
    session = caller.session
    session.modules += 1
    if session.modules > MAX_MODULES:
        return f"more than {MAX_MODULES:,} module calls"
    source = syntax.plain(declaration.body.expression("source"))
    if source is None:
        return "a computed source"
    if caller.depth >= MAX_MODULE_DEPTH:
        return f"{source} (modules nested deeper than {MAX_MODULE_DEPTH})"
    path = _path(caller, name, source)
    if path is None or not _readable(path, source, caller):
        return source
    if path in caller.lineage:
        return f"{source}, which calls itself"
    return session.directory(path)


def _readable(path: Path, source: str, caller: Caller) -> bool:
    """Whether a module is there; one that is called by its way, by no link, may lie above the scanned directory."""
    straight = _is_way(source) and path == Path(os.path.normpath(caller.directory.path / source))
    try:
        return path.is_dir() and (inside(path, caller.session.root) or (straight and any(path.glob("*.tf*"))))
    except OSError:
        return False


def _is_way(source: str) -> bool:
    return source.startswith(("./", "../"))


def _path(caller: Caller, name: str, source: str) -> Path | None:
    if _is_way(source):
        return (caller.directory.path / source).resolve()
    address = caller.qualified(("module", name)).split(".")
    found = caller.session.manifest.get(".".join(part.partition("[")[0] for part in address if part != "module"))
    mapped = caller.session.mapped(source) if found is None else caller.session.path / found
    mapped = of_this_repository(caller.session.root, source) if mapped is None else mapped
    return mapped.resolve() if mapped is not None else None


def of_this_repository(root: Path, source: str) -> Path | None:
    """A module of a registry that this repository itself publishes: its examples call it by the name it has there."""
    named = _REGISTRY.fullmatch(source)
    top = reach(root)
    if named is None or not re.search(rf"(?:^|\W)terraform-{named['provider']}-{re.escape(named['name'])}$", top.name):
        return None
    return top / (named["below"] or "")


def way(start: Path, end: Path) -> str:
    """``path.module``: the way from the root to the module's directory."""
    if start == end:
        return "."
    common = next(parent for parent in (start, *start.parents) if end.is_relative_to(parent))
    return "../" * len(start.relative_to(common).parts) + end.relative_to(common).as_posix()
