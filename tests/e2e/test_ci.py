"""What continuous integration relies on: complete pins, a guard that sees every skip, scripts that stop at errors."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / ".ci"
REPORT = '<testsuites><testsuite name="pytest">{}</testsuite></testsuites>'
PASSED = '<testcase classname="tests.a" name="test_b"/>'
SKIPPED = '<testcase classname="tests.a" name="test_c"><skipped message="no server here"/></testcase>'


def guard(tmp_path: Path, *cases: str) -> subprocess.CompletedProcess[str]:
    report = tmp_path / "junit.xml"
    report.write_text(REPORT.format("".join(cases)))
    command = [sys.executable, str(CI / "nothing_skipped.py"), str(report)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_guard_is_content_when_everything_ran(tmp_path: Path) -> None:
    assert guard(tmp_path, PASSED).returncode == 0


def test_the_guard_names_every_skipped_test_with_its_reason(tmp_path: Path) -> None:
    done = guard(tmp_path, PASSED, SKIPPED)
    assert done.returncode == 1
    assert "tests.a::test_c: no server here" in done.stderr


def test_the_guard_refuses_a_run_without_tests(tmp_path: Path) -> None:
    assert guard(tmp_path).returncode == 1


def pinned() -> dict[str, list[str]]:
    """Package names with the hashes of their files."""
    text = (CI / "requirements.txt").read_text()
    entries = re.findall(r"^([a-z0-9.\-]+)==\S+((?: \\\n\s+--hash=sha256:[0-9a-f]{64})+)", text, re.MULTILINE)
    return {name: re.findall(r"[0-9a-f]{64}", hashes) for name, hashes in entries}


def test_everything_that_the_project_names_is_pinned_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["demo"], *extras["test"]]
    names = {re.split(r"[\[<>=;!~ ]", entry, maxsplit=1)[0].lower().replace("_", "-") for entry in wanted}
    assert names - pinned().keys() == set()


def test_every_pinned_line_has_a_hash() -> None:
    text = (CI / "requirements.txt").read_text()
    lines = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert len(lines) == len(pinned()) > 40


def test_the_pins_name_no_index_no_host_and_no_path() -> None:
    text = (CI / "requirements.txt").read_text()
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)/\w", text)


def test_validators_of_others_are_pinned_to_exact_versions_and_installed_without_scripts_or_addresses() -> None:
    pins = json.loads((CI / "package.json").read_text())["dependencies"]
    assert len(pins) == 4
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())
    script = (CI / "run").read_text()
    assert "--ignore-scripts" in script
    assert not re.search(r"https?:|--registry", script + (CI / "package.json").read_text())


@pytest.mark.parametrize("name", ["run", "test", "demo", "pin"])
def test_the_scripts_are_strict_and_can_be_read_by_bash(name: str) -> None:
    script = CI / name
    assert "\nset -euo pipefail\n" in script.read_text()
    subprocess.run(["bash", "-n", str(script)], check=True, timeout=30)


def test_make_offers_the_same_commands() -> None:
    targets = dict(re.findall(r"^(\w+):\n\tbash (\S+)", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets["test"] == ".ci/test"
    assert targets["demo"] == ".ci/demo"


def test_the_pins_hold_for_the_oldest_supported_python() -> None:
    """Debian 12 has Python 3.11.2, for which redis asks for a package that later ones do not need."""
    assert "\nasync-timeout==" in (ROOT / ".ci/requirements.txt").read_text()
