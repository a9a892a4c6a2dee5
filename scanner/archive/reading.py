"""Reading an archive: its runs in the order in which they were kept, and one result at a time.

Nothing is believed that the chain does not cover: the small ``run.json`` and the results are read only where their
bytes have the digest that SHA256SUMS states, and SHA256SUMS the digest that the ledger states. Results are loaded when
they are asked for and never all at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scanner import document
from scanner.archive import durable, layout, ledger, record, sums
from scanner.archive.record import Record, Selection
from scanner.errors import UserError
from scanner.model import ScanResult


@dataclass(frozen=True, slots=True)
class Run:
    """One record of an archive, in the order of the ledger."""

    line: ledger.Line
    record: Record | None
    """What it was; None where ``trouble`` says why it cannot be read."""
    pruned: bool = False
    """Removed by retention: its record is still there, its results are not."""
    trouble: str = ""

    @property
    def id(self) -> str:
        return self.line.id

    @property
    def kept(self) -> str:
        """ISO 8601 UTC time at which it was entered."""
        return self.line.time

    @property
    def digest(self) -> str:
        """SHA-256 of its SHA256SUMS, which stands for every file of it."""
        return self.line.digest

    @property
    def head(self) -> str:
        """The head of the chain with this record as its last."""
        return self.line.head


class Archive:
    """An archive opened for reading. What was written after ``open_archive`` is not seen."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = ledger.sound(path)

    @property
    def head(self) -> str:
        """The digest of the last line: what has to be kept elsewhere so that a cut end can be found."""
        return self.ledger.head

    @cached_property
    def entries(self) -> tuple[Run, ...]:
        """Every record, records of removal included, oldest first."""
        found: dict[str, Run] = {}
        for line in self.ledger.lines:
            found[line.id] = self._entry(line)
        for run in tuple(found.values()):
            for name in run.record.removal.runs if run.record and run.record.removal else ():
                if name in found:
                    found[name] = self._removed(found[name].line, run.id)
        return tuple(found.values())

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every run, those removed by retention included, oldest first: the whole population."""
        return tuple(run for run in self.entries if run.record is None or run.record.kind == "run")

    def find(self, name: str) -> Run:
        """The run of this id, of the only id that begins so, or ``last``. UserError when there is none."""
        runs = self.runs
        if name == "last" and runs:
            return runs[-1]
        found = [run for run in runs if run.id == name] or [run for run in runs if name and run.id.startswith(name)]
        if len(found) == 1:
            return found[0]
        told = ", ".join(run.id for run in (found or runs)[-5:]) or "none: the archive holds no run yet"
        raise UserError("names several runs" if found else "there is no such run", key=name, allowed=told)

    def load(self, run: Run) -> ScanResult:
        """The result of a run. UserError when it was removed, is not what was kept, or cannot be read."""
        place = self.path / layout.RUNS / run.id / layout.RESULTS
        if run.pruned:
            raise UserError("the results of this run were removed by retention", key=run.id)
        try:
            data = self._believed(place.parent, run.line, layout.RESULTS, layout.MAX_RESULTS)
        except ValueError as error:
            raise _damaged(place, str(error)) from None
        return document.from_json(data, ScanResult, str(place))

    def results(self, since: str = "", until: str = "") -> Iterator[tuple[Run, ScanResult]]:
        """Runs kept in a half-open period of ISO 8601 UTC times, each with its result, oldest first, one at a time.

        Runs that retention removed or that cannot be read are passed over: ``runs`` tells of them.
        """
        for run in self.runs:
            if run.pruned or run.trouble or run.kept < since or (until and run.kept >= until):
                continue
            yield run, self.load(run)

    def previous(self, project: str, selection: Selection | None = None) -> Run | None:
        """The last readable run of a project, and of the same selection where one is given."""
        for run in reversed(self.runs):
            told = run.record
            if told is None or run.pruned or told.project != project:
                continue
            if selection is None or told.selection == selection:
                return run
        return None

    def _entry(self, line: ledger.Line) -> Run:
        place = self.path / layout.RUNS / line.id
        try:
            return Run(line, self._record(place, line))
        except (ValueError, UserError) as error:
            return Run(line, None, trouble=str(error))

    def _removed(self, line: ledger.Line, remover: str) -> Run:
        place = self.path / layout.RUNS / remover / layout.REMOVED / line.id
        try:
            return Run(line, self._record(place, line), pruned=True)
        except (ValueError, UserError) as error:
            return Run(line, None, pruned=True, trouble=str(error))

    def _record(self, place: Path, line: ledger.Line) -> Record:
        data = self._believed(place, line, layout.RECORD, layout.MAX_SMALL)
        return record.from_json(data, str(place / layout.RECORD))

    @staticmethod
    def _believed(place: Path, line: ledger.Line, name: str, limit: int) -> bytes:
        """The bytes of a file whose digest the chain covers. ValueError in words when they are not those."""
        listed = _bytes(place / layout.SUMS, layout.MAX_SMALL)
        if hashlib.sha256(listed).hexdigest() != line.digest:
            raise ValueError(f"{layout.SUMS} is not the one that was kept")
        data = _bytes(place / name, limit)
        if hashlib.sha256(data).hexdigest() != sums.parse(listed.decode()).get(name):
            raise ValueError(f"{name} is not the one that was kept")
        return data


def _bytes(path: Path, limit: int) -> bytes:
    try:
        return durable.read(path, limit)
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from None


def _damaged(place: Path, text: str) -> UserError:
    return UserError(text, place=str(place), hint="`scanner archive verify` tells what else was changed")


def open_archive(path: Path) -> Archive:
    """An archive for reading. UserError when the directory holds none, or its chain is broken."""
    if not (path / layout.LEDGER).is_file():
        hint = "`scanner drift` and `scanner check --record` make one; --archive DIR names another"
        raise UserError("holds no archive", place=str(path), hint=hint)
    return Archive(path)
