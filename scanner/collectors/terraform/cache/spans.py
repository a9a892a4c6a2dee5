"""Trees, cuts and glances as integers: what stands where in a text, and never the text itself.

Every name, number and piece of text of a tree occurs in the source, so its place says it all. A text with escapes or
with its indent taken off is several places in a row. What occurs nowhere is not kept (``Unkeepable``).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.lexer import Slice
from scanner.collectors.terraform.syntax import MEMBER, Argument, Block, Body, Part

Numbers: TypeAlias = "array[int]"
Work: TypeAlias = Callable[[], Numbers]

_WORDS = (
    "", MEMBER, "number", "bool", "null", "true", "false", "+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=",
    "&&", "||", "!", syntax.REFERENCE_AS_KEY,
)  # fmt: skip
_NUMBERED = {word: -1 - index for index, word in enumerate(_WORDS)}
_SHAPES: tuple[tuple[type[Any], str], ...] = (
    (syntax.Literal, "wwl"), (syntax.Template, "pl"), (syntax.Name, "wl"), (syntax.Attribute, "ewl"),
    (syntax.Index, "eel"), (syntax.Splat, "eel"), (syntax.Call, "wxbl"), (syntax.Unary, "wel"),
    (syntax.Binary, "weel"), (syntax.Conditional, "eeel"), (syntax.Tuple, "xl"), (syntax.Object, "il"),
    (syntax.For, "wweoeobl"), (syntax.Choice, "epp"), (syntax.Loop, "wwep"), (syntax.Refused, "wl"),
)  # fmt: skip
"""The fields of each node in order: word, line, expression, optional one, several, boolean, parts, items."""
_BY_TYPE = {kind: (number + 1, shape, tuple(kind.__dataclass_fields__)) for number, (kind, shape) in enumerate(_SHAPES)}
_TEXT = 0
_PIECE = re.compile(r'[^\\"\n\r\t${}%]+|.', re.DOTALL)
MAX_PIECES = 5_000


class Unkeepable(Exception):  # noqa: N818 - it is no failure: the text is parsed again next time
    """This cannot be told by places alone."""


class _Writer:
    def __init__(self, text: str, line: int) -> None:
        self._text, self._base = text, line
        self.numbers: Numbers = array("i")
        self._write: dict[str, Callable[[Any], None]] = {
            "w": self.word, "l": self.line, "e": self.node, "o": self._optional, "x": self._several,
            "b": self.number, "p": self._parts, "i": self._items,
        }  # fmt: skip

    def number(self, value: int) -> None:
        self.numbers.append(value)

    def line(self, value: int) -> None:
        self.numbers.append(value - self._base)

    def word(self, word: str) -> None:
        number = _NUMBERED.get(word)
        if number is not None:
            self.numbers.append(number)
        else:
            self._place(word)

    def _place(self, piece: str) -> None:
        at = self._text.find(piece)
        if at < 0:
            raise Unkeepable
        self.numbers.extend((at, len(piece)))

    def node(self, node: Any) -> None:
        found = _BY_TYPE.get(type(node))
        if found is None:
            raise Unkeepable
        number, shape, names = found
        self.numbers.append(number)
        for kind, name in zip(shape, names, strict=True):
            self._write[kind](getattr(node, name))

    def _optional(self, node: Any) -> None:
        self.number(node is not None)
        if node is not None:
            self.node(node)

    def _several(self, nodes: tuple[Any, ...]) -> None:
        self.number(len(nodes))
        for node in nodes:
            self.node(node)

    def _items(self, items: tuple[tuple[Any, Any], ...]) -> None:
        self.number(len(items))
        for key, value in items:
            self.node(key)
            self.node(value)

    def _parts(self, parts: tuple[Part, ...]) -> None:
        self.number(len(parts))
        for part in parts:
            if not isinstance(part, str):
                self.node(part)
                continue
            pieces = self._pieces(part)
            self.numbers.extend((_TEXT, len(pieces)))
            for piece in pieces:
                self._place(piece)

    def _pieces(self, part: str) -> list[str]:
        """The text cut so that each piece occurs in the source."""
        if part in self._text:
            return [part] if part else []
        pieces: list[str] = []
        for line in part.splitlines(keepends=True):
            pieces += [line] if line in self._text else _PIECE.findall(line)
        if len(pieces) > MAX_PIECES:
            raise Unkeepable
        return pieces

    def body(self, body: Body) -> None:
        self.line(body.line)
        self.number(len(body.arguments))
        for argument in body.arguments.values():
            self.word(argument.name)
            self.line(argument.line)
            self.node(argument.value)
        self.number(len(body.blocks))
        for block in body.blocks:
            self.word(block.kind)
            self.words(block.labels)
            self.line(block.line)
            self.body(block.body)

    def words(self, words: tuple[str, ...]) -> None:
        self.number(len(words))
        for word in words:
            self.word(word)


class _Reader:
    def __init__(self, numbers: Numbers, text: str, line: int, file: str) -> None:
        self._next: Callable[[], int] = iter(numbers).__next__
        self._text, self._base, self._file = text, line, file
        self._read: dict[str, Callable[[], Any]] = {
            "w": self.word, "l": self.line, "e": self.node, "o": self._optional, "x": self._several,
            "b": self.boolean, "p": self._parts, "i": self._items,
        }  # fmt: skip
        self._shapes: list[tuple[type[Any], list[Callable[[], Any]]]] = []

    def number(self) -> int:
        return self._next()

    def boolean(self) -> bool:
        return bool(self._next())

    def line(self) -> int:
        return self._next() + self._base

    def word(self) -> str:
        at = self._next()
        return self._text[at : at + self._next()] if at >= 0 else _WORDS[-1 - at]

    def node(self) -> Any:
        return self._node(self._next())

    def _node(self, number: int) -> Any:
        if not self._shapes:
            self._shapes = [(kind, [self._read[letter] for letter in shape]) for kind, shape in _SHAPES]
        kind, fields = self._shapes[number - 1]
        return kind(*[read() for read in fields])

    def _optional(self) -> Any:
        return self.node() if self._next() else None

    def _several(self) -> tuple[Any, ...]:
        return tuple([self.node() for _ in range(self._next())])

    def _items(self) -> tuple[tuple[Any, Any], ...]:
        return tuple([(self.node(), self.node()) for _ in range(self._next())])

    def _parts(self) -> tuple[Part, ...]:
        return tuple([self._part(self._next()) for _ in range(self._next())])

    def _part(self, number: int) -> Part:
        if number != _TEXT:
            found: Part = self._node(number)
            return found
        pieces = []
        for _ in range(self._next()):
            at = self._next()
            pieces.append(self._text[at : at + self._next()])
        return "".join(pieces)

    def body(self) -> Body:
        line = self.line()
        arguments = {}
        for _ in range(self._next()):
            name, at = self.word(), self.line()
            arguments[name] = Argument(name, self.node(), at, self._file)
        return Body(arguments, tuple([self._block() for _ in range(self._next())]), line)

    def _block(self) -> Block:
        kind, labels, line = self.word(), self.words(), self.line()
        return Block(kind, labels, self.body(), line, self._file)

    def words(self) -> tuple[str, ...]:
        return tuple([self.word() for _ in range(self._next())])


def of_body(body: Body, text: str, line: int) -> Numbers:
    """A body as integers. Unkeepable where places in the text do not say it all."""
    writer = _Writer(text, line)
    writer.body(body)
    return writer.numbers


def body(numbers: Numbers, text: str, line: int, file: str) -> Body | None:
    """The body again, or None where the integers are not of this text."""
    try:
        return _Reader(numbers, text, line, file).body()
    except (StopIteration, RuntimeError, IndexError, TypeError):
        return None


def of_slices(found: list[Slice], text: str) -> Numbers:
    """The top-level blocks of a file as integers."""
    writer = _Writer(text, 0)
    writer.number(len(found))
    for item in found:
        writer.word(item.kind)
        writer.words(item.labels)
        writer.numbers.extend((item.start, item.start + len(item.text), item.line))
    return writer.numbers


def slices(numbers: Numbers, text: str) -> list[Slice] | None:
    """The top-level blocks again."""
    reader = _Reader(numbers, text, 0, "")
    try:
        return list(_slices(reader, text))
    except (StopIteration, RuntimeError, IndexError):
        return None


def _slices(reader: _Reader, text: str) -> Iterator[Slice]:
    for _ in range(reader.number()):
        kind, labels, start = reader.word(), reader.words(), reader.number()
        inside = text[start : reader.number()]
        yield Slice(kind, labels, inside, reader.number(), start)


def of_seen(found: tuple[tuple[bool, ...], tuple[str, ...]], text: str) -> Numbers:
    """Flags and words of a glance as integers."""
    writer = _Writer(text, 0)
    writer.number(len(found[0]))
    for flag in found[0]:
        writer.number(flag)
    writer.words(found[1])
    return writer.numbers


def seen(numbers: Numbers, text: str) -> tuple[tuple[bool, ...], tuple[str, ...]] | None:
    """Flags and words of a glance again."""
    reader = _Reader(numbers, text, 0, "")
    try:
        return tuple([reader.boolean() for _ in range(reader.number())]), reader.words()
    except (StopIteration, RuntimeError, IndexError):
        return None
