"""Whether a plan still speaks of the sources at hand, where its values cannot be held against them one by one.

Of a module that is not on disk only the plan knows the resources. The plan also holds the call it was made from: where
a constant of the call, or a variable that it hands on, is no longer the same, its resources prove nothing.
"""

from __future__ import annotations

from typing import Any

from scanner.collectors.terraform import masked, syntax
from scanner.collectors.terraform.agreement import Agreement
from scanner.collectors.terraform.evaluate import settle
from scanner.collectors.terraform.modules import ModuleInstance
from scanner.collectors.terraform.plan import Plan, unindexed
from scanner.collectors.terraform.unread import UnreadModule
from scanner.collectors.terraform.values import Value

_OF_THE_CALL = frozenset({"source", "version", "providers", "depends_on", "count", "for_each"})


def changed(plan: Plan, module: UnreadModule, root: ModuleInstance) -> str:
    """What of a module's call is not as it was when the plan was made; empty when nothing is known to be."""
    planned = plan.calls.get(unindexed(module.address), {})
    arguments = module.declaration.body.arguments
    names = {name for name in arguments if name not in _OF_THE_CALL}
    strange = sorted(names ^ {name for name in planned if name not in _OF_THE_CALL})
    if strange:
        return f"{strange[0]} of {module.address}"
    for name in sorted(names):
        argument = arguments[name]
        written = settle(argument.value, module.scope.in_file(argument.file))
        expression = planned[name] if isinstance(planned[name], dict) else {}
        if "constant_value" in expression:
            if _differ(written, expression["constant_value"]):
                return f"{name} of {module.address}"
        elif isinstance(argument.value, syntax.Literal) or syntax.plain(argument.value) is not None:
            return f"{name} of {module.address}"
        elif module.address.count("module.") == 1:
            other = _other_variable(plan, expression.get("references"), root)
            if other:
                return f"{other}, which {module.address} is given"
    return ""


def _other_variable(plan: Plan, references: Any, root: ModuleInstance) -> str:
    for reference in references if isinstance(references, list) else []:
        kind, _, name = str(reference).partition(".")
        name = name.partition(".")[0].partition("[")[0]
        if kind == "var" and name in plan.variables:
            written = root.root_name("var", name, root.scope, "")
            if written.kind not in {"unknown", "lazy"} and _differ(written, plan.variables[name]):
                return f"var.{name}"
    return ""


def _differ(written: Value, planned: Any) -> bool:
    """Whether two values are known to differ, or one side only is known."""
    if written.kind in {"unknown", "lazy"}:
        return True
    return Agreement("", "").disagree(written, masked.value(planned))
