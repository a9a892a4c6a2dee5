"""Dates and times that people write, as moments in UTC, and the intervals between reviews.

A date lasts until its end in UTC. A time needs its zone: without one it is not one moment.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta

from scanner.errors import UserError

ALLOWED = "2026-06-30, or a time with its zone such as 2026-06-30T18:00:00+02:00"

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "annually": 12, "yearly": 12}
_DAYS = re.compile(r"(?:every )?(\d{1,4}) days?")
_LIMIT = re.compile(r"(\d{1,4}) (hour|day|week)s?")
_HOURS = {"hour": 1, "day": 24, "week": 168}

INTERVALS = (*_MONTHS, "90 days")


def start(text: str, place: str, key: str) -> datetime:
    """The moment when a date or time begins. UserError for what is none."""
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise UserError("a time without its zone is not one moment", place=place, key=key, allowed=ALLOWED)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError("is no date", place=place, key=key, allowed=ALLOWED) from None


def end(text: str, place: str, key: str) -> datetime:
    """The moment when a date or time is over: a date lasts until its end in UTC."""
    begun = start(text, place, key)
    if not _DATE.fullmatch(text):
        return begun
    try:
        return begun + timedelta(days=1)
    except OverflowError:
        raise UserError("has no day after it", place=place, key=key, allowed="a date that can come") from None


def interval_days(text: str, place: str = "", key: str = "review") -> int:
    """The longest number of days that an interval can last. UserError for words that are no interval."""
    return _months(text) * 31 if 0 < _months(text) < 12 else 366 if _months(text) else _days(text, place, key)


def after(day: date, interval: str) -> date:
    """The day on which an interval that began on ``day`` is over; the last day there is where it has no such day."""
    months = _months(interval)
    try:
        if not months:
            return day + timedelta(days=_days(interval, "", "review"))
        year, month = divmod(day.month - 1 + months, 12)
        year, month = day.year + year, month + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return date.max


def hours(text: str, place: str, key: str) -> int:
    """A length of time such as ``24 hours`` or ``3 days``. UserError for what is none."""
    found = _LIMIT.fullmatch(text.strip().lower())
    if not found or not int(found[1]):
        raise UserError("is no length of time", place=place, key=key, allowed="such as 24 hours, 3 days, 2 weeks")
    return int(found[1]) * _HOURS[found[2]]


def _months(text: str) -> int:
    return _MONTHS.get(text.strip().lower(), 0)


def _days(text: str, place: str, key: str) -> int:
    found = _DAYS.fullmatch(text.strip().lower())
    if not found or not int(found[1]):
        raise UserError("is no interval", place=place, key=key, allowed=", ".join(INTERVALS))
    return int(found[1])
