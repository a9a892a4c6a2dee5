"""Reading a ``type`` argument: words and calls that name a type, defaults of optional attributes included."""

from __future__ import annotations

from collections.abc import Callable

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.types import ANY, WORDS, Member, Type, convert
from scanner.collectors.terraform.values import EvaluationError, Value

_OLD = {**WORDS, "list": Type("list", ANY), "map": Type("map", ANY), "set": Type("set", ANY)}


def read(node: syntax.Expression | None, evaluate: Callable[[syntax.Expression], Value]) -> Type:
    """A ``type`` argument. EvaluationError when it is none."""
    if node is None:
        return ANY
    word = node.name if isinstance(node, syntax.Name) else syntax.plain(node)
    if word in _OLD:
        return _OLD[word]
    if not isinstance(node, syntax.Call) or not node.arguments:
        raise EvaluationError("not a type")
    first = node.arguments[0]
    if node.name in {"list", "set", "map"}:
        return Type(node.name, read(first, evaluate))
    if node.name == "tuple" and isinstance(first, syntax.Tuple):
        return Type("tuple", elements=tuple(read(item, evaluate) for item in first.items))
    if node.name == "object" and isinstance(first, syntax.Object):
        return Type("object", members=tuple(_member(key, item, evaluate) for key, item in first.items))
    raise EvaluationError("not a type")


def _member(
    key: syntax.Expression, node: syntax.Expression, evaluate: Callable[[syntax.Expression], Value]
) -> tuple[str, Member]:
    name = syntax.plain(key)
    if name is None:
        raise EvaluationError("not an attribute name")
    if not isinstance(node, syntax.Call) or node.name != "optional":
        return name, Member(read(node, evaluate))
    kind = read(node.arguments[0], evaluate)
    default = evaluate(node.arguments[1]) if len(node.arguments) > 1 else None
    return name, Member(kind, True, convert(default, kind) if default is not None else None)
