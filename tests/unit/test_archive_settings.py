"""What scanner.yaml says of the archive is checked when it is read, by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import catalogue, project
from scanner.archive_settings import ArchiveSection, SigningSection
from scanner.errors import UserError


def section(tmp_path: Path, text: str) -> ArchiveSection:
    path = tmp_path / "scanner.yaml"
    path.write_text(f"project: shop\n{text}\n")
    return project.load(path, catalogue.shipped()).archive


def test_a_path_alone_or_nothing_at_all_will_do(tmp_path: Path) -> None:
    assert section(tmp_path, "archive: evidence") == ArchiveSection("evidence")
    assert section(tmp_path, "") == ArchiveSection("", SigningSection(), "400d", "", "")


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    said = "path: e, sign: {gpg_key: ABCD}, retention: 30d, timestamp: 'https://tsa.example/x', attest_key: k.pem"
    assert section(tmp_path, f"archive: {{{said}}}") == ArchiveSection(
        "e", SigningSection(gpg_key="ABCD"), "30d", "https://tsa.example/x", "k.pem"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{sign: {ssh_key: a, gpg_key: b}}", "names two keys"),
        ("{sign: {ssh_key: a, identity: 'two words'}}", "is no name"),
        ("{sign: {ssh_key: a, identity: '-f'}}", "is no name"),
        ("{retention: 0d}", "no number of days"),
        ("{retention: 400}", "no number of days"),
        ("{timestamp: 'file:///etc/passwd'}", "no address"),
        ("{timestamp: 'http://user:word@tsa'}", "no address"),
        ("{sign: {ssh_kye: a}}", "unknown key"),
    ],
)
def test_what_cannot_be_meant_is_told_by_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as error:
        section(tmp_path, f"archive: {text}")
    assert error.value.place.endswith("scanner.yaml:2")
