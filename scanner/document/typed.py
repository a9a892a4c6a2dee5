"""Plain data to typed dataclasses, and every mistake on the way as a ``UserError`` by file, line and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from scanner.document.yaml_text import MAX_BYTES, Path_, Tree, trees
from scanner.errors import UserError

T = TypeVar("T")

UNKNOWN_KEY = frozenset({"unexpected_keyword_argument", "extra_forbidden"})
"""A misspelt key explains a missing one, so it is told first."""


def read_text(path: Path, place: str | None = None, limit: int = MAX_BYTES) -> str:
    """A UTF-8 file as text. UserError when it is missing, unreadable, too big or not UTF-8."""
    place = place or str(path)
    try:
        if path.stat().st_size > limit:
            raise UserError(f"the file is larger than {limit:,} bytes", place=place)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"not UTF-8 at byte {error.start}", place=place) from None
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", place=place) from None


def read(path: Path, kind: type[T], place: str | None = None) -> tuple[T, Tree]:
    """One YAML document as ``kind``, with its tree for line numbers. UserError names file, line, key and what fits."""
    place = place or str(path)
    found = trees(read_text(path, place), place)
    if len(found) != 1:
        count = "is empty" if not found else f"holds {len(found)} documents"
        raise UserError(f"the file {count}", place=place, allowed="one YAML document")
    return validate(found[0], kind), found[0]


def validate(tree: Tree, kind: type[T]) -> T:
    """Plain data as ``kind``. UserError for the first mistake, by line."""
    try:
        return adapter(kind).validate_python(tree.value)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        problems.sort(key=lambda item: (item["type"] not in UNKNOWN_KEY, tree.line(_real(item["loc"], tree))))
        raise _mistake(problems, tree, kind) from None


def _mistake(problems: list[Any], tree: Tree, kind: type[Any]) -> UserError:
    problem = problems[0]
    path = _real(problem["loc"], tree)
    key = ".".join(str(part) for part in path) or "the document"
    at = f"{tree.place}:{tree.line(path)}"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if problem["type"] in UNKNOWN_KEY:
        allowed = ", ".join(_allowed(kind, path[:-1]))
        return UserError(f"unknown key{more}", place=at, key=key, allowed=allowed)
    if problem["type"] in {"missing", "missing_argument"}:
        return UserError(f"is required but missing{more}", place=at, key=key)
    return UserError(f"{problem['msg'][0].lower()}{problem['msg'][1:]}{more}", place=at, key=key)


def _real(location: tuple[str | int, ...], tree: Tree) -> Path_:
    """A pydantic location without the names of union members and functions that are not keys of the document."""
    value, path = tree.value, []
    for position, part in enumerate(location):
        last = position == len(location) - 1
        if isinstance(value, dict) and (part in value or last):
            path.append(part)
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            path.append(part)
            value = value[part]
    return tuple(path)


def _allowed(kind: type[Any], path: Path_) -> list[str]:
    """The property names that the JSON Schema of ``kind`` has at ``path``."""
    schema = adapter(kind).json_schema()
    node: Any = schema
    for part in path:
        node = _step(schema, node, part)
    return sorted({name for option in _options(schema, node) for name in option.get("properties", {})})


def _options(schema: dict[str, Any], node: Any) -> list[dict[str, Any]]:
    while isinstance(node, dict) and "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    if not isinstance(node, dict):
        return []
    branches = node.get("anyOf", []) + node.get("oneOf", [])
    return [node] if not branches else [leaf for branch in branches for leaf in _options(schema, branch)]


def _step(schema: dict[str, Any], node: Any, part: str | int) -> Any:
    for option in _options(schema, node):
        if isinstance(part, int):
            prefix = option.get("prefixItems", [])
            found = prefix[part] if part < len(prefix) else option.get("items")
        else:
            found = option.get("properties", {}).get(part) or option.get("additionalProperties")
        if isinstance(found, dict):
            return found
    return {}


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """The pydantic adapter of a type, built once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return cast("TypeAdapter[T]", _ADAPTERS[kind])


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def described(kind: type[T]) -> type[T]:
    """A plain dataclass whose attribute docstrings become the descriptions of its schema. Call it before any other."""
    if not hasattr(kind, "__pydantic_config__"):
        kind.__pydantic_config__ = {"use_attribute_docstrings": True}  # type: ignore[attr-defined]
    return kind
