"""Files that give a template's parameters their values, in every usual form.

A list of ``ParameterKey`` and ``ParameterValue`` (the command line of AWS), a mapping below ``Parameters``
(CodePipeline, Git sync), a list of ``Key=Value`` texts, a plain mapping, and the ``parameter_overrides`` of a
``samconfig`` file.
"""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scanner.collectors.cloudformation import template
from scanner.collectors.cloudformation.parameters import Given
from scanner.collectors.cloudformation.values import from_plain
from scanner.document import Path_, Tree
from scanner.errors import SilentSource, UserError
from scanner.readers import source_file

SAMCONFIG = "samconfig."
SUFFIXES = (".json", ".yaml", ".yml", ".toml")
COMMANDS = ("deploy", "sync", "global")
"""Sections of a samconfig file whose values a deployment takes, the first that says something winning."""


@dataclass(frozen=True)
class Written:
    """A value as a file gives it."""

    data: Any
    place: str
    previous: bool = False

    @property
    def given(self) -> Given:
        return Given(from_plain(self.data, self.place), self.previous)


@dataclass(frozen=True)
class ValueFile:
    """A file that gives values; ``sections`` are those of a samconfig file, by environment."""

    place: str
    sha256: str
    values: Mapping[str, Written] = field(default_factory=dict)
    sections: Mapping[str, Mapping[str, Written]] = field(default_factory=dict)
    explicit: bool = False
    """Its form alone says that it gives parameters."""


def read(root: Path, path: str | Path, limit: int) -> ValueFile:
    """A parameter file. SilentSource says why it cannot be read."""
    file = source_file.read(root, path, limit)
    try:
        tree = _tree(file.text, file.place)
    except (UserError, ValueError, RecursionError) as error:
        text = str(error) if isinstance(error, UserError) else f"{file.place}: not valid TOML"
        raise SilentSource(text, f"correct {file.place}") from None
    if file.path.name.startswith(SAMCONFIG):
        return ValueFile(file.place, file.sha256, {}, _sections(tree), explicit=True)
    values = _values(tree.value, (), tree)
    if values is None:
        raise SilentSource(f"{file.place} gives no parameters in a form that is read", FORMS)
    named = isinstance(tree.value, list) or "Parameters" in tree.value
    return ValueFile(file.place, file.sha256, values, explicit=named)


FORMS = 'write [{"ParameterKey": …, "ParameterValue": …}], {"Parameters": {…}} or a plain mapping'


def _tree(text: str, place: str) -> Tree:
    if place.endswith(".toml"):
        return Tree(tomllib.loads(text), place)
    trees = template.parse(text, place)
    return trees[0] if len(trees) == 1 else Tree(None, place)


def _values(node: Any, path: Path_, tree: Tree) -> dict[str, Written] | None:
    """Values by parameter; None for another form."""
    if isinstance(node, list):
        found: dict[str, Written] = {}
        for index, item in enumerate(node):
            one = _record(item, (*path, index), tree)
            if one is None:
                return None
            found |= one
        return found
    if not isinstance(node, dict):
        return None
    if isinstance(node.get("Parameters"), dict | list) and "Resources" not in node:
        return _values(node["Parameters"], (*path, "Parameters"), tree)
    if any(not isinstance(item, str | int | float | bool | list) for item in node.values()):
        return None
    return {str(key): Written(item, _at(tree, (*path, key))) for key, item in node.items()}


def _record(item: Any, path: Path_, tree: Tree) -> dict[str, Written] | None:
    if isinstance(item, str) and "=" in item:
        return dict(_assignments([item], _at(tree, path)))
    if not isinstance(item, dict) or not isinstance(item.get("ParameterKey"), str):
        return None
    value = item.get("ParameterValue", "")
    if not isinstance(value, str | int | float | bool):
        return None
    previous = item.get("UsePreviousValue") is True
    return {item["ParameterKey"]: Written(value, _at(tree, (*path, "ParameterValue")), previous)}


def _at(tree: Tree, path: Path_) -> str:
    return f"{tree.place}:{tree.line(path)}" if tree.lines else tree.place


def _assignments(words: list[str], place: str) -> Iterator[tuple[str, Written]]:
    for word in words:
        name, sign, value = word.partition("=")
        if sign:
            yield name, Written(value, place)


def _sections(tree: Tree) -> dict[str, dict[str, Written]]:
    """The overrides of every environment of a samconfig file."""
    found: dict[str, dict[str, Written]] = {}
    whole = tree.value if isinstance(tree.value, dict) else {}
    for name, commands in whole.items():
        if not isinstance(commands, dict):
            continue
        for command in reversed(COMMANDS):
            path: Path_ = (name, command, "parameters", "parameter_overrides")
            node = _inside(commands, path[1:])
            if isinstance(node, str):
                node = _words(node)
            values = dict(_assignments([str(item) for item in node], _at(tree, path))) if isinstance(node, list) else {}
            found.setdefault(str(name), {}).update(values)
    return found


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _inside(node: Any, path: Path_) -> Any:
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node
