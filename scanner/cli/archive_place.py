"""Which archive a command means: the one that is named, else the one of the project here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from scanner import catalogue, project
from scanner.cli import recording
from scanner.project import Project


@dataclass(frozen=True)
class Place:
    """An archive and what scanner.yaml says of it."""

    path: Path
    project: Project


def placed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--archive`` and pass the archive of the project here, or the one that is named."""

    @functools.wraps(function)
    def wrapped(**given: Any) -> Any:
        named = given.pop("archive_")
        found = project.find(Path())
        here = project.load(found, catalogue.shipped()) if found else Project(Path.cwd().name, Path.cwd())
        return function(place=Place(recording.place_of(here, named), here), **given)

    option = click.option(
        "--archive",
        "archive_",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The archive (default: the one of scanner.yaml here, or .scanner/archive).",
    )
    return option(wrapped)
