"""Functions over files: only inside the scanned tree, links followed first, and only up to a size.

A file that is outside, too large or not text is a hole, so its content never reaches a report. One that is simply not
there is Terraform's own error, which ``try`` may catch.
"""

from __future__ import annotations

import base64
import hashlib
import os.path
import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from scanner.collectors.terraform import parse, templates
from scanner.collectors.terraform.evaluate import evaluate
from scanner.collectors.terraform.functions.registry import Place, Unsupported, function
from scanner.collectors.terraform.source import inside, read_bytes, relative
from scanner.collectors.terraform.syntax import SyntaxProblem
from scanner.collectors.terraform.types import make_set
from scanner.collectors.terraform.values import EvaluationError, Trail, Value, string

MAX_BYTES = 1_000_000
MAX_FOUND = 5_000


def _path(text: str, place: Place) -> Path:
    if "\0" in text:
        raise EvaluationError("no path")
    if text.startswith("~"):
        raise Unsupported("a path in a home directory")
    path = place.session.path / text
    if not inside(path, place.session.root):
        raise Unsupported("a path outside the scanned directory")
    return path


def _bytes(text: str, place: Place) -> bytes:
    path = _path(text, place)
    if path not in place.session.texts:
        if not path.exists():
            raise EvaluationError("there is no such file")
        try:
            place.session.texts[path] = read_bytes(path, place.session.root, MAX_BYTES)
        except ValueError as error:
            raise Unsupported(f"a file that is {error}") from None
    return place.session.texts[path]


def _text(text: str, place: Place) -> str:
    try:
        return _bytes(text, place).decode()
    except UnicodeDecodeError:
        raise EvaluationError("the file is not UTF-8") from None


@function("string", result="string", placed=True)
def file(path: str, place: Place) -> Value:
    """The text, with the file as its place: that is where a person would edit it, and what is decoded from it."""
    return string(_text(path, place), Trail(relative(_path(path, place).resolve(), place.session.root)))


@function("string", result="bool", placed=True)
def fileexists(path: str, place: Place) -> bool:
    return _path(path, place).is_file()


@function("string", result="string", placed=True)
def filebase64(path: str, place: Place) -> str:
    return base64.b64encode(_bytes(path, place)).decode()


def _digest(name: str, work: Callable[[bytes], str]) -> None:
    def run(path: str, place: Place) -> str:
        return work(_bytes(path, place))

    function("string", name=name, result="string", placed=True)(run)


_digest("filemd5", lambda content: hashlib.md5(content, usedforsecurity=False).hexdigest())
_digest("filesha1", lambda content: hashlib.sha1(content, usedforsecurity=False).hexdigest())
_digest("filesha256", lambda content: hashlib.sha256(content).hexdigest())
_digest("filesha512", lambda content: hashlib.sha512(content).hexdigest())
_digest("filebase64sha256", lambda content: base64.b64encode(hashlib.sha256(content).digest()).decode())
_digest("filebase64sha512", lambda content: base64.b64encode(hashlib.sha512(content).digest()).decode())


@function("string", "any", partial=True, placed=True)
def templatefile(path: Value, names: Value, place: Place) -> Value:
    if path.kind != "string":
        raise Unsupported("the path is not known")
    if names.kind not in {"object", "map"}:
        if names.kind in {"unknown", "lazy"}:
            raise Unsupported("the names of the template are not known")
        raise EvaluationError("a template needs an object of names")
    try:
        template = templates.file(_text(path.data, place), parse.expression)
    except SyntaxProblem as problem:
        raise EvaluationError(f"the template cannot be read: {problem.reason}") from None
    label = relative(_path(path.data, place).resolve(), place.session.root)
    scope = place.scope.in_file(label)
    inner = type(scope)(TemplateModule(place, names), scope.budget, label, dict(names.data))
    return replace(evaluate(template, inner), trail=Trail(label))


class TemplateModule:
    """A template sees its names and the functions, nothing else."""

    def __init__(self, place: Place, names: Value) -> None:
        self._place, self._names = place, names

    def root_name(self, root: str, name: str, scope: object, place: str) -> Value:
        return self.bare_name(root)

    def bare_name(self, name: str) -> Value:
        if self._names.rest is not None:
            return Value("unknown", self._names.rest)
        raise EvaluationError(f"the template has no name {name}")

    def data_source(self, kind: str, name: str, place: str) -> Value:
        raise EvaluationError("the template has no name data")

    def call(self, name: str, arguments: list[Value], scope: object, place: str) -> Value:
        from scanner.collectors.terraform.functions.registry import call

        if name in {"templatefile", "templatestring"}:
            raise EvaluationError("a template cannot call a template")
        return call(name, arguments, Place(self._place.session, self._place.scope, place))


@function("string", "string", placed=True)
def fileset(path: str, pattern: str, place: Place) -> Value:
    base = _path(path, place)
    wanted = _glob(pattern)
    found: list[str] = []
    for candidate in base.rglob("*") if base.is_dir() else ():
        name = candidate.relative_to(base).as_posix()
        if wanted.fullmatch(name) and inside(candidate, place.session.root) and candidate.is_file():
            found.append(name)
        if len(found) > MAX_FOUND:
            raise Unsupported(f"more than {MAX_FOUND:,} files")
    return make_set([string(name) for name in found])


def _glob(pattern: str) -> re.Pattern[str]:
    """``*``, ``**``, ``?``, ``[…]`` and ``{a,b}`` as a regular expression over a relative path."""
    pieces: list[str] = []
    for piece in re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]*\]|\{[^{}]*\}|.", pattern):
        if piece == "**/":
            pieces.append("(?:[^/]+/)*")
        elif piece == "**":
            pieces.append(".*")
        elif piece == "*":
            pieces.append("[^/]*")
        elif piece == "?":
            pieces.append("[^/]")
        elif piece.startswith("{") and len(piece) > 1:
            inner = (_glob(part).pattern for part in piece[1:-1].split(","))
            pieces.append(f"(?:{'|'.join(inner)})")
        elif piece.startswith("[") and len(piece) > 2:
            pieces.append("[" + piece[1:-1].replace("\\", "\\\\").replace("[", "\\[") + "]")
        else:
            pieces.append(re.escape(piece))
    try:
        return re.compile("".join(pieces), re.DOTALL)
    except re.error:
        raise EvaluationError("no pattern of files") from None


@function("string", result="string")
def basename(path: str) -> str:
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


@function("string", result="string")
def dirname(path: str) -> str:
    head = path.rpartition("/")[0] + ("/" if "/" in path else "")
    cleaned = posixpath.normpath(head) if head else "."
    return "/" if cleaned == "//" else cleaned


@function("string", result="string", placed=True)
def abspath(path: str, place: Place) -> str:
    return os.path.normpath(place.session.path / path)


@function("string", result="string")
def pathexpand(path: str) -> str:
    if path.startswith("~"):
        raise Unsupported("a path in a home directory")
    return path
