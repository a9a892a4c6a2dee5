"""Foreign text made harmless to look at.

Values, names and messages come from sources that may be hostile. Whatever is not printable (terminal escapes, control
characters, direction overrides, zero-width characters, lone surrogates, line breaks) is shown escaped, so that it can
neither move a cursor nor reorder or hide a line; and what is very long is cut and says how long it was.
"""

from __future__ import annotations

import unicodedata

VALUE_LIMIT = 160
"""Characters of a value that a reader needs to recognise it."""
TEXT_LIMIT = 4_000
"""Characters of any other text; longer than every sentence that the program or a baseline writes."""

_SHORT = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}


def plain(text: str, limit: int = TEXT_LIMIT) -> str:
    """``text`` on one line, without anything unprintable, cut after ``limit`` characters with its real length."""
    if len(text) <= limit:
        return _printable(text)
    return f"{_printable(text[:limit])}… ({len(text):,} characters)"


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    return _SHORT.get(letter) or letter.encode("unicode_escape").decode("ascii")


def lines(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """The lines of a text that may have several (a remedy, say), each harmless; blank ones are left out."""
    cut = text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"
    return [_printable(line.rstrip()) for line in cut.replace("\r\n", "\n").split("\n") if line.strip()]


def columns(text: str) -> int:
    """How many columns of a terminal a harmless text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(letter) for letter in text)


def _cells(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def padded(text: str, width: int) -> str:
    """``text`` filled with spaces to ``width`` columns."""
    return text + " " * max(0, width - columns(text))


def sentence(text: str) -> str:
    """A remark as a sentence: one full stop at its end, its first letter large unless it begins with a name."""
    said = plain(text).strip()
    first = said.split(" ", 1)[0]
    if first.isalpha() and first.islower():
        said = said[:1].upper() + said[1:]
    return said if said.endswith((".", "!", "?", "…", ")")) else f"{said}."


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 rule``, ``2 rules``, ``1,000 rules``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(items: list[str], limit: int = 0, mark: str = ", ") -> str:
    """Items joined by commas (or another mark); with a limit, how many more there are."""
    shown = items[:limit] if limit and len(items) > limit else items
    rest = len(items) - len(shown)
    return mark.join(shown) + (f" and {rest:,} more" if rest else "")
