"""Authors are asked for what drifts, moved or fails, and change no verdict; only a record of a commit authorises."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scanner import who
from scanner.catalogue import shipped
from scanner.collect import Job
from scanner.collectors import Collected, Context, Recorded
from scanner.history import Class, fold
from scanner.model import (
    Absent,
    Cell,
    CellState,
    Content,
    Coverage,
    Drift,
    Known,
    Notice,
    Observation,
    Plane,
    Provenance,
    Reading,
    Row,
    ScanResult,
    Target,
)
from scanner.project import SourceEntry

TARGET = Target("db", "postgresql", "production")


@dataclass(frozen=True)
class Platform:
    """A collector that keeps a record of changes."""

    source: str = "event 1"

    def collect(self, context: Context) -> Collected:
        return Collected()

    def who(self, context: Context, asked: Sequence[Observation], since: str) -> Recorded:
        assert context.target == TARGET
        told = {
            (item.setting, item.scope): (f"jane, password=hunter2hunter2 since {since}", self.source) for item in asked
        }
        return Recorded(told, (Notice("who", "asked"),))


def reading(plane: Plane, value: str, collector: str, locator: str, content: Content | None = None) -> Reading:
    place = Provenance(collector, locator)
    return Reading(Observation("db", "log_statement", plane, content or Known(value), place), value)


def row(declared: str = "ddl", held: str = "none", drift: tuple[Drift, ...] = (Drift.CHANGED,), **more: object) -> Row:
    readings = {
        Plane.DECLARED: reading(Plane.DECLARED, declared, "terraform", "db.tf:1"),
        Plane.PROVISIONED: reading(Plane.PROVISIONED, held, "rds", "arn:aws:rds:eu-west-1:1:pg:orders"),
    }
    cells = tuple(
        Cell(plane, CellState.ANSWERED, (readings[plane],)) if plane in readings else Cell(plane, CellState.NOT_ASKED)
        for plane in Plane
    )
    return replace(Row("db", "log_statement", "server", cells, drift), **more)  # type: ignore[arg-type]


def result(*rows: Row, started: str = "2026-11-22T00:00:00+00:00") -> ScanResult:
    return ScanResult("1", "0", started, "drift", "p", started, started, (), (TARGET,), rows, (), (), Coverage())


def named(root: Path, *rows: Row, platform: Platform | None = None) -> ScanResult:
    job = Job(SourceEntry("rds", {}), platform or Platform(), TARGET)
    return who.named(result(*rows), [job], Context(root, shipped(), None), "2026-11-21")


def author(found: ScanResult, plane: Plane) -> tuple[str, str]:
    effective = found.rows[0].cell(plane).effective
    assert effective is not None
    return effective.observation.provenance.changed_by, effective.observation.provenance.changed_by_source


def repository(root: Path, commit: bool = True) -> Path:
    (root / "db.tf").write_text("log_statement = ddl\n")
    name = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
    environment = {"PATH": os.environ["PATH"], "HOME": str(root)}
    for arguments in (("init", "-q"), *((("add", "."), (*name, "commit", "-qm", "x")) if commit else ())):
        subprocess.run(["git", *arguments], cwd=root, check=True, env=environment)
    return root


def test_what_drifts_gets_its_authors_on_both_sides_without_secrets(tmp_path: Path) -> None:
    found = named(repository(tmp_path), row())
    assert author(found, Plane.DECLARED)[0] == "Ann <ann@example.com>"
    assert author(found, Plane.DECLARED)[1].startswith("git commit ")
    by, source = author(found, Plane.PROVISIONED)
    assert by.startswith("jane") and "hunter2" not in by and source == "event 1"
    assert found.notices == (Notice("who", "asked"),)
    assert replace(found, rows=(), notices=()) == replace(result(), notices=())


def test_nobody_is_asked_about_rows_that_agree(tmp_path: Path) -> None:
    for states in ((Drift.IN_SYNC,), (Drift.UNKNOWN,), ()):
        found = named(repository(tmp_path, commit=False), row(drift=states))
        assert author(found, Plane.DECLARED) == author(found, Plane.PROVISIONED) == ("", "")
        assert found.notices == ()


def test_what_moved_has_an_author_although_all_agree_now(tmp_path: Path) -> None:
    assert author(named(repository(tmp_path), row(drift=(Drift.IN_SYNC,), moved="the source")), Plane.DECLARED)[0]


def test_what_a_source_leaves_out_has_no_author(tmp_path: Path) -> None:
    absent = row()
    cell = absent.cell(Plane.DECLARED)
    left = reading(Plane.DECLARED, "", "terraform", "db.tf:1", Absent())
    cells = tuple(replace(item, readings=(left,)) if item is cell else item for item in absent.cells)
    assert author(named(repository(tmp_path), replace(absent, cells=cells)), Plane.DECLARED) == ("", "")


def change(tmp_path: Path, commit: bool) -> Class:
    """How a change of the source alone is classed, by the words that git gives."""
    before = result(row(declared="none", drift=(Drift.IN_SYNC,)), started="2026-11-21T00:00:00+00:00")
    after = named(repository(tmp_path, commit), row(moved="the source"))
    (only,) = fold([before, after], ()).changes
    return only.kind


def test_a_commit_authorises_a_change_of_the_source_and_an_uncommitted_line_does_not(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert change(tmp_path / "a", commit=True) is Class.AUTHORISED
    assert change(tmp_path / "b", commit=False) is Class.UNKNOWN
