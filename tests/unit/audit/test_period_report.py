"""The period report over runs that were really kept: its numbers, its population, its page, its commands."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scanner.archive import Material, Seal, Selection, keep, layout, open_archive
from scanner.audit import Asked, Summary, gather
from scanner.audit.report import render
from scanner.cli import run
from scanner.errors import ExitCode
from scanner.evaluate import coverage
from scanner.history.metrics import moment
from scanner.history.period import period
from scanner.model import Drift, ScanResult, Target, Verdict
from scanner.reports import Options
from tests.support import attacks, histories, pages, quarter
from tests.support.html import Element, parse

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return quarter.kept(tmp_path_factory.mktemp("quarter"))


def asked(name: str = "2026-10", now: datetime = NOW) -> Asked:
    return Asked("shop", period(name), now, "0.1.0", interval=timedelta(hours=26), interval_words="26 hours")


@pytest.fixture(scope="module")
def made(project: Path) -> tuple[Summary, ScanResult | None]:
    return gather(open_archive(project / layout.DEFAULT), asked())


@pytest.fixture(scope="module")
def page(made: tuple[Summary, ScanResult | None]) -> Element:
    return parse(render("html", *made))


@pytest.fixture(scope="module")
def held(made: tuple[Summary, ScanResult | None]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render("json", *made))
    return found


def test_the_population_is_every_run_with_its_digest(project: Path, made: tuple[Summary, ScanResult | None]) -> None:
    runs = open_archive(project / layout.DEFAULT).runs
    assert [line.id for line in made[0].runs] == [item.id for item in runs]
    assert [line.digest for line in made[0].runs] == [item.digest for item in runs]


def test_times_without_a_run_stand_by_name(made: tuple[Summary, ScanResult | None]) -> None:
    freshness = made[0].freshness
    assert freshness is not None
    assert [(gap.since[:10], gap.until[:10], gap.ongoing) for gap in freshness.gaps] == [
        ("2026-10-12", "2026-10-16", False),
        ("2026-10-30", "2026-11-01", True),
    ]
    assert made[0].longest_pause == timedelta(days=4, minutes=-1).total_seconds()


def test_without_a_required_interval_nothing_is_called_late(project: Path) -> None:
    told, last = gather(open_archive(project / layout.DEFAULT), replace(asked(), interval=None, interval_words=""))
    assert told.freshness is None
    assert "so none is called late" in render("html", told, last)


def test_changes_and_failures_are_those_of_the_period(made: tuple[Summary, ScanResult | None]) -> None:
    summary = made[0]
    assert [(item.old, item.new, str(item.kind)) for item in summary.changes] == [
        ("TLSv1.3", "TLSv1.2", "unauthorised"),
        ("TLSv1.2", "TLSv1.3", "authorised"),
        ("TLSv1.3", "TLSv1.1", "unauthorised"),
    ]
    assert [(item.open, item.unsure, item.waivers) for item in summary.episodes] == [
        (False, 2, ("W-7",)),
        (True, 0, ()),
    ]
    assert summary.changes[0].actor == "role/deploy"


def test_what_was_open_before_the_period_is_in_it_and_what_was_closed_before_is_not(project: Path) -> None:
    later, _ = gather(open_archive(project / layout.DEFAULT), asked("2026-10-29..2026-10-31"))
    (episode,) = later.episodes
    assert episode.opened_at == histories.at(25)
    assert later.changes == ()


def test_versions_of_baselines_and_waivers_are_told_with_their_time(made: tuple[Summary, ScanResult | None]) -> None:
    assert [(item.version, item.since[:10], item.until[:10], item.runs) for item in made[0].baselines] == [
        ("1.0.0", "2026-10-01", "2026-10-17", 14),
        ("1.1.0", "2026-10-18", "2026-10-30", 13),
    ]
    (waiver,) = made[0].waivers
    assert (waiver.first_used[:10], waiver.last_used[:10], waiver.expired) == ("2026-10-06", "2026-10-12", True)


def test_every_number_of_the_page_is_that_of_the_json(page: Element, held: dict[str, Any]) -> None:
    lines = [item for item in page.all("tr") if item.get("data-run")]
    assert [item.get("data-run") for item in lines] == [item["id"] for item in held["runs"]]
    for line, told in zip(lines, held["runs"], strict=True):
        cells = {cell.get("data-count"): cell for cell in line.all("td") if cell.get("data-count")}
        assert {name: int(cell.text()) for name, cell in cells.items()} == told["coverage"]
        assert line.first("td", "data-drift").text() == str(told["drifting"])
    for name in ("open", "accepted"):
        cells_ = page.with_attribute(f"data-{name}")
        assert [int(cell.text()) for cell in cells_] == [number for _, number in held["metrics"][f"{name}_by_age"]]
    assert len(page.with_attribute("data-change")) == len(held["changes"])
    assert len(page.with_attribute("data-episode")) == len(held["episodes"])
    assert len(page.with_attribute("data-gap")) == len(held["freshness"]["gaps"])
    assert page.with_attribute("data-head")[0].text() == held["head"]


def test_the_picture_says_in_words_what_it_draws(page: Element) -> None:
    (picture,) = page.all("svg")
    assert picture.get("role") == "img"
    assert "open 0 at first, 1 at last" in picture.all("desc")[0].text()
    names = [item.text() for item in picture.all("text")]
    assert {"1 open", "0 could not check", "0 accepted", "0 drifting"} <= set(names)
    heights = sorted(
        float(item.get("y") or 0) for item in picture.all("text") if "series-name" in (item.get("class") or "")
    )
    assert all(after - before >= 15 for before, after in pairwise(heights))


def test_the_csv_has_a_line_for_each_day_and_control_and_none_for_a_day_without_a_run(
    made: tuple[Summary, ScanResult | None],
) -> None:
    lines = list(csv.DictReader(io.StringIO(render("csv", *made))))
    days = [line["day"] for line in lines if line["control"] == "SC-8(1)"]
    assert len(days) == 27
    assert "2026-10-13" not in days
    fifth = next(line for line in lines if (line["day"], line["control"]) == ("2026-10-05", "CM-6"))
    assert (fifth["passed"], fifth["failed_open"]) == ("0", "1")
    assert any(line["framework"] == "fedramp-ksi" for line in lines)


def hostile(tmp_path: Path, attack: str) -> str:
    """The page of a period whose names and values are an attack."""
    runs = quarter.runs()[3:7]
    named = [
        replace(result, project=attack, command=attack, targets=(Target("orders-db", "postgresql", attack),))
        for result in [*runs, histories.run(9, attack, attack, actor=attack, source=attack)]
    ]
    quarter.kept(tmp_path, named)
    return render("html", *gather(open_archive(tmp_path / layout.DEFAULT), asked()))


CHECKS = [pages.policy_fits, pages.nothing_is_loaded, pages.well_formed, pages.can_be_listened_to]


@pytest.mark.parametrize("check", CHECKS)
def test_the_page_is_one_sound_and_harmless_file(
    check: Callable[[str], None], made: tuple[Summary, ScanResult | None]
) -> None:
    check(render("html", *made))
    check(render("html", replace(made[0], runs=(), changes=(), episodes=(), waivers=(), baselines=()), None))


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_hostile_text_is_shown_as_text(tmp_path: Path, attack: str) -> None:
    text = hostile(tmp_path, attack)
    for check in CHECKS:
        check(text)


def test_a_run_that_was_changed_stands_in_the_population_and_makes_it_incomplete(project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    results = copy / layout.DEFAULT / layout.RUNS / "run-3" / layout.RECORD
    results.chmod(0o644)
    results.write_text(results.read_text(encoding="utf-8") + " ", encoding="utf-8")
    summary, last = gather(open_archive(copy / layout.DEFAULT), asked())
    (line,) = summary.unread
    assert line.id == "run-3"
    assert "is not the one that was kept" in line.state
    assert "1 further run of the population is not readable any more." in render("html", summary, last)


def test_the_printed_commands_succeed_on_the_archive_and_fail_on_a_cut_one(
    project: Path, tmp_path: Path, page: Element
) -> None:
    commands = [item.text() for item in page.all("code") if item.get("class") == "step"]
    assert len(commands) == 2
    copy = tmp_path / "copy"
    shutil.copytree(project / layout.DEFAULT, copy)
    for command in commands:
        subprocess.run(["/bin/sh", "-c", command], cwd=copy, check=True, capture_output=True)
    ledger = copy / layout.LEDGER
    ledger.chmod(0o644)
    ledger.write_text("".join(ledger.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    done = [subprocess.run(["/bin/sh", "-c", item], cwd=copy, check=False, capture_output=True) for item in commands]
    assert done[-1].returncode != 0


def test_the_command_writes_all_three_and_fails_for_what_is_open(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name for name in ("q.html", "q.json", "q.csv")]
    options = [word for path in files for word in ("-o", str(path))]
    assert run(["report", str(project), "--period", "2026-10", *options]) == ExitCode.FAILS
    assert all(path.stat().st_size > 500 for path in files)
    assert "27 runs from 1 October 2026 06:00 UTC" in capsys.readouterr().out


def test_a_calm_period_conforms_and_one_without_runs_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quarter.kept(tmp_path, quarter.runs()[:2])
    (tmp_path / "scanner.yaml").write_text("project: shop\n", encoding="utf-8")
    assert run(["report", str(tmp_path), "--period", "2026-10"]) == ExitCode.CONFORMS
    assert run(["report", str(tmp_path), "--period", "2026-09"]) == ExitCode.INCOMPLETE
    said = capsys.readouterr().out
    assert "nothing is known of it" in said
    assert said.endswith("exit 3: no run of the period can be read\n")


def test_a_period_after_an_open_failure_is_not_known_and_says_no_more(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy := tmp_path / "copy").mkdir()
    shutil.copytree(project, copy, dirs_exist_ok=True)
    (copy / "scanner.yaml").write_text("project: shop\n", encoding="utf-8")
    assert run(["report", str(copy), "--period", "2027-01"]) == ExitCode.INCOMPLETE
    assert "exit 3: no run of the period can be read\n" in capsys.readouterr().out


def test_results_that_were_changed_cost_their_run_and_not_the_report(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    results = copy / layout.DEFAULT / layout.RUNS / "run-3" / layout.RESULTS
    results.chmod(0o644)
    results.write_text(results.read_text(encoding="utf-8").replace('"pass"', '"fail"', 1), encoding="utf-8")
    page, data = tmp_path / "q.html", tmp_path / "q.json"
    assert run(["report", str(copy), "--period", "2026-10", "-o", f"html:{page}", "-o", str(data)]) == ExitCode.FAILS
    assert "1 run of the period cannot be read" in capsys.readouterr().out
    (line,) = [item for item in json.loads(data.read_text())["runs"] if item["state"] != "kept"]
    assert (line["id"], line["state"]) == ("run-3", "results.json is not the one that was kept")
    assert "results.json is not the one that was kept" in page.read_text()


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        ([], ExitCode.FAILS, "1 open failure at or above low"),
        (["--fail-on", "critical"], ExitCode.FAILS, "1 unauthorised change not closed"),
        (["--exit-zero"], ExitCode.CONFORMS, "exit 1: "),
    ],
)
def test_every_reason_stands_in_the_last_line_and_in_the_json(
    project: Path, options: list[str], code: ExitCode, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", str(project), "--period", "2026-10", *options]) == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert reason in last
    assert "2 times no run came in time" in last
    assert run(["report", str(project), "--period", "2026-10", "-f", "json", *options]) == code
    held = json.loads(capsys.readouterr().out)
    assert last == f"exit {held['exit_code']}: {'; '.join(held['exit_reasons'])}"


ENDS: dict[str, tuple[ScanResult, list[str], ExitCode, str]] = {
    "a source that was silent": (
        histories.run(1, None, "TLSv1.3", Verdict.UNKNOWN),
        [],
        ExitCode.INCOMPLETE,
        "last run: 1 requirement is unknown; last run: nothing could be assessed",
    ),
    "planes that disagree": (
        replace(
            (found := histories.run(1, "TLSv1.3", "TLSv1.3")), rows=(replace(found.rows[0], drift=(Drift.DIFFERS,)),)
        ),
        [],
        ExitCode.DRIFT,
        "last run: planes disagree on 1 setting",
    ),
    "what nobody assessed": (
        histories.run(1, "TLSv1.3", "TLSv1.3", Verdict.NOT_ASSESSED),
        ["--require-complete"],
        ExitCode.INCOMPLETE,
        "last run: nothing could be assessed; last run: 1 requirement was not assessed",
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_period_is_no_better_than_its_last_run(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    end, options, code, reason = ENDS[name]
    counted = replace(end, coverage=coverage(end.findings))
    quarter.kept(tmp_path, [*quarter.runs()[:1], counted])
    (tmp_path / "scanner.yaml").write_text("project: shop\n", encoding="utf-8")
    assert run(["report", str(tmp_path), "--period", "2026-10", *options]) == code
    assert capsys.readouterr().out.endswith(f"exit {int(code)}: {reason}\n")


def test_runs_that_asked_something_else_are_counted_as_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quarter.kept(tmp_path, quarter.runs()[:2])
    (tmp_path / "scanner.yaml").write_text("project: shop\n", encoding="utf-8")
    other = replace(histories.run(2, "TLSv1.1", "TLSv1.1", Verdict.FAIL), project="warehouse")
    material = Material(Selection(live=True), None, Options())
    keep(tmp_path / layout.DEFAULT, other, material, Seal(), moment(other.started) + timedelta(minutes=2))
    assert run(["report", str(tmp_path), "--period", "2026-10"]) == ExitCode.CONFORMS
    assert "1 further run of the period asked other targets, rules or options, or for another project" in (
        capsys.readouterr().out
    )
    assert run(["report", str(tmp_path), "--period", "2026-10", "--every-selection"]) == ExitCode.FAILS
    assert run(["changes", str(tmp_path)]) == ExitCode.CONFORMS
    (tmp_path / "scanner.yaml").write_text("project: shop-of-another-name\n", encoding="utf-8")
    assert run(["changes", str(tmp_path)]) == ExitCode.USER_ERROR
    assert "holds runs of shop, warehouse only" in capsys.readouterr().err


def test_options_of_a_period_are_not_taken_in_silence_without_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "result.json", "--archive", str(tmp_path)]) == ExitCode.USER_ERROR
    assert "go with --period" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [["--period", "2026-10", "--control", "cm-6"], [], ["--period", "2026-10", "-f", "sarif"]]
)
def test_what_does_not_go_together_is_the_users_error(project: Path, options: list[str]) -> None:
    words = [str(project), *options] if "--period" in options else options
    assert run(["report", *words]) == ExitCode.USER_ERROR
