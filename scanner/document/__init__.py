"""The one place that knows YAML and pydantic.

Text that people write becomes typed dataclasses here, and every mistake in it becomes a ``UserError`` that names file,
line, key and what is allowed. Results become JSON and JSON becomes results, through the same types. A part is loaded
when it is first asked for: a check of Terraform whose shipped data is kept needs neither library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scanner.document.json_text import from_json, json_schema, to_json
    from scanner.document.typed import adapter, described, read, read_text, validate
    from scanner.document.yaml_text import (
        MAX_BYTES,
        MAX_DEPTH,
        MAX_NODES,
        Node,
        Path_,
        Scalar,
        Tree,
        dump_yaml,
        scalars,
        trees,
    )

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Node",
    "Path_",
    "Scalar",
    "Tree",
    "adapter",
    "described",
    "dump_yaml",
    "from_json",
    "json_schema",
    "read",
    "read_text",
    "scalars",
    "to_json",
    "trees",
    "validate",
]

_PARTS = {
    **dict.fromkeys(("from_json", "json_schema", "to_json"), "json_text"),
    **dict.fromkeys(("adapter", "described", "read", "read_text", "validate"), "typed"),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    found = getattr(import_module(f"{__name__}.{_PARTS.get(name, 'yaml_text')}"), name)
    globals()[name] = found
    return found
