"""Terraform's expressions and bodies as a small tree of our own.

The parser's tree is turned once into these nodes and then forgotten: they are plain, frozen and know their line, so a
parsed file can serve every environment and every instance of a module.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


class SyntaxProblem(Exception):  # noqa: N818 - it is data on its way to a gap, not a failure of ours
    """Source text that cannot be read, with its line."""

    def __init__(self, reason: str, line: int) -> None:
        self.reason, self.line = reason, line
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True, slots=True)
class Literal:
    """A number (as its text), a boolean or null."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Choice:
    """``%{ if }`` in a template."""

    test: Expression
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """``%{ for }`` in a template."""

    key: str
    value: str
    collection: Expression
    body: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Text with expressions in it; ``quoted`` alone around one expression keeps that expression's type."""

    parts: tuple[Part, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word: the root of a reference or an iterator."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """``target.name``."""

    target: Expression
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Index:
    """``target[key]``."""

    target: Expression
    key: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Splat:
    """``target[*]…`` or ``target.*…``; ``each`` is applied to a member, named by ``MEMBER``."""

    target: Expression
    each: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; ``expand`` when the last argument ends in ``...``."""

    name: str
    arguments: tuple[Expression, ...]
    expand: bool
    line: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x`` or ``!x``."""

    operator: str
    operand: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two operands."""

    operator: str
    left: Expression
    right: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """``test ? then : otherwise``."""

    test: Expression
    then: Expression
    otherwise: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Tuple:
    """``[a, b]``."""

    items: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Object:
    """``{a = 1, (b) = 2}``; a bare key is a text."""

    items: tuple[tuple[Expression, Expression], ...]
    line: int


@dataclass(frozen=True, slots=True)
class For:
    """``[for …]`` or, with ``result_key``, ``{for …}``."""

    key: str
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    test: Expression | None
    group: bool
    line: int


REFERENCE_AS_KEY = "a reference as a key needs parentheses"


@dataclass(frozen=True, slots=True)
class Refused:
    """What can be read but not evaluated: an error of its place only, and nobody's where nobody asks for it."""

    reason: str
    line: int


MEMBER = "*"
"""The name that stands for the member inside a splat; no identifier can be called so."""

Expression: TypeAlias = (
    Literal | Template | Name | Attribute | Index | Splat | Call | Unary | Binary | Conditional | Tuple | Object | For
    | Refused
)  # fmt: skip
Part: TypeAlias = "str | Expression | Choice | Loop"


@dataclass(frozen=True, slots=True)
class Argument:
    """``name = expression`` in a body."""

    name: str
    value: Expression
    line: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """``kind "label" { … }`` in a body."""

    kind: str
    labels: tuple[str, ...]
    body: Body
    line: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """Arguments by name, and nested blocks in order."""

    arguments: dict[str, Argument] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    line: int = 1

    def of(self, kind: str) -> list[Block]:
        """The nested blocks of one kind."""
        return [block for block in self.blocks if block.kind == kind]

    def expression(self, name: str) -> Expression | None:
        """The expression of an argument, or None."""
        found = self.arguments.get(name)
        return found.value if found else None


def text(value: str, line: int) -> Template:
    """A plain text as an expression."""
    return Template((value,) if value else (), line)


def plain(node: Expression | None) -> str | None:
    """The text of an expression that is nothing but text, or None."""
    if isinstance(node, Template) and all(isinstance(part, str) for part in node.parts):
        return "".join(part for part in node.parts if isinstance(part, str))
    return None


def walk(node: object) -> Iterator[object]:
    """Every node below and including this one, bodies included."""
    pending: list[object] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, tuple):
            pending.extend(current)
        elif isinstance(current, dict):
            pending.extend(current.values())
        elif hasattr(current, "__dataclass_fields__"):
            yield current
            pending.extend(getattr(current, name) for name in current.__dataclass_fields__)
