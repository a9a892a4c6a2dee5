"""Texts made of pieces, some of which may be holes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scanner.collectors.terraform import types
from scanner.collectors.terraform.values import (
    PRIMITIVES,
    EvaluationError,
    Hole,
    Value,
    carry,
    string,
    unknown,
)

MAX_TEXT = 2_000_000


def join(pieces: Iterable[Value], place: str) -> Value:
    """Pieces of a text as one text; with a hole in it the pieces are kept."""
    joined: list[Value] = []
    length = 0
    for piece in pieces:
        joined.append(piece)
        length += len(piece.data) if piece.kind == "string" else 0
        if length > MAX_TEXT:
            return unknown(f"the text grows beyond {MAX_TEXT:,} characters", type="string")
    hole = next((piece.data for piece in joined if piece.kind == "unknown"), None)
    same = sum(piece.kind == "unknown" or bool(piece.data) for piece in joined) == 1
    if hole is None:
        text = string("".join(piece.data for piece in joined))
        if text.data.lstrip()[:1] in {"[", "{"}:
            text = replace(text, pieces=tuple(joined))
        return carry(text, joined, place, same=same)
    flat = [
        part
        for piece in joined
        for part in (piece.data.parts if piece.kind == "unknown" and piece.data.parts else (piece,))
    ]
    result = Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, parts=tuple(flat), type="string"))
    return carry(result, joined, place, same=same)


def as_piece(value: Value) -> Value:
    """A value as part of a text."""
    if value.kind == "string" or (value.kind == "unknown"):
        return value
    if value.kind in PRIMITIVES:
        return replace(value, kind="string", data=types.as_text(value))
    if value.kind == "lazy":
        return unknown(f"{value.data.address} is no text")
    raise EvaluationError("null in a text" if value.kind == "null" else f"a {value.kind} in a text")
