"""The one place that knows YAML and pydantic.

Text that people write becomes typed dataclasses here, and every mistake in it becomes a ``UserError`` that names file,
line, key and what is allowed. Results become JSON and JSON becomes results, through the same types.
"""

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
