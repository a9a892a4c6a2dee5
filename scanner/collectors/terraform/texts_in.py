"""The structure that a text holds: JSON, or YAML as charts and manifests are written."""

from __future__ import annotations

from dataclasses import replace

from scanner.collectors.terraform.functions.encoding import text_structure
from scanner.collectors.terraform.functions.yaml_text import yamldecode
from scanner.collectors.terraform.values import MAPPINGS, SEQUENCES, Value


def structure(value: Value) -> Value | None:
    """The list or map in a text, its unknown parts kept in their places; None when the text holds neither."""
    for found in (text_structure(value), text_structure(value, yamldecode)):
        if found is not None and found.kind in SEQUENCES | MAPPINGS:
            return found if found.trail else replace(found, trail=value.trail)
    return None
