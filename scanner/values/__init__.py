"""Raw text to meaning, once, by the setting's type.

Every source spells values its own way: ``8MB``, ``8192kB`` and ``1024`` blocks of ``8kB`` are one size; ``on``,
``true`` and ``1`` are one truth. ``read`` gives the meaning that operators and drift compare, and the normalised text
that reports show beside the raw one. What has no meaning for the type raises ``Malformed`` and so can never conform.
"""

from __future__ import annotations

from scanner.model import Raw, Setting
from scanner.values import lists, protocols, quantities, scalars, versions
from scanner.values.base import TYPES, Malformed, Value, short
from scanner.values.lists import members, without_place
from scanner.values.protocols import origin
from scanner.values.versions import version, version_within

__all__ = ["TYPES", "Malformed", "Value", "members", "origin", "read", "version", "version_within", "without_place"]

REGISTERED = (lists, protocols, quantities, scalars, versions)
"""Importing a module registers its types."""

MAX_TEXT = 1_000_000


def read(setting: Setting, raw: Raw) -> Value:
    """The meaning of what a source said. Raises Malformed."""
    if raw is None:
        raise Malformed("null is no value")
    if isinstance(raw, str) and len(raw) > MAX_TEXT:
        raise Malformed(f"{len(raw):,} characters are too many to read")
    value = TYPES[setting.type](setting, raw)
    if not value.note and isinstance(raw, str) and raw.strip() != value.text:
        return Value(value.meaning, value.text, f"“{short(raw)}” read as {value.text or 'empty'}")
    return value
