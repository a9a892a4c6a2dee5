"""``scanner baseline diff`` and ``capture``, and ``report --baseline``, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner import baselines, records
from scanner.cli import run

SCANNER = """\
project: shop
targets:
  - {id: api, component: fastapi, environment: production, sources: [{dotenv: {path: .env}}]}
  - {id: jobs, component: fastapi, environment: production, sources: [{dotenv: {path: .env}}]}
"""
SECRET = "corr3ct-horse"
SHIPPED = next(path for path in baselines.shipped_paths() if path.name == "redis.yaml")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "scanner.yaml").write_text(SCANNER)
    (tmp_path / ".env").write_text(f"SESSION_COOKIE_SECURE=no\nDEBUG=false\nSECRET_KEY={SECRET}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_shipped_baseline_is_compared_with_a_file(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SHIPPED.read_text().replace("version: 1.0.0", "version: 1.1.0", 1)
    (shop / "ours.yaml").write_text(text.replace("severity: critical", "severity: low", 1))
    assert run(["baseline", "diff", "redis-secure", "ours.yaml"]) == 0
    out = capsys.readouterr().out
    assert "redis-secure 1.0.0 (SHA-256 " in out
    assert "→ redis-secure 1.1.0" in out
    assert "~ redis-login-required\n    loosened: severity: critical → low" in out
    assert out.endswith("0 added, 0 removed, 1 changed; 0 tightened, 1 loosened\n")


def test_a_baseline_that_is_not_there_is_the_user_s_mistake(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["baseline", "diff", "redis-secure", "nothing"]) == 2
    assert "nothing: there is no such baseline; allowed: a file, " in capsys.readouterr().err


@pytest.mark.parametrize("source", ["r.json", "."])
def test_a_capture_of_a_saved_or_a_fresh_run_is_sound(
    shop: Path, capsys: pytest.CaptureFixture[str], source: str
) -> None:
    run(["check", "-o", "r.json", "-q"])
    assert run(["baseline", "capture", source, "--target", "api", "-o", "ours.yaml"]) == 0
    assert run(["baseline", "lint", "ours.yaml"]) == 0
    text = (shop / "ours.yaml").read_text()
    assert "# Left out, a secret: " in text
    assert SECRET not in text + "".join(capsys.readouterr())
    assert run(["check", "--baseline", "ours.yaml", "--target", "api"]) == 0


def test_one_target_is_captured_at_a_time(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["baseline", "capture", "."]) == 2
    assert "--target: a baseline is captured from one target; allowed: api, jobs" in capsys.readouterr().err


def test_a_saved_run_is_judged_by_another_baseline_and_says_so(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "-o", "r.json", "-q"])
    run(["baseline", "capture", "r.json", "--target", "api", "-o", "ours.yaml"])
    capsys.readouterr()
    assert run(["report", "r.json", "--baseline", "ours.yaml", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["judged_from"] == json.loads((shop / "r.json").read_text())["run_id"]
    assert {item["verdict"] for item in result["findings"]} == {"pass"}
    assert run(["report", "r.json", "--baseline", "ours.yaml"]) == 0
    assert "judged again" in capsys.readouterr().out


def test_every_baseline_is_listed_with_the_digest_that_an_approval_can_pin(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["baseline", "list"]) == 0
    assert capsys.readouterr().out.count("sha256:") == len(baselines.shipped_paths()) + len(records.rule_paths())
