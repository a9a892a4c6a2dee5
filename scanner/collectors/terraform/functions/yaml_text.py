"""YAML as Terraform reads and writes it."""

from __future__ import annotations

import re

from scanner import document
from scanner.collectors.terraform.functions.encoding import json_text
from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.numbers import parse
from scanner.collectors.terraform.values import (
    MAPPINGS,
    NULL,
    EvaluationError,
    Hole,
    Value,
    boolean,
    find_hole,
    mapping,
    number,
    sequence,
    string,
)

_TRUE = {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"}
_FALSE = {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"}
_NULL = {"", "~", "null", "Null", "NULL"}
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ].*\d")
_INTEGER = re.compile(r"[-+]?\d+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?\Z")


@function("string")
def yamldecode(text: str) -> Value:
    try:
        found = document.scalars(text)
    except ValueError:
        raise EvaluationError("not YAML") from None
    if len(found) != 1:
        raise EvaluationError("not one YAML document")
    return _value(found[0])


def _value(node: document.Node) -> Value:
    if isinstance(node, list):
        return sequence(_value(item) for item in node)
    if isinstance(node, dict):
        items: dict[str, Value] = {}
        for (plain, key), item in node.items():
            items[_key(key, plain)] = _value(item)
        return mapping(items)
    plain, scalar = node
    return _scalar(scalar) if plain else string(scalar)


def _key(text: str, plain: bool) -> str:
    value = _scalar(text) if plain else string(text)
    if value.kind == "null":
        raise EvaluationError("a key is null")
    return json_text(value) if value.kind != "string" else value.data


def _scalar(text: str) -> Value:
    if text in _NULL:
        return NULL
    if text in _TRUE or text in _FALSE:
        return boolean(text in _TRUE)
    if _INTEGER.match(text):
        return number(int(text))
    if re.match(r"[-+]?0[xX][0-9a-fA-F]+\Z", text):
        return number(int(text, 16))
    if re.match(r"[-+]?0o[0-7]+\Z", text):
        return number(int(text, 8))
    if _FLOAT.match(text):
        parsed = parse(text)
        return number(parsed) if parsed is not None else string(text)
    date = _DATE.match(text)
    if date:
        return string(f"{text}T00:00:00Z")
    if _TIME.match(text):
        if re.match(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z", text):
            return string(text)
        raise Unsupported("a date in that form")
    if re.match(r"[-+]?\.(?:inf|nan)\Z", text, re.IGNORECASE):
        raise EvaluationError("not a number that Terraform has")
    return string(text)


@function("any?", result="string", partial=True)
def yamlencode(value: Value) -> Value:
    hole = find_hole(value)
    if hole is not None:
        return Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, structure=value, type="string"))
    if value.kind in {"null", "bool", "number"}:
        return string(f"{json_text(value)}\n...\n")
    return string(_written(value, 0) + ("" if _multiline(value) else "\n"))


def _multiline(value: Value) -> bool:
    return value.kind == "string" and "\n" in value.data


def _written(value: Value, indent: int) -> str:
    pad = "  " * indent
    if value.kind == "string":
        return _text(value.data, indent)
    if value.kind in MAPPINGS:
        if not value.data:
            return "{}"
        return "\n".join(_entry(f"{pad}{json_text(string(key))}:", item, indent) for key, item in value.data.items())
    if value.kind in {"tuple", "list", "set"}:
        if not value.data:
            return "[]"
        return "\n".join(_item(pad, item, indent) for item in value.data)
    return json_text(value)


def _entry(head: str, item: Value, indent: int) -> str:
    if item.kind in MAPPINGS and item.data:
        return f"{head}\n{_written(item, indent + 1)}"
    if item.kind in {"tuple", "list", "set"} and item.data:
        return f"{head}\n{_written(item, indent)}"
    return f"{head} {_written(item, indent + 1).rstrip(chr(10))}"


def _item(pad: str, item: Value, indent: int) -> str:
    if (item.kind in MAPPINGS or item.kind in {"tuple", "list", "set"}) and item.data:
        return f"{pad}- {_written(item, indent + 1).lstrip(' ')}"
    return f"{pad}- {_written(item, indent + 1).rstrip(chr(10))}"


def _text(text: str, indent: int) -> str:
    if "\n" not in text:
        return json_text(string(text)).replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&")
    plain = all(character.isprintable() or character == "\n" for character in text)
    if not plain or not text.endswith("\n") or text.endswith("\n\n") or text.startswith((" ", "\n")):
        raise Unsupported("that text in YAML")
    pad = "  " * max(indent, 1)
    lines = [f"{pad}{line}" if line else "" for line in text[:-1].split("\n")]
    return "|\n" + "\n".join(lines) + "\n"
