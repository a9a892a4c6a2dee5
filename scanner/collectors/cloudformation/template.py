"""A template as it is written: its sections with the line of every key, in YAML (short tags spelled out) or JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner import document
from scanner.document import Path_, Tree
from scanner.errors import SilentSource, UserError
from scanner.readers import source_file

SUFFIXES = (".yaml", ".yml", ".json", ".template", ".cfn")
NO_FUNCTION = frozenset({"Ref", "Condition"})
REMEDY = "correct the file; what a tool renders into a template must be rendered first"


def tag_key(tag: str) -> str:
    """The long name of a short tag: ``!Ref`` is ``Ref``, ``!Sub`` is ``Fn::Sub``."""
    return tag if tag in NO_FUNCTION or "::" in tag else f"Fn::{tag}"


@dataclass(frozen=True)
class Template:
    """One template file."""

    path: Path
    place: str
    tree: Tree
    sha256: str = ""

    def section(self, name: str) -> dict[str, Any]:
        """A section of the template; empty where there is none of that shape."""
        whole = self.tree.value
        found = whole.get(name) if isinstance(whole, dict) else None
        return found if isinstance(found, dict) else {}

    def at(self, path: Path_) -> str:
        """File and line of something in it."""
        return f"{self.place}:{self.tree.line(path)}"


def read(root: Path, path: str | Path, limit: int) -> Template:
    """A template below the scanned directory. SilentSource says why it cannot be read."""
    file = source_file.read(root, path, limit)
    try:
        trees = parse(file.text, file.place)
    except UserError as error:
        raise SilentSource(str(error), REMEDY) from None
    if not trees or not isinstance(trees[0].value, dict):
        raise SilentSource(f"{file.place} is no CloudFormation template: it is no mapping", REMEDY)
    if len(trees) > 1:
        raise SilentSource(f"{file.place} holds {len(trees)} documents; a template is one", REMEDY)
    return Template(file.path, file.place, trees[0], file.sha256)


def parse(text: str, place: str) -> list[Tree]:
    """The documents of a YAML or JSON text. UserError with file and line."""
    if text.lstrip()[:1] not in {"{", "["}:
        return document.trees(text, place, tag_key)
    try:
        return document.trees(text.replace("\t", " "), place, tag_key)
    except UserError:
        return [_json(text, place)]


def _json(text: str, place: str) -> Tree:
    """JSON that is no YAML (an escaped surrogate pair, say): the same data, without lines. UserError if none."""
    if len(text) > document.MAX_BYTES:
        raise UserError("too many characters", place=place, allowed=f"up to {document.MAX_BYTES:,}")
    try:
        value = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        where = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError("not valid JSON", place=f"{place}{where}") from None
    _bounded(value, place)
    return Tree(value, place)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refused(word: str) -> Any:
    raise ValueError(word)


def _bounded(value: Any, place: str) -> None:
    pending = [(value, 0)]
    while pending:
        current, depth = pending.pop()
        if depth > document.MAX_DEPTH:
            raise UserError(f"nested deeper than {document.MAX_DEPTH} levels", place=place)
        inner = current.values() if isinstance(current, dict) else current if isinstance(current, list) else ()
        pending += [(item, depth + 1) for item in inner]


_NEEDLE = re.compile(rb"AWSTemplateFormatVersion|AWS::[A-Za-z0-9]+::[A-Za-z0-9]+")
_RESOURCES = re.compile(rb"""^\s*["']?(?:Resources|AWSTemplateFormatVersion)["']?\s*:|[{,]\s*"Resources"\s*:""", re.M)


def looks_like_one(data: bytes) -> bool:
    """Whether bytes look like a template, well-formed or not."""
    return bool(_NEEDLE.search(data) and _RESOURCES.search(data))
