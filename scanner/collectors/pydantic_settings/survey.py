"""Packages of Python source that could be an application with settings, found without parsing most files."""

from __future__ import annotations

from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.collectors import Proposal
from scanner.collectors.pydantic_settings.said import COMPONENT
from scanner.collectors.pydantic_settings.source import SKIPPED, Source
from scanner.errors import SilentSource
from scanner.readers import environment, source_file
from scanner.readers.environment_name import told_by

SURVEY_BYTES = 2_000_000


def _may_hold_settings(path: Path) -> bool:
    """Whether a file could hold a settings class, parsed or not: the cheap question that most files end with."""
    try:
        with path.open("rb") as handle:
            return b"BaseSettings" in handle.read(SURVEY_BYTES)
    except OSError:
        return True


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every package of Python source with a settings class that sets a name of the catalogue."""
    found: dict[Path, Path] = {}
    prefixes: dict[Path, set[str]] = {}
    broken: list[Path] = []
    for path in files:
        full = root / path
        inside = Path(source_file.place_of(root, full))
        if full.suffix != ".py" or SKIPPED.intersection(inside.parts) or inside.name.startswith("test_"):
            continue
        if not _may_hold_settings(full):
            continue
        try:
            source = Source()
            source.read(root, str(full), SURVEY_BYTES)
        except SilentSource:
            broken.append(full)
            continue
        for _, part in source.files:
            for item in part.classes:
                names = [name for each in item.fields for name in each.variables]
                if environment.makes_application(names, catalogue, COMPONENT, (item.prefix,)):
                    package = _package(root, full.parent)
                    found.setdefault(package, full)
                    prefixes.setdefault(package, set()).add(item.prefix)
    folders = [item for item in found if not any(item != other and item.is_relative_to(other) for other in found)]
    places = {folder: found[folder] for folder in folders}
    places |= {path: path for path in broken if not any(path.is_relative_to(folder) for folder in folders)}
    return [
        Proposal(
            "pydantic_settings",
            {"path": source_file.place_of(root, place)},
            source_file.place_of(root, file),
            COMPONENT,
            *told_by(root, place, catalogue),
            prefix=next(iter(prefixes[place])) if len(prefixes.get(place, ())) == 1 else None,
        )
        for place, file in sorted(places.items())
    ]


def _package(root: Path, folder: Path) -> Path:
    """The outermost directory of the application's source: settings and wiring often lie in different folders."""
    while folder != root and ((folder.parent / "__init__.py").exists() or (folder.parent / "main.py").exists()):
        folder = folder.parent
    return folder
