"""A file speaks whole or says why it is silent; nothing hangs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.errors import SilentSource
from scanner.readers import source_file


def test_a_text_file_is_read_with_its_place_and_digest(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.env").write_bytes(b"\xef\xbb\xbfA=1\n")
    found = source_file.read(tmp_path, "a/b.env", 100)
    assert (found.text, found.place) == ("A=1\n", "a/b.env")
    assert found.input.sha256 == found.sha256
    assert len(found.sha256) == 64
    assert "A=1" not in repr(found)


def fifo(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path.with_name("other"))
    path.with_name("other").symlink_to(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.mkdir(), "not a regular file|Is a directory"),
        (lambda path: path.write_bytes(b"A=1\0"), "binary"),
        (lambda path: path.write_bytes(b"A=\xff"), "not UTF-8 at byte 2"),
        (lambda path: path.write_bytes(b"x" * 101), "larger than 100 bytes"),
        (fifo, "not a regular file"),
        (loop, "symbolic links"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_would_help(make: object, reason: str, tmp_path: Path) -> None:
    make(tmp_path / "x")  # type: ignore[operator]
    with pytest.raises(SilentSource, match=reason) as silence:
        source_file.read(tmp_path, "x", 100)
    assert silence.value.remedy


def test_a_path_that_is_no_path_is_silent_too(tmp_path: Path) -> None:
    with pytest.raises(SilentSource):
        source_file.read(tmp_path, "a\0b", 100)
