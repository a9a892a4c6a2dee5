"""Terraform in JSON (``*.tf.json``, ``*.tfvars.json``) as the same tree as the native syntax.

In a resource JSON does not tell an argument from a nested block; both become arguments, and whoever looks for a block
accepts a list of objects as well.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from scanner import document
from scanner.collectors.terraform import parse, syntax, templates
from scanner.collectors.terraform.syntax import Argument, Block, Body, Expression, SyntaxProblem
from scanner.errors import UserError

LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}


class _Lines:
    """Line numbers of JSON paths; the first line where they cannot be told."""

    def __init__(self, text: str, label: str) -> None:
        self._tree: document.Tree | None = None
        try:
            self._tree = document.trees(text, label)[0]
        except (UserError, IndexError):
            return

    def __call__(self, path: tuple[str | int, ...]) -> int:
        return self._tree.line(path) if self._tree else 1


def load(text: str) -> Any:
    """JSON with exact numbers. SyntaxProblem with the line when it is none."""
    try:
        content = json.loads(text, parse_float=Decimal)
        _check_depth(content)
        return content
    except json.JSONDecodeError as error:
        raise SyntaxProblem(f"not valid JSON: {error.msg}", error.lineno) from None
    except (RecursionError, ValueError):
        raise SyntaxProblem("not readable JSON: nested too deep or a number too long", 1) from None


def _check_depth(content: Any) -> None:
    """ValueError for nesting that no person writes."""
    pending = [(content, 0)]
    while pending:
        value, depth = pending.pop()
        if depth > parse.MAX_NESTING:
            raise ValueError
        if isinstance(value, dict | list):
            pending.extend((item, depth + 1) for item in (value.values() if isinstance(value, dict) else value))


def blocks(text: str, file: str) -> list[Block]:
    """The top-level blocks of a ``.tf.json`` file."""
    content = load(text)
    if not isinstance(content, dict):
        raise SyntaxProblem("expected an object", 1)
    lines = _Lines(text, file)
    found: list[Block] = []
    for kind, value in content.items():
        if kind != "//":
            found.extend(_labelled(kind, (), value, (kind,), LABELS.get(kind, 0), lines, file))
    return found


def _labelled(
    kind: str, labels: tuple[str, ...], value: Any, path: tuple[str | int, ...], left: int, lines: _Lines, file: str
) -> list[Block]:
    if isinstance(value, list):
        parts = [_labelled(kind, labels, item, (*path, index), left, lines, file) for index, item in enumerate(value)]
        return [block for part in parts for block in part]
    if not isinstance(value, dict):
        raise SyntaxProblem(f"{kind} must be an object", lines(path))
    if left:
        parts = [
            _labelled(kind, (*labels, name), item, (*path, name), left - 1, lines, file)
            for name, item in value.items()
            if name != "//"
        ]
        return [block for part in parts for block in part]
    return [Block(kind, labels, _body(kind, value, path, lines, file), lines(path), file)]


def _body(kind: str, value: dict[str, Any], path: tuple[str | int, ...], lines: _Lines, file: str) -> Body:
    found: dict[str, Argument] = {}
    nested: list[Block] = []
    for name, item in value.items():
        at = lines((*path, name))
        if name == "//":
            continue
        if name == "dynamic" and kind in {"resource", "data", "content"} and isinstance(item, dict):
            nested.extend(_dynamic(item, (*path, name), lines, file))
        elif kind == "variable" and name == "type" and isinstance(item, str):
            found[name] = Argument(name, parse.expression(item, at), at, file)
        else:
            literal = kind == "variable" and name == "default"
            found[name] = Argument(name, _expression(item, (*path, name), lines, literal), at, file)
    return Body(found, tuple(nested), lines(path))


def _dynamic(value: dict[str, Any], path: tuple[str | int, ...], lines: _Lines, file: str) -> list[Block]:
    found = []
    for label, items in value.items():
        for item in items if isinstance(items, list) else [items]:
            if not isinstance(item, dict):
                continue
            at = lines((*path, label))
            inner = {name: part for name, part in item.items() if name != "content"}
            contents = item.get("content", {})
            blocks_ = [
                Block("content", (), _body("content", part, (*path, label), lines, file), at, file)
                for part in (contents if isinstance(contents, list) else [contents])
            ]
            body = _body("dynamic", inner, (*path, label), lines, file)
            found.append(Block("dynamic", (label,), Body(body.arguments, tuple(blocks_), at), at, file))
    return found


def arguments(text: str, file: str) -> dict[str, Argument]:
    """The values of a ``.tfvars.json`` file; their texts are no templates."""
    content = load(text)
    if not isinstance(content, dict):
        raise SyntaxProblem("expected an object", 1)
    lines = _Lines(text, file)
    found = {}
    for name, value in content.items():
        at = lines((name,))
        found[name] = Argument(name, _expression(value, (name,), lines, literal=True), at, file)
    return found


def _expression(value: Any, path: tuple[str | int, ...], lines: _Lines, literal: bool) -> Expression:
    line = lines(path)
    if isinstance(value, str):
        if literal or ("${" not in value and "%{" not in value):
            return syntax.text(value, line)
        return templates.json_text(value, line, parse.expression)
    if isinstance(value, bool):
        return syntax.Literal("bool", "true" if value else "false", line)
    if value is None:
        return syntax.Literal("null", "null", line)
    if isinstance(value, int | Decimal):
        return syntax.Literal("number", str(value), line)
    if isinstance(value, list):
        items = (_expression(item, (*path, index), lines, literal) for index, item in enumerate(value))
        return syntax.Tuple(tuple(items), line)
    pairs = ((syntax.text(key, line), _expression(item, (*path, key), lines, literal)) for key, item in value.items())
    return syntax.Object(tuple(pairs), line)
