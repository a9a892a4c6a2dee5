"""One expectation against one content, in three values: true, false, or None where it cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from scanner.evaluate.records import judge_records
from scanner.model import (
    Absent,
    Content,
    Default,
    Expectation,
    Known,
    Parameter,
    Present,
    Raw,
    RecordTest,
    Setting,
    Unresolved,
)
from scanner.operators import OPERATORS
from scanner.values import Malformed, members, origin, read

SHOWN = 5
"""Offending records that a reason names."""


class MissingParameter(Exception):  # noqa: N818 - it says what is missing
    """The project gives no value for a parameter that the rule takes."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the expectation holds, and why not. ``holds`` is None where it cannot be told.

    ``shown`` is false where this kind of source can never show what is asked, however well it answers: the strength of
    a secret that stands in a store, for one. That is not silence, so it is not assessed rather than unknown.
    """

    holds: bool | None
    reason: str = ""
    shown: bool = True
    place: str = ""
    """The entry of a list that breaks the expectation, where the source tells its line."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Holds expectations against contents of one setting, with the parameters of one target."""

    setting: Setting
    parameters: Mapping[str, Raw]

    def holds(self, expectation: Expectation, content: Content) -> Outcome:
        """The outcome for one content."""
        combined = self._combined(expectation, content)
        if combined is not None:
            return combined
        match content:
            case Unresolved():
                return self._unresolved(expectation, content)
            case Absent():
                return self._absent(expectation)
            case Present():
                return _present(expectation, content, self._operand(expectation.operand))
            case Known() | Default():
                return self._value(expectation, content.raw)

    def _combined(self, expectation: Expectation, content: Content) -> Outcome | None:
        operator = expectation.operator
        operand: Any = expectation.operand
        if operator == "not" and isinstance(operand, Expectation):
            inner = self.holds(operand, content)
            return Outcome(None if inner.holds is None else not inner.holds, inner.reason)
        if operator not in {"all_of", "any_of"} or not isinstance(operand, tuple):
            return None
        outcomes = [self.holds(part, content) for part in operand]
        decisive = operator == "any_of"
        deciding = [item for item in outcomes if item.holds is decisive]
        if deciding:
            told = "; ".join(dict.fromkeys(item.reason for item in deciding if item.reason))
            return Outcome(decisive, told, place=deciding[0].place)
        undecided = next((item for item in outcomes if item.holds is None), None)
        return undecided or Outcome(not decisive, "; ".join(item.reason for item in outcomes if item.reason))

    def _unresolved(self, expectation: Expectation, content: Unresolved) -> Outcome:
        """Every value it can have decides alike, or nothing is decided."""
        outcomes = {self._value(expectation, raw).holds for raw in content.alternatives}
        if outcomes == {True}:
            return Outcome(True, "in every case")
        if outcomes == {False}:
            return Outcome(False, f"in every case: {', '.join(str(raw) for raw in content.alternatives)}")
        return Outcome(None, content.reason)

    def _absent(self, expectation: Expectation) -> Outcome:
        self._operand(expectation.operand)
        if expectation.operator == "is_set":
            return Outcome(expectation.operand is False, "not set")
        return Outcome(None, "not set, and no documented default is known")

    def _value(self, expectation: Expectation, raw: Raw) -> Outcome:
        if expectation.operator == "is_set":
            filled = raw is not None and str(raw).strip() != ""
            return Outcome(filled is expectation.operand, "set" if filled else "empty")
        try:
            value = read(self.setting, raw)
        except Malformed as problem:
            return Outcome(False, str(problem))
        if isinstance(expectation.operand, RecordTest):
            return self._records(expectation, raw)
        if expectation.operator in {"every_member", "no_member"}:
            return self._members(expectation, raw)
        operand = self._read_operand(expectation)
        return Outcome(OPERATORS[expectation.operator].check(value.meaning, operand))

    def _records(self, expectation: Expectation, raw: Raw) -> Outcome:
        records = [item for item in raw if isinstance(item, dict)] if isinstance(raw, list | tuple) else []
        if not records and self.setting.when_empty == "unknown":
            return Outcome(None, "the source listed no entry at all")
        assert isinstance(expectation.operand, RecordTest)  # noqa: S101 - the caller looked
        held, offenders, place = judge_records(expectation.operator, expectation.operand, records, self._operand)
        more = f" and {len(offenders) - SHOWN} more" if len(offenders) > SHOWN else ""
        return Outcome(held, "; ".join(offenders[:SHOWN]) + more, place=place)

    def _members(self, expectation: Expectation, raw: Raw) -> Outcome:
        assert isinstance(expectation.operand, Expectation)  # noqa: S101 - baselines checked the shape
        found = members(raw, self._separators)
        texts = [origin(item) if self.setting.type == "origins" else item for item in found]
        single = Judge(Setting(self.setting.name, self.setting.component, "string"), self.parameters)
        outcomes = {text: single._value(expectation.operand, text).holds for text in texts}
        wanted = expectation.operator == "every_member"
        offenders = [text for text, held in outcomes.items() if held is (not wanted)]
        if offenders:
            return Outcome(False, ", ".join(offenders))
        return Outcome(None if None in outcomes.values() else True)

    @property
    def _separators(self) -> str:
        """What parts the members of a list of this type in plain text."""
        return {"origins": ", ;", "set": ", "}.get(self.setting.type, ",")

    def _operand(self, operand: object) -> Any:
        if isinstance(operand, Parameter):
            if operand.parameter not in self.parameters:
                raise MissingParameter(operand.parameter)
            return self.parameters[operand.parameter]
        return operand

    def _read_operand(self, expectation: Expectation) -> Any:
        """The operand as a meaning of the setting's type. Raises Malformed for a parameter that has none."""
        operand, shape = self._operand(expectation.operand), OPERATORS[expectation.operator].operand
        if shape == "value":
            return read(self.setting, operand).meaning
        if shape in {"values", "pair"}:
            return tuple(read(self.setting, self._operand(item)).meaning for item in operand)
        if shape == "members":
            words = members(operand, self._separators)
            return tuple(origin(word) if self.setting.type == "origins" else word.lower() for word in words)
        return operand


def filled(expectation: Expectation, setting: Setting, parameters: Mapping[str, Raw]) -> Expectation:
    """The expectation as it is told: parameters replaced by their values, literals in the setting's own words."""

    def fill(part: object) -> object:
        match part:
            case Expectation():
                return filled(part, setting, parameters)
            case Parameter():
                return parameters.get(part.parameter, part)
            case tuple():
                return tuple(fill(item) for item in part)
            case RecordTest():
                return RecordTest(_fields(part.where), _fields(part.expect))
            case _:
                return part

    def _fields(tests: tuple[tuple[str, Expectation], ...]) -> tuple[tuple[str, Expectation], ...]:
        return tuple((name, filled(test, setting, parameters)) for name, test in tests)

    operand: Any = fill(expectation.operand)
    if OPERATORS[expectation.operator].operand == "value" and setting.type == "boolean":
        with suppress(Malformed):
            operand = read(setting, operand).text
    return Expectation(expectation.operator, operand)


def _present(expectation: Expectation, content: Present, operand: object) -> Outcome:
    if expectation.operator == "is_set":
        return Outcome(operand is True, f"set ({content.origin})")
    if expectation.operator == "strength":
        if content.strength == "weak":
            return Outcome(False, content.reason or "weak")
        if content.strength == "not measured":
            return Outcome(
                None, f"its text is not at hand ({content.origin}), so its strength cannot be measured", False
            )
        return Outcome(content.strength == operand, content.strength)
    if expectation.operator in {"one_of", "not_one_of", "equals", "not_equals"} and content.origin == operand:
        return Outcome(expectation.operator in {"one_of", "equals"})
    return Outcome(None, "a secret: only that it is set may be said", False)
