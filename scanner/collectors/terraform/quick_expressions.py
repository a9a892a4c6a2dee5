"""Expressions as they are usually written, from tokens to nodes; whatever else there is raises ``Unusual``."""

from __future__ import annotations

from scanner.collectors.terraform import syntax, templates
from scanner.collectors.terraform.syntax import MEMBER, Expression, SyntaxProblem
from scanner.collectors.terraform.tokens import Token, Unusual, tokens

MAX_DEPTH = 40
MAX_CHAIN = 60
"""Operators or steps in a row; longer ones are left to the parser that counts how deep a tree becomes."""

_PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_LITERALS = frozenset({"true", "false", "null"})
_KEYWORDS = frozenset({"for", "in", "if", "else", "endif", "endfor", "for_each"})


def expression(text: str, line: int) -> Expression | None:
    """The text of one expression, or None where it takes the whole parser to tell."""
    try:
        reader = Reader(tokens(text, line, brackets="("))
        found = reader.expression()
        reader.take("end")
        return found
    except (Unusual, SyntaxProblem, RecursionError):
        return None


def _embedded(text: str, line: int) -> Expression:
    found = expression(text, line)
    if found is None:
        raise Unusual
    return found


class Reader:
    """Goes through the tokens once, from the left."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens, self._at, self._depth = found, 0, 0
        self.kind = found[0][0]

    def next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        self.kind = self._tokens[self._at][0] if token[0] != "end" else "end"
        return token

    def take(self, kind: str) -> Token:
        if self.kind != kind:
            raise Unusual
        return self.next()

    def skip_newlines(self) -> bool:
        found = False
        while self.kind == "\n":
            found = True
            self.next()
        return found

    # ------------------------------------------------------------ operators

    def expression(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unusual
        line = self._tokens[self._at][2]
        found = self._operation(1)
        if self.kind == "?":
            self.next()
            then = self.expression()
            self.take(":")
            found = syntax.Conditional(found, then, self.expression(), line)
        self._depth -= 1
        return found

    def _operation(self, lowest: int) -> Expression:
        line = self._tokens[self._at][2]
        left = self._unary()
        for _ in range(MAX_CHAIN):
            precedence = _PRECEDENCE.get(self.kind, 0)
            if precedence < lowest:
                return left
            operator = self.next()[0]
            left = syntax.Binary(operator, left, self._operation(precedence + 1), line)
        raise Unusual

    def _unary(self) -> Expression:
        if self.kind not in {"-", "!"}:
            return self._steps(self._term())
        operator, _, line = self.next()
        text = self._tokens[self._at][1]
        if (
            self.kind not in {"word", "number", "("}
            or "." in text
            or (self.kind == "number" and text[:1] == "0" != text)
        ):
            raise Unusual
        return syntax.Unary(operator, self._steps(self._term()), line)

    # ------------------------------------------------------------ terms

    def _term(self) -> Expression:
        kind, text, line = self.next()
        if kind == "word":
            return self._word(text, line)
        if kind == "text":
            return syntax.text(templates.decode(text, line), line)
        if kind == "number":
            return syntax.Literal("number", text, line)
        if kind == "template":
            return templates.quoted(text, line, _embedded)
        if kind == "heredoc":
            return templates.heredoc(text, line, _embedded)
        if kind == "[":
            return self._tuple(line)
        if kind == "{":
            return self._object(line)
        if kind == "(":
            found = self.expression()
            self.take(")")
            return found
        raise Unusual

    def _word(self, word: str, line: int) -> Expression:
        if word in _KEYWORDS or (word in _LITERALS and self.kind in {".", "[", "call"}):
            raise Unusual
        if self.kind == "call":
            self.next()
            return self._call(word, line)
        if word in _LITERALS:
            return syntax.Literal("null" if word == "null" else "bool", word, line)
        return syntax.Name(word, line)

    def _call(self, name: str, line: int) -> Expression:
        arguments: list[Expression] = []
        while self.kind != ")":
            arguments.append(self.expression())
            if self.kind == "...":
                self.next()
                self.take(")")
                return syntax.Call(name, tuple(arguments), True, line)
            if self.kind != ")":
                self.take(",")
        self.next()
        return syntax.Call(name, tuple(arguments), False, line)

    def _steps(self, target: Expression) -> Expression:
        for _ in range(MAX_CHAIN):
            if self.kind == ".":
                line = self.next()[2]
                if self.kind == "*":
                    self.next()
                    return self._splat(target, line, indexes=False)
                target = syntax.Attribute(target, self.take("word")[1], line)
            elif self.kind == "short":
                _, digits, line = self.next()
                if self.kind == "short":
                    raise Unusual
                target = syntax.Index(target, syntax.Literal("number", digits, line), line)
            elif self.kind == "[":
                line = self.next()[2]
                if self.kind == "*":
                    self.next()
                    self.take("]")
                    return self._splat(target, line, indexes=True)
                target = syntax.Index(target, self.expression(), line)
                self.take("]")
            else:
                return target
        raise Unusual

    def _splat(self, target: Expression, line: int, *, indexes: bool) -> Expression:
        """The steps after a splat: all of them go to each member, after ``.*`` only up to an index."""
        each: Expression = syntax.Name(MEMBER, line)
        for _ in range(MAX_CHAIN):
            if self.kind == ".":
                at = self.next()[2]
                each = syntax.Attribute(each, self.take("word")[1], at)
            elif self.kind == "[" and indexes:
                at = self.next()[2]
                each = syntax.Index(each, self.expression(), at)
                self.take("]")
            else:
                found = syntax.Splat(target, each, line)
                return self._steps(found) if self.kind == "[" else found
        raise Unusual

    # ------------------------------------------------------------ collections

    def _tuple(self, line: int) -> Expression:
        if self.kind == "word" and self._tokens[self._at][1] == "for":
            return self._for("]", line)
        items: list[Expression] = []
        while self.kind != "]":
            items.append(self.expression())
            if self.kind != "]":
                self.take(",")
        self.next()
        return syntax.Tuple(tuple(items), line)

    def _object(self, line: int) -> Expression:
        if self.kind == "word" and self._tokens[self._at][1] == "for":
            return self._for("}", line)
        items: list[tuple[Expression, Expression]] = []
        self.skip_newlines()
        while self.kind != "}":
            key = self._key()
            if self.kind not in {"=", ":"}:
                raise Unusual
            self.next()
            items.append((key, self.expression()))
            if self.kind == ",":
                self.next()
                self.skip_newlines()
            elif self.kind != "}" and not self.skip_newlines():
                raise Unusual
        self.next()
        return syntax.Object(tuple(items), line)

    def _key(self) -> Expression:
        kind, text, line = self.next()
        if kind == "word" and self.kind == ".":
            self.next()
            self.take("word")
            if text in _KEYWORDS or text in _LITERALS or self.kind not in {"=", ":"}:
                raise Unusual
            return syntax.Refused(syntax.REFERENCE_AS_KEY, line)
        if kind == "word":
            return syntax.text(text, line)
        if kind == "text":
            return syntax.text(templates.decode(text, line), line)
        if kind == "template":
            return templates.quoted(text, line, _embedded)
        if kind != "(":
            raise Unusual
        found = self.expression()
        self.take(")")
        if isinstance(found, syntax.Name | syntax.Literal):
            raise Unusual
        return found

    def _for(self, end: str, line: int) -> Expression:
        self.next()
        key, value = "", self.take("word")[1]
        if self.kind == ",":
            self.next()
            key, value = value, self.take("word")[1]
        if self.take("word")[1] != "in":
            raise Unusual
        collection = self.expression()
        self.take(":")
        result_key, result, group, test = None, self.expression(), False, None
        if end == "}":
            self.take("=>")
            result_key, result = result, self.expression()
            if self.kind == "...":
                self.next()
                group = True
        if self.kind == "word" and self._tokens[self._at][1] == "if":
            self.next()
            test = self.expression()
        self.take(end)
        return syntax.For(key, value, collection, result_key, result, test, group, line)
