"""Dates, zones and intervals."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UserError
from scanner.records.moments import after, end, hours, interval_days, start


def test_a_date_begins_and_ends_with_its_day_in_utc() -> None:
    assert start("2026-06-30", "f", "k") == datetime(2026, 6, 30, tzinfo=UTC)
    assert end("2026-06-30", "f", "k") == datetime(2026, 7, 1, tzinfo=UTC)


def test_a_time_is_one_moment_in_its_zone() -> None:
    assert start("2026-06-30T18:00:00+02:00", "f", "k") == datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert end("2026-06-30T18:00:00Z", "f", "k") == datetime(2026, 6, 30, 18, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-06-30T18:00:00", "30.06.2026", "0000-00-00"])
def test_what_is_no_moment_is_refused_with_place_and_key(text: str) -> None:
    with pytest.raises(UserError) as caught:
        start(text, "scanner.yaml:3", "approved_on")
    assert str(caught.value).startswith("scanner.yaml:3: approved_on: ")
    assert "allowed: 2026-06-30" in str(caught.value)


@pytest.mark.parametrize(
    ("day", "interval", "due"),
    [
        ("2026-01-31", "monthly", "2026-02-28"),
        ("2026-11-30", "quarterly", "2027-02-28"),
        ("2026-08-31", "half-yearly", "2027-02-28"),
        ("2024-02-29", "annually", "2025-02-28"),
        ("2026-12-31", "yearly", "2027-12-31"),
        ("2026-01-01", "90 days", "2026-04-01"),
        ("2026-01-01", "every 1 day", "2026-01-02"),
        ("9999-12-31", "annually", "9999-12-31"),
    ],
)
def test_the_next_review_is_an_interval_later(day: str, interval: str, due: str) -> None:
    assert after(date.fromisoformat(day), interval).isoformat() == due


@given(
    st.dates(max_value=date(9000, 1, 1)),
    st.sampled_from(["monthly", "quarterly", "half-yearly", "annually", "7 days", "400 days"]),
)
def test_an_interval_never_lasts_longer_than_it_says(day: date, interval: str) -> None:
    assert 0 < (after(day, interval) - day).days <= interval_days(interval)


@pytest.mark.parametrize("text", ["now and then", "0 days", "-1 days", "every year"])
def test_words_that_are_no_interval_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no interval; allowed: monthly"):
        interval_days(text, "f:1")


@pytest.mark.parametrize(("text", "expected"), [("24 hours", 24), ("3 days", 72), ("1 day", 24), ("2 weeks", 336)])
def test_a_length_of_time_is_read_in_hours(text: str, expected: int) -> None:
    assert hours(text, "f:1", "due") == expected


@pytest.mark.parametrize("text", ["", "3", "0 days", "soon", "-1 hours"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no length of time"):
        hours(text, "f:1", "due")
