"""The example script that tells somebody: silent when all is in order, never when it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "examples" / "alert.sh"
PROJECT = """\
project: shop
targets:
  - id: api
    component: fastapi
    environment: production
    sources: [{dotenv: {path: .env.production}}]
"""
BASELINE = """\
id: ours
version: 1.0.0
title: Ours
component: fastapi
owner: us
rules:
  - id: log-level-is-warning
    title: The log level is WARNING
    setting: LOG_LEVEL
    expect: {equals: WARNING}
    severity: high
    why: Enough is said and no more.
    fix: {env: LOG_LEVEL=WARNING}
    controls: {nist-800-53r5: [{objective: cm-6_obj.b, strength: measured, why: it is read}]}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project that conforms, and a `scanner` on the path that judges it by one rule."""
    (tmp_path / "scanner.yaml").write_text(PROJECT)
    (tmp_path / "ours.yaml").write_text(BASELINE)
    (tmp_path / ".env.production").write_text("LOG_LEVEL=WARNING\n")
    (bin_ := tmp_path / "bin").mkdir()
    more = 'if [ "$1" = drift ]; then shift; set -- drift --baseline ours.yaml --only log-level-is-warning "$@"; fi'
    (bin_ / "scanner").write_text(f'#!/bin/sh\n{more}\nexec "{sys.executable}" -m scanner "$@"\n')
    (bin_ / "scanner").chmod(0o755)
    return tmp_path


def alert(shop: Path, *command: str) -> int:
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PATH": f"{shop / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": root, "NO_COLOR": "1"}
    return subprocess.run(["/bin/sh", str(SCRIPT), *command], cwd=shop, env=environment, check=False).returncode


def test_who_is_told_reads_what_was_found_and_only_then(shop: Path) -> None:
    told = shop / "told"
    assert alert(shop, "tee", str(told)) == 0
    assert not told.exists()
    (shop / ".env.production").write_text("LOG_LEVEL=DEBUG\n")
    assert alert(shop, "tee", str(told)) == 1
    said = told.read_text()
    assert "1 open failure at or above low" in said
    assert "Changes that stand open and that nothing authorises:" in said


def test_a_scan_that_could_not_be_made_is_told_too(shop: Path) -> None:
    (shop / "scanner.yaml").write_text("project: [\n")
    assert alert(shop, "tee", str(shop / "told")) == 2
    assert "error: " in (shop / "told").read_text()


def test_a_message_that_nobody_took_is_no_success(shop: Path) -> None:
    (shop / ".env.production").write_text("LOG_LEVEL=DEBUG\n")
    assert alert(shop, "false") == 2
    assert alert(shop) == 2
