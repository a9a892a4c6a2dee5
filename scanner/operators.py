"""What a rule may ask of a value: one decorated function for each operator.

An operator sees the meaning of the value and the meaning of its operand, both read by the setting's type, and answers
with true, false, or None where it cannot tell. Combinations (``all_of``, ``any_of``, ``not``) and tests over records
(``every``, ``none``) are recursive and live in ``evaluate``; they are named here so that one table knows them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

OperandShape = Literal[
    "value", "values", "pair", "members", "pattern", "flag", "expectation", "expectations", "records"
]
Check = Callable[[Any, Any], bool | None]

MAX_MATCHED = 20_000
"""Characters of a value that a regular expression is tried on."""


@dataclass(frozen=True)
class Operator:
    """An operator: its name, what its operand is, how it reads in a sentence, and its check on two meanings."""

    name: str
    operand: OperandShape
    sentence: str
    """Text with ``{}`` for the operand."""
    check: Check


OPERATORS: dict[str, Operator] = {}


def operator(name: str, operand: OperandShape, sentence: str) -> Callable[[Check], Check]:
    """Register a check as an operator."""

    def register(check: Check) -> Check:
        OPERATORS[name] = Operator(name, operand, sentence, check)
        return check

    return register


@operator("equals", "value", "{}")
def equals(meaning: Any, operand: Any) -> bool:
    """The same meaning."""
    return bool(meaning == operand)


@operator("not_equals", "value", "anything but {}")
def not_equals(meaning: Any, operand: Any) -> bool:
    """Another meaning."""
    return bool(meaning != operand)


@operator("at_least", "value", "at least {}")
def at_least(meaning: Any, operand: Any) -> bool:
    """Not below, in the order of the type."""
    return bool(meaning >= operand)


@operator("at_most", "value", "at most {}")
def at_most(meaning: Any, operand: Any) -> bool:
    """Not above, in the order of the type."""
    return bool(meaning <= operand)


@operator("between", "pair", "from {}")
def between(meaning: Any, operand: Any) -> bool:
    """Within two bounds, both included."""
    low, high = operand
    return bool(low <= meaning <= high)


@operator("one_of", "values", "one of {}")
def one_of(meaning: Any, operand: Any) -> bool:
    """One of several meanings."""
    return meaning in operand


@operator("not_one_of", "values", "none of {}")
def not_one_of(meaning: Any, operand: Any) -> bool:
    """None of several meanings."""
    return meaning not in operand


def _parts(meaning: Any) -> tuple[Any, ...] | str:
    """Members of a list-like meaning; text stays text, so that ``contains`` looks inside it."""
    return meaning.lower() if isinstance(meaning, str) else tuple(meaning)


@operator("contains", "members", "holding {}")
def contains(meaning: Any, operand: Any) -> bool:
    """All of these are members (of a list) or parts (of a text)."""
    return all(item in _parts(meaning) for item in operand)


@operator("contains_any", "members", "holding one of {}")
def contains_any(meaning: Any, operand: Any) -> bool:
    """At least one of these is a member or a part."""
    return any(item in _parts(meaning) for item in operand)


@operator("excludes", "members", "without {}")
def excludes(meaning: Any, operand: Any) -> bool:
    """None of these is a member or a part."""
    return not any(item in _parts(meaning) for item in operand)


@operator("within", "members", "only members of {}")
def within(meaning: Any, operand: Any) -> bool:
    """Every member is one of these. No member at all is within every list; ask for ``empty: false`` beside it."""
    return all(item in operand for item in meaning)


@operator("empty", "flag", "empty: {}")
def empty(meaning: Any, operand: Any) -> bool:
    """Holds nothing (or, with false, something)."""
    return (meaning in ("", ()) or (isinstance(meaning, str) and not meaning.strip())) is bool(operand)


@operator("matches", "pattern", "matching {}")
def matches(meaning: Any, operand: Any) -> bool | None:
    """The text matches a regular expression somewhere; None for text too long to try."""
    text = str(meaning)
    return None if len(text) > MAX_MATCHED else bool(re.search(operand, text))


@operator("not_matches", "pattern", "not matching {}")
def not_matches(meaning: Any, operand: Any) -> bool | None:
    """The text matches a regular expression nowhere."""
    found = matches(meaning, operand)
    return None if found is None else not found


def _decided_elsewhere(_meaning: Any, _operand: Any) -> bool | None:
    return None


for _name, _shape, _sentence in (
    ("every_member", "expectation", "every member {}"),
    ("no_member", "expectation", "no member {}"),
    ("is_set", "flag", "set: {}"),
    ("strength", "value", "a secret whose strength is {}"),
    ("all_of", "expectations", "{}"),
    ("any_of", "expectations", "{}"),
    ("not", "expectation", "not {}"),
    ("every", "records", "every entry {}"),
    ("none", "records", "no entry {}"),
):
    OPERATORS[_name] = Operator(_name, _shape, _sentence, _decided_elsewhere)  # type: ignore[arg-type]

COMBINED = frozenset(name for name, item in OPERATORS.items() if item.check is _decided_elsewhere)
"""Operators that ``evaluate`` decides: combinations, and tests over records, members and secrets."""
