"""YAML text to plain data with line numbers, bounded before anything is built.

Only ``true`` and ``false`` are booleans (``on``, ``yes`` and ``off`` stay the words that PostgreSQL and Redis use),
``0600`` stays text, dates stay text, a key that stands twice is an error: the rules of YAML 1.2 as far as they matter
for configuration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Union

import yaml

from scanner.errors import UserError

Path_ = tuple[str | int, ...]

MAX_BYTES = 5_000_000
MAX_NODES = 200_000
MAX_DEPTH = 60


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


def trees(text: str, place: str, tags: Callable[[str], str] | None = None) -> list[Tree]:
    """Every document of a YAML text. UserError with file and line for anything that is not well-formed or too big.

    ``tags`` turns a local tag (without its ``!``) into the key of a mapping that holds what is tagged, for languages
    in which a tag is short for one; nothing is constructed from a tag, and every key is text there.
    """
    if len(text) > MAX_BYTES:
        raise UserError(f"{len(text):,} characters are too many", place=place, allowed=f"up to {MAX_BYTES:,}")
    loader = _Loader(text)
    found = []
    try:
        while loader.check_node():
            node = loader.get_node()
            _bound(node, place)
            node = _spelled_out(node, tags, {}) if tags else node
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


def _spelled_out(node: yaml.Node, tags: Callable[[str], str], done: dict[int, yaml.Node]) -> yaml.Node:
    """The node with every local tag as a mapping of one key, and keys as text; what an alias repeats stays one node."""
    if id(node) in done:
        return done[id(node)]
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            key.tag = key.tag if key.tag == "tag:yaml.org,2002:merge" else "tag:yaml.org,2002:str"
        node.value = [(key, _spelled_out(value, tags, done)) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        node.value = [_spelled_out(item, tags, done) for item in node.value]
    found = node
    if node.tag.startswith("!") and len(node.tag) > 1:
        key = yaml.ScalarNode("tag:yaml.org,2002:str", tags(node.tag[1:]), node.start_mark, node.end_mark)
        kind = "seq" if isinstance(node, yaml.SequenceNode) else "map" if isinstance(node, yaml.MappingNode) else "str"
        found = yaml.MappingNode("tag:yaml.org,2002:map", [(key, node)], node.start_mark, node.end_mark)
        done[id(node)] = found
        node.tag = f"tag:yaml.org,2002:{kind}"
    done.setdefault(id(node), found)
    return found


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


def dump_yaml(value: object) -> str:
    """Plain data as YAML that this module reads back to the same data."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)
    return text
