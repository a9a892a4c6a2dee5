"""Intrinsic functions that only need their arguments, over plain data; RefusedError where one has no answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from scanner.collectors.cloudformation.values import RefusedError
from scanner.infrastructure.values import text

MAX_CHARACTERS = 1_000_000


def scalar(value: Any) -> str:
    """A scalar as text."""
    if not isinstance(value, str | int | float | bool):
        raise RefusedError("a list or map stands where a text is expected")
    return text(value)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise RefusedError("no list stands where one is expected")
    return value


def bounded(result: str) -> str:
    """A text that is not too long."""
    if len(result) > MAX_CHARACTERS:
        raise RefusedError(f"the text grows to more than {MAX_CHARACTERS:,} characters")
    return result


def join(arguments: Any) -> str:
    delimiter, items = _arguments(arguments, 2)
    return bounded(scalar(delimiter).join(scalar(item) for item in _listed(items)))


def split(arguments: Any) -> list[str]:
    delimiter, source = _arguments(arguments, 2)
    if not delimiter:
        raise RefusedError("the delimiter is empty")
    return scalar(source).split(scalar(delimiter))


def select(arguments: Any) -> Any:
    index, items = _arguments(arguments, 2)
    word = scalar(index).strip()
    position = int(word) if word.isdecimal() and len(word) < 10 else -1
    found = items.split(",") if isinstance(items, str) else _listed(items)
    if not 0 <= position < len(found):
        raise RefusedError("the position is outside the list")
    return found[position]


def encode(argument: Any) -> str:
    return bounded(base64.b64encode(scalar(argument).encode("utf-8", "surrogatepass")).decode())


def length(argument: Any) -> int:
    return len(_listed(argument))


def to_json(argument: Any) -> str:
    if not isinstance(argument, dict | list):
        raise RefusedError("a list or map is expected")
    return bounded(json.dumps(argument, separators=(",", ":")))


def equals(arguments: Any) -> bool:
    left, right = _arguments(arguments, 2)
    if isinstance(left, dict | list) or isinstance(right, dict | list):
        return bool(left == right)
    return scalar(left) == scalar(right)


def contains(arguments: Any) -> bool:
    items, wanted = _arguments(arguments, 2)
    return scalar(wanted) in [scalar(item) for item in _listed(items)]


def _arguments(given: Any, count: int) -> list[Any]:
    if not isinstance(given, list) or len(given) != count:
        raise RefusedError(f"{count} arguments are expected")
    return given


PURE: Mapping[str, Callable[[Any], Any]] = {
    "Fn::Join": join,
    "Fn::Split": split,
    "Fn::Select": select,
    "Fn::Base64": encode,
    "Fn::Length": length,
    "Fn::ToJsonString": to_json,
    "Fn::Equals": equals,
    "Fn::Contains": contains,
}
"""Functions of one evaluated argument."""
