"""YAML manifests of deployments, as trees with lines, for the collectors of compose and Kubernetes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scanner import document
from scanner.document import Tree
from scanner.errors import SilentSource, UserError
from scanner.readers import source_file
from scanner.readers.source_file import SourceFile


def read(root: Path, path: str | Path, limit: int) -> tuple[SourceFile, list[Tree]]:
    """Every YAML document of a file. SilentSource says why it cannot be read."""
    file = source_file.read(root, path, limit)
    try:
        return file, document.trees(file.text, file.place)
    except UserError as error:
        raise SilentSource(str(error), f"correct {file.place}; templates must be rendered first") from None


def scalar(value: Any) -> str | None:
    """A YAML scalar as the text that a process gets; None for null and for what is no scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return None


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a mapping, else an empty one: bad shapes decide nothing."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
