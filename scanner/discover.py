"""What a directory holds, for a first scan without ``scanner.yaml`` and for ``init``.

The tree is walked once, within bounds, links that leave it or turn in circles are not followed, and every collector
that can look at files says what it could read. Environment variables of an application and the class that gives their
defaults belong together: a settings class becomes the lowest layer of the carriers that lie in the same project.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from scanner.catalogue import Catalogue
from scanner.collect import survey
from scanner.errors import UserError
from scanner.model import Notice, Target
from scanner.project import Project, SourceEntry, TargetEntry

IGNORED = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".terraform",
        ".terragrunt-cache",
        ".venv",
        "venv",
        "node_modules",
        "__pycache__",
        ".tox",
        ".mypy_cache",
        ".scanner",
    }
)
_SOURCE = re.compile(r"^\.env|^terragrunt\.hcl$|\.(?:env|tf|tfvars|json|ya?ml|template|conf|acl|py)$")
"""Names of files that collectors read."""

MAX_FILES = 200_000
MAX_DEPTH = 40
CODE_DEFAULTS = "pydantic_settings"
OWN_SERVERS = frozenset({"postgresql_files", "redis_file"})
"""Kinds of source that only a server of one's own has."""

CARRIERS = frozenset({"dotenv", "compose", "kubernetes"})


@dataclass(frozen=True)
class Listing:
    """The files below a directory, and what of it could not be listed."""

    files: tuple[Path, ...]
    notices: tuple[Notice, ...]


def walk(root: Path) -> Listing:
    """Every file below ``root`` in a stable order. UserError when it is no directory that can be listed."""
    if not root.exists():
        raise UserError("there is no such directory", place=str(root))
    if not root.is_dir():
        raise UserError("is a file; give the directory that holds it", place=str(root))
    notices: list[Notice] = []
    files = []
    for path in _below(root.resolve(), notices):
        files.append(path)
        if len(files) >= MAX_FILES:
            text = f"more than {MAX_FILES:,} files: the rest was not looked at"
            notices.append(Notice("unread", text, str(root), incomplete=True))
            break
    return Listing(tuple(files), tuple(notices))


def _below(root: Path, notices: list[Notice]) -> Iterator[Path]:
    pending = [(root, 0)]
    while pending:
        here, depth = pending.pop()
        try:
            with os.scandir(here) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            place = os.path.relpath(here, root)
            notices.append(Notice("unread", f"cannot be listed: {error.strerror}", place, incomplete=True))
            continue
        folders = [entry for entry in entries if entry.name not in IGNORED and _is_folder(entry)]
        files = [entry for entry in entries if not _is_folder(entry)]
        if depth >= MAX_DEPTH:
            place = str(here.relative_to(root))
            notices.append(Notice("unread", f"deeper than {MAX_DEPTH} levels", place, incomplete=True))
            folders = []
        notices += _led_away(root, here, (entry.name for entry in (*folders, *files) if entry.is_symlink()))
        yield from (here / entry.name for entry in files if _inside(root, here, entry))
        pending += [(here / entry.name, depth + 1) for entry in reversed(folders) if not entry.is_symlink()]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a directory, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _led_away(root: Path, here: Path, links: Iterable[str]) -> Iterator[Notice]:
    """Links to what this tree does not hold: a source of values that was not read must be told."""
    for path in (here / name for name in links):
        meant = _SOURCE.search(path.name) or ("." not in path.name and path.is_dir())
        if meant and not _held(root, path):
            place = str(path.relative_to(root))
            yield Notice("unread", "a link to what lies outside or is not there", place, incomplete=True)


def _held(root: Path, path: Path) -> bool:
    try:
        return path.exists() and path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def _inside(root: Path, here: Path, entry: os.DirEntry[str]) -> bool:
    """Whether a file, links resolved, is a regular file of this tree."""
    try:
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        path = here / entry.name
        return path.is_file() and path.resolve().is_relative_to(root.resolve())
    except OSError:
        return False


def discover(root: Path, catalogue: Catalogue, environment: str = "") -> tuple[Project, tuple[Notice, ...]]:
    """A project made of what the directory holds. UserError when it holds nothing that can be scanned."""
    listing = walk(root)
    given, root = root, root.resolve()
    entries = [_told(entry, environment) for entry in _surveyed(root, listing.files, catalogue)]
    defaults = [entry for entry in entries if entry.kind == CODE_DEFAULTS]
    carriers = [entry for entry in entries if entry.component and entry.kind != CODE_DEFAULTS]
    own = tuple(entry for entry in entries if not entry.component)
    used: set[str] = set()
    targets = [_target(entry, defaults, used) for entry in carriers]
    targets += [_target(entry, [], used) for entry in defaults if entry.label not in used]
    if not targets and not own and not any(notice.incomplete for notice in listing.notices):
        raise UserError(
            "nothing here can be scanned",
            place=str(given),
            allowed="Terraform, CloudFormation, .env files, docker-compose, Kubernetes manifests, pydantic settings, "
            "postgresql.conf, redis.conf, or a scanner.yaml",
            hint="run `scanner init` for a commented scanner.yaml",
        )
    project = Project(root.name, root, tuple(_numbered(targets)), own)
    return project, listing.notices


def _surveyed(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[SourceEntry]:
    """What the collectors find; where code reads prefixed variables only, carriers are looked at with that prefix."""
    found = survey(root, files, catalogue)
    prefixes = {entry.prefix for entry in found if entry.kind == CODE_DEFAULTS and entry.prefix}
    return survey(root, files, catalogue.with_prefixes(prefixes)) if prefixes else found


def _told(entry: SourceEntry, environment: str) -> SourceEntry:
    if environment and not entry.environment:
        return replace(entry, environment=environment, environment_from="--environment")
    return entry


def _target(entry: SourceEntry, defaults: list[SourceEntry], used: set[str]) -> TargetEntry:
    sources = [entry]
    near = [item for item in defaults if _same_project(item.label, entry.label)]
    if entry.kind in CARRIERS and len(near) == 1:
        entry = _read_by(near[0], entry)
        sources = [entry, near[0]]
        used.add(near[0].label)
    environment = entry.environment or "production"
    told = entry.environment_from if entry.environment else "assumed"
    platform = "self-managed" if entry.kind in OWN_SERVERS else ""
    target = Target(entry.label, entry.component, environment, told, platform)
    return TargetEntry(target, tuple(sources))


def _read_by(code: SourceEntry, carrier: SourceEntry) -> SourceEntry:
    """A carrier whose variables count only under the names that the code beside it reads."""
    if code.prefix is None:
        return carrier
    kept = {name: value for name, value in carrier.fields.items() if name != "prefix"}
    return replace(carrier, fields={**kept, **({"prefix": code.prefix} if code.prefix else {})})


def _same_project(code: str, carrier: str) -> bool:
    """Whether code lies at or below the directory of a carrier, or beside it."""
    folder = PurePosixPath(carrier.partition(":")[0]).parent
    return folder == PurePosixPath(".") or PurePosixPath(code.partition(":")[0]).is_relative_to(folder)


def _numbered(targets: list[TargetEntry]) -> Iterator[TargetEntry]:
    """Targets whose ids are all different."""
    seen: Mapping[str, int] = {}
    counts = dict(seen)
    for entry in targets:
        counts[entry.target.id] = counts.get(entry.target.id, 0) + 1
        number = counts[entry.target.id]
        yield entry if number == 1 else replace(entry, target=replace(entry.target, id=f"{entry.target.id}#{number}"))
