"""The shape of a value, and the table of value types that ``values`` reads with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from scanner.model import Raw, Setting


class Malformed(ValueError):  # noqa: N818 - it describes the text, not a failure of the program
    """The text has no meaning for the type; the message says what would have."""


@dataclass(frozen=True, slots=True)
class Value:
    """A meaning that compares by ``==`` (and by order where the type has one), its text, and how it was read."""

    meaning: object
    text: str
    note: str = ""


Reader = Callable[[Setting, Raw], Value]
TYPES: dict[str, Reader] = {}


def value_type(name: str) -> Callable[[Reader], Reader]:
    """Register the reader of a value type under the name that the catalogue uses."""

    def register(reader: Reader) -> Reader:
        TYPES[name] = reader
        return reader

    return register


def short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def text_of(raw: Raw) -> str:
    """The text of a scalar as configuration languages write it."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int | float | Decimal):
        return format(Decimal(str(raw)).normalize(), "f")
    raise Malformed("a single value was expected, not a structure")
