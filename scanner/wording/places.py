"""Places in a project: which locators name a file and a line that a person can open there.

A locator may be ``infra/db.tf:14``, an ARN, a view of a server or a handshake with ``127.0.0.1:5432``. Only a relative
path that the run read as a source is a place in the project. What was seen on a live system has none: there the rule
that it breaks is the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner.model import Finding, Plane
from scanner.wording.index import Index

_WITH_LINE = re.compile(r"(.+?):(\d{1,9})(?::\d+)?")
PROJECT = "scanner.yaml"
"""Where targets and their baselines are named: the place of last resort."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, relative to the scanned directory, and a line of it."""

    file: str
    line: int = 1


def split(locator: str) -> Place | None:
    """File and line of a locator that ends with a line number."""
    found = _WITH_LINE.fullmatch(locator)
    return Place(found[1], max(int(found[2]), 1)) if found else None


def source(index: Index, finding: Finding) -> Place | None:
    """The file and line to edit, when what to edit is a source that was read."""
    read = {item.path for item in index.result.inputs}
    if finding.fix_at in read:
        return inside(Place(finding.fix_at))
    place = split(finding.fix_at)
    if place and (place.file in read or finding.fix_at in _declared(index, finding)):
        return inside(place)
    return None


def rule(index: Index, finding: Finding) -> Place:
    """The file and line of the rule, wherever its baseline is."""
    held, baseline = index.rules.get(finding.rule), index.baselines.get(finding.rule)
    for locator in (held.place if held else "", baseline.place if baseline else ""):
        if locator:
            return split(locator) or Place(locator)
    return Place(PROJECT)


def _declared(index: Index, finding: Finding) -> set[str]:
    """Every place where a declared value of the finding's rows stands."""
    found = {item.locator for item in finding.judgements if item.plane is Plane.DECLARED}
    for row in index.rows_of(finding):
        for cell in row.cells:
            if cell.plane is Plane.DECLARED:
                found |= {reading.observation.provenance.locator for reading in cell.readings}
    return found


def inside(place: Place) -> Place | None:
    """The place, unless its path leads out of the scanned directory or is no path."""
    outside = place.file.startswith(("/", "\\", "~")) or ".." in re.split(r"[/\\]", place.file)
    return None if outside or "://" in place.file or place.file.startswith("arn:") else place
