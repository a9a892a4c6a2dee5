"""Terraform text to our own tree: the quick parser first, then python-hcl2 for whatever that one leaves alone.

What python-hcl2 refuses is repaired once and tried again; what is still refused becomes a ``SyntaxProblem`` with its
line. Size and nesting are bounded before either of them sees the text.
"""

from __future__ import annotations

import re
from typing import Any

from scanner.collectors.terraform import cache, quick, tree
from scanner.collectors.terraform import repair as repairs
from scanner.collectors.terraform.syntax import Body, Expression, SyntaxProblem

MAX_NESTING = 150
MAX_TEXT = 1_000_000
_BRACKET = re.compile(r"[\[({})\]]")


def body(text: str, line: int = 1, file: str = "") -> Body:
    """A file or a block's text (header included) as a body; ``line`` is where the text begins in ``file``."""
    _check(text, line)
    kept = cache.active()
    found = kept.body(text, line, file)
    if found is None:
        found = quick.body(text, line, file) or whole_body(text, line, file)
        kept.keep_body(text, line, found)
    return found


def expression(text: str, line: int = 1) -> Expression:
    """The text of one expression."""
    _check(text, line)
    return quick.expression(text, line) or whole_expression(text, line)


def whole_body(text: str, line: int, file: str) -> Body:
    """What ``body`` reads, by the parser that knows the whole grammar."""
    found, reader = _tree(text, line)
    reader.file = file
    try:
        return reader.body(found.children[0], line)
    except RecursionError:
        raise SyntaxProblem("nested too deep", line) from None


def whole_expression(text: str, line: int) -> Expression:
    """What ``expression`` reads, by the parser that knows the whole grammar."""
    arguments = whole_body(f"x = ({text}\n)", line, "").arguments
    if set(arguments) != {"x"}:
        raise SyntaxProblem("expected one expression", line)
    return arguments["x"].value


def _check(text: str, line: int) -> None:
    """Refuse what is so large, or has brackets nested so deep, that reading it would cost more than it can mean."""
    if len(text) > MAX_TEXT:
        raise SyntaxProblem(f"a block of more than {MAX_TEXT:,} characters", line)
    if text.count("[") + text.count("(") + text.count("{") <= MAX_NESTING:
        return
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket.group() in "[({" else -1
        if depth > MAX_NESTING:
            at = line + text.count("\n", 0, bracket.start())
            raise SyntaxProblem(f"nested deeper than {MAX_NESTING} levels", at)


def _tree(text: str, line: int) -> tuple[Any, tree.Reader]:
    try:
        return _parse(text, line), tree.Reader(text, lambda found: found + line - 1, expression)
    except SyntaxProblem as refusal:
        try:
            repaired = repairs.repair(text)
        except SyntaxProblem as problem:
            raise SyntaxProblem(problem.reason, problem.line + line - 1) from None
        if repaired.text == text:
            raise
        try:
            found = _parse(repaired.text, line)
        except SyntaxProblem:
            raise refusal from None
        return found, tree.Reader(
            repaired.text, lambda at: repaired.line(at) + line - 1, expression, repaired.templates
        )


def _parse(text: str, line: int) -> Any:
    import hcl2
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        return hcl2.parses_to_tree(text)
    except UnexpectedInput as error:
        at = getattr(error, "line", 1)
        raise SyntaxProblem("not valid Terraform", line + max(at if isinstance(at, int) else 1, 1) - 1) from None
    except (LarkError, RecursionError) as error:
        raise SyntaxProblem(f"cannot be parsed ({type(error).__name__})", line) from None
