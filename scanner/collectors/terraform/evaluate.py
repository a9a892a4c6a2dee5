"""The worth of an expression in a scope.

Nothing is executed: an expression is read as Terraform reads it, lazily, and what cannot be known becomes a hole that
stays where it is. What Terraform would refuse raises ``EvaluationError``, which costs one argument. Steps, depth and
size are limited, so hostile sources end in holes as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from scanner.collectors.terraform import access, branches, numbers, operations, syntax
from scanner.collectors.terraform.scope import Scope
from scanner.collectors.terraform.syntax import MEMBER, Expression, Part
from scanner.collectors.terraform.texts import as_piece, join
from scanner.collectors.terraform.values import (
    SEQUENCES,
    EvaluationError,
    Hole,
    Trail,
    Value,
    boolean,
    carry,
    find_hole,
    mapping,
    number,
    sequence,
    string,
    unknown,
)

MAX_DEPTH = 500


def evaluate(node: Expression, scope: Scope) -> Value:
    """The value of an expression. EvaluationError where Terraform would refuse it."""
    budget = scope.budget
    budget.steps -= 1
    if budget.steps < 0:
        return _exhausted()
    if budget.depth > MAX_DEPTH:
        return unknown(f"expressions refer to one another more than {MAX_DEPTH} deep")
    budget.depth += 1
    try:
        return _EVALUATE[type(node)](node, scope)
    finally:
        budget.depth -= 1


def _exhausted() -> Value:
    return unknown("the sources need more steps than are allowed", "simplify what they compute")


def settle(node: Expression, scope: Scope) -> Value:
    """Like ``evaluate``, but an error becomes a hole: the boundary of an argument, local, variable or output."""
    try:
        return evaluate(node, scope)
    except EvaluationError as error:
        place = scope.place(getattr(node, "line", 1))
        return replace(unknown(f"the expression fails: {error}", "correct it"), trail=Trail(place))
    except RecursionError:
        return replace(unknown("the expression is nested too deep", "simplify it"), trail=Trail(scope.place(1)))


def _literal(node: syntax.Literal, scope: Scope) -> Value:
    trail = Trail(scope.place(node.line))
    if node.kind == "null":
        return Value("null", None, trail)
    if node.kind == "bool":
        return Value("bool", node.text == "true", trail)
    parsed = numbers.parse(node.text)
    if parsed is None:
        return unknown("the number is out of bounds")
    return number(parsed, trail)


def _refused(node: syntax.Refused, scope: Scope) -> Value:
    raise EvaluationError(f"{node.reason} ({scope.place(node.line)})")


def _template(node: syntax.Template, scope: Scope) -> Value:
    if not node.parts:
        return string("", Trail(scope.place(node.line)))
    if len(node.parts) == 1 and not isinstance(node.parts[0], syntax.Choice | syntax.Loop):
        only = node.parts[0]
        return string(only, Trail(scope.place(node.line))) if isinstance(only, str) else evaluate(only, scope)
    return join(_pieces(node.parts, scope), scope.place(node.line))


def _pieces(parts: Iterable[Part], scope: Scope) -> Iterable[Value]:
    for part in parts:
        if isinstance(part, str):
            yield string(part)
        elif isinstance(part, syntax.Choice):
            yield from _choice(part, scope)
        elif isinstance(part, syntax.Loop):
            yield from _loop(part, scope)
        else:
            yield as_piece(evaluate(part, scope))


def _choice(part: syntax.Choice, scope: Scope) -> Iterable[Value]:
    test = operations.truth(evaluate(part.test, scope))
    if test is None:
        yield unknown("a template's condition is not known", type="string")
    else:
        yield from _pieces(part.then if test else part.otherwise, scope)


def _loop(part: syntax.Loop, scope: Scope) -> Iterable[Value]:
    pairs, rest = access.pairs(evaluate(part.collection, scope))
    for key, value in pairs:
        if scope.budget.steps < 0:
            yield _exhausted()
            return
        names = {part.value: value} | ({part.key: key} if part.key else {})
        yield from _pieces(part.body, scope.with_names(names))
    if rest is not None:
        yield Value("unknown", rest)


def _name(node: syntax.Name, scope: Scope) -> Value:
    found = scope.names.get(node.name)
    if found is not None:
        return found
    return scope.module.bare_name(node.name)


def _attribute(node: syntax.Attribute, scope: Scope) -> Value:
    target = node.target
    if isinstance(target, syntax.Name) and target.name not in scope.names:
        return scope.module.root_name(target.name, node.name, scope, scope.place(node.line))
    if isinstance(target, syntax.Attribute) and isinstance(target.target, syntax.Name) and target.target.name == "data":
        return scope.module.data_source(target.name, node.name, scope.place(node.line))
    return access.attribute(evaluate(target, scope), node.name)


def _index(node: syntax.Index, scope: Scope) -> Value:
    return access.index(evaluate(node.target, scope), evaluate(node.key, scope))


def _splat(node: syntax.Splat, scope: Scope) -> Value:
    target = evaluate(node.target, scope)
    if target.kind == "null":
        return sequence([])
    if target.kind == "unknown":
        return replace(target, data=replace(target.data, alternatives=(), parts=(), structure=None, type=""))
    if target.kind == "lazy":
        several = target.data.splat()
        if several is not None:
            member = evaluate(node.each, scope.with_names({MEMBER: several}))
            reason = Hole(f"the number of instances of {target.data.address} is not known")
            return carry(Value("unknown", reason), [member], same=True)
    if target.kind not in SEQUENCES:
        return sequence([evaluate(node.each, scope.with_names({MEMBER: target}))]).marked(target.marks)
    items = [evaluate(node.each, scope.with_names({MEMBER: item})) for item in target.data]
    return sequence(items, "tuple" if target.kind == "tuple" else "list", target.rest).marked(target.marks)


def _call(node: syntax.Call, scope: Scope) -> Value:
    if node.name in {"try", "can"} and not node.expand:
        return _attempt(node, scope)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    if node.expand:
        last = arguments.pop()
        if last.kind in SEQUENCES and last.rest is None and not (last.kind == "set" and find_hole(last)):
            arguments.extend(last.data)
        elif last.kind in SEQUENCES or last.kind == "unknown":
            arguments.extend([*(last.data if last.kind != "unknown" else ()), _no_type(last)])
        else:
            raise EvaluationError("only a list can be expanded")
    return scope.module.call(node.name, arguments, scope, scope.place(node.line))


def _no_type(value: Value) -> Value:
    hole = (value.data if value.kind == "unknown" else value.rest or find_hole(value)) or Hole("not known")
    return replace(value, kind="unknown", data=Hole(hole.reason, hole.remedy), rest=Hole(hole.reason, hole.remedy))


def _attempt(node: syntax.Call, scope: Scope) -> Value:
    for argument in node.arguments:
        try:
            found = evaluate(argument, scope)
        except EvaluationError:
            continue
        if node.name == "try":
            return found
        hole = find_hole(found)
        return (
            boolean(True)
            if hole is None
            else carry(Value("unknown", replace(hole, type="bool", alternatives=())), [found])
        )
    if node.name == "can":
        return boolean(False)
    raise EvaluationError("no argument of try can be evaluated")


def _unary(node: syntax.Unary, scope: Scope) -> Value:
    return operations.unary(node.operator, evaluate(node.operand, scope), scope.place(node.line))


def _binary(node: syntax.Binary, scope: Scope) -> Value:
    left = evaluate(node.left, scope)
    if node.operator in {"&&", "||"}:
        known = operations.truth(left)
        if known is (node.operator == "||"):
            return carry(boolean(known), [left], scope.place(node.line))
    return operations.binary(node.operator, left, evaluate(node.right, scope), scope.place(node.line))


def _conditional(node: syntax.Conditional, scope: Scope) -> Value:
    condition = evaluate(node.test, scope)
    test = operations.truth(condition)
    if test is None:
        then, otherwise = _quietly(node.then, scope), _quietly(node.otherwise, scope)
        return branches.either(condition, then, otherwise)
    chosen, other = (node.then, node.otherwise) if test else (node.otherwise, node.then)
    value = evaluate(chosen, scope)
    if condition.trail is not None and branches.is_switch(node):
        # Both branches are fixed: what a person would edit is the value that chooses between them.
        value = replace(value, trail=Trail(scope.place(node.line), "chosen by the condition", condition.trail))
    if value.kind in {"unknown", "lazy"}:
        return value.marked(condition.marks)
    left = _quietly(other, scope)
    return branches.unified(value, left).marked(condition.marks)


def _quietly(node: Expression, scope: Scope) -> Value:
    try:
        return evaluate(node, scope)
    except EvaluationError as error:
        return unknown(f"the expression fails: {error}")


def _tuple(node: syntax.Tuple, scope: Scope) -> Value:
    return replace(sequence(evaluate(item, scope) for item in node.items), trail=Trail(scope.place(node.line)))


def _object(node: syntax.Object, scope: Scope) -> Value:
    found: dict[str, Value] = {}
    rest: Hole | None = None
    for key_node, item_node in node.items:
        key = evaluate(key_node, scope)
        item = evaluate(item_node, scope)
        if key.kind == "unknown":
            rest, found = key.data, {}
        else:
            found[access.key_text(key)] = item
    return replace(mapping(found, rest=rest), trail=Trail(scope.place(node.line)))


def _for(node: syntax.For, scope: Scope) -> Value:
    collection = evaluate(node.collection, scope)
    pairs, rest = access.pairs(collection)
    results: list[tuple[Value | None, Value]] = []
    for key, value in pairs:
        if scope.budget.steps < 0:
            return _exhausted()
        inner = scope.with_names({node.value: value} | ({node.key: key} if node.key else {}))
        if node.test is not None:
            keep = operations.truth(evaluate(node.test, inner))
            if keep is None:
                rest = rest or Hole("the condition of a for expression is not known")
                continue
            if not keep:
                continue
        result_key = evaluate(node.result_key, inner) if node.result_key is not None else None
        results.append((result_key, evaluate(node.result, inner)))
    if node.result_key is None:
        return sequence((value for _, value in results), rest=rest).marked(collection.marks)
    return access.object_of(results, node.group, rest).marked(collection.marks)


_EVALUATE: dict[type, Callable[[Any, Scope], Value]] = {
    syntax.Literal: _literal,
    syntax.Template: _template,
    syntax.Name: _name,
    syntax.Attribute: _attribute,
    syntax.Index: _index,
    syntax.Splat: _splat,
    syntax.Call: _call,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Conditional: _conditional,
    syntax.Tuple: _tuple,
    syntax.Object: _object,
    syntax.For: _for,
    syntax.Refused: _refused,
}
