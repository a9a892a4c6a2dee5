"""Expectations as people write them, read into nouns and checked against the type of the setting.

An operand that the setting's type cannot read could never hold, and an order asked of a type that has none would hold
by accident of spelling; both are mistakes of the person who wrote the rule and are refused here, before any scan.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scanner import values
from scanner.baselines.place import Place, nearest
from scanner.model import Expectation, Parameter, RecordTest, Setting
from scanner.operators import OPERATORS

ORDERED = frozenset(
    {"integer", "size", "duration", "octal", "real", "tls_version", "log_level", "version", "timestamp"}
)
LISTS = frozenset({"list", "set", "origins", "switches"})
TEXTS = frozenset({"string", "path", "enum"})

SUITS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("at_least", "at_most", "between"), ORDERED),
    **dict.fromkeys(("contains", "contains_any", "excludes"), LISTS | {"string", "path"}),
    **dict.fromkeys(("within", "every_member", "no_member"), LISTS),
    **dict.fromkeys(("matches", "not_matches"), TEXTS),
    "empty": LISTS | TEXTS | {"records"},
    **dict.fromkeys(("every", "none"), frozenset({"records"})),
    "strength": frozenset({"secret"}),
}
"""The types that an operator has a meaning for; operators that are not named here suit every readable type."""

_LOSSY: dict[str, type] = {"octal": int, "version": float}
"""Types whose literals YAML reads as another number without a word: 600 for a file mode, 7.10 for a version."""

ANY_TYPE = frozenset({"is_set", "all_of", "any_of", "not"})
FIELD = Setting("field", "", "string")
"""Fields of a record are judged as they are; nothing is known of their types."""


def expectation(raw: Any, setting: Setting | None, place: Place) -> Expectation:
    """An expectation on a value of ``setting``, or on a field of a record when there is none. Raises UserError."""
    parameter = _parameter(raw, place)
    if isinstance(raw, list):
        raise place.mistake("a bare list is ambiguous", allowed=("one_of", "equals", "contains", "within"))
    if parameter or not isinstance(raw, dict):
        return _one("equals", raw, setting, place)
    if not raw:
        raise place.mistake("asks for nothing", allowed=OPERATORS)
    parts = tuple(_one(name, operand, setting, place / name) for name, operand in raw.items())
    return parts[0] if len(parts) == 1 else Expectation("all_of", parts)


def _parameter(raw: Any, place: Place) -> Parameter | None:
    if not isinstance(raw, dict) or "parameter" not in raw:
        return None
    if len(raw) != 1 or not isinstance(raw["parameter"], str) or not raw["parameter"]:
        raise place.mistake("a parameter is written {parameter: its_name} and nothing else")
    return Parameter(raw["parameter"])


def _one(name: str, raw: Any, setting: Setting | None, place: Place) -> Expectation:
    known = OPERATORS.get(name)
    if known is None:
        raise place.mistake(f"unknown operator {name}", allowed=OPERATORS, hint=nearest(name, OPERATORS))
    if setting is not None:
        _suits(name, setting, place)
    return Expectation(name, _SHAPES[known.operand](name, raw, setting, place))


def _suits(name: str, setting: Setting, place: Place) -> None:
    types = SUITS.get(name)
    if types is not None and setting.type not in types:
        raise place.mistake(
            f"{name} has no meaning for {setting.name}, which is of type {setting.type}", allowed=_allowed(setting.type)
        )
    if types is None and setting.type in {"secret", "records"} and name not in ANY_TYPE:
        raise place.mistake(f"{name} cannot judge a value of type {setting.type}", allowed=_allowed(setting.type))


def _allowed(kind: str) -> list[str]:
    closed = kind in {"secret", "records"}
    return [name for name in OPERATORS if name in ANY_TYPE or (kind in SUITS[name] if name in SUITS else not closed)]


def _literal(raw: Any, setting: Setting | None, place: Place) -> Any:
    parameter = _parameter(raw, place)
    if parameter:
        return parameter
    if isinstance(raw, dict) or raw is None:
        raise place.mistake("a value was expected", hint="a text that starts with a brace needs quotes")
    found = tuple(raw) if isinstance(raw, list) else raw
    if setting is not None and isinstance(raw, _LOSSY.get(setting.type, ())) and not isinstance(raw, bool):
        raise place.mistake(f"{raw} may not be what was written", hint="put it in quotes")
    if setting is not None:
        try:
            values.read(setting, list(found) if isinstance(found, tuple) else found)
        except values.Malformed as error:
            raise place.mistake(f"is no value of {setting.name} ({setting.type}): {error}") from None
    return found


def _value(name: str, raw: Any, setting: Setting | None, place: Place) -> Any:
    if name == "strength":
        if raw != "strong":
            raise place.mistake("unknown strength", allowed=("strong",))
        return raw
    return _literal(raw, setting, place)


def _values(name: str, raw: Any, setting: Setting | None, place: Place) -> Any:
    parameter = _parameter(raw, place)
    if parameter:
        return parameter
    if not isinstance(raw, list) or not raw:
        raise place.mistake(f"{name} needs a list of values")
    return tuple(_literal(item, setting, place / index) for index, item in enumerate(raw))


def _pair(name: str, raw: Any, setting: Setting | None, place: Place) -> Any:
    found = _values(name, raw, setting, place)
    if isinstance(found, Parameter) or len(found) != 2:
        raise place.mistake(f"{name} needs a list of two values, the lower one first")
    if setting is not None and not any(isinstance(item, Parameter) for item in found):
        low, high = (values.read(setting, item).meaning for item in found)
        if low > high:  # type: ignore[operator]
            raise place.mistake("the lower bound is above the upper one")
    return found


def _members(name: str, raw: Any, setting: Setting | None, place: Place) -> Any:
    parameter = _parameter(raw, place)
    if parameter:
        return parameter
    listed = raw if isinstance(raw, list) else [raw]
    if not listed:
        raise place.mistake(f"{name} needs at least one member")
    found = tuple(_literal(item, None, place / index) for index, item in enumerate(listed))
    for index, item in enumerate(found):
        if isinstance(item, tuple | bool) or (isinstance(item, str) and not item.strip()):
            raise (place / index).mistake("a member is a text or a number")
        _choice(item, setting, place / index)
    return found


def _choice(item: Any, setting: Setting | None, place: Place) -> None:
    choices = setting.choices if setting is not None and setting.type in LISTS else ()
    if choices and not isinstance(item, Parameter) and str(item).lower() not in {word.lower() for word in choices}:
        raise place.mistake(f"{item} is no member of {setting.name if setting else ''}", allowed=choices)


def _pattern(name: str, raw: Any, _setting: Setting | None, place: Place) -> Any:
    if not isinstance(raw, str) or not raw:
        raise place.mistake(f"{name} needs a regular expression")
    try:
        re.compile(raw)
    except re.error as error:
        raise place.mistake(f"is no regular expression: {error}") from None
    return raw


def _flag(name: str, raw: Any, _setting: Setting | None, place: Place) -> Any:
    if not isinstance(raw, bool):
        raise place.mistake(f"{name} is true or false", allowed=("true", "false"))
    return raw


def _nested(name: str, raw: Any, setting: Setting | None, place: Place) -> Any:
    return expectation(raw, FIELD if name in {"every_member", "no_member"} else setting, place)


def _several(name: str, raw: Any, setting: Setting | None, place: Place) -> Any:
    if not isinstance(raw, list) or not raw:
        raise place.mistake(f"{name} needs a list of expectations")
    return tuple(expectation(item, setting, place / index) for index, item in enumerate(raw))


def _records(name: str, raw: Any, _setting: Setting | None, place: Place) -> Any:
    parts = ("where",) if name == "none" else ("where", "expect")
    if not isinstance(raw, dict) or not raw or set(raw) - set(parts):
        raise place.mistake(f"{name} needs fields and what is expected of them", allowed=parts)
    if not raw.get(parts[-1]):
        raise place.mistake(f"{name} without {parts[-1]} asks for nothing", allowed=parts)
    return RecordTest(*(_fields(raw.get(part, {}), place / part) for part in parts))


def _fields(raw: Any, place: Place) -> tuple[tuple[str, Expectation], ...]:
    if not isinstance(raw, dict):
        raise place.mistake("a mapping of fields to expectations was expected")
    return tuple((field, expectation(test, None, place / field)) for field, test in raw.items())


_SHAPES: dict[str, Callable[[str, Any, Setting | None, Place], Any]] = {
    "value": _value,
    "values": _values,
    "pair": _pair,
    "members": _members,
    "pattern": _pattern,
    "flag": _flag,
    "expectation": _nested,
    "expectations": _several,
    "records": _records,
}
