"""What functions make of a value that is not known."""

from __future__ import annotations

from scanner.collectors.terraform.values import Hole, Value, find_hole


def hole_of(value: Value, kind: str = "") -> Value:
    """A hole for what is derived from something that is not known."""
    hole = find_hole(value) or Hole("not known")
    return Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, type=kind))


def is_unknown(value: Value) -> bool:
    return value.kind in {"unknown", "lazy"}
