"""Templates: texts with ``${ }`` and ``%{ }`` in quotes, in heredocs and in files of their own.

The three differ only in how they are cut into literal pieces: a quoted text decodes escapes and is one piece between
two marks, heredocs and files take backslashes as they are and make a piece of every line. A strip mark (``~``) trims
the neighbouring piece only, and the indent of ``<<-`` is taken from the pieces after that; both follow from the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from scanner.collectors.terraform import lexer
from scanner.collectors.terraform.syntax import Choice, Expression, Loop, Part, SyntaxProblem, Template

_MARK = re.compile(
    r"\$\$\{|%%\{|(?P<open>[$%])\{(?P<strip>~?)|\\(?P<escape>u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL
)
_FOR = re.compile(r"for\s+([^\W\d][\w-]*)\s*(?:,\s*([^\W\d][\w-]*)\s*)?in\s+(.*)\Z", re.DOTALL)
_WORD = re.compile(r"\s*(if|else|endif|for|endfor)\b\s*(.*?)\s*\Z", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass
class Piece:
    """A literal text, an expression or a directive, in order."""

    kind: str
    text: str = ""
    expression: Expression | None = None
    key: str = ""
    value: str = ""


Parse = Callable[[str, int], Expression]
"""Reads the text of an expression that stands at a line."""


def quoted(text: str, line: int, parse: Parse) -> Template:
    """The inside of a quoted text."""
    return Template(_assemble(_pieces(text, line, parse, escapes=True)), line)


def heredoc(token: str, line: int, parse: Parse) -> Template:
    """A heredoc from ``<<`` to its closing word."""
    opening, _, rest = token.partition("\n")
    body = rest.rstrip("\n")
    body = rest[: body.rfind("\n") + 1]
    pieces = _pieces(body, line + 1, parse, escapes=False)
    if opening.startswith("<<-"):
        _flush(pieces)
    return Template(_assemble(pieces), line)


def json_text(text: str, line: int, parse: Parse) -> Template:
    """A text of the JSON syntax: one piece between two marks, and its escapes are decoded already."""
    return Template(_assemble(_pieces(text, line, parse, escapes=False, lines=False)), line)


def file(text: str, parse: Parse) -> Template:
    """The content of a template file."""
    return Template(_assemble(_pieces(text, 1, parse, escapes=False)), 1)


def _pieces(text: str, line: int, parse: Parse, *, escapes: bool, lines: bool | None = None) -> list[Piece]:
    pieces: list[Piece] = []
    literal: list[str] = []
    strip_next = False
    position = 0
    by_line = not escapes if lines is None else lines

    def add_literal(strip_end: bool) -> None:
        nonlocal strip_next
        whole = "".join(literal)
        literal.clear()
        parts = [part for part in (_lines(whole) if by_line else [whole]) if part]
        if parts and strip_next:
            parts[0] = parts[0].lstrip()
        if parts and strip_end:
            parts[-1] = parts[-1].rstrip()
        pieces.extend(Piece("text", part) for part in parts)
        strip_next = False

    while found := _next(text, position, escapes):
        literal.append(text[position : found.start()])
        position = found.end()
        if found["open"] is None:
            literal.append(_unescape(found, line + text.count("\n", 0, found.start())))
            continue
        add_literal(bool(found["strip"]))
        end = lexer.closing(text, position)
        inside = text[position : end - 1]
        strip_next = inside.endswith("~")
        at = line + text.count("\n", 0, position)
        pieces.append(_mark(found["open"], inside.removesuffix("~"), at, parse))
        position = end
    literal.append(text[position:])
    add_literal(False)
    return pieces


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _next(text: str, position: int, escapes: bool) -> re.Match[str] | None:
    while found := _MARK.search(text, position):
        if escapes or found["escape"] is None:
            return found
        position = found.start() + 1
    return None


def _unescape(found: re.Match[str], line: int) -> str:
    escape = found["escape"]
    if escape is None:
        return found.group()[1:]
    if escape[0] in "uU" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if escape not in _ESCAPES:
        raise SyntaxProblem(f"unknown escape \\{escape}", line)
    return _ESCAPES[escape]


def decode(text: str, line: int) -> str:
    """A quoted text without templates, with its escapes decoded."""
    return _MARK.sub(lambda found: _unescape(found, line), text) if "\\" in text or "{" in text else text


def _mark(kind: str, inside: str, line: int, parse: Parse) -> Piece:
    if kind == "$":
        return Piece("expression", expression=parse(inside, line))
    found = _WORD.match(inside)
    if found is None:
        raise SyntaxProblem("unknown template directive", line)
    word, rest = found.groups()
    if word == "if":
        return Piece("if", expression=parse(rest, line))
    if word == "for":
        loop = _FOR.match(inside.strip())
        if loop is None:
            raise SyntaxProblem("a template's for needs a name and a collection", line)
        key, value = (loop[1], loop[2]) if loop[2] else ("", loop[1])
        return Piece("for", key=key, value=value, expression=parse(loop[3], line))
    return Piece(word)


def _flush(pieces: list[Piece]) -> None:
    """Take the smallest indent of the lines that begin with text from each of them."""
    spaces: list[tuple[Piece | None, int]] = []
    newline = True
    for piece in pieces:
        if newline:
            trimmed = piece.text.lstrip()
            if piece.kind != "text":
                spaces.append((None, 0))
            elif trimmed or not piece.text.endswith("\n"):
                spaces.append((piece, len(piece.text) - len(trimmed)))
        newline = piece.kind == "text" and piece.text.endswith("\n")
    smallest = min((count for _, count in spaces), default=0)
    for line, _ in spaces:
        if line is not None:
            line.text = line.text[smallest:]


def _assemble(pieces: list[Piece]) -> tuple[Part, ...]:
    """The flat pieces as a tree of choices and loops."""
    stack: list[tuple[Piece | None, list[Part], list[Part] | None]] = [(None, [], None)]
    for piece in pieces:
        opener, parts, first = stack[-1]
        kind = opener.kind if opener else ""
        if piece.kind == "text":
            parts.append(piece.text)
        elif piece.kind == "expression" and piece.expression is not None:
            parts.append(piece.expression)
        elif piece.kind in {"if", "for"}:
            stack.append((piece, [], None))
        elif piece.kind == "else" and kind == "if" and first is None:
            stack[-1] = (opener, [], parts)
        elif piece.kind == f"end{kind}" and opener and opener.expression is not None:
            stack.pop()
            if kind == "for":
                stack[-1][1].append(Loop(opener.key, opener.value, opener.expression, tuple(parts)))
            else:
                then, otherwise = (parts, []) if first is None else (first, parts)
                stack[-1][1].append(Choice(opener.expression, tuple(then), tuple(otherwise)))
        else:
            raise SyntaxProblem(f"a template's {piece.kind} has no beginning", 1)
    if len(stack) > 1:
        raise SyntaxProblem("a template's directive has no end", 1)
    return tuple(stack[0][1])
