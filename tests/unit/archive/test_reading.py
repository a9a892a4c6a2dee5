"""Other parts of the program read an archive through a few calls, and believe only what the chain covers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from scanner import archive
from scanner.archive import layout
from scanner.errors import UserError
from tests.support.archive import START, filled, folder, keep, ledger, result


def test_runs_are_listed_oldest_first_with_what_they_were(tmp_path: Path) -> None:
    kept = filled(tmp_path, 3)
    opened = archive.open_archive(tmp_path)
    assert [run.id for run in opened.runs] == [item.record.id for item in kept]
    assert opened.head == kept[-1].head == opened.runs[-1].head
    told = opened.runs[0].record
    assert told is not None
    assert (told.project, told.coverage, told.started) == (
        kept[0].result.project,
        kept[0].result.coverage,
        kept[0].result.started,
    )


def test_a_result_is_loaded_as_it_was_kept(tmp_path: Path) -> None:
    kept = keep(tmp_path, 1)
    opened = archive.open_archive(tmp_path)
    assert opened.load(opened.find("last")) == kept.result


def test_a_run_is_found_by_id_by_its_beginning_and_as_last(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    opened = archive.open_archive(tmp_path)
    assert opened.find(result(2).run_id) == opened.find("2026-11-02") == opened.runs[1]
    assert opened.find("last") == opened.runs[2]
    for name in ("2026-11", "nothing", ""):
        with pytest.raises(UserError, match=r"several runs|no such run"):
            opened.find(name)


def test_results_of_a_period_come_one_at_a_time(tmp_path: Path) -> None:
    filled(tmp_path, 4)
    opened = archive.open_archive(tmp_path)
    days = [run.kept[:10] for run, _ in opened.results(since="2026-11-02", until="2026-11-04")]
    assert days == ["2026-11-02", "2026-11-03"]


def test_the_previous_run_is_of_the_same_project_and_selection(tmp_path: Path) -> None:
    live = archive.Selection(live=True)
    archive.keep(tmp_path, result(1), archive.Material(live), archive.Seal(), START)
    archive.keep(tmp_path, result(2), archive.Material(), archive.Seal(), START)
    archive.keep(tmp_path, replace(result(3), project="other"), archive.Material(live), archive.Seal(), START)
    opened = archive.open_archive(tmp_path)
    project = result(1).project

    def previous(*given: archive.Selection) -> str:
        run = opened.previous(project, *given)
        return run.id if run else ""

    assert previous(live) == result(1).run_id
    assert previous(archive.Selection()) == previous() == result(2).run_id
    assert previous(archive.Selection(only=("redis-*",))) == ""


def test_results_that_were_changed_are_not_believed(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    path = folder(tmp_path, 2) / layout.RESULTS
    path.write_text(path.read_text().replace('"pass"', '"fail"', 1))
    opened = archive.open_archive(tmp_path)
    with pytest.raises(UserError, match="not the one that was kept"):
        opened.load(opened.find("last"))


def test_a_damaged_run_is_listed_with_its_trouble_and_costs_no_other(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    shutil.rmtree(folder(tmp_path, 2))
    (folder(tmp_path, 1) / layout.RECORD).write_text("{}")
    opened = archive.open_archive(tmp_path)
    assert [bool(run.trouble) for run in opened.runs] == [True, True, False]
    assert [run.id for run, _ in opened.results()] == [result(3).run_id]


def test_a_broken_chain_is_not_read_at_all(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    (tmp_path / layout.LEDGER).write_text(ledger(tmp_path)[1])
    with pytest.raises(UserError, match="line 1"):
        archive.open_archive(tmp_path)


def test_what_is_no_archive_says_how_one_is_made(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no archive.*scanner drift"):
        archive.open_archive(tmp_path)
