"""The ``.env`` files of ECS tasks, which are no ``.env`` files of shells: nothing is quoted, expanded or trimmed.

The agent takes what stands before the first equals sign as the name and the rest of the line, quotes and spaces
included, as the value. A line that begins with ``#`` is a comment; one without a name or without a value sets nothing.
Of several lines with one name in a file the last one counts.
"""

from __future__ import annotations


def parse(text: str) -> dict[str, tuple[str, int]]:
    """Every name with its value and the line that sets it."""
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        name, sign, value = line.removesuffix("\r").partition("=")
        if sign and name and value and not line.startswith("#"):
            found[name] = (value, number)
    return found
