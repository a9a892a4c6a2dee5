"""An account reaches a directory only when every directory on the way lets it pass."""

from __future__ import annotations

from pathlib import Path

from scanner.demo.servers.account import CURRENT, Account


def test_another_account_is_stopped_by_one_closed_directory(tmp_path: Path) -> None:
    nobody, inner = Account(user="nobody"), tmp_path / "open" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "open").chmod(0o700)
    inner.chmod(0o755)
    assert not nobody.reaches(inner)


def test_the_root_directory_is_reached_by_everybody() -> None:
    assert Account(user="nobody").reaches(Path("/"))


def test_the_current_account_reaches_what_it_was_given(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert CURRENT.reaches(tmp_path)
    assert (CURRENT.group, CURRENT.other_groups) == (None, None)


def test_another_account_leaves_our_groups_behind() -> None:
    assert Account(user="nobody").other_groups == []
