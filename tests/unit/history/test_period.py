"""Periods of audit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.errors import UserError
from scanner.history.period import period


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-Q4", (2026, 10, 1), (2027, 1, 1)),
        ("2026q1", (2026, 1, 1), (2026, 4, 1)),
        ("2026-02", (2026, 2, 1), (2026, 3, 1)),
        ("2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("2026-11-01..2026-11-30", (2026, 11, 1), (2026, 12, 1)),
        ("2026-11-05", (2026, 11, 5), (2026, 11, 6)),
    ],
)
def test_a_period_is_half_open_and_in_utc(text: str, begin: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    found = period(text)
    assert (found.begin, found.end) == (datetime(*begin, tzinfo=UTC), datetime(*end, tzinfo=UTC))
    assert found.holds(found.begin)
    assert not found.holds(found.end)


@pytest.mark.parametrize("text", ["", "2026-Q5", "2026-13", "2026-11-30..2026-11-01", "9999", "yesterday"])
def test_what_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no period"):
        period(text)
