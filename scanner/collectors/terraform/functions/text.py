"""Functions over text. Characters are what a reader counts: a letter with its accents is one."""

from __future__ import annotations

import unicodedata

from scanner.collectors.terraform import types
from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.numbers import Number
from scanner.collectors.terraform.texts import as_piece, join
from scanner.collectors.terraform.values import (
    EvaluationError,
    Hole,
    Value,
    boolean,
    carry,
    find_hole,
    sequence,
    string,
)


def clusters(text: str) -> list[str]:
    """The characters of a text as a reader counts them."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    found: list[str] = []
    for character in text:
        joins = unicodedata.category(character) in {"Mn", "Me", "Mc"} or character in "\u200d\ufe0f"
        skin = "\U0001f3fb" <= character <= "\U0001f3ff"
        if "\u1100" <= character <= "\u11ff" or "\U0001f1e6" <= character <= "\U0001f1ff":
            raise Unsupported("characters that join by rules of their script")
        after = found and (found[-1][-1] == "\u200d" or (found[-1] == "\r" and character == "\n"))
        if found and (joins or skin or after):
            found[-1] += character
        else:
            found.append(character)
    return found


def _simple_upper(character: str) -> str:
    upper = character.upper()
    return upper if len(upper) == 1 else character


@function("string", result="string")
def upper(text: str) -> str:
    return "".join(map(_simple_upper, text))


@function("string", result="string")
def lower(text: str) -> str:
    return "".join(item.lower() if len(item.lower()) == 1 else item for item in text)


@function("string", result="string")
def title(text: str) -> str:
    found, after_separator = [], True
    for character in text:
        found.append(_title(character) if after_separator else character)
        after_separator = _separator(character)
    return "".join(found)


def _title(character: str) -> str:
    changed = character.title()
    return changed if len(changed) == 1 else character


def _separator(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return character.isspace()


@function("string", result="string")
def trimspace(text: str) -> str:
    return text.strip(" \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
                      "\u2028\u2029\u202f\u205f\u3000")  # fmt: skip


@function("string", "string", result="string")
def trim(text: str, characters: str) -> str:
    return text.strip(characters) if characters else text


@function("string", "string", result="string")
def trimprefix(text: str, prefix: str) -> str:
    return text.removeprefix(prefix)


@function("string", "string", result="string")
def trimsuffix(text: str, suffix: str) -> str:
    return text.removesuffix(suffix)


@function("string", result="string")
def chomp(text: str) -> str:
    return text.rstrip("\r\n")


@function("number", "string", result="string")
def indent(spaces: Number, text: str) -> str:
    if not isinstance(spaces, int) or not 0 <= spaces <= 1_000:
        raise Unsupported("that indent")
    return text.replace("\n", "\n" + " " * spaces)


@function("string", name="join", variadic="sequence", result="string", partial=True)
def join_(separator: Value, *lists: Value) -> Value:
    if not lists:
        raise EvaluationError("join needs a list")
    pieces: list[Value] = []
    for found in (separator, *lists):
        if found.kind in {"unknown", "lazy"} or found.rest is not None:
            hole = find_hole(found) or Hole("not known")
            same = separator.kind == "string" and not separator.data
            result = Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, type="string"))
            return carry(result, lists, same=same and len(lists) == 1)
    for item in [item for found in lists for item in found.data]:
        pieces += [separator, as_piece(item)] if pieces else [as_piece(item)]
    return join(pieces, "")


@function("string", "string")
def split(separator: str, text: str) -> Value:
    parts = text.split(separator) if separator else clusters(text)
    return sequence((string(part) for part in parts), "list")


@function("string", "number", "number", result="string")
def substr(text: str, offset: Number, length: Number) -> str:
    if not isinstance(offset, int) or not isinstance(length, int):
        raise EvaluationError("positions are whole numbers")
    parts = clusters(text)
    if offset < 0 and length == 0:
        length = -1
    start = offset if offset >= 0 else max(len(parts) + offset, 0)
    return "".join(parts[start:] if length < 0 else parts[start : start + length])


@function("string", result="string")
def strrev(text: str) -> str:
    return "".join(reversed(clusters(text)))


@function("string", "string", result="bool", partial=True)
def startswith(text: Value, prefix: Value) -> Value:
    if text.kind == "unknown" and prefix.kind == "string":
        begin = _known_beginning(text)
        if begin.startswith(prefix.data):
            return boolean(True)
    return _both(text, prefix, lambda one, other: one.startswith(other))


def _known_beginning(text: Value) -> str:
    found = ""
    for part in text.data.parts:
        if part.kind != "string":
            break
        found += part.data
    return found


def _both(text: Value, other: Value, test: object) -> Value:
    holes = [value.data for value in (text, other) if value.kind == "unknown"]
    if holes or not callable(test):
        return Value("unknown", Hole(holes[0].reason, holes[0].remedy, holes[0].computed, type="bool"))
    return boolean(bool(test(text.data, other.data)))


@function("string", "string", result="bool")
def endswith(text: str, suffix: str) -> bool:
    return text.endswith(suffix)


@function("string", "string", result="bool")
def strcontains(text: str, part: str) -> bool:
    return part in text


@function("any", result="number", partial=True)
def length(value: Value) -> Value | int:
    if value.kind == "string":
        return len(clusters(value.data))
    if value.kind in {"tuple", "list", "set", "object", "map"}:
        inexact = value.rest or (find_hole(value) if value.kind == "set" else None)
        if inexact is None:
            return len(value.data)
        return Value("unknown", Hole(inexact.reason, inexact.remedy, type="number"))
    if value.kind in {"unknown", "lazy"}:
        hole = find_hole(value) or Hole("not known")
        return Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, type="number"))
    raise EvaluationError(f"a {value.kind} has no length")


def to_text(value: Value) -> str:
    """A primitive as text."""
    if value.kind not in {"string", "number", "bool"}:
        raise EvaluationError(f"a {value.kind} is no text")
    return types.as_text(value)
