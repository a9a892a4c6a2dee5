"""JSON that terraform exports: read with exact numbers, and without what nobody will ask for.

A plan repeats every attribute of every resource four times, and most resources are of types that no binding knows.
Their attributes are let go while the text is read, so memory grows with what matters. A text is read only when it
cannot become many times larger than itself: brackets and commas are counted first.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Container
from typing import Any

from scanner.collectors.terraform import numbers

MAX_MEMBERS = 6_000_000
"""Brackets and commas of one file; a plan has about one for every fifteen characters."""
_CALLED = frozenset({"mode", "type", "name"})
_EMPTY: dict[str, Any] = {}
_ESCAPED = "scanner.json-escapes"


class TooMany(ValueError):  # noqa: N818 - the reader makes it a gap
    """A file with more members than are read."""


def text_of(content: bytes) -> str:
    """The text of a file, one byte for each character however exotic a single one is. ValueError when it is none."""
    if content.count(b"{") + content.count(b"[") + content.count(b",") > MAX_MEMBERS:
        raise TooMany
    encoding = json.detect_encoding(content)
    if encoding != "utf-8":
        return content.decode(encoding)
    return content.decode("ascii", _ESCAPED)


def parsed(text: str, types: Container[str], *, attributes: bool = True) -> Any:
    """The data of a text. ValueError or RecursionError when it is none that can be read.

    Of resources that are not of these ``types`` the attributes are left out. ``attributes``: keep those that stand
    under ``values``, as in a state; a plan says the same again under ``change``.
    """

    def reduced(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs) if pairs else _EMPTY
        if found.keys() >= _CALLED:
            _lighten(found, str(found["type"]) in types, attributes)
        return found

    return json.loads(text, object_pairs_hook=reduced, parse_float=_exact, parse_constant=_exact)


def _lighten(entry: dict[str, Any], wanted: bool, attributes: bool) -> None:
    """Let go of what is not asked for of a resource; that something was there stays visible."""
    if isinstance(entry.get("values"), dict) and not (wanted and attributes):
        entry["values"] = _EMPTY
        entry.pop("sensitive_values", None)
    change = entry.get("change")
    if isinstance(change, dict) and not wanted:
        after = _EMPTY if isinstance(change.get("after"), dict) else None
        entry["change"] = {"actions": change.get("actions"), "after": after}
    if isinstance(entry.get("instances"), list) and not wanted:
        entry["instances"] = [{"attributes": _EMPTY}]
    entry.pop("expressions", None)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """A run of characters that are not ASCII, as JSON escapes. UnicodeDecodeError where it is no UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    end = error.start
    while end < len(error.object) and error.object[end] >= 0x80:
        end += 1
    return json.dumps(error.object[error.start : end].decode("utf-8"))[1:-1], end


codecs.register_error(_ESCAPED, _escaped)


def _exact(text: str) -> numbers.Number:
    found = numbers.parse(text)
    if found is None:
        raise ValueError("a number is out of range")
    return found
