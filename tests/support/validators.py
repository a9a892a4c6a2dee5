"""Tools of others that judge what we write: where they are, and what they say.

Debian packages are found on the path. What npm brings stands in the folder that ``SCANNER_NODE_MODULES`` names, or in
``.ci/node_modules``, where ``.ci/run`` puts it. On a developer's machine a missing tool skips the tests that need it;
in CI it is a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


def program(name: str) -> str:
    """The path of a program."""
    return _there(shutil.which(name), name)


def module(path: str) -> str:
    """The path of a file among what npm brings."""
    folder = Path(os.environ.get("SCANNER_NODE_MODULES") or ROOT / ".ci/node_modules")
    found = folder / path
    return _there(str(found) if found.exists() else None, path)


def _there(found: str | None, name: str) -> str:
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"not installed: {name}")
    assert found is not None, f"not installed: {name}"
    return found


def run(*command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """A tool's answer; its exit code is for the caller to judge."""
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    return subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=SECONDS, check=False, env=environment
    )


INSPECJS = """
const { convertFile, hdfWrapControl } = require(process.argv[1]);
const { readFileSync } = require('fs');
const said = process.argv.slice(2).map(path => {
  try {
    const document = convertFile(readFileSync(path, 'utf8'))['1_0_ExecJson'];
    return document.profiles.flatMap(profile => profile.controls.map(control => hdfWrapControl(control).status));
  } catch (error) { return String(error); }
});
console.log(JSON.stringify(said));
"""


def inspecjs(*paths: Path) -> list[list[str] | str]:
    """What inspecjs makes of HDF files: the status of every control, or why it refuses."""
    done = run(program("node"), "-e", INSPECJS, module("inspecjs"), *map(str, paths))
    assert done.returncode == 0, done.stderr
    said: list[list[str] | str] = json.loads(done.stdout)
    return said


def multitool(folder: Path) -> set[tuple[str, str]]:
    """What the SARIF multitool says of the logs in a folder: rule and file. Its exit code says nothing."""
    tool, answer = module("@microsoft/sarif-multitool-linux/Sarif.Multitool"), folder / "answer.json"
    done = run(tool, "validate", f"{folder}/*.sarif", "--rule-kind", "Sarif;Ghas", "-o", str(answer))
    assert answer.exists(), done.stdout + done.stderr
    log: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8-sig"))
    found = [item for run_ in log["runs"] for item in run_.get("results") or []]
    return {
        (item["ruleId"], item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].rpartition("/")[2])
        for item in found
    }
