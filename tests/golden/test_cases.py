"""Golden cases: a folder with inputs, a ``command``, and ``expected.<exit>.txt``.

The name of the expected file is an assertion: the exit code. Its lines are the findings that the command leaves, one
each, without anything that changes from run to run. ``same-meaning`` says one thing in different spellings and must
conform; ``false-green`` holds inputs that tempt a scanner to pass. ``--update`` rewrites.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from scanner.cli import run

CASES = Path(__file__).parent / "cases"


def cases() -> list[Path]:
    return sorted(path.parent for path in CASES.rglob("command"))


def told(result: dict[str, Any]) -> str:
    """The findings, gaps and drift of a result as lines."""
    lines = [
        f"{item['verdict']:14} {item['target']} {item['scope']} {item['rule']}: {item['reason']}"
        + (f" | fix at {item['fix_at']}" if item["fix_at"] else "")
        for item in result["findings"]
        if item["verdict"] not in {"not_applicable", "not_assessed"}
    ]
    lines += [f"gap            {gap['target']} {gap['plane']} {gap['reason']}" for gap in result["gaps"]]
    lines += [
        f"drift          {row['target']} {row['scope']} {row['setting']}: {row['drift'][0]}: {row['drift_note']}"
        for row in result["rows"]
        if row["drift"] and row["drift"][0] not in {"in_sync", "unknown"}
    ]
    lines += [f"notice         {item['kind']} {item['place']}: {item['text']}" for item in result["notices"]]
    return "\n".join(sorted(lines)) + "\n"


@pytest.mark.parametrize("case", cases(), ids=lambda path: str(path.relative_to(CASES)))
def test_case(
    case: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case)
    code = run([*shlex.split((case / "command").read_text()), "--format", "json"])
    captured = capsys.readouterr()
    text = captured.err if code == 2 else told(json.loads(captured.out))
    expected = list(case.glob("expected.*.txt"))
    if request.config.getoption("--update"):
        for path in expected:
            path.unlink()
        (case / f"expected.{code}.txt").write_text(text)
        return
    assert [path.name for path in expected] == [f"expected.{code}.txt"], text
    assert text == expected[0].read_text()


def families(name: str) -> list[Path]:
    return [case for case in cases() if case.relative_to(CASES).parts[0] == name]


@pytest.mark.parametrize("case", families("same-meaning"), ids=lambda path: path.name)
def test_the_same_meaning_conforms_in_every_spelling(case: Path) -> None:
    assert [path.name for path in case.glob("expected.*")] == ["expected.0.txt"]


@pytest.mark.parametrize("case", families("false-green"), ids=lambda path: path.name)
def test_what_tempts_to_pass_never_ends_in_zero(case: Path) -> None:
    expected = [path.name for path in case.glob("expected.*")]
    assert expected
    assert "expected.0.txt" not in expected
