"""The parts of a connection string, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.readers.connection_text import parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis://cache:6379/0", {"#scheme": "redis"}),
        ("rediss://:p%40ss@cache", {"#scheme": "rediss", "#password": "p@ss"}),
        ("postgresql+psycopg://u:p@h/d?sslmode=require", {"#scheme": "postgresql+psycopg", "#password": "p",
                                                           "?sslmode": "require"}),
        ("postgresql:///d?password=q&host=h", {"#scheme": "postgresql", "#password": "q", "?host": "h"}),
        ("postgresql://u@h1:1,h2:2/d", {"#scheme": "postgresql"}),
        ("host=h password='a b' sslmode=require", {"?host": "h", "?sslmode": "require", "#password": "a b"}),
        ("postgresql://u:a@b@h/d", {"#scheme": "postgresql", "#password": "a@b"}),
        ("just text", None),
        ("", None),
    ],
)  # fmt: skip
def test_what_a_connection_string_says(text: str, expected: dict[str, str] | None) -> None:
    assert parts(text) == expected


@given(st.text(max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    found = parts(text)
    assert found is None or all(isinstance(value, str) for value in found.values())
