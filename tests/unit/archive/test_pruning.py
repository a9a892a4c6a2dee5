"""What retention removes leaves the chain whole, the population complete, and a record of the removal."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scanner import archive
from scanner.archive import layout, pruning
from scanner.archive.verification import verify
from scanner.errors import UserError
from tests.support.archive import START, filled, folder, keep, ledger, result

NOW = START + timedelta(days=4)


def pruned(place: Path, days: int = 3) -> list[str]:
    return [run.id for run in pruning.prune(place, NOW, days, archive.Seal(), "0.1.0").runs]


def test_old_runs_go_and_their_counts_and_sums_stay(tmp_path: Path) -> None:
    filled(tmp_path, 4)
    before = ledger(tmp_path)
    assert pruned(tmp_path) == [result(1).run_id]
    assert not folder(tmp_path, 1).exists()
    assert ledger(tmp_path)[:4] == before
    opened = archive.open_archive(tmp_path)
    assert [run.pruned for run in opened.runs] == [True, False, False, False]
    assert opened.runs[0].record is not None
    assert opened.runs[0].record.coverage == result(1).coverage
    found = verify(tmp_path)
    assert (found.problems, found.lines, found.runs, found.pruned) == ((), 5, 3, 1)
    with pytest.raises(UserError, match="removed by retention"):
        opened.load(opened.runs[0])


def test_the_last_run_of_a_selection_stays_whatever_its_age(tmp_path: Path) -> None:
    keep(tmp_path, 1, base=replace(result(1), project="other"))
    filled_later = [keep(tmp_path, number).record.id for number in (2, 3)]
    assert pruned(tmp_path, 1) == filled_later[:1]
    assert archive.open_archive(tmp_path).previous("other") is not None


def test_when_nothing_is_due_nothing_is_written(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    before = ledger(tmp_path)
    assert pruned(tmp_path, 400) == []
    assert ledger(tmp_path) == before


def test_more_runs_and_more_removals_follow(tmp_path: Path) -> None:
    filled(tmp_path, 4)
    pruned(tmp_path, 3)
    assert pruned(tmp_path, 2) == [result(2).run_id]
    keep(tmp_path, 6)
    assert verify(tmp_path).problems == ()
    assert len(archive.open_archive(tmp_path).runs) == 5


def test_a_removal_that_was_stopped_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, 4)
    with monkeypatch.context() as patched:
        patched.setattr(pruning, "_remove", lambda *_: None)
        pruned(tmp_path, 3)
    assert folder(tmp_path, 1).is_dir()
    assert verify(tmp_path).problems == ()
    assert "was to be removed" in verify(tmp_path).remarks[1]
    pruned(tmp_path, 3)
    assert not folder(tmp_path, 1).exists()


def test_a_removal_of_a_run_that_was_not_due_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, 4)
    with monkeypatch.context() as patched:
        patched.setattr(pruning, "due", lambda runs, *_: ([runs[2]], "2026-11-02T00:00:00Z"))
        pruned(tmp_path)
    (problem,) = verify(tmp_path).problems
    assert (problem.kind, problem.place) == ("removed", folder(Path(), 3).as_posix())
    assert "not older than the retention" in problem.text


def test_what_a_removal_kept_cannot_be_changed_or_taken_away(tmp_path: Path) -> None:
    filled(tmp_path, 4)
    pruned(tmp_path)
    rest = next((tmp_path / layout.RUNS).glob(f"*/{layout.REMOVED}/*"))
    kept = (rest / layout.RECORD).read_text()
    (rest / layout.RECORD).write_text(kept.replace('"exit_code": 0', '"exit_code": 1'))
    assert {item.kind for item in verify(tmp_path).problems} == {"changed"}
    (rest / layout.RECORD).write_text(kept)
    shutil.rmtree(rest)
    assert "removed" in {item.kind for item in verify(tmp_path).problems}


def test_a_run_that_vanished_without_a_record_of_removal_is_missed(tmp_path: Path) -> None:
    filled(tmp_path, 4)
    pruned(tmp_path)
    shutil.rmtree(folder(tmp_path, 2))
    assert [item.kind for item in verify(tmp_path).problems] == ["removed"]
