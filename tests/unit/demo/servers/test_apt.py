"""Packages are unpacked by what apt itself says is missing, or the reason is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.demo.servers import apt

APT = """#!/bin/sh
echo "$@" >> "$TRACE"
case "$*" in
  *download*) shift; for name in "$@"; do case "$name" in download|-o|Dir*) ;; *) : > "$name.deb" ;; esac; done ;;
  *--simulate*) echo "Inst liblzf1 (3.6 Debian)"; echo "Inst redis-server (5:7 Debian)"; echo "Conf liblzf1" ;;
esac
"""
DPKG = """#!/bin/sh
mkdir -p "$3/usr/bin" && : > "$3/usr/bin/$(basename "$2" .deb)"
"""


def install(directory: Path, **programs: str) -> None:
    for name, text in programs.items():
        program = directory / name.replace("_", "-")
        program.write_text(text)
        program.chmod(0o755)


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    programs = tmp_path / "bin"
    programs.mkdir()
    trace = tmp_path / "trace"
    install(programs, apt_get=APT.replace("$TRACE", str(trace)), dpkg=DPKG)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin:/bin")
    return trace


def test_what_apt_would_install_is_downloaded_and_unpacked(tmp_path: Path, trace: Path) -> None:
    root = apt.unpacked("redis-server", tmp_path / "work")
    assert sorted(path.name for path in (root / "usr" / "bin").iterdir()) == ["liblzf1", "redis-server"]
    assert trace.read_text().splitlines()[-1] == "download redis-server liblzf1"


def test_a_second_call_finds_the_work_of_the_first(tmp_path: Path, trace: Path) -> None:
    first = apt.unpacked("redis-server", tmp_path / "work")
    said = trace.read_text()
    assert apt.unpacked("redis-server", tmp_path / "work") == first
    assert trace.read_text() == said


def test_without_package_lists_they_are_fetched_into_the_workspace(tmp_path: Path, trace: Path) -> None:
    refusing = APT.replace(
        "case", 'case "$*" in *Dir::State::Lists*) ;; *) echo "E: Unable to locate" >&2; exit 100 ;; esac\ncase', 1
    )
    install(tmp_path / "bin", apt_get=refusing.replace("$TRACE", str(trace)))
    apt.unpacked("redis-server", tmp_path / "work")
    updated = [line for line in trace.read_text().splitlines() if line.endswith("update")]
    assert len(updated) == 1
    assert f"Dir::State::Lists={tmp_path / 'work' / 'apt-lists'}" in updated[0]


def test_a_refusal_tells_the_last_word_of_apt(tmp_path: Path, trace: Path) -> None:
    install(tmp_path / "bin", apt_get="#!/bin/sh\necho 'W: a warning' >&2\necho 'E: no network' >&2\nexit 100\n")
    with pytest.raises(apt.NotUnpacked, match="E: no network"):
        apt.unpacked("redis-server", tmp_path / "work")


def test_a_machine_without_apt_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(apt.NotUnpacked, match="apt-get is not here"):
        apt.unpacked("redis-server", tmp_path / "work")
