"""The one module that knows YAML and pydantic.

Text that people write becomes typed dataclasses here, and every mistake in it becomes a ``UserError`` that names file,
line, key and what is allowed. Results become JSON and JSON becomes results, through the same types.

YAML is read by the rules of YAML 1.2 as far as they matter for configuration: only ``true`` and ``false`` are booleans
(``on``, ``yes`` and ``off`` stay the words that PostgreSQL and Redis use), ``0600`` stays text, dates stay text, a key
that stands twice is an error. Size, depth and the growth through aliases are bounded before anything is built.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar, Union, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from scanner.errors import UserError

T = TypeVar("T")
Path_ = tuple[str | int, ...]

MAX_BYTES = 5_000_000
MAX_NODES = 200_000
MAX_DEPTH = 60

UNKNOWN_KEY = frozenset({"unexpected_keyword_argument", "extra_forbidden"})
"""A misspelt key explains a missing one, so it is told first."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader with the scalars of YAML 1.2."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("merge", r"^(?:<<)$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


@dataclass(frozen=True)
class Tree:
    """A YAML document: plain data, and the line of every key and item by its path."""

    value: Any
    place: str
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Path_) -> int:
        """The line of the nearest known ancestor of ``path``."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def trees(text: str, place: str) -> list[Tree]:
    """Every document of a YAML text. UserError with file and line for anything that is not well-formed or too big."""
    if len(text) > MAX_BYTES:
        raise UserError(f"{len(text):,} characters are too many", place=place, allowed=f"up to {MAX_BYTES:,}")
    loader = _Loader(text)
    found = []
    try:
        while loader.check_node():
            node = loader.get_node()
            _bound(node, place)
            lines: dict[Path_, int] = {}
            _mark(node, (), lines, place)
            found.append(Tree(loader.construct_document(node), place, lines))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f"{place}:{mark.line + 1}" if mark else place
        raise UserError(f"not valid YAML: {error.problem or error.context}", place=at) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError(f"not valid YAML: {str(error).splitlines()[0]}", place=place) from None
    finally:
        loader.dispose()
    return found


Scalar = tuple[bool, str]
"""A scalar as it stands: whether it is plain (neither quoted nor a block), and its text."""
Node = Union[Scalar, list["Node"], dict[Scalar, "Node"]]  # noqa: UP007 - a recursive alias at run time


def scalars(text: str) -> list[Node]:
    """Every document of a YAML text with its scalars as text, for languages that read them by rules of their own.

    A key that stands twice keeps its last value; merge keys are applied. ValueError when it is no YAML.
    """
    if len(text) > MAX_BYTES:
        raise ValueError("too many characters")
    loader = _Loader(text)
    found = []
    try:
        while loader.check_node():
            node = loader.get_node()
            _bound(node, "")
            found.append(_scalars(node))
    except (yaml.YAMLError, UserError, RecursionError) as error:
        raise ValueError("not YAML") from error
    finally:
        loader.dispose()
    return found


def _scalars(node: yaml.Node) -> Node:
    if isinstance(node, yaml.SequenceNode):
        return [_scalars(item) for item in node.value]
    if not isinstance(node, yaml.MappingNode):
        return not getattr(node, "style", None), node.value
    merged: dict[Scalar, Node] = {}
    own: dict[Scalar, Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise ValueError("a key must be plain text")
        if key.value == "<<" and not key.style:
            sources = _scalars(value)
            for source in sources if isinstance(sources, list) else [sources]:
                merged = {**source, **merged} if isinstance(source, dict) else merged
        else:
            own[(not key.style, key.value)] = _scalars(value)
    return {**merged, **own}


def _bound(node: yaml.Node, place: str) -> None:
    """Refuse depth, cycles and alias growth before construction."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(current: yaml.Node, depth: int) -> int:
        key = id(current)
        if key in sizes:
            return sizes[key]
        if key in open_nodes or depth > MAX_DEPTH:
            problem = "an alias contains itself" if key in open_nodes else f"nested deeper than {MAX_DEPTH} levels"
            raise UserError(problem, place=f"{place}:{current.start_mark.line + 1}")
        open_nodes.add(key)
        total = 1 + sum(size(child, depth + 1) for child in _children(current))
        open_nodes.discard(key)
        if total > MAX_NODES:
            at = f"{place}:{current.start_mark.line + 1}"
            raise UserError(f"grows to more than {MAX_NODES:,} values (aliases repeat them)", place=at)
        sizes[key] = total
        return total

    size(node, 0)


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _mark(node: yaml.Node, path: Path_, lines: dict[Path_, int], place: str) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _mark(child, (*path, index), lines, place)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else repr(key.tag)
            at = f"{place}:{key.start_mark.line + 1}"
            if not isinstance(key, yaml.ScalarNode):
                raise UserError("a key must be plain text", place=at)
            if name in seen and name != "<<":
                raise UserError("this key stands twice", place=at, key=name)
            seen.add(name)
            lines[(*path, name)] = key.start_mark.line + 1
            _mark(value, (*path, name), lines, place)


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


def json_schema(kind: type[Any], title: str = "") -> dict[str, Any]:
    """The JSON Schema of a type that people write or that the program prints."""
    schema = adapter(kind).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, **({"title": title} if title else {})}


def to_json(value: object, kind: type[Any], indent: int | None = 2) -> str:
    """A value as JSON text. Text that is not Unicode scalar values (lone surrogates) is escaped, never an error.

    JSON has no word for an infinite number; one that a hostile source brought (``1e999``) is written as text.
    """
    data = adapter(kind).dump_python(value, mode="python")
    try:
        text = json.dumps(data, indent=indent, ensure_ascii=False, default=list, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(data), indent=indent, ensure_ascii=False, default=list, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def from_json(text: str | bytes, kind: type[T], place: str) -> T:
    """JSON text as ``kind``. UserError with the place when it is no JSON or not of that shape."""
    try:
        return _from_json(text, kind)
    except (ValueError, RecursionError) as error:
        if not isinstance(error, ValidationError):
            where = f" at line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else ""
            raise UserError(f"not valid JSON{where}", place=place) from None
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"not a result of this scanner: {first['msg']}", place=place, key=where) from None


def _from_json(text: str | bytes, kind: type[T]) -> T:
    """The fast reader refuses the lone surrogates that ``to_json`` escapes; the standard library reads them."""
    try:
        return adapter(kind).validate_json(text)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] != "json_invalid":
            raise
    return adapter(kind).validate_python(json.loads(text))


def dump_yaml(value: object) -> str:
    """Plain data as YAML that this module reads back to the same data."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)
    return text
