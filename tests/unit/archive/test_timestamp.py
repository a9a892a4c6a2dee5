"""A token of a time-stamping authority: taken only when it is granted and over these sums, checked, missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.archive import layout, timestamp
from scanner.archive.inspect_run import Outside
from scanner.archive.verification import verify
from scanner.errors import UserError
from tests.support.archive import filled, folder
from tests.support.archive_authority import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_a_token_is_added_and_verified_against_the_authority(tmp_path: Path, authority: Authority) -> None:
    filled(tmp_path, 1)
    timestamp.add(folder(tmp_path, 1), authority.answer(timestamp.query(folder(tmp_path, 1))))
    found = verify(tmp_path, Outside(authority=authority.certificate))
    assert found.problems == ()


def test_a_token_over_another_run_is_refused(tmp_path: Path, authority: Authority) -> None:
    filled(tmp_path, 2)
    answer = authority.answer(timestamp.query(folder(tmp_path, 1)))
    with pytest.raises(UserError, match="over other bytes"):
        timestamp.add(folder(tmp_path, 2), answer)
    assert not (folder(tmp_path, 2) / layout.TOKEN).exists()
    (folder(tmp_path, 2) / layout.TOKEN).write_bytes(answer)
    assert [item.kind for item in verify(tmp_path, Outside(authority=authority.certificate)).problems] == ["signature"]


def test_a_token_of_another_authority_is_refused(tmp_path: Path, authority: Authority) -> None:
    filled(tmp_path, 1)
    timestamp.add(folder(tmp_path, 1), authority.answer(timestamp.query(folder(tmp_path, 1))))
    other = Authority(tmp_path.parent / f"{tmp_path.name}-other")
    assert [item.kind for item in verify(tmp_path, Outside(authority=other.certificate)).problems] == ["signature"]


@pytest.mark.parametrize("answer", [b"", b"<html>", b"0\x03\x02\x01\x02"])
def test_what_is_no_granted_token_is_refused(tmp_path: Path, answer: bytes) -> None:
    filled(tmp_path, 1)
    with pytest.raises(UserError, match="no granted time-stamp token"):
        timestamp.add(folder(tmp_path, 1), answer)
    assert verify(tmp_path).problems == ()


def test_a_second_token_does_not_replace_the_first(tmp_path: Path, authority: Authority) -> None:
    filled(tmp_path, 1)
    answer = authority.answer(timestamp.query(folder(tmp_path, 1)))
    timestamp.add(folder(tmp_path, 1), answer)
    with pytest.raises(UserError, match="already"):
        timestamp.add(folder(tmp_path, 1), answer)
