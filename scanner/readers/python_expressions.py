"""Expressions of Python source, read and never executed: which are plain values, and what the others use."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Wired = Literal["literal", "setting", "expression"]
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Written:
    """A value as the code has it: ``literal`` with its value, ``setting`` with the attribute's name, or neither."""

    kind: Wired
    line: int
    value: Any = field(default=None, repr=False)
    source: str = field(default="", repr=False)
    names: tuple[str, ...] = ()
    """Attributes and names that an expression uses."""
    secret: bool = False
    """Wrapped in a secret type, whatever its name."""


def constants(module: ast.Module) -> dict[str, ast.expr]:
    """Names of the module and members of its classes that are assigned exactly once."""
    found: dict[str, ast.expr] = {}
    twice: set[str] = set()
    holders: list[tuple[str, Sequence[ast.stmt]]] = [("", module.body)]
    holders += [(f"{node.name}.", node.body) for node in module.body if isinstance(node, ast.ClassDef)]
    for prefix, body in holders:
        for name, value in assignments(body):
            twice |= {prefix + name} & found.keys()
            found[prefix + name] = value
    for node in ast.walk(module):
        if isinstance(node, ast.Global | ast.Nonlocal):
            twice |= set(node.names)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            twice.add(node.target.id)
    return {name: value for name, value in found.items() if name not in twice}


def assignments(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are assigned; a name that only a branch or loop assigns gets what cannot be read."""
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
        elif isinstance(node, ast.If | ast.Try | ast.For | ast.While | ast.With):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    yield inner.id, ast.Name(id="…", ctx=ast.Load(), lineno=inner.lineno, col_offset=0)


_WRAPPERS = {"SecretStr", "SecretBytes", "AnyHttpUrl", "AnyUrl", "HttpUrl", "PostgresDsn", "RedisDsn", "Secret", "str"}


def written(value: ast.expr, names: dict[str, ast.expr], depth: int = 0) -> Written:
    """What an expression says, without executing it."""
    line = value.lineno
    if (
        isinstance(value, ast.Call)
        and last_name(value.func) in _WRAPPERS
        and len(value.args) == 1
        and depth < MAX_DEPTH
    ):
        inner = written(value.args[0], names, depth + 1)
        secret = inner.secret or last_name(value.func).startswith("Secret")
        return Written(inner.kind, line, inner.value, inner.source, inner.names, secret)
    try:
        return Written("literal", line, _plain(ast.literal_eval(value)))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        pass
    if isinstance(value, ast.Name | ast.Attribute):
        dotted = _dotted(value).removesuffix(".value")
        if dotted in names and depth < MAX_DEPTH:
            inner = written(names[dotted], names, depth + 1)
            if inner.kind == "literal":
                return Written("literal", line, inner.value, "", (), inner.secret)
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        members = [written(item, names, depth + 1) for item in value.elts] if depth < MAX_DEPTH else []
        if members and all(item.kind == "literal" for item in members):
            return Written("literal", line, [item.value for item in members])
    used = _used(value)
    kind: Wired = "setting" if isinstance(value, ast.Attribute) and len(used) <= 2 else "expression"
    return Written(kind, line, None, source(value), used)


def _plain(value: Any) -> Any:
    """Literals as JSON has them."""
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(item) for item in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is ... or isinstance(value, complex):
        raise ValueError("no plain value")
    return {str(key): _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def _used(value: ast.expr) -> tuple[str, ...]:
    found = dict.fromkeys(
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(value)
        if isinstance(node, ast.Attribute | ast.Name)
    )
    return tuple(found)[:20]


def last_name(node: ast.expr) -> str:
    """``c`` of ``a.b.c``, and of ``c[…]``; empty for anything else."""
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _dotted(node: ast.expr) -> str:
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else getattr(node, "id", "?")


def source(node: ast.expr) -> str:
    """The expression as text for a report: short, and with every text in it blanked, since one may be a secret."""
    text = ast.unparse(_Blanked().visit(copy.deepcopy(node)))
    return text if len(text) <= 80 else f"{text[:77]}…"


class _Blanked(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return node if isinstance(node.value, int | float | None) else ast.copy_location(ast.Constant("…"), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Constant:
        return ast.copy_location(ast.Constant("…"), node)
