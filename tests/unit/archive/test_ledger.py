"""The chain tells every line that was changed, added, removed or moved before its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.archive import layout, ledger
from scanner.archive.ledger import Line
from scanner.errors import UserError


def chain(count: int) -> list[Line]:
    lines: list[Line] = []
    for number in range(1, count + 1):
        previous = lines[-1].head if lines else layout.GENESIS
        lines.append(Line(number, "2026-11-01T21:00:00Z", f"run-{number}", f"{number:064x}", previous))
    return lines


def data(lines: list[Line]) -> bytes:
    return "".join(line.text for line in lines).encode()


def test_what_is_written_reads_back_with_its_head_and_size() -> None:
    lines = chain(4)
    found = ledger.parse(data(lines))
    assert (list(found.lines), found.trouble, found.torn) == (lines, "", b"")
    assert found.head == lines[-1].head
    assert found.size == len(data(lines))


def test_an_empty_ledger_has_the_head_of_nothing() -> None:
    assert ledger.parse(b"").head == layout.GENESIS
    assert ledger.parse(b"").lines == ()


@given(st.data())
def test_any_byte_changed_before_the_last_line_is_found(drawn: st.DataObject) -> None:
    lines = chain(3)
    whole = bytearray(data(lines))
    at = drawn.draw(st.integers(0, len(data(lines[:2])) - 1))
    whole[at] = (whole[at] + drawn.draw(st.integers(1, 255))) % 256
    found = ledger.parse(bytes(whole))
    assert found.trouble
    assert len(found.lines) < 3


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (1, 2), (0, 2), (0, 0, 1, 2), (2,)])
def test_lines_that_were_reordered_removed_or_repeated_are_found(order: tuple[int, ...]) -> None:
    lines = chain(3)
    assert ledger.parse(data([lines[position] for position in order])).trouble


def test_a_cut_end_looks_whole_which_is_why_a_head_is_kept_elsewhere() -> None:
    lines = chain(3)
    found = ledger.parse(data(lines[:2]))
    assert not found.trouble
    assert found.head != lines[-1].head


def test_bytes_after_the_last_line_break_are_an_unfinished_line() -> None:
    lines = chain(3)
    torn = data(lines)[:-9]
    found = ledger.parse(torn)
    assert found.lines == tuple(lines[:2])
    assert torn == data(lines[:2]) + found.torn


@pytest.mark.parametrize(
    "line",
    [
        "1\t2026\t../../etc\t" + "0" * 64 + "\t" + "0" * 64,
        "1\t2026\trun\t" + "0" * 64,
        "01\t2026\trun\t" + "0" * 64 + "\t" + "0" * 64,
        "1\t2026\trun\tnothing\t" + "0" * 64,
        "\t\t\t\t",
        "",
        "\xff\x00",
        "9" * 5000 + "\t2026\trun\t" + "0" * 64 + "\t" + "0" * 64,
    ],
)
def test_a_line_that_is_none_is_told_by_its_number(line: str) -> None:
    assert ledger.parse(line.encode("latin-1") + b"\n").trouble.startswith("line 1: ")


@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_it_fail(noise: bytes) -> None:
    found = ledger.parse(noise)
    assert found.lines == ()
    assert found.trouble or not noise.count(b"\n")


def test_a_broken_chain_is_an_error_that_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / layout.LEDGER).write_bytes(data(chain(3)[1:]))
    with pytest.raises(UserError, match=r"LEDGER\.tsv: line 1: is numbered 2"):
        ledger.sound(tmp_path)
