"""An expectation in words: what reports and ``explain`` print for what a rule asks.

Pure: nouns in, one line of text out. Operators bring their own words; combinations and tests over records are put
together here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scanner.model import Expectation, Parameter, RecordTest, Rule
from scanner.operators import OPERATORS

_FLAGS = {
    ("empty", True): "empty",
    ("empty", False): "not empty",
    ("is_set", True): "set",
    ("is_set", False): "not set",
}

_COMMENT = re.compile(r"\(\?#([^)]+)\)")
_NESTED = {"not": "not", "every_member": "every member", "no_member": "no member"}


def describe(expectation: Expectation) -> str:
    """What is expected, to be read after "expected": ``at least TLSv1.3``, ``no record with type=host``."""
    name, operand = expectation.operator, expectation.operand
    if isinstance(operand, RecordTest):
        return _records(name, operand)
    if isinstance(operand, Expectation):
        return f"{_NESTED.get(name, name)} {_grouped(operand)}"
    if name in {"all_of", "any_of"} and isinstance(operand, list | tuple):
        return _combined(name, [part for part in operand if isinstance(part, Expectation)])
    if name in {"matches", "not_matches"}:
        return _pattern(name, str(operand))
    if isinstance(operand, bool) and (name, operand) in _FLAGS:
        return _FLAGS[name, operand]
    if name == "between" and isinstance(operand, list | tuple) and len(operand) == 2:
        return f"from {_literal(operand[0])} to {_literal(operand[1])}"
    known = OPERATORS.get(name)
    return known.sentence.format(_operand(operand)) if known else f"{name} {_operand(operand)}"


def _combined(name: str, parts: list[Expectation]) -> str:
    joint = " and " if name == "all_of" else " or "
    if any(isinstance(part.operand, RecordTest) for part in parts):
        joint = f";{joint}" if name == "any_of" else "; "
    return joint.join(_grouped(part) for part in parts)


def _pattern(name: str, pattern: str) -> str:
    """A pattern may begin with a comment of its own, ``(?#only ciphers that …)``, which is what people read."""
    words = _COMMENT.match(pattern)
    if words:
        return words[1] if name == "matches" else f"not {words[1]}"
    return f"{'matching' if name == 'matches' else 'not matching'} {pattern}"


def _grouped(part: Expectation) -> str:
    text = describe(part)
    joined = part.operator in {"all_of", "any_of"} and isinstance(part.operand, list | tuple) and len(part.operand) > 1
    return f"({text})" if joined else text


def _records(name: str, test: RecordTest) -> str:
    where = f" with {_fields(test.where)}" if test.where else ""
    if name == "none":
        return f"no record{where}"
    return f"every record{where} has {_fields(test.expect)}"


def _fields(fields: Iterable[tuple[str, Expectation]]) -> str:
    return " and ".join(_field(name, test) for name, test in fields)


def _field(name: str, test: Expectation) -> str:
    return f"{name}={describe(test)}" if test.operator == "equals" else f"{name} {_grouped(test)}"


def _operand(operand: object) -> str:
    if isinstance(operand, list | tuple):
        return ", ".join(_literal(item) for item in operand) or "nothing"
    return _literal(operand)


def _literal(item: object) -> str:
    if isinstance(item, Parameter):
        return f"the parameter {item.parameter}"
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, list | tuple):
        return ", ".join(_literal(member) for member in item) or "an empty list"
    return str(item) if str(item).strip() else "an empty text"


def parameters(rule: Rule) -> tuple[str, ...]:
    """The names of all parameters that a rule may ask for, in the order of the rule."""
    found: dict[str, None] = {}
    asked = [rule.expectation, *(variant.expectation for variant in rule.variants)]
    tests = [*rule.applies.settings, *(test for variant in rule.variants for test in variant.when.settings)]
    for part in (*asked, *(test for _, test in tests)):
        found.update(dict.fromkeys(_named(part)))
    return tuple(found)


def _named(part: object) -> Iterator[str]:
    if isinstance(part, Parameter):
        yield part.parameter
    elif isinstance(part, Expectation):
        yield from _named(part.operand)
    elif isinstance(part, RecordTest):
        yield from _named((*part.where, *part.expect))
    elif isinstance(part, list | tuple):
        for item in part:
            yield from _named(item)
