"""Texts of the server's views become what a person would write; whether a text could be taken follows from its type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collectors.postgresql.texts import acceptable, readable
from scanner.model import Setting
from scanner.values import read


def row(vartype: str, unit: str | None = None, **more: Any) -> dict[str, Any]:
    return {"name": "x", "vartype": vartype, "unit": unit, "enumvals": None, "min_val": None, "max_val": None, **more}


@pytest.mark.parametrize(
    ("text", "given_row", "expected"),
    [
        ("16384", row("integer", "8kB"), "131072kB"),
        ("60", row("integer", "s"), "60s"),
        ("-1", row("integer", "ms"), "-1"),
        ("0", row("integer", "ms"), "0"),
        ("0.5", row("real", "ms"), "0.5ms"),
        ("100", row("integer"), "100"),
        ("384", row("integer", name="log_file_mode"), "0600"),
        ("on", row("bool"), "on"),
        ("%m [%p]", row("string"), "%m [%p]"),
    ],
)
def test_a_number_is_written_with_its_unit_and_a_mode_in_octal(
    text: str, given_row: dict[str, Any], expected: str
) -> None:
    assert readable(given_row, text) == expected


@given(st.integers(1, 10**12), st.sampled_from(["B", "kB", "8kB", "16MB", "MB"]))
def test_the_written_size_means_what_the_server_meant(amount: int, unit: str) -> None:
    told = readable(row("integer", unit), str(amount))
    setting = Setting("x", "postgresql", "size", unit=unit)
    assert read(setting, told).meaning == read(setting, str(amount)).meaning


@pytest.mark.parametrize(
    ("given_row", "text", "expected"),
    [
        (row("bool"), "on", True),
        (row("bool"), "tr", True),
        (row("bool"), "maybe", False),
        (row("bool"), "", False),
        (row("enum", enumvals=["TLSv1.2", "TLSv1.3"]), "tlsv1.3", True),
        (row("enum", enumvals=["TLSv1.2", "TLSv1.3"]), "TLSv9", False),
        (row("enum", enumvals=["local", "on", "off"]), "yes", True),
        (row("integer", "s", min_val="1", max_val="600"), "1min", True),
        (row("integer", "s", min_val="1", max_val="600"), "1h", False),
        (row("integer", "s", min_val="1", max_val="600"), "soon", False),
        (row("integer", "s", min_val="1", max_val="600"), "10MB", False),
        (row("integer", "8kB", min_val="16", max_val="1073741823"), "128MB", True),
        (row("integer", None, min_val="0", max_val="511"), "0777", True),
        (row("integer", None, min_val="0", max_val="511"), "0x1FF", True),
        (row("integer", "ms", min_val="-1", max_val="2147483647"), "-1", True),
        (row("string"), "anything", True),
    ],
)
def test_a_text_is_acceptable_as_the_server_would_take_it(given_row: dict[str, Any], text: str, expected: bool) -> None:
    assert acceptable(given_row, text) is expected


@given(st.text(max_size=60), st.sampled_from(["bool", "enum", "integer", "real", "string"]))
def test_no_text_makes_the_question_fail(text: str, vartype: str) -> None:
    found = acceptable(row(vartype, "kB", enumvals=["a"], min_val="0", max_val="10"), text)
    assert found in (True, False)
    assert isinstance(readable(row(vartype, "kB"), text), str)
