"""Environment files of ECS: no quotes, no expansion, no trimming; the last line of a name counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.readers.ecs_env_file import parse

NAMES = st.text(st.characters(categories=["Lu", "Nd"], include_characters="_"), min_size=1, max_size=12)
VALUES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1\nB=2", {"A": ("1", 1), "B": ("2", 2)}),
        ("A=1\r\nB=2\r\n", {"A": ("1", 1), "B": ("2", 2)}),
        ("\ufeffA=1", {"A": ("1", 1)}),
        ("A='1' # x", {"A": ("'1' # x", 1)}),
        ("A=b=c", {"A": ("b=c", 1)}),
        ("A=1\nA=2", {"A": ("2", 2)}),
        ("#A=1\n=1\nA=\nA", {}),
        (" A = 1 ", {" A ": (" 1 ", 1)}),
        ("export A=1", {"export A": ("1", 1)}),
        ("A=$B${C}", {"A": ("$B${C}", 1)}),
        ("", {}),
    ],
)
def test_a_line_is_taken_as_it_stands(text: str, expected: dict[str, tuple[str, int]]) -> None:
    assert parse(text) == expected


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_what_is_written_is_read(variables: dict[str, str]) -> None:
    text = "".join(f"{name}={value}\n" for name, value in variables.items())
    assert {name: value for name, (value, _) in parse(text).items()} == variables


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert all(name and value for name, (value, _) in parse(text).items())
