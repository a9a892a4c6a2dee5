"""The parse tree of python-hcl2 as our own tree.

The parser's tree (not its dictionary form) is used, because only it tells a reference from a text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.collectors.terraform import repair as repairs
from scanner.collectors.terraform import syntax, templates
from scanner.collectors.terraform.syntax import MEMBER, Body, Expression, SyntaxProblem

MAX_DEPTH = 300


class Reader:
    """Turns the parser's tree into ours."""

    def __init__(
        self,
        text: str,
        line: Callable[[int], int],
        parse: templates.Parse,
        set_aside: list[tuple[str, int]] | None = None,
    ) -> None:
        self.file = ""
        self._depth = 0
        self._text, self._real_line, self._set_aside = text, line, set_aside or []
        self._embedded = parse

    def line(self, node: Any, fallback: int) -> int:
        found = getattr(getattr(node, "meta", node), "line", None)
        return self._real_line(found) if found else fallback

    def body(self, node: Any, line: int) -> Body:
        arguments: dict[str, syntax.Argument] = {}
        blocks: list[syntax.Block] = []
        for child in node.children:
            kind = _kind(child)
            at = self.line(child, line)
            if kind == "attribute":
                name = _word(child.children[0])
                if name in arguments:
                    raise SyntaxProblem(f"the argument {name} stands twice", at)
                arguments[name] = syntax.Argument(name, self.expression(child.children[-1], at), at, self.file)
            elif kind == "block":
                blocks.append(self.block(child, at))
        return Body(arguments, tuple(blocks), line)

    def block(self, node: Any, line: int) -> syntax.Block:
        words = [
            child for child in node.children if _kind(child) in {"identifier", "keyword", "literal_value", "string"}
        ]
        labels = [self._label(word, line) for word in words[1:]]
        inner = next(child for child in node.children if _kind(child) == "body")
        return syntax.Block(_word(words[0]), tuple(labels), self.body(inner, line), line, self.file)

    def _label(self, node: Any, line: int) -> str:
        if _kind(node) != "string":
            return _word(node)
        return syntax.plain(self._string(node, line)) or ""

    def expression(self, node: Any, line: int) -> Expression:
        at = self.line(node, line)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SyntaxProblem(f"an expression nested deeper than {MAX_DEPTH} levels", at)
        try:
            return self._read(node, at)
        finally:
            self._depth -= 1

    def _read(self, node: Any, at: int) -> Expression:
        kind = _kind(node)
        method: Callable[[Any, int], Expression] | None = getattr(self, f"_{kind}", None)
        if method is None:
            raise SyntaxProblem(f"unexpected {kind}", at)
        return method(node, at)

    def _expr_term(self, node: Any, line: int) -> Expression:
        inner = [child for child in node.children if _kind(child) not in {"new_line_or_comment", ""}]
        return self.expression(inner[0], line)

    def _string(self, node: Any, line: int) -> syntax.Template:
        parts = [child.children[0] for child in node.children if _kind(child) == "string_part"]
        if all(_kind(part) == "" for part in parts):
            raw = "".join(str(part) for part in parts)
            if raw.startswith(repairs.PLACEHOLDER):
                inside, at = self._set_aside[int(raw.removeprefix(repairs.PLACEHOLDER))]
                return templates.quoted(inside, self._real_line(1) + at - 1, self._embedded)
            decoded = templates.decode(raw, line)
            return syntax.text(decoded, line)
        if any(_kind(part) not in {"", "interpolation"} for part in parts):
            return self._source(parts, line)
        return syntax.Template(tuple(self._part(part, self.line(part, line)) for part in parts), line)

    def _part(self, part: Any, line: int) -> syntax.Part:
        if _kind(part) == "":
            return templates.decode(str(part), line)
        return self.expression(part.children[1], line)

    def _source(self, parts: list[Any], line: int) -> syntax.Template:
        """A quoted text with directives, read again from the source by our own scanner."""
        start, end = _span(parts[0])[0], _span(parts[-1])[1]
        return templates.quoted(self._text[start:end], line, self._embedded)

    def _heredoc_template(self, node: Any, line: int) -> Expression:
        return templates.heredoc(str(node.children[0]), line, self._embedded)

    _heredoc_template_trim = _heredoc_template

    def _identifier(self, node: Any, line: int) -> Expression:
        return syntax.Name(str(node.children[0]), line)

    _keyword = _identifier

    def _literal_value(self, node: Any, line: int) -> Expression:
        word = str(node.children[0])
        return syntax.Literal("null" if word == "null" else "bool", word, line)

    def _int_lit(self, node: Any, line: int) -> Expression:
        return syntax.Literal("number", str(node.children[0]), line)

    _float_lit = _int_lit

    def _tuple(self, node: Any, line: int) -> Expression:
        return syntax.Tuple(tuple(self.expression(child, line) for child in _inner(node)), line)

    def _object(self, node: Any, line: int) -> Expression:
        return syntax.Object(tuple(self._element(child, line) for child in _inner(node)), line)

    def _element(self, node: Any, line: int) -> tuple[Expression, Expression]:
        at = self.line(node, line)
        key_node, value = node.children[0].children[0], self.expression(node.children[-1], at)
        bare = key_node
        while _kind(bare) == "expr_term" and len(bare.children) == 1:
            bare = bare.children[0]
        if _kind(bare) in {"identifier", "keyword", "literal_value"}:
            return syntax.text(_word(bare), at), value
        if _kind(bare).endswith("_expr_term"):
            # Terraform refuses it only where the value is asked for: `providers` names its keys so.
            return syntax.Refused(syntax.REFERENCE_AS_KEY, at), value
        return self.expression(key_node, at), value

    def _function_call(self, node: Any, line: int) -> Expression:
        name = "::".join(_word(child) for child in node.children if _kind(child) == "identifier")
        found = next((child for child in node.children if _kind(child) == "arguments"), None)
        arguments = tuple(self.expression(child, line) for child in _inner(found)) if found else ()
        expand = found is not None and any(str(child) == "..." for child in found.children if _kind(child) == "")
        return syntax.Call(name, arguments, expand, line)

    def _index_expr_term(self, node: Any, line: int) -> Expression:
        return self._traverse(self.expression(node.children[0], line), node.children[1], line)

    _get_attr_expr_term = _index_expr_term
    _attr_splat_expr_term = _index_expr_term
    _full_splat_expr_term = _index_expr_term

    def _traverse(self, target: Expression, step: Any, line: int) -> Expression:
        at, kind = self.line(step, line), _kind(step)
        if kind == "get_attr":
            return syntax.Attribute(target, _word(step.children[-1]), at)
        if kind == "short_index":
            return syntax.Index(target, syntax.Literal("number", str(step.children[-1]), at), at)
        if kind == "braces_index":
            return syntax.Index(target, self.expression(_inner(step)[0], at), at)
        each: Expression = syntax.Name(MEMBER, at)
        steps = _inner(step)
        while steps and not (kind == "attr_splat" and _kind(steps[0]) == "braces_index"):
            each = self._traverse(each, steps.pop(0), at)
        result: Expression = syntax.Splat(target, each, at)
        for left in steps:
            result = self._traverse(result, left, at)
        return result

    def _unary_op(self, node: Any, line: int) -> Expression:
        return syntax.Unary(str(node.children[0]), self.expression(node.children[1], line), line)

    def _binary_op(self, node: Any, line: int) -> Expression:
        term = next(child for child in node.children if _kind(child) == "binary_term")
        operator = next(child for child in term.children if _kind(child) == "binary_operator")
        left = self.expression(node.children[0], line)
        right = self.expression(_inner(term)[-1], line)
        return syntax.Binary(_OPERATORS[operator.children[0].type], left, right, line)

    def _conditional(self, node: Any, line: int) -> Expression:
        test, then, otherwise = (self.expression(child, line) for child in _inner(node))
        return syntax.Conditional(test, then, otherwise, line)

    def _for_tuple_expr(self, node: Any, line: int) -> Expression:
        inner = _inner(node)
        intro = inner[0]
        names = [_word(child) for child in intro.children if _kind(child) == "identifier"]
        key, value = (names[0], names[1]) if len(names) > 1 else ("", names[0])
        collection = self.expression([child for child in _inner(intro) if _kind(child) != "identifier"][-1], line)
        results = [self.expression(child, line) for child in inner[1:] if _kind(child) != "for_cond"]
        condition = next((child for child in inner if _kind(child) == "for_cond"), None)
        test = self.expression(_inner(condition)[-1], line) if condition else None
        result_key = results[0] if len(results) > 1 else None
        group = any(str(child) == "..." for child in node.children if _kind(child) == "")
        return syntax.For(key, value, collection, result_key, results[-1], test, group, line)

    _for_object_expr = _for_tuple_expr


_OPERATORS = {
    "DOUBLE_EQ": "==", "NEQ": "!=", "LT": "<", "GT": ">", "LEQ": "<=", "GEQ": ">=", "MINUS": "-", "ASTERISK": "*",
    "SLASH": "/", "PERCENT": "%", "DOUBLE_AMP": "&&", "DOUBLE_PIPE": "||", "PLUS": "+",
}  # fmt: skip


def _kind(node: Any) -> str:
    """The rule of a tree, or an empty text for a token."""
    return str(node.data) if hasattr(node, "data") else ""


def _span(node: Any) -> tuple[int, int]:
    """Where a token or tree begins and ends in the parsed text."""
    place = getattr(node, "meta", node)
    return place.start_pos, place.end_pos


def _word(node: Any) -> str:
    return str(node.children[0])


def _inner(node: Any) -> list[Any]:
    """The children that are rules of their own, without newlines and comments."""
    return [child for child in node.children if _kind(child) not in {"", "new_line_or_comment"}]
