"""The structure that a text holds: JSON, or YAML as charts and manifests are written."""

from __future__ import annotations

from dataclasses import replace

from scanner.collectors.terraform.functions.encoding import text_structure
from scanner.collectors.terraform.functions.yaml_text import yamldecode
from scanner.collectors.terraform.values import MAPPINGS, SEQUENCES, Trail, Value


def structure(value: Value) -> Value | None:
    """The list or map in a text, its unknown parts kept in their places; None when the text holds neither."""
    for found in (text_structure(value), text_structure(value, yamldecode)):
        if found is not None and found.kind in SEQUENCES | MAPPINGS:
            return _placed(found, value.trail)
    return None


def _placed(value: Value, trail: Trail | None) -> Value:
    """A value of which everything that has no way of its own stands where the text does."""
    if trail is None:
        return value
    if value.kind in MAPPINGS:
        value = replace(value, data={key: _placed(item, trail) for key, item in value.data.items()})
    elif value.kind in SEQUENCES:
        value = replace(value, data=tuple(_placed(item, trail) for item in value.data))
    return value if value.trail else replace(value, trail=trail)
