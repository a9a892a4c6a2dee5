"""The text of a ``.env`` file as names, values and lines.

The grammar is the one that settings classes of Python apply when the application starts: ``export``, single and double
quotes over several lines, escapes, a comment after white space, ``${NAME}`` filled from what stands above. A line that
is no assignment is reported with its number, since the application may refuse the whole file for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scanner.model import Known, Unresolved
from scanner.readers import environment, interpolation
from scanner.readers.environment import SecretText, Variable

_SPACE = re.compile(r"[^\S\r\n]*")
_BLANK = re.compile(r"\s*")
_EXPORT = re.compile(r"export[^\S\r\n]+")
_KEY = re.compile(r"'([^']+)'|([^=\#\s'][^=\#\s]*)")
_COMMENT = re.compile(r"(?:export[^\S\r\n]+)?#")
_EQUALS = re.compile(r"=[^\S\r\n]*")
_SINGLE = re.compile(r"'((?:\\.|[^'\\])*)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
_UNQUOTED = re.compile(r"[^\r\n]*")
_TAIL = re.compile(r"[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|\Z)")
_REST = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_DOUBLE_ESCAPE = re.compile(r"\\([\\'\"abfnrtv])")
_SINGLE_ESCAPE = re.compile(r"\\([\\'])")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment as it is written. ``template`` is None for a bare name, which takes an earlier value away."""

    name: str
    template: str | None = field(repr=False)
    line: int
    literal: bool = False
    """It stood in single quotes, in which compose fills no references."""


@dataclass(frozen=True, slots=True)
class DotenvText:
    """Assignments in order, and the lines that are none."""

    assignments: tuple[Assignment, ...]
    malformed: tuple[int, ...]


def parse(text: str) -> DotenvText:
    """All assignments of a text."""
    text = text.removeprefix("\ufeff")
    found: list[Assignment] = []
    malformed: list[int] = []
    position, line, counted = 0, 1, 0
    while True:
        start = _end(_BLANK, text, position)
        if start >= len(text):
            return DotenvText(tuple(found), tuple(malformed))
        line += _newlines(text, counted, start)
        counted = start
        if _COMMENT.match(text, start):
            position = _end(_REST, text, start)
            continue
        assignment, position = _assignment(text, start, line)
        if assignment is None:
            malformed.append(line)
            position = _end(_REST, text, position)
        else:
            found.append(assignment)


def _assignment(text: str, start: int, line: int) -> tuple[Assignment | None, int]:
    """The assignment at ``start`` and where the next line begins; None where there is none."""
    export = _EXPORT.match(text, start)
    key = _KEY.match(text, export.end() if export else start)
    if not key:
        return None, start
    name, position = key[1] or key[2], _end(_SPACE, text, key.end())
    equals = _EQUALS.match(text, position)
    if not equals:
        tail = _TAIL.match(text, position)
        return (Assignment(name, None, line), tail.end()) if tail else (None, position)
    position = equals.end()
    if text[position : position + 1] in ("'", '"'):
        single = text[position] == "'"
        quoted = (_SINGLE if single else _DOUBLE).match(text, position)
        tail = _TAIL.match(text, quoted.end()) if quoted else None
        if not quoted or not tail:
            return None, quoted.end() if quoted else position
        return Assignment(name, _unescape(quoted[1], single), line, single), tail.end()
    bare = _UNQUOTED.match(text, position)
    written = bare[0] if bare else ""
    if written.startswith("#") and len(equals[0]) > 1:
        written = ""
    return Assignment(name, re.sub(r"\s+#.*", "", written).rstrip(), line), _end(_REST, text, position)


def _unescape(text: str, single: bool) -> str:
    if single:
        return _SINGLE_ESCAPE.sub(r"\1", text)
    return _DOUBLE_ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), text)


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _newlines(text: str, start: int, end: int) -> int:
    piece = text[start:end]
    return piece.count("\n") + piece.count("\r") - piece.count("\r\n")


def resolve(
    parsed: DotenvText, place: str, given: Mapping[str, str | None] | None = None, *, compose: bool = False
) -> tuple[list[Variable], dict[str, str | None]]:
    """Variables with their references filled in, the last of each name, and every value as text for those that follow.

    ``given`` are values from outside; a value that cannot be known is None in the second result. ``compose`` applies
    compose's own rules for references.
    """
    values: dict[str, str | None] = dict(given or {})
    found: dict[str, Variable] = {}
    hidden: set[str] = set()
    for item in parsed.assignments:
        earlier = found.pop(item.name, None)
        if item.template is None:
            values[item.name] = None if compose else ""
            if compose:
                unknown = Unresolved("is taken from the deploying shell", f"give a value for {item.name}")
                found[item.name] = Variable(item.name, unknown, f"{place}:{item.line}")
            continue
        chain = (*(earlier.chain if earlier else ()), *((f"replaces {earlier.locator}",) if earlier else ()))
        filled = _fill(item, values, compose)
        locator = f"{place}:{item.line}"
        if filled.missing:
            names = ", ".join(dict.fromkeys(filled.missing))
            reason = f"refers to {names}, which is not given here"
            content: Known | SecretText | Unresolved = Unresolved(reason, f"give a value for {names}")
            values[item.name] = None
        else:
            content = environment.filled(filled.text, filled.used, hidden)
            values[item.name] = filled.text
        if isinstance(content, SecretText):
            hidden.add(item.name)
        used = tuple(f"uses {name}" for name in dict.fromkeys(filled.used))
        found[item.name] = Variable(item.name, content, locator, (*chain[-3:], *used[:5]), referred=bool(filled.used))
    return list(found.values()), values


def _fill(item: Assignment, values: Mapping[str, str | None], compose: bool) -> interpolation.Filled:
    template = item.template or ""
    try:
        if compose:
            return interpolation.Filled(template) if item.literal else interpolation.compose(template, values)
        return interpolation.dotenv(template, values)
    except ValueError as error:
        return interpolation.Filled("", (str(error),))
