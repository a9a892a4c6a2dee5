"""Two baselines side by side: which rules came, went or changed, and whether they ask for more or for less.

More or less is said only where the operators and the order of the type tell it; everything else is a change that a
person has to weigh.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scanner import values
from scanner.catalogue import Catalogue
from scanner.expectations import describe
from scanner.model import Baseline, Expectation, Parameter, Rule, Setting, Variant

Direction = Literal["tightened", "loosened", ""]

_MORE_IS_LESS = frozenset({"one_of", "within", "contains_any"})
"""Operators for which a longer list asks for less."""
_MORE_IS_MORE = frozenset({"not_one_of", "excludes", "contains"})
_WORDING = ("title", "why", "fix", "controls", "references")


@dataclass(frozen=True)
class Part:
    """One thing of a rule that changed."""

    what: str
    before: str = ""
    after: str = ""
    direction: Direction = ""


@dataclass(frozen=True)
class Change:
    """A rule that came, went or changed."""

    rule: str
    kind: Literal["added", "removed", "changed"]
    parts: tuple[Part, ...] = ()


def compare(old: Baseline, new: Baseline, catalogue: Catalogue) -> tuple[Change, ...]:
    """What changed from one baseline to another, in the order of the new one; rules that went come last."""
    before = {rule.id: rule for rule in old.rules}
    found = []
    for rule in new.rules:
        if rule.id not in before:
            found.append(Change(rule.id, "added", (Part("expects", "", asked(rule), "tightened"),)))
        elif parts := tuple(_parts(before[rule.id], rule, catalogue)):
            found.append(Change(rule.id, "changed", parts))
    kept = {rule.id for rule in new.rules}
    gone = [rule for rule in old.rules if rule.id not in kept]
    return (*found, *(Change(item.id, "removed", (Part("expects", asked(item), "", "loosened"),)) for item in gone))


def asked(rule: Rule) -> str:
    """What a rule asks of its setting, in words."""
    if rule.compare:
        return f"{rule.setting} {rule.compare.expect} across {rule.compare.across}"
    return f"{rule.setting} {describe(rule.expectation)}" if rule.expectation else rule.setting


def _parts(old: Rule, new: Rule, catalogue: Catalogue) -> Iterator[Part]:
    setting = catalogue.settings.get((new.component, new.setting))
    same = setting if old.setting == new.setting else None
    if asked(old) != asked(new):
        yield Part("expects", asked(old), asked(new), direction(old.expectation, new.expectation, same))
    if old.severity is not new.severity:
        lower = new.severity.rank < old.severity.rank
        yield Part("severity", old.severity, new.severity, "loosened" if lower else "tightened")
    if old.applies != new.applies:
        yield Part("applies", repr(old.applies), repr(new.applies))
    yield from _variants(old, new, same)
    wording = [name for name in _WORDING if getattr(old, name) != getattr(new, name)]
    if wording:
        yield Part(f"wording ({', '.join(wording)})")


def _variants(old: Rule, new: Rule, setting: Setting | None) -> Iterator[Part]:
    before = {item.when: item for item in old.variants}
    after = {item.when: item for item in new.variants}
    for when in dict.fromkeys((*after, *before)):
        left, right = before.get(when), after.get(when)
        if left == right:
            continue
        told = direction(left.expectation if left else None, right.expectation if right else None, setting)
        more = right is not None and right.skip is not None
        yield Part(f"for {_where(when)}", _told(left), _told(right), "loosened" if more else told)


def _where(when: object) -> str:
    fields = {name: getattr(when, name) for name in when.__dataclass_fields__}  # type: ignore[attr-defined]
    told = []
    for name, value in fields.items():
        if name == "settings":
            told += [f"{setting} {describe(test)}" for setting, test in value]
        elif value:
            told.append(f"{name.replace('_', ' ')} {value if isinstance(value, str) else ', '.join(value)}")
    return "; ".join(told) or "all"


def _told(variant: Variant | None) -> str:
    if variant is None:
        return "as elsewhere"
    parts = [f"not asked ({variant.skip})" if variant.skip else ""]
    parts += [describe(variant.expectation) if variant.expectation else "", f"{variant.severity or ''}"]
    return ", ".join(part for part in parts if part)


def direction(old: Expectation | None, new: Expectation | None, setting: Setting | None) -> Direction:
    """Whether an expectation asks for more or for less than another; nothing where that cannot be told."""
    if old is None or new is None or setting is None or old == new:
        return ""
    if _holds_more(new, old, setting):
        return "loosened"
    return "tightened" if _holds_more(old, new, setting) else ""


def _holds_more(wide: Expectation, narrow: Expectation, setting: Setting) -> bool:
    """Whether everything that meets ``narrow`` meets ``wide`` too, as far as operators and order tell."""
    if narrow.operator == "equals" and wide.operator in {"at_least", "at_most", "one_of", "between", "equals"}:
        value = _meaning(narrow.operand, setting)
        return value is not None and _within(value, wide, setting)
    if narrow.operator == "all_of" and isinstance(narrow.operand, tuple):
        listed = wide.operand if wide.operator == "all_of" and isinstance(wide.operand, tuple) else (wide,)
        return all(part in narrow.operand for part in listed)
    if wide.operator != narrow.operator:
        return False
    left, right = _meanings(wide.operand, setting), _meanings(narrow.operand, setting)
    if left is None or right is None:
        return False
    return _ordered(wide.operator, left, right)


def _ordered(operator: str, wide: tuple[object, ...], narrow: tuple[object, ...]) -> bool:
    if operator in _MORE_IS_LESS:
        return set(narrow) <= set(wide)
    if operator in _MORE_IS_MORE:
        return set(wide) <= set(narrow)
    if operator == "at_least":
        return bool(wide[0] <= narrow[0])  # type: ignore[operator]
    if operator == "at_most":
        return bool(wide[0] >= narrow[0])  # type: ignore[operator]
    if operator == "between":
        return bool(wide[0] <= narrow[0] and wide[1] >= narrow[1])  # type: ignore[operator]
    return False


def _within(value: object, wide: Expectation, setting: Setting) -> bool:
    bounds = _meanings(wide.operand, setting)
    if bounds is None:
        return False
    if wide.operator in {"one_of", "equals"}:
        return value in bounds
    if wide.operator == "between":
        return bool(bounds[0] <= value <= bounds[1])  # type: ignore[operator]
    at_least = wide.operator == "at_least"
    return bool(value >= bounds[0] if at_least else value <= bounds[0])  # type: ignore[operator]


def _meaning(operand: object, setting: Setting) -> object:
    if isinstance(operand, Parameter | Expectation):
        return None
    try:
        return values.read(setting, list(operand) if isinstance(operand, tuple) else operand).meaning
    except values.Malformed:
        return None


def _meanings(operand: object, setting: Setting) -> tuple[object, ...] | None:
    """The meanings of an operand's values; None where one is a parameter or has none."""
    listed = operand if isinstance(operand, tuple) else (operand,)
    lists = setting.type in {"list", "set", "switches"}
    found = [item.lower() if lists and isinstance(item, str) else _meaning(item, setting) for item in listed]
    return None if None in found else tuple(found)
