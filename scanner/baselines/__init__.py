"""Baselines: what must be, read from the files that people write.

``load`` reads shipped and own baselines into nouns and refuses whatever does not make sense (a name that does not
exist, an operand that can never hold, a rule without a reason), each with file, line and key. ``lint`` names every
mistake of a file at once. Rules are data: adding one is adding an entry to a file; nothing registers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from scanner import catalogue, controls, document, kept, records, resources
from scanner.baselines.head import check_head, check_record
from scanner.baselines.place import Mistakes, Place
from scanner.baselines.rules import Reader
from scanner.baselines.shapes import BaselineFile
from scanner.catalogue import Catalogue
from scanner.controls import ControlMap
from scanner.errors import UserError
from scanner.model import Baseline

__all__ = ["BaselineFile", "lint", "load", "shipped_paths"]


def shipped_paths() -> list[Path]:
    """The baselines that come with the scanner."""
    return resources.files("baselines/secure", ".yaml")


def shipped(folder: str = "secure") -> tuple[Baseline, ...]:
    """The baselines of a shipped folder, by the shipped catalogue and control map."""
    files = resources.files(f"baselines/{folder}", ".yaml")
    return kept.shipped(
        f"baselines-{folder}", kept.nouns("scanner.model"), lambda: load(files, catalogue.shipped(), controls.shipped())
    )


def load(
    paths: Iterable[Path], catalogue: Catalogue, controls: ControlMap, environments: Iterable[str] = ()
) -> tuple[Baseline, ...]:
    """The baselines of these files and directories. UserError for the first mistake, by file and line."""
    mistakes = Mistakes()
    found = _load(paths, catalogue, controls, frozenset(environments), mistakes)
    if mistakes.found:
        first, rest = mistakes.found[0], len(mistakes.found) - 1
        first.hint = "; ".join(filter(None, (first.hint, f"{rest} more to correct" if rest else "")))
        raise first
    return found


def lint(path: Path, catalogue: Catalogue, controls: ControlMap, environments: Iterable[str] = ()) -> list[UserError]:
    """Every mistake in a baseline file or a directory of them; empty when there is none."""
    mistakes = Mistakes()
    _load([path], catalogue, controls, frozenset(environments), mistakes)
    return mistakes.found


def _load(
    paths: Iterable[Path], catalogue: Catalogue, controls: ControlMap, environments: frozenset[str], mistakes: Mistakes
) -> tuple[Baseline, ...]:
    found: list[Baseline] = []
    seen: dict[str, str] = {}
    for path in _files(paths, mistakes):
        baseline = mistakes.attempt(partial(_baseline, path, catalogue, controls, environments, mistakes, seen))
        if baseline is not None:
            found.append(baseline)
    return tuple(found)


def _files(paths: Iterable[Path], mistakes: Mistakes) -> list[Path]:
    found: dict[Path, Path] = {}
    for path in paths:
        listed = sorted({*path.glob("*.yaml"), *path.glob("*.yml")}) if path.is_dir() else [path]
        if not listed:
            mistakes.found.append(UserError("holds no baseline", place=str(path), allowed="files *.yaml"))
        for file in listed:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def place_of(path: Path) -> str:
    """How a file is named: shipped ones by their place in the package, others as they were given."""
    shipped = resources.directory("baselines")
    return f"baselines/{path.relative_to(shipped)}" if path.is_relative_to(shipped) else str(path)


def _baseline(
    path: Path,
    catalogue: Catalogue,
    controls: ControlMap,
    environments: frozenset[str],
    mistakes: Mistakes,
    seen: dict[str, str],
) -> Baseline | None:
    content, tree = document.read(path, BaselineFile, place_of(path))
    top = Place(tree)
    check_head(content, top, catalogue, seen)
    check_record(content, top)
    settings = {setting.name: setting for setting in catalogue.of(content.component)}
    reader = Reader(catalogue, controls, content, mistakes, environments, settings)
    before = len(mistakes.found)
    rules = [reader.rule(entry, top / "rules" / index) for index, entry in enumerate(content.rules)]
    for index, entry in enumerate(content.rules):
        at = top / "rules" / index / "id"
        if entry.id in seen:
            mistakes.found.append(at.mistake(f"{entry.id} stands twice", hint=f"first in {seen[entry.id]}"))
        seen.setdefault(entry.id, str(at))
    mistakes.found[before:] = sorted(mistakes.found[before:], key=_line)
    head = Baseline(content.id, content.version, content.title, content.component, (), place=tree.place)
    return replace(
        head,
        rules=tuple(rule for rule in rules if rule is not None),
        owner=content.owner,
        approved_by=content.approved_by,
        approved_on=content.approved_on,
        review=content.review,
        source=content.source,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        approver_role=content.approver_role,
        source_kind=content.source_kind,
        level=content.level,
        looser=tuple((entry.rule, entry.reason) for entry in content.looser),
        versions=records.versions(content.versions, tree, ("versions",)),
        reviews=records.reviews(content.reviews, tree, ("reviews",)),
    )


def _line(mistake: UserError) -> int:
    number = mistake.place.rpartition(":")[2]
    return int(number) if number.isdigit() else 0
