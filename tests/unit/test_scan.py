"""A run from sources to exit code, on small directories and without a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner import baselines, catalogue, controls, discover, document, scan
from scanner.errors import UserError
from scanner.exits import Gate
from scanner.model import Baseline, Drift, ScanResult, Verdict, Waiver

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Scan = Callable[..., ScanResult]


@pytest.fixture(scope="module")
def shipped() -> tuple[Baseline, ...]:
    return baselines.load(tuple(baselines.shipped_paths()), catalogue.shipped(), controls.shipped())


@pytest.fixture
def run(tmp_path: Path, shipped: tuple[Baseline, ...]) -> Scan:
    def scanned(files: dict[str, str] | None = None, **more: Any) -> ScanResult:
        for name, text in (files or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        project, notices = discover.discover(tmp_path, catalogue.shipped())
        request = scan.Request(project, more.pop("baselines", shipped), notices=notices, **more)
        return scan.scan(request, catalogue.shipped(), clock=lambda: NOW)

    return scanned


STAGING = {".env.staging": "DEBUG=true\nLOG_LEVEL=INFO\n"}


def test_the_story_from_a_file_to_an_exit_code(run: Scan) -> None:
    result = run(STAGING, only=("debug-per-environment", "log-level-per-environment"))
    assert result.only == ("debug-per-environment", "log-level-per-environment")
    verdicts = {finding.rule: finding.verdict for finding in result.findings}
    assert verdicts == {"debug-per-environment": Verdict.FAIL, "log-level-per-environment": Verdict.PASS}
    assert result.coverage.expected == 2
    assert result.exit_code == 1
    assert {row.setting for row in result.rows} == {"DEBUG", "LOG_LEVEL"}
    assert [item.path for item in result.inputs] == [".env.staging"]


def test_every_rule_of_the_component_meets_every_target(run: Scan, shipped: tuple[Baseline, ...]) -> None:
    result = run({**STAGING, ".env.production": "DEBUG=false\n"})
    rules = sum(len(item.rules) for item in shipped if item.component == "fastapi")
    assert result.coverage.expected == 2 * rules == len(result.findings)


@pytest.mark.parametrize("selection", [{"only": ("nothing",)}, {"targets": ("nothing",)}, {"environments": ("test",)}])
def test_a_selection_that_matches_nothing_is_an_error_and_no_green(run: Scan, selection: Any) -> None:
    with pytest.raises(UserError):
        run(STAGING, **selection)


def test_a_selection_leaves_the_others_out(run: Scan) -> None:
    files = {**STAGING, ".env.production": "DEBUG=false\n"}
    assert [target.id for target in run(files, environments=("production",)).targets] == [".env.production"]
    assert [target.id for target in run(files, targets=(".env.st*",)).targets] == [".env.staging"]


def test_a_saved_result_reads_back_and_is_judged_to_the_same(run: Scan, shipped: tuple[Baseline, ...]) -> None:
    result = run(STAGING)
    again = document.from_json(document.to_json(result, ScanResult), ScanResult, "result.json")
    assert again == result
    judged = scan.judge(again, shipped, (), catalogue.shipped(), Gate(), NOW)
    assert judged.findings == result.findings


def test_history_tells_that_the_source_moved(run: Scan) -> None:
    before = run(STAGING)
    after = run({".env.staging": "DEBUG=false\nLOG_LEVEL=INFO\n"}, previous=before)
    moved = {row.setting: row.moved for row in after.rows if row.moved}
    assert moved["DEBUG"] == "the source"
    assert after.previous_run == before.run_id


def test_a_waiver_accepts_without_passing(run: Scan) -> None:
    waiver = Waiver(
        "W-1",
        "debug-per-environment",
        ".env.staging",
        "a demonstration",
        "them",
        "2026-12-31",
        "true",
        requested_by="us",
        approved_on="2026-10-15",
    )
    result = run(STAGING, only=("debug-*",), waivers=(waiver,))
    assert (result.coverage.passed, result.coverage.failed_accepted, result.coverage.failed_open) == (0, 1, 0)
    late = replace(waiver, expires="2026-11-01")
    assert run(STAGING, only=("debug-*",), waivers=(late,)).coverage.failed_open == 1


def test_a_failure_is_as_old_as_the_first_run_that_saw_it(run: Scan) -> None:
    first = run(STAGING, only=("debug-*",))
    (before,) = first.findings
    assert (before.first_seen, before.due) == ("2026-11-22T00:00:00+00:00", "2026-11-25T00:00:00+00:00")
    earlier = replace(first, findings=(replace(before, first_seen="2026-11-01T00:00:00+00:00"),))
    again = run(STAGING, only=("debug-*",), previous=earlier)
    assert (again.findings[0].first_seen, again.overdue) == ("2026-11-01T00:00:00+00:00", 1)
    narrow = run(STAGING, only=("log-level-*",), previous=earlier)
    assert run(STAGING, only=("debug-*",), previous=narrow).overdue == 1


def test_no_drift_is_claimed_where_one_plane_was_asked(run: Scan) -> None:
    assert not [row for row in run(STAGING).rows if set(row.drift) - {Drift.IN_SYNC}]


def test_a_rule_on_its_own_still_sees_what_its_conditions_read(run: Scan) -> None:
    files = {"redis.conf": "appendonly yes\nappendfsync everysec\n"}
    alone = run(files, only=("redis-appendfsync",)).findings
    together = [item for item in run(files).findings if item.rule == "redis-appendfsync"]
    assert [item.verdict for item in alone] == [item.verdict for item in together]
