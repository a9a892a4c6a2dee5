"""Periods of audit: a year, a quarter, a month, or two dates, in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scanner.errors import UserError

ALLOWED = "2026, 2026-Q4, 2026-11, or 2026-11-01..2026-11-30 (both days included)"


@dataclass(frozen=True)
class Period:
    """From ``begin`` until before ``end``."""

    name: str
    begin: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


def period(text: str) -> Period:
    """The period that a text names. UserError when it names none."""
    try:
        begin, end = _days(text.strip())
        return Period(text.strip(), _midnight(begin), _midnight(end))
    except (ValueError, OverflowError):
        raise UserError("is no period", key=f"--period {text}", allowed=ALLOWED) from None


def _days(text: str) -> tuple[date, date]:
    """The first day and the one after the last."""
    if found := re.fullmatch(r"(\d{4})", text):
        return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
    if found := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text):
        month = int(found[2]) * 3 - 2
        return date(int(found[1]), month, 1), _month_after(date(int(found[1]), month + 2, 1))
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        first = date(int(found[1]), int(found[2]), 1)
        return first, _month_after(first)
    first_text, dots, last_text = text.partition("..")
    first = date.fromisoformat(first_text)
    last = date.fromisoformat(last_text) if dots else first
    if last < first:
        raise ValueError(text)
    return first, last + timedelta(days=1)


def _month_after(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
