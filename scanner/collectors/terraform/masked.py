"""Plain data with the masks that Terraform gives beside it: what is not known yet, and what must not be shown.

A mask has the shape of its data. True covers all that is below it, and a mask that does not fit its data covers it too.
"""

from __future__ import annotations

from typing import Any

from scanner.collectors.terraform.values import (
    MAPPINGS,
    NULL,
    SECRET,
    SENSITIVE,
    SEQUENCES,
    Hole,
    Value,
    boolean,
    mapping,
    number,
    sequence,
    string,
)
from scanner.readers.secrecy import looks_secret

AFTER_APPLY = Hole("known only after the apply", "write it out, or ask a live source after the apply", computed=True)
MAX_DEPTH = 100


def value(data: Any, hidden: Any = None, sensitive: Any = None, name: str = "", depth: int = 0) -> Value:
    """Data with its masks as a value: ``hidden`` is not known yet, ``sensitive`` must not be shown."""
    found = _unmarked(data, hidden, sensitive, depth)
    if sensitive is True or (_any(sensitive) and found.kind not in SEQUENCES | MAPPINGS):
        found = found.marked(SENSITIVE)
    if looks_secret(name) and found.kind not in {"bool", "number", "null"}:
        found = found.marked(SECRET)
    return found


def _unmarked(data: Any, hidden: Any, sensitive: Any, depth: int) -> Value:
    if hidden is True or (_any(hidden) and not isinstance(data, dict | list | None)):
        return Value("unknown", AFTER_APPLY)
    if depth > MAX_DEPTH:
        return Value("unknown", Hole("nested too deeply to be read", "flatten it"))
    if isinstance(data, dict) or (data is None and isinstance(hidden, dict) and _any(hidden)):
        known = data or {}
        names = [*known, *(key for key in (hidden if isinstance(hidden, dict) else {}) if key not in known)]
        found = {}
        for key in names:
            unseen = _of(hidden, key)
            if key in known or _any(unseen):
                found[key] = value(known.get(key), unseen, _of(sensitive, key), key, depth + 1)
        return mapping(found)
    if isinstance(data, list) or (data is None and isinstance(hidden, list) and _any(hidden)):
        items = list(data or [])
        items += [None] * (len(hidden) - len(items) if isinstance(hidden, list) else 0)
        return sequence(
            value(item, _of(hidden, index), _of(sensitive, index), "", depth + 1) for index, item in enumerate(items)
        )
    return _primitive(data)


def _primitive(data: Any) -> Value:
    if data is None:
        return NULL
    if isinstance(data, bool):
        return boolean(data)
    return string(data) if isinstance(data, str) else number(data)


def _of(mask: Any, key: str | int) -> Any:
    """The part of a mask that belongs to a member; what does not fit covers it."""
    if isinstance(mask, dict):
        return mask.get(str(key))
    if isinstance(mask, list) and isinstance(key, int):
        return mask[key] if key < len(mask) else None
    return True if _any(mask) else None


def _any(mask: Any) -> bool:
    """Whether a mask covers anything."""
    pending = [mask]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            pending.extend(current.values())
        elif isinstance(current, list):
            pending.extend(current)
        elif current not in (None, False):
            return True
    return False
