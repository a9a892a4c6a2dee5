"""What is published: a copy that verifies, reports of periods, an index, nothing written twice."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.archive import layout, open_archive
from scanner.audit import Asked
from scanner.cli import run
from scanner.errors import ExitCode, UserError
from scanner.history.period import period
from scanner.publish import publish
from scanner.publish.places import Directory, place
from tests.support import histories, pages, quarter
from tests.support.html import parse

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return quarter.kept(tmp_path, quarter.runs()[:8])


def asked(now: datetime = NOW) -> Asked:
    return Asked("shop", period("2026"), now, "0.1.0", interval=timedelta(hours=26), interval_words="26 hours")


class Watched(Directory):
    """A directory that notes what is written to it, in order."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.written: list[str] = []

    def write(self, name: str, data: bytes) -> None:
        self.written.append(name)
        super().write(name, data)


def test_the_copy_verifies_like_the_archive(project: Path) -> None:
    target = project / "published"
    publish(open_archive(project / layout.DEFAULT), Directory(target), asked())
    page = parse((target / "index.html").read_text(encoding="utf-8"))
    commands = [item.text() for item in page.all("code") if item.get("class") == "step"]
    assert len(commands) == 2
    for command in commands:
        subprocess.run(["/bin/sh", "-c", command], cwd=target, check=True, capture_output=True)


def test_the_index_leads_to_every_run_and_period(project: Path) -> None:
    target = project / "published"
    publish(open_archive(project / layout.DEFAULT), Directory(target), asked())
    page = parse((target / "index.html").read_text(encoding="utf-8"))
    links = [item.get("href") or "" for item in page.all("a") if not (item.get("href") or "").startswith("#")]
    assert all((target / link).is_file() for link in links)
    assert sum(link.startswith("runs/") for link in links) == 8
    assert {link for link in links if link.endswith(".html") and link.startswith("periods/")} == {
        "periods/2026-10.html",
        "periods/2026-Q4.html",
    }


@pytest.mark.parametrize("check", [pages.policy_fits, pages.well_formed, pages.can_be_listened_to])
def test_the_index_is_a_sound_page(project: Path, check: Callable[[str], None]) -> None:
    target = project / "published"
    publish(open_archive(project / layout.DEFAULT), Directory(target), asked())
    text = (target / "index.html").read_text(encoding="utf-8")
    check(text)
    pages.nothing_is_loaded(text, r"#|periods/|runs/")


def test_a_second_time_copies_no_run_and_leaves_a_period_that_is_over(project: Path) -> None:
    target = Watched(project / "published")
    archive = open_archive(project / layout.DEFAULT)
    first = publish(archive, target, asked())
    assert (first.runs, first.present, first.periods) == (8, 0, ("2026-10", "2026-Q4"))
    second = publish(archive, target, asked())
    assert (second.runs, second.present, second.periods) == (0, 8, ("2026-Q4",))


def test_a_run_that_was_kept_late_makes_its_period_anew(project: Path) -> None:
    target = Directory(project / "published")
    publish(open_archive(project / layout.DEFAULT), target, asked())
    quarter.kept(project, [histories.run(20, "TLSv1.3", "TLSv1.3")])
    again = publish(open_archive(project / layout.DEFAULT), target, asked())
    assert (again.runs, again.periods) == (1, ("2026-10", "2026-Q4"))


def test_the_index_is_written_last_and_the_sums_of_a_run_after_its_files(project: Path) -> None:
    target = Watched(project / "published")
    publish(open_archive(project / layout.DEFAULT), target, asked())
    assert target.written[-1] == "index.html"
    first = [name for name in target.written if name.startswith("runs/run-0/")]
    assert first[-1] == "runs/run-0/SHA256SUMS"
    assert len(first) > 3


def test_a_run_that_is_not_what_was_kept_is_not_published(project: Path) -> None:
    record = project / layout.DEFAULT / layout.RUNS / "run-2" / layout.RECORD
    record.chmod(0o644)
    record.write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="is not the one that was kept"):
        publish(open_archive(project / layout.DEFAULT), Directory(project / "published"), asked())


@pytest.mark.parametrize("name", ["results.json", "added.txt"])
def test_no_file_that_is_not_what_was_kept_reaches_the_copy(project: Path, name: str) -> None:
    harmed = project / layout.DEFAULT / layout.RUNS / "run-2" / name
    harmed.touch()
    harmed.chmod(0o644)
    harmed.write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=f"run-2.*{name}.*nothing that is not what was kept"):
        publish(open_archive(project / layout.DEFAULT), Directory(project / "published"), asked())
    assert not (project / "published" / "runs" / "run-2").exists()


def test_a_summary_of_another_version_is_made_anew(project: Path) -> None:
    target = Directory(project / "published")
    publish(open_archive(project / layout.DEFAULT), target, asked())
    target.write("periods/2026-10.json", b'{"made": 1}')
    assert "2026-10" in publish(open_archive(project / layout.DEFAULT), target, asked()).periods


def test_the_command_publishes_and_says_what_it_did(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["publish", str(project / "published"), str(project)]) == ExitCode.CONFORMS
    assert "8 runs copied, 0 there already; periods written: 2026-10, 2026-Q4" in capsys.readouterr().out
    listing = json.loads((project / "published" / "index.json").read_text(encoding="utf-8"))
    assert listing["project"] == "shop"


@pytest.mark.parametrize("address", ["http://example.org/x", "s3://"])
def test_what_is_no_place_is_the_users_error(address: str) -> None:
    with pytest.raises(UserError, match="is no bucket"):
        place(address, 1.0)


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="is no directory"):
        place(str(tmp_path / "file"), 1.0)
