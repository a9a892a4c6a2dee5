"""The file in which people record changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import UserError
from scanner.history import load

ENTRY = "changes:\n  - {id: CHG-1, target: orders-db, setting: ssl, value: on"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "changes.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_record_says_what_was_authorised_by_whom(tmp_path: Path) -> None:
    (record,) = load(written(tmp_path, ENTRY + ", requested_by: A, approved_by: B}\n"))
    assert record.covers(("orders-db", "ssl", "server"), "on")
    assert not record.covers(("orders-db", "ssl", "role=app"), "on")
    assert not record.covers(("orders-db", "ssl", "server"), "off")


@pytest.mark.parametrize(
    ("rest", "wrong"),
    [
        ("}", "names nobody"),
        (", approved_by: a b, requested_by: A  B}", "request of their own"),
        (", approved_by: B, target: '*'}", "twice|duplicate"),
        (", approver: B}", "unknown key"),
    ],
)
def test_a_record_that_decides_nothing_is_refused_with_its_line(tmp_path: Path, rest: str, wrong: str) -> None:
    with pytest.raises(UserError, match=wrong) as refused:
        load(written(tmp_path, ENTRY + rest + "\n"))
    assert "changes.yaml:2" in str(refused.value)


def test_wildcards_are_refused(tmp_path: Path) -> None:
    text = "changes:\n  - {id: CHG-1, target: 'orders-*', setting: ssl, value: on, approved_by: B}\n"
    with pytest.raises(UserError, match="wildcards are refused"):
        load(written(tmp_path, text))
