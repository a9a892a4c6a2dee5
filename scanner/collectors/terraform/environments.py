"""Roots and their environments, found in a directory tree.

A root is a directory that nobody calls as a module, or that has a backend or variable files of its own, and from which
something of interest can be reached. Its environments are told by variable files (at the root or in ``env*/``,
``environments/*/``, ``tfvars/`` below it), by the directory's own name, or by maps keyed by ``terraform.workspace``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner import bindings
from scanner.catalogue import Catalogue
from scanner.collectors import Proposal
from scanner.collectors.terraform import glance, module_sources, workspaces
from scanner.collectors.terraform.glance import Surroundings
from scanner.readers.environment_name import is_template, told_by

PRODUCTION = "production"
MAX_BELOW = 4
"""How far below its root a variable file may lie."""
_ITSELF = frozenset({"terraform", "variables", "vars", "config", "default", "settings", "main"})


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every root with each of its environments."""
    root = root.resolve()
    directories = glance.directories(files)
    for found in directories.values():
        own = (module_sources.of_this_repository(root, source) for source in found.remote)
        found.called |= {path.resolve() for path in own if path is not None}
    called = {path for found in directories.values() for path in found.called}
    value_files = sorted(path.resolve() for path in files if path.name.endswith((".tfvars", ".tfvars.json")))
    below = _by_directory(value_files)
    with_values = {path.parent for path in value_files}
    proposals: list[Proposal] = []
    for path in sorted(directories):
        found = directories[path]
        if not path.is_relative_to(root):
            continue
        if not found.declares or (path in called and not found.backend and path not in with_values):
            continue
        if _interesting(path, directories):
            proposals += _environments(root, path, found, below.get(path, []), directories, catalogue)
    return proposals


def _by_directory(files: list[Path]) -> dict[Path, list[Path]]:
    """Variable files by every directory that they may belong to: their own and the few above it."""
    found: dict[Path, list[Path]] = defaultdict(list)
    for file in files:
        for parent in list(file.parents)[:MAX_BELOW]:
            found[parent].append(file)
    return found


def _interesting(path: Path, directories: Mapping[Path, Surroundings]) -> bool:
    """Whether a known resource type, a broken file or an unread module can be reached."""
    for found in glance.reachable(path, directories):
        if found.known or any(called not in directories for called in found.called):
            return True
        if found.module and any(map(_may_hold_targets, found.remote)):
            return True
    return False


def _may_hold_targets(source: str) -> bool:
    """Whether a source is a module of which nothing is known (and no provider, which has one slash only)."""
    harmless = bindings.shipped().modules_without_targets
    return "/" in source and not _is_provider(source) and not any(re.fullmatch(item, source) for item in harmless)


def _is_provider(source: str) -> bool:
    return source.count("/") == 1 and not source.startswith(("git", "http", "s3", "gcs"))


def _environments(
    root: Path, path: Path, found: Surroundings, values: list[Path],
    directories: Mapping[Path, Surroundings], catalogue: Catalogue,
) -> Iterator[Proposal]:  # fmt: skip
    label = path.relative_to(root).as_posix() if path != root else "."
    told = list(_by_files(path, values, directories, catalogue))
    names = workspaces.told(path, found.text, catalogue) if found.workspace else []
    for file, name, why in told:
        fields = {"path": label, "var_files": [file.relative_to(path).as_posix()]}
        stem = file.name.removesuffix(".json").removesuffix(".tfvars")
        workspace = next((item for item in names if stem in {item.name, item.word}), None)
        if workspace is not None:
            fields["workspace"] = workspace.name
        yield Proposal("terraform", fields, f"{label} with {file.relative_to(root).as_posix()}", "", name, why)
    if told:
        return
    for item in names:
        fields = {"path": label, "workspace": item.name}
        yield Proposal("terraform", fields, f"{label} in {item.name}", "", item.environment, f"workspace {item.name}")
    if all(item.environment != PRODUCTION for item in names):
        # A comparison with one word tells nothing of the others: production is never passed over for it.
        name, why = told_by(root, path / "main.tf", catalogue)
        if path == root and not name and (name := catalogue.environment(root.name)):
            why = f"directory {root.name}"
        yield Proposal("terraform", {"path": label}, label, "", name, why)


def _by_files(
    path: Path, values: list[Path], directories: Mapping[Path, Surroundings], catalogue: Catalogue
) -> Iterator[tuple[Path, str, str]]:
    """Variable files of this root that name an environment."""
    for file in values:
        if is_template(file):
            continue
        if file.parent == path and (file.name.startswith("terraform.tfvars") or ".auto.tfvars" in file.name):
            continue
        between = [parent for parent in file.parents if parent != path and parent.is_relative_to(path)]
        if any(parent in directories for parent in between):
            continue
        name, why = told_by(path, file, catalogue)
        if name:
            yield file, name, why


def distinction(files: list[str], environment: str, catalogue: Catalogue) -> str:
    """What tells two variable files of one environment apart, such as a region; empty when the name is only that."""
    words = [re.sub(r"\.tfvars(\.json)?$", "", Path(file).name) for file in files]
    plain = [word for word in words if catalogue.environment(word) != environment and word not in _ITSELF]
    return "+".join(plain)
