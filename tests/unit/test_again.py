"""A saved run judged by another baseline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner import baselines, catalogue, controls, document, project
from scanner.again import judge_again
from scanner.cli import request
from scanner.errors import UserError
from scanner.exits import Gate
from scanner.model import Approval, Baseline, ScanResult, Verdict, Waiver
from scanner.scan import Request, scan

WORDS = catalogue.shipped()
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PROJECT = """\
project: shop
targets:
  - {id: api, component: fastapi, environment: production, sources: [{dotenv: {path: .env}}]}
"""
NEWER = {
    "id": "newer",
    "version": "2.0.0",
    "title": "Newer",
    "component": "fastapi",
    "rules": [
        {
            "id": f"newer-{name}",
            "title": name,
            "setting": setting,
            "expect": expect,
            "severity": "high",
            "why": "Because.",
            "fix": {"env": "it"},
        }
        for name, setting, expect in (("level", "LOG_LEVEL", "ERROR"), ("cookie", "SESSION_COOKIE_SECURE", True))
    ],
}


@pytest.fixture
def saved(tmp_path: Path) -> ScanResult:
    (tmp_path / "scanner.yaml").write_text(PROJECT)
    (tmp_path / ".env").write_text("LOG_LEVEL=WARNING\nSESSION_COOKIE_SECURE=true\n")
    approval = Approval("fastapi-secure", "1.0.0", "Grace", "2026-05-04", review="annually")
    found = replace(project.load(tmp_path / "scanner.yaml", WORDS), approvals=(approval,))
    shipped = baselines.load(baselines.shipped_paths(), WORDS, controls.shipped())
    asked = Request(found, shipped, record_rules=request.load_records())
    return scan(asked, WORDS, clock=lambda: NOW)


@pytest.fixture
def newer(tmp_path: Path) -> tuple[Baseline, ...]:
    path = tmp_path / "newer.yaml"
    path.write_text(document.dump_yaml(NEWER))
    return baselines.load([path], WORDS, controls.shipped())


def test_only_what_the_run_saw_is_judged_and_the_result_says_so(saved: ScanResult, newer: tuple[Baseline, ...]) -> None:
    found = judge_again(saved, newer, WORDS, Gate())
    assert {item.rule: item.verdict for item in found.findings} == {
        "newer-level": Verdict.FAIL,
        "newer-cookie": Verdict.PASS,
    }
    assert found.judged_from == saved.run_id
    assert found.run_id.startswith(f"{saved.run_id}-")
    assert found.baselines == newer
    assert found.started == saved.started
    told = found.notices[0]
    assert told.kind == "judged again"
    assert "newer 2.0.0" in told.text
    assert "fastapi-secure 1.0.0" in told.text
    assert found.exit_code == 1


def test_the_records_of_the_old_baselines_say_nothing_of_the_new_ones(
    saved: ScanResult, newer: tuple[Baseline, ...]
) -> None:
    assert any(item.component == "baseline" for item in saved.targets)
    found = judge_again(saved, newer, WORDS, Gate())
    assert [item.id for item in found.targets] == ["api"]
    assert {row.target for row in found.rows} == {"api"}


def test_the_waivers_of_that_run_hold_as_of_its_time(saved: ScanResult, newer: tuple[Baseline, ...]) -> None:
    waiver = Waiver(
        "W-1", "newer-level", "api", "why", "Grace", "2026-06-30", "WARNING", "", "Ada", "2026-06-01", place="w:1"
    )
    found = judge_again(replace(saved, waivers=(waiver,)), newer, WORDS, Gate())
    assert found.coverage.failed_accepted == 1
    late = replace(saved, waivers=(waiver,), started="2026-07-02T00:00:00+00:00")
    assert judge_again(late, newer, WORDS, Gate()).coverage.failed_open == 1


def test_judging_twice_still_names_the_run_that_saw_it(saved: ScanResult, newer: tuple[Baseline, ...]) -> None:
    once = judge_again(saved, newer, WORDS, Gate())
    assert judge_again(once, newer, WORDS, Gate()).judged_from == saved.run_id


def test_a_run_without_a_time_cannot_be_judged_again(saved: ScanResult, newer: tuple[Baseline, ...]) -> None:
    with pytest.raises(UserError, match="does not say when it ran"):
        judge_again(replace(saved, started="once"), newer, WORDS, Gate())
