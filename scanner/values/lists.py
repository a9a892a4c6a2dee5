"""Lists, sets and records, however a source writes them."""

from __future__ import annotations

import json
import re

from scanner.model import Raw, Setting
from scanner.values.base import Malformed, Value, text_of, value_type


def members(raw: Raw, separators: str = ",") -> list[str]:
    """The members of a list however it is written: a list, JSON, a Python literal, or separated text."""
    if isinstance(raw, list | tuple):
        return [text_of(item) for item in raw]
    text = text_of(raw).strip()
    if text.startswith("[") and text.endswith("]"):
        try:
            loaded = json.loads(text)
            return [text_of(item) for item in loaded]
        except (ValueError, RecursionError):
            text = text[1:-1]
    parts = re.split(rf"[{re.escape(separators)}]", text)
    return [part.strip().strip("'\"").strip() for part in parts if part.strip()]


@value_type("list")
def _list(setting: Setting, raw: Raw) -> Value:
    found = members(raw)
    return Value(tuple(item.lower() for item in found), ", ".join(found))


@value_type("set")
def _set(setting: Setting, raw: Raw) -> Value:
    found = sorted({item.lower(): item for item in members(raw, ", ")}.items())
    return Value(tuple(key for key, _ in found), ", ".join(item for _, item in found))


_ON, _OFF = {"on", "true", "yes", "1"}, {"off", "false", "no", "0"}


@value_type("switches")
def _switches(setting: Setting, raw: Raw) -> Value:
    """What was a truth once and is a list of aspects now (``log_connections``): off is none of them, on is ``on``."""
    found = {item.lower() for item in members(raw, ", ")}
    if found & _OFF and len(found) > 1:
        raise Malformed("off cannot stand beside anything else")
    kept = tuple(sorted({"on" if item in _ON else item for item in found - _OFF}))
    return Value(kept, ", ".join(kept) or "off")


@value_type("records")
def _records(setting: Setting, raw: Raw) -> Value:
    if not isinstance(raw, list | tuple) or not all(isinstance(item, dict) for item in raw):
        raise Malformed("a list of records was expected")
    count = len(raw)
    comparable = [json.dumps(without_place(item), sort_keys=True, default=str) for item in raw]
    comparable = comparable if setting.ordered else sorted(comparable)
    return Value(tuple(comparable), f"{count} {'entry' if count == 1 else 'entries'}")


def without_place(record: Raw) -> Raw:
    """A record without the field that only says where it was found."""
    return {key: value for key, value in record.items() if key != "place"} if isinstance(record, dict) else record
