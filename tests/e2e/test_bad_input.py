"""Bad input, as a user meets it: one clear error and 2, or a gap and 3, soon, with every other row still there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

GOOD = "DEBUG=false\nLOG_LEVEL=WARNING\n"
SECONDS = 60.0
"""Far above what any of them takes: a hang fails, a slow machine does not."""


def scanner(directory: Path, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    started = time.monotonic()
    done = subprocess.run(
        [*before, sys.executable, "-m", "scanner", *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "NO_COLOR": "1"},
        check=False,
    )
    assert time.monotonic() - started < SECONDS
    assert "Traceback" not in done.stderr
    assert done.returncode != 70, done.stderr
    return done


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def checked(root: Path) -> tuple[int, dict[str, Any]]:
    done = scanner(root, "check", ".", "--format", "json")
    assert done.returncode != 2, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["check", "nowhere"], "there is no such directory"),
        (["check", "empty"], "nothing here can be scanned"),
        (["check", "good/.env.production"], "is a file"),
        (["check", "good", "--only", "nothing-*"], "no rule has this id"),
        (["check", "good", "--parameter", "broken"], "is no NAME=VALUE"),
        (["check", "good", "--baseline", "good/absent.yaml"], "absent.yaml"),
        (["check", "good", "-o", "no/such/folder/report.html"], "cannot be written"),
        (["check", "good", "-o", "report.pdf"], "does not tell a format"),
        (["check", "good", "--fail-on", "everything"], "everything"),
        (["report", "good/.env.production"], "not valid JSON"),
        (["report", "absent.json"], "cannot be read"),
        (["explain", "postgres-tls"], "there is no such rule"),
        (["baseline", "show", "nothing"], "there is no such baseline"),
        (["frobnicate"], "No such command"),
    ],
)
def test_what_the_user_can_correct_is_one_clear_error(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    write(tmp_path, {"good/.env.production": GOOD})
    (tmp_path / "empty").mkdir()
    done = scanner(tmp_path, *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert done.stdout == ""


BASELINE = """\
id: ours
version: 1.0.0
title: Ours
component: fastapi
owner: us
rules:
  - id: our-debug-off
    title: Debug is off
    setting: DEBUG
    expect: {equals: false}
    severity: high
    controls: {nist-800-53r5: [{objective: cm-6_obj.b, strength: measured, why: read}]}
    why: Tracebacks tell too much.
    fix: {env: DEBUG=false}
"""


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("severity: high", "severity: dreadful"), "ours.yaml:11"),
        (("setting: DEBUG", "setting: DEBUGG"), "ours.yaml:9"),
        (("equals: false", "equalz: false"), "ours.yaml:10"),
        (("equals: false", "equals: purple"), "ours.yaml:10"),
        (("cm-6_obj.b", "cm-66_obj.z"), "ours.yaml:12"),
        (("why: Tracebacks", "wy: Tracebacks"), "ours.yaml:13"),
        (("rules:", "rules: 7\nrulez:"), "ours.yaml:7: rulez: unknown key"),
        (("owner: us", "owner: us\nowner: them"), "ours.yaml:6: owner: this key stands twice"),
        (("id: our-debug-off", "id: &a [*a]"), "ours.yaml:7"),
    ],
)
def test_a_mistake_in_a_baseline_names_its_line(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    write(tmp_path, {".env.production": GOOD, "ours.yaml": BASELINE.replace(*change)})
    done = scanner(tmp_path, "check", "--baseline", "ours.yaml")
    assert done.returncode == 2
    assert complaint in done.stderr


def test_the_sound_baseline_is_accepted(tmp_path: Path) -> None:
    write(tmp_path, {".env.production": GOOD, "ours.yaml": BASELINE})
    assert scanner(tmp_path, "check", "--baseline", "ours.yaml").returncode == 0


def test_one_rule_id_in_two_baselines_is_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".env.production": GOOD, "ours.yaml": BASELINE, "theirs.yaml": BASELINE.replace("id: ours", "id: theirs")},
    )
    done = scanner(tmp_path, "check", "--baseline", "ours.yaml", "--baseline", "theirs.yaml")
    assert done.returncode == 2
    assert "our-debug-off" in done.stderr


OPEN = 'resource "aws_db_instance" "x" {\n  engine = '
CODE = "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings:\n"
LEVELS = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))

HOSTILE: dict[str, dict[str, str | bytes]] = {
    "hcl that does not parse": {"infra/main.tf": OPEN + "\n"},
    "hcl nested ten thousand deep": {"infra/main.tf": OPEN + "[" * 10_000 + "\n}\n"},
    "hcl of fifty megabytes": {"infra/main.tf": OPEN + '"' + "a" * 50_000_000 + '"\n}\n'},
    "hcl that is no text": {"infra/main.tf": b'resource "aws_db_instance" "x" {}\n\xff\xfe\x00'},
    "an env file of fifty megabytes": {"app/.env.staging": "DEBUG=true\n" + "A=1\n" * 12_500_000},
    "an env file that is no text": {"app/.env.staging": b"DEBUG=\xff\xfe\n"},
    "a compose file that is a bomb": {
        "docker-compose.yaml": f"a0: &a0 [x]\n{LEVELS}\nservices: {{api: {{environment: {{DEBUG: 'true'}}}}}}\n"
    },
    "a settings class that does not parse": {"app/settings.py": CODE},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_only_its_own_rows(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"good/.env.production": GOOD, **HOSTILE[name]})
    code, result = checked(tmp_path)
    good = {item["rule"]: item["verdict"] for item in result["findings"] if item["target"] == "good/.env.production"}
    assert good["debug-per-environment"] == "pass"
    assert code in {1, 3}
    hostile = next(iter(HOSTILE[name]))
    told = [gap["reason"] + gap["locator"] for gap in result["gaps"]] + [item["place"] for item in result["notices"]]
    assert any(hostile in text for text in told), told


def test_a_file_that_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path, {"good/.env.production": GOOD, "closed/.env.staging": GOOD})
    (tmp_path / "closed/.env.staging").chmod(0)
    without_privilege = ("setpriv", "--bounding-set", "-all") if os.geteuid() == 0 else ()
    done = scanner(tmp_path, "check", ".", "--format", "json", before=without_privilege)
    result = json.loads(done.stdout)
    assert any("closed/.env.staging" in gap["reason"] + gap["locator"] for gap in result["gaps"])
    assert any(item["verdict"] == "pass" for item in result["findings"])


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path, {"good/.env.production": GOOD})
    (tmp_path / "good/loop").symlink_to(tmp_path)
    (tmp_path / "me").symlink_to(tmp_path / "me")
    code, result = checked(tmp_path)
    assert code != 2
    assert len(result["targets"]) == 1


def test_terminal_escapes_and_markup_do_not_reach_a_reader(tmp_path: Path) -> None:
    write(tmp_path, {".env.production": 'LOG_LEVEL="\\033[31m<script>alert(1)</script>\x1b]0;x\x07"\nDEBUG=false\n'})
    console = scanner(tmp_path, "check", "-v")
    assert "\x1b" not in console.stdout
    assert "\x07" not in console.stdout
    scanner(tmp_path, "check", "-o", "report.html")
    assert "<script" not in (tmp_path / "report.html").read_text()
