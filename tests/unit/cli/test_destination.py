"""``-o``: the name tells the format, ``--format`` decides where it leaves a choice, ``FORMAT:FILE`` says both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner import reports
from scanner.cli import options, run, say
from scanner.errors import UserError

SAMPLE = str(Path(__file__).resolve().parents[3] / "reports/samples/everything.json")


@pytest.mark.parametrize(
    ("given", "format_", "path", "name"),
    [
        ("x.json", None, "x.json", "json"),
        ("x.json", "json", "x.json", "json"),
        ("x.json", "hdf", "x.json", "hdf"),
        ("x.json", "oscal-poam", "x.json", "oscal-poam"),
        ("x.json", "html", "x.json", "json"),
        ("x.html", "json", "x.html", "html"),
        ("x.sarif", None, "x.sarif", "sarif"),
        ("x.sarif.json", "sarif", "x.sarif.json", "sarif"),
        ("x.CSV", None, "x.CSV", "csv"),
        ("x.md", None, "x.md", "markdown"),
        ("x.prom", None, "x.prom", "prometheus"),
        ("x.txt", None, "x.txt", "console"),
        ("x.xml", "junit", "x.xml", "junit"),
        ("x.xml", "xccdf", "x.xml", "xccdf"),
        ("x.dat", "csv", "x.dat", "csv"),
        ("junit:x.xml", None, "x.xml", "junit"),
        ("hdf:x.json", "sarif", "x.json", "hdf"),
        ("json:json:x", None, "json:x", "json"),
        ("a:b.csv", None, "a:b.csv", "csv"),
    ],
)
def test_the_format_of_a_file(given: str, format_: str | None, path: str, name: str) -> None:
    assert say.destination(given, format_) == (Path(path), name)


@pytest.mark.parametrize(
    ("given", "format_", "hint"),
    [
        ("x.xml", None, "junit or xccdf"),
        ("x.xml", "json", "junit or xccdf"),
        ("x.pdf", None, "-o FORMAT:FILE"),
        ("pdf:x", None, "-o FORMAT:FILE"),
        ("junit:", None, "-o FORMAT:FILE"),
    ],
)
def test_a_name_that_tells_nothing_is_the_users_mistake(given: str, format_: str | None, hint: str) -> None:
    with pytest.raises(UserError, match="the name does not tell a format") as caught:
        say.destination(given, format_)
    assert hint in str(caught.value)


def test_nothing_is_written_when_one_of_several_files_has_no_format(tmp_path: Path) -> None:
    first = tmp_path / "a.csv"
    assert run(["report", SAMPLE, "-o", str(first), "-o", str(tmp_path / "b.pdf")]) == 2
    assert not first.exists()


def test_every_format_of_the_table_can_be_chosen_and_every_suffix_names_one() -> None:
    assert tuple(reports.paths()) == options.FORMATS
    assert {name for names in reports.SUFFIXES.values() for name in names} == set(reports.FORMATS)


@pytest.mark.parametrize("name", reports.FORMATS)
def test_report_renders_a_saved_result_in_every_format(name: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    assert run(["report", SAMPLE, "-o", f"{name}:{path}", "-q"]) == 1
    held = path.read_text(encoding="utf-8")
    assert len(held) > 300
    if name not in ("console", "html", "markdown", "csv", "prometheus", "junit", "xccdf"):
        assert json.loads(held)


def test_several_formats_are_written_at_once(tmp_path: Path) -> None:
    wanted = [f"junit:{tmp_path}/x.xml", f"{tmp_path}/x.sarif", f"{tmp_path}/x.md"]
    assert run(["report", SAMPLE, *(part for item in wanted for part in ("-o", item)), "-q"]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.md", "x.sarif", "x.xml"]
