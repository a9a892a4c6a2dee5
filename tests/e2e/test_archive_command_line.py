"""The archive as a user meets it: kept by drift without asking, compared, told, and never at the cost of a result."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from scanner import archive
from scanner.archive import layout, timestamp
from scanner.cli import run
from tests.support.archive import IDENTITY, ssh_key
from tests.support.archive_authority import Authority

PROJECT = """
project: shop
targets:
  - id: api
    component: fastapi
    environment: production
    sources: [{dotenv: {path: .env.production}}]
"""
ONLY = ("--only", "log-level-per-environment")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that conforms, as the current directory."""
    place = tmp_path / "shop"
    place.mkdir()
    (place / "scanner.yaml").write_text(PROJECT)
    (place / ".env.production").write_text("LOG_LEVEL=WARNING\n")
    monkeypatch.chdir(place)
    return place


@pytest.fixture(autouse=True)
def quiet_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


def drift(*more: str, code: int = 0) -> None:
    assert run(["drift", *ONLY, *more]) == code


def kept(place: Path) -> archive.Archive:
    return archive.open_archive(place / layout.DEFAULT)


def test_drift_keeps_a_run_and_the_next_one_says_what_moved(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drift()
    assert re.search(r"kept as \S+ in \.scanner/archive; head [0-9a-f]{64}", capsys.readouterr().err)
    (here / ".env.production").write_text("LOG_LEVEL=DEBUG\n")
    drift(code=1)
    first, second = kept(here).runs
    later = kept(here).load(second)
    assert (later.previous_run, later.archive_head) == (first.id, first.head)
    assert {row.moved for row in later.rows if row.setting == "LOG_LEVEL"} == {"the source"}
    capsys.readouterr()
    assert run(["archive", "diff"]) == 0
    told = capsys.readouterr().out
    assert "matches -> differs, open: log-level-per-environment on api" in told
    assert "declared: WARNING -> DEBUG" in told
    assert "what moved: the source" in told


def test_a_directory_with_an_archive_inside_is_scanned_as_if_it_were_not_there(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "scanner.yaml").unlink()
    assert run(["check", *ONLY, "--record"]) == 0
    capsys.readouterr()
    run(["check", *ONLY, "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert [item["path"] for item in found["inputs"]] == [".env.production"]
    assert {item["id"] for item in found["targets"]} == {".env.production"}


def test_a_first_look_without_a_project_leaves_nothing_behind_and_says_so(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "scanner.yaml").unlink()
    drift()
    assert "not kept: there is no scanner.yaml here" in capsys.readouterr().err
    assert sorted(path.name for path in here.iterdir()) == [".env.production"]
    drift("--archive", str(here.parent / "evidence"))
    assert len(archive.open_archive(here.parent / "evidence").runs) == 1


def test_check_keeps_nothing_unless_told_to(here: Path) -> None:
    assert run(["check", *ONLY]) == 0
    assert not (here / ".scanner").exists()
    assert run(["check", *ONLY, "--archive", "x"]) == 2
    assert run(["check", *ONLY, "--record"]) == 0
    assert kept(here).runs[0].record is not None


def test_no_record_keeps_nothing_and_still_compares(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drift()
    (here / ".env.production").write_text("LOG_LEVEL=DEBUG\n")
    capsys.readouterr()
    drift("--no-record", "--format", "json", code=1)
    assert json.loads(capsys.readouterr().out)["previous_run"] == kept(here).runs[0].id
    assert len(kept(here).runs) == 1


def test_since_takes_a_file_a_run_or_says_what_it_wants(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drift("-o", "first.json")
    first = kept(here).runs[0].id
    drift()
    for since, expected in (("first.json", first), (first, first), ("last", kept(here).runs[1].id)):
        capsys.readouterr()
        drift("--no-record", "--since", since, "--format", "json")
        assert json.loads(capsys.readouterr().out)["previous_run"] == expected
    drift("--since", "nothing.json", code=2)
    assert "there is no such run" in capsys.readouterr().err
    shutil.rmtree(here / ".scanner")
    drift("--since", "nothing.json", code=2)
    assert "neither a file nor a kept run" in capsys.readouterr().err


def test_results_are_printed_although_they_cannot_be_kept(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / ".scanner").write_text("a file where a directory should be")
    drift("-o", "report.html", code=2)
    captured = capsys.readouterr()
    assert "1 requirement" in captured.out
    assert (here / "report.html").is_file()
    assert "error: " in captured.err
    assert "cannot be written" in captured.err
    assert "--no-record" in captured.err
    drift("--no-record")


def test_a_bug_while_keeping_does_not_cost_the_result(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(archive, "keep", broken)
    drift(code=70)
    assert "1 requirement" in capsys.readouterr().out


def test_a_damaged_archive_is_not_believed_and_ends_with_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drift()
    path = here / layout.DEFAULT / layout.RUNS / kept(here).runs[0].id / layout.RESULTS
    path.write_text(path.read_text().replace("WARNING", "WARNINGS"))
    capsys.readouterr()
    drift(code=2)
    captured = capsys.readouterr()
    assert "1 requirement" in captured.out
    assert "not compared with an earlier run" in captured.err
    assert run(["archive", "verify"]) == 1
    assert "CHANGED" in capsys.readouterr().out


def test_a_damaged_record_is_told_by_every_command_that_meets_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drift()
    path = folder_of(here) / layout.RECORD
    path.write_text(path.read_text().replace('"passed": 1', '"passed": 2'))
    capsys.readouterr()
    drift(code=2)
    assert "is not what was kept" in capsys.readouterr().err
    drift("--no-record")
    assert "warning: " in capsys.readouterr().err
    first = kept(here).runs[0].id
    assert run(["archive", "show", first]) == 0
    assert "warning: " in capsys.readouterr().err
    assert run(["archive", "list"]) == 3
    assert "damaged: run.json is not the one that was kept" in capsys.readouterr().out


def test_list_show_head_and_verify_say_what_is_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drift()
    drift()
    capsys.readouterr()
    assert run(["archive", "list"]) == 0
    assert "2 runs; head" in capsys.readouterr().out
    assert run(["archive", "list", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [item["record"]["coverage"]["passed"] for item in listed["runs"]] == [1, 1]
    assert run(["archive", "head"]) == 0
    head = capsys.readouterr().out.strip()
    assert head == listed["head"]
    assert run(["archive", "verify", "--head", head]) == 0
    assert "is what was kept: 2 lines, 2 runs" in capsys.readouterr().out
    assert run(["archive", "verify", "--head", "0a" * 32]) == 1
    assert "CUT" in capsys.readouterr().out
    assert run(["archive", "verify", "--head", "short"]) == 2
    assert run(["archive", "show", "last", "--format", "json"]) == 0
    whole = folder_of(here) / layout.RESULTS
    assert capsys.readouterr().out.split("\n", 1)[1].rsplit("}", 1)[0] in whole.read_text()


def folder_of(here: Path) -> Path:
    return here / layout.DEFAULT / layout.RUNS / kept(here).find("last").id


def test_show_writes_the_report_of_a_run_with_how_to_verify_it(here: Path) -> None:
    drift()
    assert run(["archive", "show", "last", "-o", "again.html"]) == 0
    assert "How to verify the archived run" in (here / "again.html").read_text()


@pytest.mark.parametrize("command", ["list", "verify", "head", "show", "diff", "prune", "timestamp"])
def test_without_an_archive_every_command_says_how_one_is_made(
    here: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run(["archive", command]) == 2
    assert "holds no archive" in capsys.readouterr().err


def test_prune_names_first_and_removes_when_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drift()
    assert run(["archive", "prune"]) == 0
    assert "0 runs are older than 400 days" in capsys.readouterr().out
    assert run(["archive", "prune", "--retention", "a year"]) == 2
    assert run(["archive", "prune", "--apply"]) == 0
    assert len(kept(here).runs) == 1


def test_scanner_yaml_names_place_key_and_authority(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, allowed = ssh_key(here / "keys")
    sign = f"sign: {{ssh_key: keys/key, identity: {IDENTITY}}}"
    (here / "scanner.yaml").write_text(f"{PROJECT}archive: {{path: evidence, {sign}, retention: 30d}}\n")
    drift()
    opened = archive.open_archive(here / "evidence")
    assert opened.runs[0].record is not None
    assert (opened.runs[0].record.signature, opened.runs[0].record.signer) == ("ssh", IDENTITY)
    assert run(["archive", "verify", "--allowed-signers", str(allowed)]) == 0
    assert "1 good signature" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("{path: x, sing: y}", "unknown key"),
        ("{sign: {ssh_key: a, gpg_key: b}}", "names two keys"),
        ("{retention: 1y}", "no number of days"),
        ("{timestamp: 'ftp://x'}", "no address"),
        ("[1]", "archive"),
    ],
)
def test_a_mistake_in_the_archive_section_is_told_by_line(
    here: Path, capsys: pytest.CaptureFixture[str], section: str, told: str
) -> None:
    (here / "scanner.yaml").write_text(f"{PROJECT}archive: {section}\n")
    drift(code=2)
    error = capsys.readouterr().err
    assert "scanner.yaml:8" in error
    assert told in error


def test_a_token_is_asked_for_by_hand_or_its_absence_ends_with_2(
    here: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path / "authority")
    drift()
    assert run(["archive", "timestamp", "--query", "question"]) == 0
    (here / "answer").write_bytes(authority.answer((here / "question").read_bytes()))
    assert run(["archive", "timestamp", "--token", "answer"]) == 0
    assert run(["archive", "verify", "--timestamp-ca", str(authority.certificate)]) == 0
    assert run(["archive", "timestamp"]) == 2
    assert "no authority is named" in capsys.readouterr().err

    (here / "scanner.yaml").write_text(PROJECT + "archive: {timestamp: 'http://127.0.0.1:1/tsa'}\n")
    drift(code=2)
    captured = capsys.readouterr()
    assert "1 requirement" in captured.out
    assert "gave no answer" in captured.err
    assert len(kept(here).runs) == 2
    monkeypatch.setattr(timestamp, "ask", lambda _address, question: authority.answer(question))
    drift()
    assert (folder_of(here) / layout.TOKEN).is_file()


def test_a_run_that_cannot_be_read_makes_the_list_incomplete(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drift()
    drift()
    shutil.rmtree(next((here / layout.DEFAULT / layout.RUNS).iterdir()))
    assert run(["archive", "list"]) == 3
    assert "damaged: SHA256SUMS cannot be read" in capsys.readouterr().out


def test_an_archive_with_nothing_in_it_is_not_called_sound(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty := here / layout.DEFAULT).mkdir(parents=True)
    (empty / layout.LEDGER).write_bytes(b"")
    assert run(["archive", "verify"]) == 3
    assert "holds nothing: no line, no run" in capsys.readouterr().out
    assert run(["archive", "verify", "--head", "0" * 64]) == 0
    (empty / layout.LEDGER).write_bytes(b"half a line")
    assert run(["archive", "list"]) == 3
    assert "the last line of the ledger is cut short" in capsys.readouterr().err
