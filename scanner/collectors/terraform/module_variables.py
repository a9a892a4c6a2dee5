"""What the variables of a module are worth: given by its call, by variable files or the user, or by their defaults."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.collectors.terraform import syntax, type_words, types
from scanner.collectors.terraform.evaluate import evaluate, settle
from scanner.collectors.terraform.scope import Scope
from scanner.collectors.terraform.session import Given, Session
from scanner.collectors.terraform.source import Declaration, Directory
from scanner.collectors.terraform.values import SECRET, SENSITIVE, EvaluationError, Trail, Value, string, unknown
from scanner.readers.secrecy import looks_secret


@dataclass(frozen=True)
class Variables:
    """The variables of one instance of a module."""

    session: Session
    directory: Directory
    address: str
    scope: Scope
    call: Declaration | None
    """The call of the module; None for the root."""
    caller: Scope | None
    """Where that call stands."""

    def value(self, name: str) -> Value:
        """What ``var.name`` is worth."""
        declaration = self.directory.get("variable", name)
        body = declaration.body if declaration else syntax.Body()
        if declaration and declaration.problem:
            self.session.note(declaration.problem)
            return unknown(f"the declaration of var.{name} cannot be read", f"correct {declaration.problem.place}")
        scope = self.scope.in_file(declaration.file) if declaration else self.scope
        try:
            value = self._typed_variable(name, body, scope)
        except EvaluationError as error:
            value = unknown(f"var.{name} does not fit its type: {error}", "correct the value or the type")
        marks = SENSITIVE if flag(body, "sensitive") else 0
        if looks_secret(name) and value.kind not in {"bool", "number", "null"}:
            marks |= SECRET
        return value.marked(marks)

    def _typed_variable(self, name: str, body: syntax.Body, scope: Scope) -> Value:
        kind = type_words.read(body.expression("type"), lambda node: evaluate(node, scope))
        given = self._given(name, kind)
        if given is not None and not (given.kind == "null" and flag(body, "nullable") is False):
            return types.convert(given, kind)
        default = body.expression("default")
        if default is not None:
            return types.convert(settle(default, scope), kind)
        owner = f" of {self.address}" if self.address else ""
        remedy = f"give {name} in a variable file or by var" if not self.address else f"give {name} in the call"
        hole = unknown(f"var.{name}{owner} has no value", remedy)
        return types.convert(hole, kind)

    def _given(self, name: str, kind: types.Type) -> Value | None:
        if self.call is not None and self.caller is not None:
            argument = self.call.body.arguments.get(name)
            if argument is not None:
                value = settle(argument.value, self.caller.in_file(argument.file))
                place = f"{argument.file}:{argument.line}"
                return value.at(f"argument of {self.address}", place) if value.trail else value
            problem = self.call.problem
            return unknown("the module call cannot be read", f"correct {problem.place}") if problem else None
        given = self.session.given.get(name)
        if given is None and self.session.unread_values:
            place = self.session.unread_values
            return unknown(f"{place} cannot be read and could give var.{name} a value", f"correct {place}")
        if given is None:
            return None
        if given.expression is not None:
            return settle(given.expression, self.scope.in_file(given.place))
        return _from_text(given, kind, self.scope)


def flag(body: syntax.Body, name: str) -> bool | None:
    """A boolean that is written out in a declaration; None where it is not."""
    node = body.expression(name)
    return node.text == "true" if isinstance(node, syntax.Literal) and node.kind == "bool" else None


def _from_text(given: Given, kind: types.Type, scope: Scope) -> Value:
    """A variable given as text: read as an expression where the type is no primitive, as Terraform does."""
    from scanner.collectors.terraform import parse

    text = given.text or ""
    trail = Trail(given.place)
    if kind.kind in {"string", "number", "bool"} or kind is types.ANY:
        return string(text, trail)
    try:
        return replace(settle(parse.expression(text), scope), trail=trail)
    except syntax.SyntaxProblem:
        return unknown("the given value is no expression of the variable's type")
