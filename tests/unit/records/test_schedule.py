"""A run that comes late after the last kept one is a finding, whatever else it sees."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.archive import Material, Seal, Selection, keep, layout
from scanner.cli import run
from scanner.model import Known, Policy
from scanner.records import schedule
from scanner.reports import Options
from tests.support import histories

POLICY = Policy(scan_interval="24 hours", scan_interval_hours=24)
EARLIER = histories.run(0, "TLSv1.3")


def test_the_hours_count_from_the_end_of_the_last_run_to_the_start_of_this_one() -> None:
    found = schedule(POLICY, EARLIER, "scanner.yaml", histories.BEGIN + timedelta(hours=30, minutes=1))
    assert found is not None
    assert found[1].content == Known(30.0)
    assert found[1].provenance.chain == ("run run-0",)


@pytest.mark.parametrize(
    ("policy", "previous"), [(Policy(), EARLIER), (POLICY, None)], ids=["nothing required", "the first run"]
)
def test_nothing_is_said_where_nothing_is_required_or_known(policy: Policy, previous: object) -> None:
    assert schedule(policy, EARLIER if previous else None, "scanner.yaml", histories.BEGIN) is None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    text = """
project: shop
policy: {scan_interval: 24 hours}
targets:
  - {id: api, component: fastapi, environment: production, sources: [{dotenv: {path: .env}}]}
"""
    (tmp_path / "scanner.yaml").write_text(text, encoding="utf-8")
    (tmp_path / ".env").write_text("DEBUG=false\nLOG_LEVEL=INFO\n", encoding="utf-8")
    return tmp_path


def ended(project: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """How the rule on the schedule ended in a new run: verdict and what was expected."""
    run(["drift", str(project), "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    return {item["verdict"]: item["expected"] for item in found["findings"] if item["rule"] == "scan-in-time"}


def test_a_late_run_fails_and_the_next_one_in_time_passes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    material = Material(Selection(live=True), None, Options())
    keep(project / layout.DEFAULT, EARLIER, material, Seal(), datetime(2026, 10, 1, 7, tzinfo=UTC))
    assert ended(project, capsys) == {"fail": "at most 24"}
    assert ended(project, capsys) == {"pass": "at most 24"}


def test_the_first_run_holds_no_such_requirement(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(project, capsys) == {}


def test_an_interval_that_is_none_is_refused_with_its_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / "scanner.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("24 hours", "daily"), encoding="utf-8")
    assert run(["drift", str(project)]) == 2
    assert "scanner.yaml:3: policy.scan_interval: is no length of time" in capsys.readouterr().err
