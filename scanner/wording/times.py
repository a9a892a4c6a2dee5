"""Times as machines want them: in UTC, with their zone, or not at all.

A saved result may hold anything where a time should be. What cannot be read is left out where a format allows that, and
is 1970 where a format insists on a time, because nobody takes that for the time of a scan.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = "1970-01-01T00:00:00Z"


def instant(text: str) -> datetime | None:
    """An ISO 8601 date or time in UTC; a time without a zone is taken for UTC. None for anything else."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def ending(text: str) -> datetime | None:
    """When something that holds until ``text`` ends: a date without a time ends with its day."""
    found = instant(text)
    if found is None or len(text) > len("2026-12-21"):
        return found
    try:
        return found + timedelta(days=1)
    except OverflowError:
        return found


def iso(time: datetime | None) -> str:
    """A time as ``2026-11-21T21:00:09Z``, or nothing."""
    return f"{time.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z" if time else ""
