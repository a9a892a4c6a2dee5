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


def record(shop: Path, version: str, text: str) -> None:
    """A kept run that was judged by this baseline."""
    (shop / "ours.yaml").write_text(text.replace("version: 1.0.0", f"version: {version}", 1))
    assert run(["check", "--baseline", "ours.yaml", "--record", "-q", "--exit-zero"]) == 0


@pytest.fixture
def kept(shop: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Two versions of a baseline that judged kept runs."""
    text = next(path for path in baselines.shipped_paths() if path.name == "fastapi.yaml").read_text()
    record(shop, "1.0.0", text)
    record(shop, "1.1.0", text.replace("severity: high", "severity: low", 1))
    capsys.readouterr()
    return shop


def test_the_versions_that_judged_kept_runs_are_named_with_their_time(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["baseline", "history"]) == 0
    out = capsys.readouterr().out
    assert "fastapi-secure 1.0.0  1 run, approval not recorded\n  first judged " in out
    assert "fastapi-secure 1.1.0  1 run, " in out
    assert out.index("fastapi-secure 1.0.0") < out.index("fastapi-secure 1.1.0")


def test_a_kept_version_is_compared_with_another_and_with_a_file(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for new in ("fastapi-secure@1.1.0", "ours.yaml"):
        assert run(["baseline", "diff", "fastapi-secure@1.0.0", new]) == 0
        assert "loosened: severity: high → low" in capsys.readouterr().out
    assert run(["baseline", "diff", "fastapi-secure@9.9.9", "ours.yaml"]) == 2
    assert "no kept run holds it; allowed: fastapi-secure@1.0.0, " in capsys.readouterr().err


def test_two_files_of_one_version_are_told_apart_by_their_digest(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (kept / "ours.yaml").read_text()
    record(kept, "1.1.0", text.replace("severity: medium", "severity: low", 1))
    capsys.readouterr()
    assert run(["baseline", "diff", "fastapi-secure@1.0.0", "fastapi-secure@1.1.0"]) == 2
    said = capsys.readouterr().err
    assert "is several files of one version; allowed: fastapi-secure@" in said
    first, second = said.rsplit("allowed: ", 1)[1].strip().split(", ")
    assert run(["baseline", "diff", first, second]) == 0
    assert "1 changed" in capsys.readouterr().out


def test_a_kept_baseline_that_was_changed_is_not_compared(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in kept.glob(".scanner/archive/runs/*/baselines/fastapi-secure*.yaml"):
        path.chmod(0o644)
        path.write_text(path.read_text().replace("severity: high", "severity: low"))
    assert run(["baseline", "diff", "fastapi-secure@1.0.0", "ours.yaml"]) == 2
    assert "is not the file that judged the run" in capsys.readouterr().err


def test_a_history_with_a_run_that_cannot_be_read_is_incomplete(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next(kept.glob(".scanner/archive/runs/*/SHA256SUMS")).unlink()
    assert run(["baseline", "history"]) == 3
    assert "1 run cannot be read" in capsys.readouterr().err
    assert run(["baseline", "history", "--archive", "nowhere"]) == 2


def test_a_proposal_that_a_silent_source_cut_short_is_incomplete(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "scanner.yaml").write_text(
        "project: shop\ntargets:\n  - {id: orders, component: postgresql, environment: production, sources: "
        "[{postgresql_files: {configuration: postgresql.conf}}, {postgresql: {dsn_env: NOWHERE_DSN}}]}\n"
    )
    (shop / "postgresql.conf").write_text("ssl = on\nlog_connections = on\n")
    assert run(["baseline", "capture", ".", "--target", "orders", "-o", "proposal.yaml"]) == 3
    told = capsys.readouterr().err
    assert "gave no clear answer; `scanner doctor` says what opens it" in told
    assert "nothing of orders is known, so nothing is proposed" in told
    assert not (shop / "proposal.yaml").exists()
