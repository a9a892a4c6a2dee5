"""Values that attack the reader of a report, and results that are full of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.model import (
    Compare,
    Finding,
    Present,
    ScanResult,
    Waiver,
)
from tests.support.results import everything

ATTACKS = (
    '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "'\"><style>*{display:none}</style><!--",
    "{{ 7*7 }}{% raw %}",
    "\x1b[2J\x1b[31mPASS\x1b]0;owned\x07\x9b1m",
    "line one\nexit 0: everything conforms\r\ttab",
    "\u202eevil\u2066txt\u200b\ufeff\u2028",
    "lone \ud800 and \udcff surrogates \x00 and NUL",
    "宽字符 \u0301\u0301 שלום",
)


def hostile(attack: str) -> ScanResult:
    """Everything that comes from outside carries an attack: values, names, places, reasons, people's text."""
    result: ScanResult = attacked(everything(), attack)
    return result


_OURS = {"schema_version", "kind", "baseline", "operator", "across"}


def attacked(value: Any, attack: str) -> Any:
    """A deep copy in which every text field but our own enumerations ends with the attack."""
    from dataclasses import fields, is_dataclass
    from enum import Enum

    if is_dataclass(value) and not isinstance(value, type):
        kept = {"origin", "strength", "state", "expect"} if isinstance(value, (Present, Compare)) else set()
        kept |= {"status"} if isinstance(value, Waiver) else set()
        changes = {
            item.name: attacked(getattr(value, item.name), attack)
            for item in fields(value)
            if item.init and item.name not in _OURS | kept
        }
        for name in changes.keys() & {"rows", "peers"} if isinstance(value, Finding) else ():
            changes[name] = tuple("|".join(part + attack for part in key.split("|")) for key in getattr(value, name))
        return replace(value, **changes)
    if isinstance(value, Enum):
        return value
    if isinstance(value, tuple):
        return tuple(attacked(item, attack) for item in value)
    if isinstance(value, list):
        return [attacked(item, attack) for item in value]
    return f"{value}{attack}" if isinstance(value, str) and value else value
