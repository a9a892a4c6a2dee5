"""Whatever was changed, added, removed, reordered or cut is found and named; what cannot be known is said."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.archive import layout
from scanner.archive.inspect_run import Outside
from scanner.archive.verification import NO_HEAD, verify
from scanner.errors import UserError
from tests.support.archive import filled, folder, ledger, rechained, write_ledger


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("good") / "archive"
    filled(place, 3)
    return place


@pytest.fixture
def copy(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "archive"))


def found(place: Path, head: str = "") -> list[tuple[str, str]]:
    return [(item.kind, item.place) for item in verify(place, Outside(head)).problems]


def test_a_good_archive_is_good_and_what_cannot_be_known_is_said(good: Path) -> None:
    looked = verify(good)
    assert (looked.problems, looked.lines, looked.runs) == ((), 3, 3)
    assert NO_HEAD in looked.remarks
    assert verify(good, Outside(looked.head)).remarks == ()


def test_a_head_of_before_says_how_much_came_after(good: Path) -> None:
    first = ledger(good)[1].rstrip().split("\t")[4]
    assert "2 lines were added after" in verify(good, Outside(first)).remarks[0]
    assert not verify(good, Outside(layout.GENESIS)).problems


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"e", b"E", 1))


def add(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("new")


def replace_by_link(path: Path) -> None:
    aside = path.with_name("aside")
    shutil.copy(path, aside)
    path.unlink()
    path.symlink_to(aside)


RUN = folder(Path(), 2).as_posix()
CASES: dict[str, tuple[Callable[[Path], object], list[tuple[str, str]]]] = {
    "results changed": (
        lambda place: change(folder(place, 2) / "results.json"),
        [("changed", f"{RUN}/results.json")],
    ),
    "record changed": (
        lambda place: change(folder(place, 2) / "run.json"),
        [("changed", f"{RUN}/run.json"), ("changed", f"{RUN}/run.json")],
    ),
    "sums changed": (lambda place: change(folder(place, 2) / "SHA256SUMS"), [("changed", f"{RUN}/SHA256SUMS")]),
    "sums removed": (lambda place: (folder(place, 2) / "SHA256SUMS").unlink(), [("changed", f"{RUN}/SHA256SUMS")]),
    "report removed": (lambda place: (folder(place, 2) / "report.html").unlink(), [("removed", f"{RUN}/report.html")]),
    "file added": (lambda place: add(folder(place, 2) / "more.json"), [("added", f"{RUN}/more.json")]),
    "file added below": (lambda place: add(folder(place, 2) / "baselines/x"), [("added", f"{RUN}/baselines/x")]),
    "sums added below": (
        lambda place: add(folder(place, 2) / "baselines/SHA256SUMS"),
        [("added", f"{RUN}/baselines/SHA256SUMS")],
    ),
    "file made a link": (
        lambda place: replace_by_link(folder(place, 2) / "report.html"),
        [("added", f"{RUN}/aside"), ("changed", f"{RUN}/report.html")],
    ),
    "run removed": (lambda place: shutil.rmtree(folder(place, 2)), [("removed", RUN)]),
    "run added": (lambda place: add(place / "runs/other/run.json"), [("added", "runs/other")]),
    "file at the top": (lambda place: add(place / "notes.txt"), [("added", "notes.txt")]),
    "line changed": (
        lambda place: write_ledger(place, [line.replace("T21", "T22") for line in ledger(place)]),
        [("reordered", "LEDGER.tsv")],
    ),
    "lines reordered": (
        lambda place: write_ledger(place, [ledger(place)[n] for n in (0, 2, 1)]),
        [("reordered", "LEDGER.tsv")],
    ),
    "line removed": (
        lambda place: write_ledger(place, [ledger(place)[n] for n in (0, 2)]),
        [("reordered", "LEDGER.tsv")],
    ),
    "lines reordered and chained anew": (
        lambda place: write_ledger(place, rechained([ledger(place)[n] for n in (1, 0, 2)])),
        [("reordered", RUN), ("reordered", RUN), ("reordered", folder(Path(), 1).as_posix())],
    ),
    "ledger cut": (
        lambda place: write_ledger(place, ledger(place)[:2]),
        [("unfinished", folder(Path(), 3).as_posix())],
    ),
    "ledger cut by two": (
        lambda place: write_ledger(place, ledger(place)[:1]),
        [("unfinished", RUN), ("added", folder(Path(), 3).as_posix())],
    ),
    "last line edited": (
        lambda place: write_ledger(place, [*ledger(place)[:2], ledger(place)[2].replace("T21:", "T23:")]),
        [("reordered", folder(Path(), 3).as_posix())],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_done_to_it_is_found_and_named(copy: Path, name: str) -> None:
    harm, expected = CASES[name]
    harm(copy)
    assert found(copy)[: len(expected)] == expected


def test_a_cut_end_with_its_run_is_found_against_a_head_and_otherwise_said_to_be_unknowable(copy: Path) -> None:
    head = verify(copy).head
    write_ledger(copy, ledger(copy)[:2])
    shutil.rmtree(folder(copy, 3))
    assert found(copy) == []
    assert NO_HEAD in verify(copy).remarks
    assert found(copy, head) == [("cut", "LEDGER.tsv")]


def test_a_ledger_written_anew_without_a_run_does_not_fit_the_runs(copy: Path) -> None:
    write_ledger(copy, rechained([ledger(copy)[0], ledger(copy)[2]]))
    shutil.rmtree(folder(copy, 2))
    assert ("reordered", folder(Path(), 3).as_posix()) in found(copy)


def test_another_script_is_told_of(copy: Path) -> None:
    (copy / layout.VERIFY).write_text("#!/bin/sh\necho OK\n")
    assert any(layout.VERIFY in text for text in verify(copy).remarks)


def test_a_place_without_an_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no archive"):
        verify(tmp_path)


def test_verifying_writes_nothing(copy: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    verify(copy)
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_single_byte_of_any_file_can_change_unseen(good: Path, data: st.DataObject) -> None:
    head = verify(good).head
    files = sorted(path for path in good.rglob("*") if path.is_file() and path.name not in {".lock", "verify.sh"})
    path = data.draw(st.sampled_from(files))
    kept = path.read_bytes()
    at = data.draw(st.integers(0, len(kept) - 1))
    try:
        path.write_bytes(kept[:at] + bytes([kept[at] ^ data.draw(st.integers(1, 255))]) + kept[at + 1 :])
        assert verify(good, Outside(head)).problems
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize("name", ["LEDGER.tsv", f"{RUN}/SHA256SUMS", f"{RUN}/run.json", f"{RUN}/results.json"])
@pytest.mark.parametrize("kind", ["pipe", "endless", "huge"])
def test_a_file_that_would_wait_or_never_end_is_told_and_not_read(copy: Path, name: str, kind: str) -> None:
    path = copy / name
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    else:
        path.touch()
        os.truncate(path, layout.MAX_LEDGER + 1)
    try:
        assert verify(copy).problems
    except UserError as error:
        assert "cannot be read: it is" in str(error)
        assert name == "LEDGER.tsv"


def test_a_stranger_that_would_never_end_is_told_and_not_read(copy: Path) -> None:
    write_ledger(copy, ledger(copy)[:2])
    path = folder(copy, 3) / layout.RESULTS
    path.unlink()
    path.symlink_to("/dev/zero")
    assert found(copy) == [("added", folder(Path(), 3).as_posix())]
