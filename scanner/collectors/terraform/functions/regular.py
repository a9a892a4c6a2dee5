"""Regular expressions. Terraform's are RE2; a pattern is translated where it means the same here, else not tried.

Python's engine can take very long over a hostile pattern, so what a pattern could cost is bounded before it is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.values import NULL, EvaluationError, Value, mapping, sequence, string

_POSIX = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\t\n\v\f\r ",
    "word": r"\w", "xdigit": "0-9a-fA-F", "blank": r"\t ", "punct": r"!-/:-@\[-`{-~",
}  # fmt: skip
_REFUSED = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9]|[*+?}]\+")
_UNSUPPORTED = re.compile(r"\\[pPQEC]|\(\?[a-zA-Z]*U|\(\?P[=>]|\(\?\(|\(\?#|\\[uNg]|\[\[:\^")
_TOKEN = re.compile(r"\\.|\[\[?:?|\$|\(\?<(?=[A-Za-z_])|.", re.DOTALL)
_REPEAT = re.compile(r"[*+]|\{\d+,\d*\}")
MAX_COST = 20_000_000


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> tuple[re.Pattern[str], int, bool]:
    """The pattern for Python, its number of open repeats, and whether repeats are nested."""
    if _UNSUPPORTED.search(pattern):
        raise Unsupported("a pattern of RE2 that is not translated")
    if _REFUSED.search(re.sub(r"\\\\", "", pattern)):
        raise EvaluationError("not a pattern of RE2")
    multiline = bool(re.match(r"\(\?[a-z]*m", pattern))
    try:
        found = re.compile(_translate(pattern, multiline), re.ASCII)
    except (re.error, RecursionError, OverflowError, ValueError):
        raise Unsupported("a pattern that is not understood") from None
    bare = re.sub(r"\\.|\[[^\]]*\]", "x", pattern)
    return found, len(_REPEAT.findall(bare)), bool(re.search(r"[*+}]\)*\)[*+{]|\([^()]*[*+}][^()]*\)[*+{]", bare))


def _translate(pattern: str, multiline: bool) -> str:
    pieces: list[str] = []
    in_class = False
    position = 0
    while position < len(pattern):
        posix = re.compile(r"\[:(\w+):\]").match(pattern, position) if in_class else None
        character = pattern[position]
        if posix:
            if posix[1] not in _POSIX:
                raise EvaluationError("unknown character class")
            pieces.append(_POSIX[posix[1]])
            position = posix.end()
            continue
        step = 2 if character == "\\" else 1
        piece = pattern[position : position + step]
        if in_class:
            in_class = character != "]"
            piece = "\\[" if character == "[" else piece
        elif character == "[":
            in_class = True
            closing = re.compile(r"\[\^?\]").match(pattern, position)
            piece = (closing.group()[:-1] + "\\]") if closing else piece
            step = len(closing.group()) if closing else 1
        elif (character == "$" and not multiline) or piece == r"\z":
            piece = r"\Z"
        elif pattern.startswith("(?<", position) and pattern[position + 3 : position + 4] not in {"=", "!"}:
            piece, step = "(?P<", 3
        pieces.append(piece)
        position += step
    return "".join(pieces)


def _search(pattern: str, text: str) -> tuple[re.Pattern[str], Iterator[re.Match[str]]]:
    found, repeats, nested = _compiled(pattern)
    if (found.flags & re.IGNORECASE) and not (pattern + text).isascii():
        raise Unsupported("case folding beyond ASCII")
    exponent = repeats + (0 if pattern.startswith("^") else 1)
    if nested and len(text) > 24:
        raise Unsupported("a pattern of which the cost is not bounded")
    if max(len(text), 2) ** max(exponent, 1) > MAX_COST and len(text) > 64:
        raise Unsupported("a pattern that could take too long on this text")
    if repeats > 8 and len(text) > 32:
        raise Unsupported("a pattern that could take too long on this text")
    return found, _matches(found, text)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches; an empty one right behind another does not count, as in RE2."""
    end = -1
    for match in pattern.finditer(text):
        if match.start() == match.end() == end:
            continue
        end = match.end()
        yield match


def _shape(pattern: re.Pattern[str], match: re.Match[str]) -> Value:
    groups = [string(group) if group is not None else NULL for group in match.groups()]
    if not groups:
        return string(match.group())
    if pattern.groupindex:
        if len(pattern.groupindex) != pattern.groups:
            raise EvaluationError("named and unnamed groups are mixed")
        return mapping({name: groups[number - 1] for name, number in pattern.groupindex.items()})
    return sequence(groups)


@function("string", "string")
def regex(pattern: str, text: str) -> Value:
    compiled, matches = _search(pattern, text)
    first = next(matches, None)
    if first is None:
        raise EvaluationError("the pattern does not match")
    return _shape(compiled, first)


@function("string", "string")
def regexall(pattern: str, text: str) -> Value:
    compiled, matches = _search(pattern, text)
    return sequence((_shape(compiled, match) for match in matches), "list")


_GROUP = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})", re.ASCII)


@function("string", "string", "string", result="string")
def replace(text: str, wanted: str, replacement: str) -> str:
    if len(wanted) < 2 or not (wanted.startswith("/") and wanted.endswith("/")):
        return text.replace(wanted, replacement)
    pattern, matches = _search(wanted[1:-1], text)
    pieces: list[str] = []
    position = 0
    for match in matches:
        pieces += [text[position : match.start()], _expanded(pattern, match, replacement)]
        position = match.end()
    return "".join([*pieces, text[position:]])


def _expanded(pattern: re.Pattern[str], match: re.Match[str], replacement: str) -> str:
    def group(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        if name.isdigit():
            return (match.group(int(name)) or "") if int(name) <= pattern.groups else ""
        return (match.group(name) or "") if name in pattern.groupindex else ""

    return _GROUP.sub(group, replacement)
