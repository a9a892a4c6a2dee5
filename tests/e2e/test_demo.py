"""``scanner demo`` shows every change that it made, tells no secret, and leaves nothing but its reports."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner.demo import drifts
from scanner.demo.servers.processes import listens
from scanner.demo.stage import PRODUCTION, Stage

pytestmark = pytest.mark.live
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
SECRETS = ("changeme", "ghostquant-example-session-key-0123456789", "orders:orders")
"""Secrets of the example project; the staging password stands in redis.conf, the others in .env files."""


@dataclass(frozen=True)
class Shown:
    said: str
    code: int
    output: Path
    temporary: Path


def command(output: Path) -> list[str]:
    return [sys.executable, "-u", "-m", "scanner", "demo", "--no-color", "--output", str(output)]


def environment(temporary: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "SCANNER_", "LANG"))}
    return {**kept, "TMPDIR": str(temporary)}


def ports(said: str) -> list[int]:
    return [int(port) for port in re.findall(r"(?:on port |https://127\.0\.0\.1:)(\d+) as ", said)]


def listening(said: str) -> list[int]:
    """The ports that still answer, but for well-known ones: somebody else may have taken these since."""
    return [port for port in ports(said) if port not in {5432, 6379, 6380} and listens(port)]


def family_of(temporary: Path) -> list[str]:
    """The command lines of processes that were started out of the demonstration's own directory."""
    lines = []
    for entry in Path("/proc").iterdir() if Path("/proc").is_dir() else ():
        if entry.name.isdigit():
            try:
                lines.append((entry / "cmdline").read_text(errors="replace").replace("\0", " "))
            except OSError:
                continue
    return [line for line in lines if str(temporary) in line]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    output, temporary = tmp_path_factory.mktemp("output") / "reports", tmp_path_factory.mktemp("temporary")
    done = subprocess.run(
        command(output), env=environment(temporary), capture_output=True, text=True, timeout=180, check=False
    )
    if done.returncode == 3 and not IN_CI:
        pytest.skip("; ".join(line.strip() for line in done.stdout.splitlines() if "missing:" in line))
    yield Shown(done.stdout + done.stderr, done.returncode, output, temporary)


def test_it_ends_well(shown: Shown) -> None:
    assert shown.code == 0, shown.said[-3000:]
    assert "missing:" not in shown.said


def test_every_change_is_shown_as_drift_with_the_value_on_its_plane(shown: Shown) -> None:
    told = shown.said.partition("What to look at")[2].partition("Written")[0]
    states = {
        (target, setting): state.strip()
        for state, target, setting in re.findall(r"^  ([a-z ]{13}) (\S+) (\S+?):?(?: \(.*?\):)? ", told, re.MULTILINE)
    }
    assert states == {
        ("ledger-production", "log_disconnections"): "changed",
        ("ledger-production", "ssl_min_protocol_version"): "pending",
        ("ledger-production", "password_encryption"): "overridden",
        ("ledger-production", "hba_rules"): "pending",
        ("queue-production", "maxmemory-policy"): "changed",
        ("queue-production", "timeout"): "runtime only",
        ("queue-production", "tls-protocols"): "runtime only",
        ("api-production", "foreign_origin_allowed"): "changed",
        ("orders-db-production", "rds.force_ssl"): "fail",
    }
    assert "persisted TLSv1.2, running TLSv1.3" in told
    assert "persisted allkeys-lru, running allkeys-lru" in told


def test_the_edited_variable_fails_where_it_was_edited(shown: Shown) -> None:
    assert re.search(r"infra/production\.tfvars:\d+", shown.said)
    assert "rds.force_ssl" in shown.said


def test_only_the_reports_are_left(shown: Shown) -> None:
    assert sorted(path.name for path in shown.output.iterdir()) == ["before.json", "report.html", "report.json"]
    assert list(shown.temporary.iterdir()) == []


def test_no_process_and_no_listener_is_left(shown: Shown) -> None:
    assert len(ports(shown.said)) == 6
    assert listening(shown.said) == []
    assert family_of(shown.temporary) == []


def test_no_secret_of_the_example_is_told_anywhere(shown: Shown) -> None:
    texts = [shown.said, *(path.read_text() for path in shown.output.iterdir())]
    assert not [secret for secret in SECRETS for text in texts if secret in text]


def test_the_saved_result_can_be_rendered_again(shown: Shown) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "report", str(shown.output / "report.json"), "--format", "console"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "ssl_min_protocol_version" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_demonstration_stops_what_it_started(tmp_path: Path, number: signal.Signals) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(
        command(tmp_path / "reports"),
        env=environment(temporary),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("It is scanned as it was deployed"):
            break
    process.send_signal(number)
    said += process.stdout.read()
    assert process.wait(60) == (130 if number == signal.SIGINT else 143)
    assert ports(said)
    assert listening(said) == []
    assert list(temporary.iterdir()) == []
    assert family_of(temporary) == []


def test_a_directory_that_cannot_be_written_is_told_before_anything_is_started(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = subprocess.run(
        command(tmp_path / "file"), env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and "--output" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_engine_is_named_and_the_rest_is_shown(tmp_path: Path) -> None:
    temporary, nowhere = tmp_path / "temporary", tmp_path / "nowhere"
    temporary.mkdir()
    done = subprocess.run(
        command(tmp_path / "reports"),
        env={**environment(temporary), "SCANNER_POSTGRESQL_BIN": str(nowhere)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 3, done.stdout[-2000:] + done.stderr
    assert (
        f"missing: PostgreSQL: no usable PostgreSQL here (looked at: SCANNER_POSTGRESQL_BIN: {nowhere})" in done.stdout
    )
    assert "runtime only" in done.stdout.partition("What to look at")[2]
    assert (tmp_path / "reports" / "report.html").stat().st_size > 10_000


def test_changes_are_offered_only_for_servers_that_are_there(tmp_path: Path) -> None:
    offered = drifts.possible(Stage(tmp_path))
    assert [change.target for change in offered] == ["orders-db-production"]
    assert PRODUCTION == "production"
