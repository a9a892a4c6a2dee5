"""Roots and their environments, found in a directory tree.

A root is a directory that nobody calls as a module, or that has a backend or variable files of its own, and from which
something of interest can be reached. Its environments are told by variable files (at the root or in ``env*/``,
``environments/*/``, ``tfvars/`` below it), by the directory's own name, or by maps keyed by ``terraform.workspace``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scanner import bindings
from scanner.catalogue import Catalogue
from scanner.collectors import Proposal
from scanner.readers.environment_name import is_template, told_by

MAX_BYTES = 2_000_000
_SOURCE = re.compile(r'^\s*"?source"?\s*[=:]\s*"([^"]+)"', re.MULTILINE)
_DECLARES = re.compile(r'^\s*(?:resource\s+"|module\s+")|"(?:resource|module)"\s*:', re.MULTILINE)
_BACKEND = re.compile(r'^\s*(?:backend\s+"|cloud\s*\{)', re.MULTILINE)
_MAP_KEY = re.compile(r'^\s*"?([A-Za-z][\w-]*)"?\s*=\s*[\{\["\w]', re.MULTILINE)
_ITSELF = frozenset({"terraform", "variables", "vars", "config", "default", "settings", "main"})


@dataclass
class _Directory:
    """What a glance at a directory tells."""

    text: str = ""
    called: set[Path] = field(default_factory=set)
    remote: list[str] = field(default_factory=list)
    values: list[Path] = field(default_factory=list)


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every root with each of its environments."""
    root = root.resolve()
    directories = _glance(root, files)
    called = {path for found in directories.values() for path in found.called}
    value_files = sorted(path.resolve() for path in files if path.name.endswith((".tfvars", ".tfvars.json")))
    proposals: list[Proposal] = []
    for path in sorted(directories):
        found = directories[path]
        own = bool(_BACKEND.search(found.text)) or any(item.parent == path for item in value_files)
        if not _DECLARES.search(found.text) or (path in called and not own):
            continue
        if _interesting(path, directories):
            proposals += _environments(root, path, found, value_files, directories, catalogue)
    return proposals


def _glance(root: Path, files: tuple[Path, ...]) -> dict[Path, _Directory]:
    directories: dict[Path, _Directory] = defaultdict(_Directory)
    for file in files:
        if not file.name.endswith((".tf", ".tf.json")):
            continue
        path = file.resolve()
        found = directories[path.parent]
        try:
            if path.stat().st_size > MAX_BYTES:
                found.text += '\nresource "unread" {}\n'
                continue
            text = path.read_bytes().decode("utf-8", "replace")
        except OSError:
            found.text += '\nresource "unread" {}\n'
            continue
        found.text += f"{text}\n"
        for source in _SOURCE.findall(text):
            if source.startswith(("./", "../")):
                found.called.add((path.parent / source).resolve())
            else:
                found.remote.append(source)
    return directories


def _reachable(path: Path, directories: Mapping[Path, _Directory]) -> Iterator[_Directory]:
    seen: set[Path] = set()
    pending = [path]
    while pending:
        current = pending.pop()
        if current in seen or current not in directories:
            continue
        seen.add(current)
        yield directories[current]
        pending.extend(directories[current].called)


def _interesting(path: Path, directories: Mapping[Path, _Directory]) -> bool:
    """Whether a known resource type, a broken file or an unread module can be reached."""
    known = bindings.shipped()
    needles = re.compile("|".join(map(re.escape, ["unread", *known.by_type])))
    for found in _reachable(path, directories):
        if needles.search(found.text):
            return True
        if re.search(r"^\s*module\s", found.text, re.MULTILINE) and any(map(_may_hold_targets, found.remote)):
            return True
    return False


def _may_hold_targets(source: str) -> bool:
    """Whether a source is a module of which nothing is known (and no provider, which has one slash only)."""
    harmless = bindings.shipped().modules_without_targets
    return "/" in source and not _is_provider(source) and not any(re.fullmatch(item, source) for item in harmless)


def _is_provider(source: str) -> bool:
    return source.count("/") == 1 and not source.startswith(("git", "http", "s3", "gcs"))


def _environments(
    root: Path, path: Path, found: _Directory, values: list[Path],
    directories: Mapping[Path, _Directory], catalogue: Catalogue,
) -> Iterator[Proposal]:  # fmt: skip
    label = path.relative_to(root).as_posix() if path != root else "."
    told = list(_by_files(path, values, directories, catalogue))
    for file, name, why in told:
        fields = {"path": label, "var_files": [file.relative_to(path).as_posix()]}
        stem = file.name.removesuffix(".json").removesuffix(".tfvars")
        workspace = _workspace(found.text, stem, catalogue)
        if workspace:
            fields["workspace"] = workspace
        yield Proposal("terraform", fields, f"{label} with {file.relative_to(root).as_posix()}", "", name, why)
    if told:
        return
    workspaces = sorted(_workspaces(found.text, catalogue))
    for word in workspaces:
        fields = {"path": label, "workspace": word}
        yield Proposal("terraform", fields, f"{label} in {word}", "", catalogue.environment(word), f"workspace {word}")
    if not workspaces:
        name, why = told_by(root, path / "main.tf", catalogue)
        yield Proposal("terraform", {"path": label}, label, "", name, why)


def _by_files(
    path: Path, values: list[Path], directories: Mapping[Path, _Directory], catalogue: Catalogue
) -> Iterator[tuple[Path, str, str]]:
    """Variable files of this root that name an environment."""
    for file in values:
        if not file.is_relative_to(path) or is_template(file) or len(file.relative_to(path).parts) > 4:
            continue
        if file.parent == path and (file.name.startswith("terraform.tfvars") or ".auto.tfvars" in file.name):
            continue
        between = [parent for parent in file.parents if parent != path and parent.is_relative_to(path)]
        if any(parent in directories for parent in between):
            continue
        name, why = told_by(path, file, catalogue)
        if name:
            yield file, name, why


def _workspaces(text: str, catalogue: Catalogue) -> set[str]:
    """Names of workspaces: the keys of maps by environment, where the sources ask for the workspace."""
    if "terraform.workspace" not in text:
        return set()
    return {word for word in _MAP_KEY.findall(text) if catalogue.environment(word)}


def _workspace(text: str, stem: str, catalogue: Catalogue) -> str:
    """The workspace that belongs to a variable file: a key of such a map with the file's own name."""
    return stem if stem in _workspaces(text, catalogue) else ""


def distinction(files: list[str], environment: str, catalogue: Catalogue) -> str:
    """What tells two variable files of one environment apart, such as a region; empty when the name is only that."""
    words = [re.sub(r"\.tfvars(\.json)?$", "", Path(file).name) for file in files]
    plain = [word for word in words if catalogue.environment(word) != environment and word not in _ITSELF]
    return "+".join(plain)
