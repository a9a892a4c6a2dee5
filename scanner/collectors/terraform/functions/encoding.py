"""Encodings and digests. The JSON of something with holes keeps its structure beside the text that nobody knows."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from scanner.collectors.terraform.equality import equal
from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.functions.unknowns import hole_of, is_unknown
from scanner.collectors.terraform.numbers import parse, render
from scanner.collectors.terraform.values import (
    MAPPINGS,
    NULL,
    EvaluationError,
    Hole,
    Value,
    boolean,
    deep_marks,
    find_hole,
    mapping,
    number,
    sequence,
    string,
    unknown,
)

_QUOTE = re.compile(r'(?<!\\)"')
_PLAIN = re.compile(r'[^"\\\x00-\x1f]+')
_MARKER = "\ue000"
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def json_text(value: Value) -> str:
    """JSON as Terraform writes it."""
    if value.kind == "null":
        return "null"
    if value.kind == "string":
        return json.dumps(value.data, ensure_ascii=False).translate(_ESCAPES)
    if value.kind == "bool":
        return "true" if value.data else "false"
    if value.kind == "number":
        return render(value.data)
    if value.kind in MAPPINGS:
        pairs = sorted(value.data.items(), key=lambda pair: pair[0].encode())
        return "{" + ",".join(f"{json_text(string(key))}:{json_text(item)}" for key, item in pairs) + "}"
    return "[" + ",".join(json_text(item) for item in value.data) + "]"


@function("any?", result="string", partial=True)
def jsonencode(value: Value) -> Value | str:
    hole = find_hole(value)
    if hole is None:
        return Value("string", json_text(value), structure=value)
    return Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, structure=value, type="string"))


@function("string", partial=True)
def jsondecode(text: Value) -> Value:
    if text.kind == "unknown":
        return text.data.structure or hole_of(text)
    return from_json(text.data)


def from_json(text: str) -> Value:
    """The value of a JSON text. EvaluationError when it is none."""
    try:
        return from_plain(json.loads(text, parse_float=lambda found: parse(found), parse_constant=_constant))
    except (json.JSONDecodeError, RecursionError):
        raise EvaluationError("not JSON") from None
    except ValueError:
        raise EvaluationError("not JSON, or a number is too long") from None


def _constant(name: str) -> Any:
    raise ValueError(name)


def from_plain(data: Any) -> Value:
    """Plain JSON data as a value."""
    if data is None:
        return NULL
    if isinstance(data, bool):
        return boolean(data)
    if isinstance(data, int | Fraction):
        return number(data)
    if isinstance(data, str):
        return string(data)
    if isinstance(data, list):
        return sequence(from_plain(item) for item in data)
    return mapping({str(key): from_plain(item) for key, item in data.items()})


@function("string")
def csvdecode(text: str) -> Value:
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error:
        raise EvaluationError("not CSV") from None
    rows = [row for row in rows if row]
    if not rows:
        raise EvaluationError("CSV without a header")
    if any(len(row) != len(rows[0]) for row in rows) or len(set(rows[0])) < len(rows[0]):
        raise EvaluationError("the rows of the CSV do not fit its header")
    return sequence(
        (mapping({key: string(item) for key, item in zip(rows[0], row, strict=True)}) for row in rows[1:]), "list"
    )


@function("string", result="string")
def base64encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@function("string", result="string")
def base64decode(text: str) -> str:
    try:
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True).decode()
    except ValueError:
        raise EvaluationError("not base64 of UTF-8 text") from None


_CODECS = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
}


def _codec(name: str) -> str:
    if name.lower() not in _CODECS:
        raise Unsupported("that encoding")
    return _CODECS[name.lower()]


@function("string", "string", result="string")
def textencodebase64(text: str, encoding: str) -> str:
    return base64.b64encode(text.encode(_codec(encoding))).decode()


@function("string", "string", result="string")
def textdecodebase64(text: str, encoding: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode(_codec(encoding))
    except ValueError:
        raise EvaluationError("not base64 of that encoding") from None


@function("string", result="string")
def urlencode(text: str) -> str:
    return urllib.parse.quote_plus(text, safe="~")


@function("string", result="string")
def urldecode(text: str) -> str:
    try:
        return urllib.parse.unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise Unsupported("bytes that are no UTF-8") from None


def _marked(value: Value, marks: int) -> Value:
    """A value with every member marked: nobody knows which part of the text was secret."""
    if not marks:
        return value
    if value.kind in MAPPINGS:
        value = mapping({key: _marked(item, marks) for key, item in value.data.items()})
    elif value.kind == "tuple":
        value = sequence(_marked(item, marks) for item in value.data)
    return value.marked(marks)


def text_structure(text: Value, read: Callable[[str], Value] = from_json) -> Value | None:
    """The value inside a JSON text (or what ``read`` reads), holes kept in their places; None when it is none."""
    whole = text.structure or (text.data.structure if text.kind == "unknown" else None)
    if whole is not None:
        found: Value = whole
        return _marked(found, text.marks & ~deep_marks(found))
    if text.kind == "string":
        try:
            return _marked(_with_ways(text, read), text.marks)
        except EvaluationError:
            return None
    if not is_unknown(text) or text.kind != "unknown":
        return text if text.kind in {"tuple", "list", "object", "map"} else None
    return _with_markers(text, text.data.parts, read) if text.data.parts else None


def _with_ways(text: Value, read: Callable[[str], Value]) -> Value:
    """A known text, whose members keep the way of the piece that each of them is."""
    plain = read(text.data)
    if not any(piece.trail for piece in text.pieces) or _MARKER in text.data:
        return plain
    found = _with_markers(replace(text, marks=0), text.pieces, read)
    return found if found is not None and equal(found, plain) else plain


def _with_markers(text: Value, parts: Sequence[Value], read: Callable[[str], Value]) -> Value | None:
    """A template of JSON: a marker stands for each unknown piece, and for each that has a way, while it is read."""
    kept: list[Value] = []
    pieces: list[str] = []
    quotes = 0
    for part in parts:
        plain = part.data.replace(_MARKER, "") if part.kind == "string" else ""
        if part.kind == "string" and not (part.trail and quotes % 2 and _PLAIN.fullmatch(plain)):
            pieces.append(plain)
        else:
            pieces.append(f"{_MARKER}{len(kept)}{_MARKER}")
            kept.append(part)
        quotes += len(_QUOTE.findall(plain))
    whole = "".join(pieces)
    for attempt in (whole, _quote_bare(whole, _MARKER)):
        try:
            return _marked(_restore(read(attempt), kept), text.marks)
        except EvaluationError:
            continue
    return None


def _quote_bare(text: str, marker: str) -> str:
    """Quotes around markers that stand where JSON has a number, boolean or structure."""
    marked = re.compile(rf"{marker}\d+{marker}")
    pieces = re.split(r'("(?:[^"\\]|\\.)*")', text)
    return "".join(part if part.startswith('"') else marked.sub(r'"\g<0>"', part) for part in pieces)


def _restore(value: Value, kept: Sequence[Value]) -> Value:
    """A value as it is, with the pieces back where their markers stand."""
    if value.kind == "string" and _MARKER in value.data:
        return _joined(value.data.split(_MARKER), kept)
    if value.kind in MAPPINGS:
        keys = [_restore(string(key), kept) for key in value.data]
        if any(key.kind != "string" for key in keys) or len({key.data for key in keys}) < len(keys):
            return hole_of(next((piece for piece in kept if piece.kind != "string"), unknown("a key comes twice")))
        items = zip(keys, value.data.values(), strict=True)
        return mapping({key.data: _restore(item, kept) for key, item in items})
    if value.kind == "tuple":
        return sequence(_restore(item, kept) for item in value.data)
    return value


def _joined(segments: list[str], kept: Sequence[Value]) -> Value:
    """A text with markers in it: every other segment is the number of a piece."""
    pieces = [kept[int(number)] for number in segments[1::2]]
    only = len(pieces) == 1 and not segments[0] and not segments[2]
    hole = next((piece for piece in pieces if piece.kind != "string"), None)
    if hole is not None:
        return hole if only else hole_of(hole, "string").linked(hole.links).marked(hole.marks)
    text = "".join(pieces[at // 2].data if at % 2 else segment for at, segment in enumerate(segments))
    return string(text, pieces[0].trail if only else None)
