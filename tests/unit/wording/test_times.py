"""Times: in UTC with their zone, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.wording.times import ending, instant, iso


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-21T21:00:09Z", "2026-11-21T21:00:09Z"),
        ("2026-11-21T23:00:09.5+02:00", "2026-11-21T21:00:09Z"),
        ("2026-11-21T21:00:09", "2026-11-21T21:00:09Z"),
        ("2026-11-21", "2026-11-21T00:00:00Z"),
        ("yesterday", ""),
        ("", ""),
        ("0001-01-01T00:00:00+14:00", ""),
    ],
)
def test_a_time_is_said_in_utc_or_not_at_all(text: str, said: str) -> None:
    assert iso(instant(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-12-21", "2026-12-22T00:00:00Z"),
        ("2026-12-21T12:00:00+02:00", "2026-12-21T10:00:00Z"),
        ("9999-12-31", "9999-12-31T00:00:00Z"),
        ("never", ""),
    ],
)
def test_what_holds_until_a_date_ends_with_that_day(text: str, said: str) -> None:
    assert iso(ending(text)) == said


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_no_text_is_an_error(text: str) -> None:
    assert iso(instant(text)).endswith("Z") or iso(instant(text)) == ""
    assert iso(ending(text)).endswith("Z") or iso(ending(text)) == ""
