"""Conversions and marks."""

from __future__ import annotations

from dataclasses import replace

from scanner.collectors.terraform import types
from scanner.collectors.terraform.functions.registry import function
from scanner.collectors.terraform.functions.unknowns import hole_of, is_unknown
from scanner.collectors.terraform.values import SENSITIVE, Hole, Value, boolean


def _convert(kind: types.Type) -> object:
    def work(value: Value) -> Value:
        if value.kind == "lazy":
            return hole_of(value)
        return types.convert(value, kind)

    return work


for _name, _kind in {
    "tostring": types.STRING, "tonumber": types.NUMBER, "tobool": types.BOOL, "tolist": types.Type("list", types.ANY),
    "toset": types.Type("set", types.ANY), "tomap": types.Type("map", types.ANY),
}.items():  # fmt: skip
    function("any?", name=_name, result=_kind.kind, partial=True, structural=True)(_convert(_kind))  # type: ignore[arg-type]


@function("any?", partial=True, structural=True)
def sensitive(value: Value) -> Value:
    return value.marked(SENSITIVE)


@function("any?", partial=True)
def nonsensitive(value: Value) -> Value:
    """Terraform's own mark goes; a secret by name stays one for us, through ``carry``."""
    return value


@function("any?", result="bool", partial=True, structural=True)
def issensitive(value: Value) -> Value:
    if is_unknown(value) and not value.marks & SENSITIVE:
        return Value("unknown", Hole("whether it is sensitive is not known", type="bool"))
    return boolean(bool(value.marks & SENSITIVE))


@function("any?", partial=True, structural=True)
def ephemeralasnull(value: Value) -> Value:
    return replace(value)
