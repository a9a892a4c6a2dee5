"""Cells of a table for spreadsheets, which take some beginnings for a formula and run it."""

from __future__ import annotations

from scanner.wording.plain import TEXT_LIMIT, plain

FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def cell(text: str, limit: int = TEXT_LIMIT) -> str:
    """Foreign text that no spreadsheet runs: it stands behind an apostrophe, which spreadsheets do not show."""
    harmless = plain(text, limit)
    return f"'{harmless}" if harmless.lstrip().startswith(FORMULA) else harmless
