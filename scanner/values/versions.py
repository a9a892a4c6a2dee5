"""Versions and the conditions on them."""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.model import Raw, Setting
from scanner.values.base import Malformed, Value, short, text_of, value_type


@value_type("version")
def _version(setting: Setting, raw: Raw) -> Value:
    found = version(text_of(raw))
    return Value(found, ".".join(str(part) for part in found))


def version(text: str) -> tuple[int, ...]:
    """The leading numbers of a version text. Raises Malformed when it starts with none."""
    match = re.match(r"\s*v?(\d{1,6}(?:\.\d{1,6}){0,3})", text)
    if not match:
        raise Malformed(f"“{short(text)}” is no version")
    return tuple(int(part) for part in match[1].split("."))


_COMPARISON = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")


@lru_cache(maxsize=4096)
def version_within(text: str, condition: str) -> bool | None:
    """Whether a version meets comparisons such as ``>=14,<18``; None when the version does not tell.

    Only as many parts are compared as the condition writes, so 17.4 is ``==17``. A version that names fewer (6, 6.x)
    meets ``>=6.2`` or does not: nobody knows. Raises Malformed for a bad condition. Few pairs are asked very often.
    """
    comparisons = [_COMPARISON.fullmatch(part) for part in condition.split(",") if part.strip()]
    if not all(comparisons):
        raise Malformed(f"“{condition}” is no version condition such as >=14,<18")
    if not comparisons:
        return True
    try:
        found = version(text)
    except Malformed:
        return None
    results = [_compares(found, match[1], version(match[2])) for match in comparisons if match]
    return False if False in results else None if None in results else True


def _compares(found: tuple[int, ...], sign: str, bound: tuple[int, ...]) -> bool | None:
    missing = bound[len(found) :]
    if missing and found == bound[: len(found)]:
        at_least = None if any(missing) else True
        beyond = {">=": at_least, "<": None if at_least is None else False}
        return beyond.get(sign)
    left = found[: len(bound)]
    return {
        ">=": left >= bound,
        "<=": left <= bound,
        "==": left == bound,
        "!=": left != bound,
        ">": left > bound,
        "<": left < bound,
    }[sign]
