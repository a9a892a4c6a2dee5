"""``format`` and ``formatlist``: Go's verbs as Terraform has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from scanner.collectors.terraform import access, types
from scanner.collectors.terraform.functions.encoding import json_text
from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.functions.text import clusters
from scanner.collectors.terraform.functions.unknowns import hole_of
from scanner.collectors.terraform.numbers import Number, render
from scanner.collectors.terraform.texts import as_piece, join
from scanner.collectors.terraform.values import (
    PRIMITIVES,
    SEQUENCES,
    EvaluationError,
    Hole,
    Value,
    carry,
    find_hole,
    sequence,
    string,
)

_VERB = re.compile(
    r"%(?P<flags>[-+# 0]*)(?P<width>\d+)?(?:\.(?P<precision>\d*))?(?:\[(?P<index>\d+)\])?(?P<verb>.)", re.DOTALL
)
MAX_WIDTH = 10_000


@function("string", name="format", variadic="any?", result="string", partial=True)
def format_(template: Value, *arguments: Value) -> Value:
    if template.kind == "unknown":
        return hole_of(template, "string")
    return join(_pieces(template.data, arguments), "")


def _pieces(template: str, arguments: Sequence[Value]) -> list[Value]:
    pieces: list[Value] = []
    position = used = highest = 0
    while (start := template.find("%", position)) >= 0:
        pieces.append(string(template[position:start]))
        found = _VERB.match(template, start)
        if found is None:
            raise EvaluationError("a verb is missing after %")
        position = found.end()
        if found["verb"] == "%":
            pieces.append(string("%"))
            continue
        used = int(found["index"]) if found["index"] else used + 1
        highest = max(highest, used)
        if not 1 <= used <= len(arguments):
            raise EvaluationError("not enough arguments")
        pieces.append(_piece(found, arguments[used - 1]))
    if highest < len(arguments) and "[" not in template:
        raise EvaluationError("too many arguments")
    pieces.append(string(template[position:]))
    return pieces


def _piece(found: re.Match[str], value: Value) -> Value:
    hole = find_hole(value)
    if value.kind == "null":
        hole = Hole("null in a format", type="string")
    if hole is not None:
        plain = found["verb"] in "sv" and not (found["width"] or found["precision"] or found["flags"])
        return (
            value
            if plain and value.kind == "unknown"
            else Value("unknown", Hole(hole.reason, hole.remedy, type="string"))
        )
    if int(found["width"] or 0) > MAX_WIDTH or int(found["precision"] or 0) > MAX_WIDTH:
        raise Unsupported("that width")
    text = _pad(_verb(found, value), found)
    return carry(string(text), [value], same=value.kind == "string" and text == value.data)


def _verb(found: re.Match[str], value: Value) -> str:
    verb, flags = found["verb"], found["flags"]
    if verb == "v":
        if value.kind == "number" and not found["precision"]:
            return _signed(render(value.data), value.data, flags)
        if "#" in flags or value.kind not in PRIMITIVES:
            return json_text(value)
        return types.as_text(value)
    if verb in "sq":
        text = as_piece(value).data
        if found["precision"]:
            text = "".join(clusters(text)[: int(found["precision"])])
        return text if verb == "s" else json_text(string(text))
    if verb == "t":
        return types.as_text(types.convert(value, types.BOOL))
    number = access.as_number(value)
    if verb in "bdoxX":
        return _integer(verb, number, flags)
    if verb in "eEfgG":
        return _decimal(verb, number, found)
    raise EvaluationError(f"unknown verb %{verb}")


def _signed(text: str, number: Number, flags: str) -> str:
    if number >= 0 and "+" in flags:
        return f"+{text}"
    return f" {text}" if number >= 0 and " " in flags else text


def _integer(verb: str, number: Number, flags: str) -> str:
    if not isinstance(number, int):
        raise EvaluationError("the number has a fraction")
    if "#" in flags:
        raise Unsupported("the flag #")
    return _signed(f"{number:{verb}}", number, flags)


def _decimal(verb: str, number: Number, found: re.Match[str]) -> str:
    precision = int(found["precision"] or 0) if found["precision"] is not None else None
    if verb in "gG" or "#" in found["flags"]:
        raise Unsupported(f"the verb %{verb}")
    digits = 6 if precision is None else precision
    if verb == "f":
        return _signed(_fixed(number, digits), number, found["flags"])
    return _signed(f"{float(number):.{digits}{verb}}", number, found["flags"])


def _fixed(number: Number, digits: int) -> str:
    scaled = round(Fraction(number) * 10**digits)
    text = str(abs(scaled)).rjust(digits + 1, "0")
    whole = text if digits == 0 else f"{text[:-digits]}.{text[-digits:]}"
    return f"-{whole}" if number < 0 else whole


def _pad(text: str, found: re.Match[str]) -> str:
    missing = int(found["width"] or 0) - len(clusters(text))
    if missing <= 0:
        return text
    if "-" in found["flags"]:
        return text + " " * missing
    if "0" in found["flags"]:
        sign = text[:1] if text[:1] in "+-" and found["verb"] not in "svq" else ""
        return sign + "0" * missing + text[len(sign) :]
    return " " * missing + text


@function("string", variadic="any?", partial=True)
def formatlist(template: Value, *arguments: Value) -> Value:
    if template.kind == "unknown":
        return hole_of(template)
    for value in arguments:
        if value.kind in {"unknown", "lazy"} or value.rest is not None:
            return hole_of(value)
    lengths = {len(value.data) for value in arguments if value.kind in SEQUENCES}
    if len(lengths) > 1:
        raise EvaluationError("the lists have different lengths")
    total = lengths.pop() if lengths else 1
    rows = [
        [value.data[row] if value.kind in {"tuple", "list", "set"} else value for value in arguments]
        for row in range(total)
    ]
    return sequence((format_(template, *row) for row in rows), "list")
