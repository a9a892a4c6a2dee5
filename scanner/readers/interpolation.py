"""``${NAME}`` inside the values of ``.env`` and compose files.

What is given is put in; a name that is not given and has no default leaves the value unknown, by name. Defaults may
hold further references. Depth and growth are bounded, since the text comes from outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_DEPTH = 12
MAX_LENGTH = 1_000_000

_DOTENV = re.compile(r"\$\{(?P<name>[^}:]*)(?::-(?P<default>[^}]*))?\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATORS = (":-", ":?", ":+", "-", "?", "+")


@dataclass(frozen=True, slots=True)
class Filled:
    """The text with its references filled in; ``missing`` names those that nobody gave, ``used`` those that counted."""

    text: str = field(repr=False)
    missing: tuple[str, ...] = ()
    used: tuple[str, ...] = ()


def dotenv(template: str, given: Mapping[str, str | None]) -> Filled:
    """References as ``.env`` readers of Python know them: ``${NAME}`` and ``${NAME:-default}``."""
    missing: list[str] = []
    used: list[str] = []

    def fill(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        used.append(name)
        if name in given and given[name] is not None:
            return str(given[name])
        if name in given or default is None:
            missing.append(name)
        return default or ""

    return Filled(_bounded(_DOTENV.sub(fill, template)), tuple(missing), tuple(used))


def compose(template: str, given: Mapping[str, str | None], depth: int = 0) -> Filled:
    """References as compose knows them: ``$NAME``, ``${NAME}`` with ``:-`` ``-`` ``:?`` ``?`` ``:+`` ``+``, ``$$``.

    A name that stands in ``given`` as None is known to be there with an unknown value.
    """
    found: list[str] = []
    missing: list[str] = []
    used: list[str] = []
    position = 0
    while position < len(template):
        start = template.find("$", position)
        if start < 0 or start + 1 >= len(template):
            break
        found.append(template[position:start])
        position, filled = _reference(template, start, given, depth)
        found.append(filled.text)
        missing += filled.missing
        used += filled.used
    found.append(template[position:])
    return Filled(_bounded("".join(found)), tuple(missing), tuple(used))


def _reference(template: str, start: int, given: Mapping[str, str | None], depth: int) -> tuple[int, Filled]:
    """The reference at ``start`` and where the text goes on."""
    following = template[start + 1]
    if following == "$":
        return start + 2, Filled("$")
    if following != "{":
        match = _NAME.match(template, start + 1)
        return (match.end(), _plain(match[0], given)) if match else (start + 1, Filled("$"))
    end = _closing(template, start + 2)
    if end < 0 or depth > MAX_DEPTH:
        return len(template), Filled("", (template[start : start + 40],))
    match = _NAME.match(template, start + 2, end)
    if not match:
        return end + 1, Filled("", (template[start : end + 1][:40],))
    return end + 1, _braced(match[0], template[match.end() : end], given, depth)


def _closing(template: str, position: int) -> int:
    depth = 1
    while position < len(template):
        if template.startswith("${", position):
            depth += 1
            position += 1
        elif template[position] == "}":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    return -1


def _plain(name: str, given: Mapping[str, str | None]) -> Filled:
    value = given.get(name)
    return Filled("", (name,), (name,)) if value is None else Filled(value, (), (name,))


def _braced(name: str, rest: str, given: Mapping[str, str | None], depth: int) -> Filled:
    operator = next((word for word in _OPERATORS if rest.startswith(word)), "")
    if not operator:
        return _plain(name, given) if not rest else Filled("", (name,), (name,))
    inner = compose(rest[len(operator) :], given, depth + 1)
    if name in given and given[name] is None:
        return Filled("", (name,), (name,))
    value = given.get(name)
    is_set = value is not None and (value != "" or not operator.startswith(":"))
    if operator.endswith("+"):
        return Filled(inner.text, inner.missing, (name, *inner.used)) if is_set else Filled("", (), (name,))
    if is_set:
        return Filled(value or "", (), (name,))
    if operator.endswith("-"):
        return Filled(inner.text, inner.missing, (name, *inner.used))
    return Filled("", (name,), (name,))


def _bounded(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise ValueError(f"references grow to more than {MAX_LENGTH:,} characters")
    return text
