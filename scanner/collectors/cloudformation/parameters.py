"""Template parameters: the value that somebody gives, the default, or the values that are allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanner.collectors.cloudformation.intrinsics import INVALID, stored
from scanner.collectors.cloudformation.values import combine, unknown
from scanner.document import Path_
from scanner.infrastructure.values import Unknown, Value, text
from scanner.readers.secrecy import looks_secret

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
STORED_TYPE = "AWS::SSM::Parameter::"


@dataclass(frozen=True)
class Given:
    """A value that is given to a parameter."""

    value: Value
    previous: bool = False
    """It keeps the value of the deployment before."""


def pseudo(name: str, given: Mapping[str, Given], place: str) -> Value:
    """What a pseudo parameter such as ``AWS::Region`` gives."""
    if name in given:
        return given[name].value.through(f"{name} ({place})")
    choices = PARTITIONS if name == "AWS::Partition" else ()
    remedy = f'give it by parameters: {{"{name}": …}}'
    return unknown(f"{name} is known when the stack is deployed", remedy, place, computed=True, alternatives=choices)


@dataclass(frozen=True)
class Parameter:
    """A declared parameter."""

    name: str
    node: Any
    path: Path_
    at: Callable[[Path_], str]

    @property
    def place(self) -> str:
        return self.at(self.path)

    def _said(self, key: str) -> Any:
        return self.node.get(key) if isinstance(self.node, dict) else None

    @property
    def secret(self) -> bool:
        """Whether its value may not be shown: ``NoEcho``, or a name that says so."""
        marked = str(self._said("NoEcho")).lower() == "true"
        return marked or looks_secret(self.name)

    def value(self, given: Given | None, unread: str) -> Value:
        """What a reference to it is worth."""
        found = self._value(given, unread)
        step = f"parameter {self.name} ({self.place})"
        return replace(found, chain=(*found.chain, step), secret=found.secret or self.secret)

    def _value(self, given: Given | None, unread: str) -> Value:
        if str(self._said("Type")).startswith(STORED_TYPE):
            reason = f"parameter {self.name} is read from the Parameter Store when the stack is deployed"
            return unknown(reason, "ask a live source", self.place, computed=True, stored=True)
        if given is not None and given.previous:
            reason = f"parameter {self.name} keeps the value of the last deployment"
            return unknown(reason, self._remedy, given.value.place)
        if given is not None:
            return self._typed(stored(given.value))
        if unread:
            reason = f"{unread} cannot be read and could give parameter {self.name} a value"
            return unknown(reason, "correct the file", self.place)
        default = self._said("Default")
        if isinstance(default, str | int | float | bool):
            return self._typed(stored(Value(default, self.at((*self.path, "Default")))))
        return self._open(default)

    @property
    def _remedy(self) -> str:
        return f"give it in a parameter file, by --var {self.name}=…, or by parameters:"

    def _open(self, default: Any) -> Value:
        """A parameter that nobody gives a value."""
        if default is not None:
            return unknown(f"the default of parameter {self.name} is no text", INVALID, self.place)
        allowed = self._said("AllowedValues")
        choices = allowed if isinstance(allowed, list) else []
        words = [item for item in choices if isinstance(item, str | int | float | bool)]
        whole = bool(words) and len(words) == len(choices) and not self.secret
        found = Unknown(f"parameter {self.name} has no value", self._remedy, self._never_empty)
        open_value = Value(found, self.place)
        if not whole:
            return open_value
        return self._typed(replace(open_value, data=replace(found, alternatives=tuple(map(text, words)))))

    @property
    def _never_empty(self) -> bool:
        """Whether the template itself refuses an empty value, so that something is there for certain."""
        least = str(self._said("MinLength") or "0")
        return least.isdigit() and int(least) > 0

    def _typed(self, value: Value) -> Value:
        """The value as the parameter's type makes it: a list where it is one, else text."""
        kind = str(self._said("Type"))
        listed = kind == "CommaDelimitedList" or kind.startswith("List<")
        if value.list is not None:
            return value if listed else combine([value], lambda items: ",".join(map(text, items)), value.place)
        if value.is_scalar or (value.unknown and value.unknown.alternatives):
            shape: Callable[[Any], Any] = _members if listed else text
            return replace(combine([value], shape, value.place), chain=value.chain, place=value.place)
        return value


def _members(given: Any) -> list[str]:
    words = text(given)
    return [item.strip() for item in words.split(",")] if words else []
