"""The kept runs of a project, as commands over its history want them: opened, of one period, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from scanner.archive import Archive, Run, Selection, open_archive
from scanner.cli import recording, request
from scanner.errors import UserError
from scanner.history import ChangeRecord, load
from scanner.history.metrics import moment
from scanner.history.period import Period, period
from scanner.model import ScanResult
from scanner.project import Project, find
from scanner.wording.plain import plain

CHANGES = "changes.yaml"


@dataclass(frozen=True)
class Kept:
    """An archive, the project it belongs to, and the period that is asked about."""

    project: Project
    archive: Archive
    period: Period | None
    selection: Selection | None
    """The runs that can be laid side by side: those of this selection."""
    records: tuple[ChangeRecord, ...]
    name: str
    """The project whose runs these are."""
    harmed: dict[str, str] = field(default_factory=dict)
    """Runs whose results turned out not to be what was kept, and why; complete when ``results`` has gone by."""

    @property
    def unread(self) -> int:
        """Runs that were asked about and whose results nobody can take in any more.

        What retention removed is missed only in a period that was asked for by name.
        """
        asked = self.inside if self.period else self.runs
        return sum(bool(run.trouble or run.id in self.harmed or (self.period and run.pruned)) for run in asked)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs of the selection until the end of the period; earlier ones say what was before it."""
        return tuple(run for run in self.archive.runs if self._wanted(run))

    @property
    def inside(self) -> tuple[Run, ...]:
        """The runs of the period itself."""
        return tuple(
            run
            for run in self.runs
            if self.period is None or (run.record and self.period.holds(moment(run.record.started)))
        )

    def _wanted(self, run: Run) -> bool:
        if run.record is None:
            return True
        told = self.selection is None or (run.record.project, run.record.selection) == (self.name, self.selection)
        ends = self.period.end if self.period else None
        return told and (ends is None or moment(run.record.started) < ends)

    def results(self, tell: Callable[[str], None] = lambda _message: None) -> Iterator[ScanResult]:
        """Readable results from the last before the period to its end, oldest first, one at a time."""
        runs = [run for run in self.runs if run.record and not run.pruned and not run.trouble]
        if self.period is not None:
            before = [run for run in runs if run.record and moment(run.record.started) < self.period.begin]
            runs = runs[max(len(before) - 1, 0) :]
        for count, run in enumerate(runs, 1):
            tell(f"reading run {count} of {len(runs)}")
            try:
                yield self.archive.load(run)
            except UserError as error:
                self.harmed[run.id] = error.message


_DIRECTORY = click.argument("directory", type=click.Path(path_type=Path), default=".")
_ARCHIVE = click.option(
    "--archive", "place", type=click.Path(path_type=Path), metavar="DIR", help="Where runs are kept."
)
_PERIOD = click.option("--period", "period_", metavar="PERIOD", help="2026, 2026-Q4, 2026-11, or two dates with `..`")
_EVERY = click.option(
    "--every-selection",
    is_flag=True,
    help="Lay runs of other projects, targets or rules side by side too (default: as the last run).",
)


def options(function: Callable[..., int]) -> Callable[..., int]:
    """The options of commands over the history of a period."""
    return _DIRECTORY(_ARCHIVE(_PERIOD(_EVERY(function))))


def all_time(function: Callable[..., int]) -> Callable[..., int]:
    """The options of commands over everything that was kept."""
    return _DIRECTORY(_ARCHIVE(_EVERY(function)))


def project_of(directory: Path) -> Project:
    """The project of a directory, or its bare root: kept runs can be read where nothing can be scanned."""
    if directory.is_file() or find(directory) is not None:
        return request.open_project(directory)[0]
    return Project("", directory.resolve())


def open_kept(directory: Path, place: Path | None, period_: str | None, every_selection: bool) -> Kept:
    """The kept runs that were asked for. UserError when there is no archive or it holds none of them."""
    project = project_of(directory)
    opened = open_archive(recording.place_of(project, place))
    chosen = period(period_) if period_ else None
    there = [run.record for run in opened.runs if run.record and not run.pruned]
    if not there:
        hint = "`scanner drift` and `scanner check --record` keep runs"
        raise UserError("holds no run that can be read", place=str(opened.path), hint=hint)
    own = [item for item in there if every_selection or project.name in ("", item.project)]
    if not own:
        hint = "--every-selection takes the runs of all projects"
        names = ", ".join(dict.fromkeys(plain(item.project) or "no name" for item in there))
        raise UserError(f"holds runs of {names} only, none of {project.name}", place=str(opened.path), hint=hint)
    last = own[-1]
    selection = None if every_selection else last.selection
    path = project.root / CHANGES
    records = load(path) if path.is_file() else ()
    return Kept(project, opened, chosen, selection, records, project.name or last.project)
