"""What one source holds, in words: the value, the raw text beside it, and what else is to be said of it."""

from __future__ import annotations

import json

from scanner.model import Absent, Content, Default, Known, Present, Raw, Reading
from scanner.wording.plain import VALUE_LIMIT, listed, plain


def raw_text(raw: Raw, limit: int = VALUE_LIMIT) -> str:
    """What a source said as harmless text: text as it stands, anything else as JSON."""
    if isinstance(raw, str):
        return plain(raw, limit) if raw else '""'
    try:
        return plain(json.dumps(raw, ensure_ascii=False, default=str), limit)
    except (RecursionError, ValueError):
        return "a structure that is nested too deeply to be shown"


def spoken(reading: Reading, limit: int) -> tuple[str, str, list[str]]:
    content = reading.observation.content
    if isinstance(content, Known):
        return (*_pair(reading.text, content.raw, limit), [])
    if isinstance(content, Default):
        value, raw = _pair(reading.text, content.raw, limit)
        return value, raw, [f"default, as stated by {plain(content.source)}"]
    if isinstance(content, Absent):
        return "not set", "", []
    if isinstance(content, Present):
        return "set", "", _secret(content)
    details = [plain(content.reason)]
    if content.alternatives:
        details.append("one of " + listed([raw_text(item, limit) for item in content.alternatives], limit=8))
    return "cannot be known", "", details


def _pair(text: str, raw: Raw, limit: int) -> tuple[str, str]:
    """The value, and the raw text where it reads differently."""
    spoken = raw_text(raw, limit)
    if not text:
        return spoken, ""
    value = plain(text, limit)
    return value, "" if spoken == value else spoken


_ORIGINS = {
    "literal": "its text stands in the source",
    "computed": "computed",
    "reference": "by reference",
    "server": "as the server says",
}


def _secret(content: Present) -> list[str]:
    strength = f"strength: {content.strength}" + (f" ({plain(content.reason)})" if content.reason else "")
    details = [_ORIGINS[content.origin], strength]
    if content.equal_to:
        details.append("the same secret as " + listed([plain(item) for item in content.equal_to], limit=8))
    return details


RECORDS = 20
"""Records of one value that are shown; the JSON holds all."""


def records(content: Content, limit: int) -> tuple[str, ...]:
    """The records of a value, a line each: fields that say something, and where the record stands."""
    held = content.raw if isinstance(content, Known | Default) else None
    if not isinstance(held, list | tuple) or not held or not all(isinstance(item, dict) for item in held):
        return ()
    shown = [_record(item, limit) for item in held[:RECORDS]]
    return (*shown, *([f"and {len(held) - RECORDS:,} more"] if len(held) > RECORDS else []))


def _record(record: dict[str, Raw], limit: int) -> str:
    fields = [
        f"{name}={_member(value)}" for name, value in record.items() if name != "place" and value not in ("", [], None)
    ]
    place = f"  ({record['place']})" if record.get("place") else ""
    return plain(" ".join(fields) + place, limit)


def _member(value: Raw) -> str:
    return ",".join(str(item) for item in value) if isinstance(value, list | tuple) else raw_text(value)
