"""What may change the value of a settings field after its default is written: validators, methods, conditions.

A default is only the first word. A validator that gives back anything but the value it was handed, a method that
assigns to the field, or a branch in the class body that sets it again can have the last one, and none of them is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scanner.readers.python_expressions import last_name

VALIDATORS = frozenset({"field_validator", "validator"})
EVERY = "*"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def changes(node: ast.ClassDef) -> dict[str, str]:
    """Fields whose default may not be what the application gets, each with the reason; ``*`` stands for all."""
    found: dict[str, str] = {}
    for statement in node.body:
        if isinstance(statement, _Function):
            for name in (*_validated(statement), *_assigned(statement)):
                found.setdefault(name, f"{statement.name} in line {statement.lineno} may change it")
        elif not isinstance(statement, ast.ClassDef | ast.Assign | ast.AnnAssign | ast.Expr | ast.Pass):
            for name in _names(statement):
                found.setdefault(name, f"line {statement.lineno} sets it under a condition")
    return found


def _validated(function: _Function) -> Iterator[str]:
    """The fields of a validator that may give back another value than the one it is handed."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and last_name(decorator.func) in VALIDATORS and not _hands_back(function):
            for item in decorator.args:
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.value


def _hands_back(function: _Function) -> bool:
    """Whether every ``return`` gives the very argument, which nothing assigns anew: such a validator only refuses."""
    arguments = [item.arg for item in function.args.args]
    value = arguments[1] if len(arguments) > 1 else ""
    returned = [item.value for item in ast.walk(function) if isinstance(item, ast.Return)]
    same = all(isinstance(item, ast.Name) and item.id == value for item in returned)
    return bool(returned) and same and value not in set(_names(function))


def _assigned(function: _Function) -> Iterator[str]:
    """Fields that a method assigns to, as attributes or as entries of the mapping of values."""
    for item in ast.walk(function):
        for target in _targets(item):
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                yield target.attr
            elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                yield str(target.slice.value)


def _names(node: ast.stmt) -> Iterator[str]:
    for item in ast.walk(node):
        yield from (target.id for target in _targets(item) if isinstance(target, ast.Name))


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else []
