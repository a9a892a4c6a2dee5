"""What ``lifecycle`` says of an argument: one that Terraform ignores is right only on the day of its creation.

``ignore_changes`` leaves the value as it is written in place, so a verdict still speaks of the sources; the note tells
that nobody will bring the live system back to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.collectors.terraform import syntax
from scanner.collectors.terraform.resources import Instance


def note(instance: Instance, paths: Iterable[str]) -> str:
    """The remark on what stands at one of these dotted paths; empty where Terraform keeps to the sources."""
    names = {path.partition(".")[0] for path in paths if path}
    for block in instance.declaration.body.of("lifecycle"):
        argument = block.body.arguments.get("ignore_changes")
        if argument is not None and _ignores(argument.value, names):
            place = f"{argument.file or instance.declaration.file}:{argument.line}"
            return f"Terraform will not correct this after creation (ignore_changes, {place})"
    return ""


def _ignores(node: syntax.Expression, names: set[str]) -> bool:
    """Whether one of the names is on the list, with or without quotes, ``all``, or a part of one."""
    if not isinstance(node, syntax.Tuple):
        return _first(node) == "all"
    return any(_first(item) in names for item in node.items)


def _first(node: syntax.Expression) -> str:
    while isinstance(node, syntax.Attribute | syntax.Index | syntax.Splat):
        node = node.target
    if isinstance(node, syntax.Name):
        return node.name
    return (syntax.plain(node) or "").partition(".")[0].partition("[")[0]
