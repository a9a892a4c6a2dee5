"""Functions over points in time. The present is unknown on purpose."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.values import EvaluationError, Hole, Value

_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T](\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
_UNITS = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000, "us": 1, "µs": 1}
_LETTERS = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+")


def _instant(text: str) -> datetime:
    found = _RFC3339.match(text)
    if found is None:
        raise EvaluationError("no time in RFC 3339 format")
    if found[7]:
        raise Unsupported("fractions of seconds")
    zone = UTC
    if found[8] != "Z":
        hours, minutes = int(found[8][1:3]), int(found[8][4:])
        zone = timezone(timedelta(hours=hours, minutes=minutes) * (-1 if found[8][0] == "-" else 1))
    try:
        return datetime(*(int(part) for part in found.groups()[:6]), tzinfo=zone)  # type: ignore[misc, arg-type]
    except ValueError:
        raise EvaluationError("no time in RFC 3339 format") from None


def _written(moment: datetime) -> str:
    offset = moment.strftime("%z")
    zone = "Z" if offset == "+0000" else f"{offset[:3]}:{offset[3:]}"
    return f"{moment.year:04}-{moment.strftime('%m-%dT%H:%M:%S')}{zone}"


@function("string", "string", result="string")
def timeadd(text: str, duration: str) -> str:
    sign, rest = (-1, duration[1:]) if duration.startswith("-") else (1, duration.removeprefix("+"))
    parts = re.findall(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)", rest)
    if (not parts and rest != "0") or "".join(amount + unit for amount, unit in parts) not in {rest, ""}:
        raise EvaluationError("no duration")
    if any(unit == "ns" or "." in amount for amount, unit in parts):
        raise Unsupported("parts of microseconds")
    total = sum(int(amount) * _UNITS[unit] for amount, unit in parts)
    if total % 1_000_000:
        raise Unsupported("fractions of seconds")
    return _written(_instant(text) + sign * timedelta(microseconds=total))


@function("string", "string", result="number")
def timecmp(left: str, right: str) -> int:
    one, other = _instant(left), _instant(right)
    return (one > other) - (one < other)


@function("string", "string", result="string")
def formatdate(layout: str, text: str) -> str:
    moment = _instant(text)
    pieces: list[str] = []
    position = 0
    for found in _LETTERS.finditer(layout):
        if found.start() != position:
            raise EvaluationError("a quote is not closed")
        position = found.end()
        token = found.group()
        if token.startswith("'"):
            pieces.append(token[1:-1].replace("''", "'"))
        else:
            pieces.append(_piece(token, moment) if found[1] else token)
    if position != len(layout):
        raise EvaluationError("a quote is not closed")
    return "".join(pieces)


def _piece(token: str, moment: datetime) -> str:
    offset = moment.strftime("%z")
    colon = f"{offset[:3]}:{offset[3:]}"
    twelve = moment.hour % 12 or 12
    table = {
        "YYYY": f"{moment.year:04}", "YY": f"{moment.year % 100:02}", "MMMM": moment.strftime("%B"),
        "MMM": moment.strftime("%b"), "MM": f"{moment.month:02}", "M": str(moment.month), "DD": f"{moment.day:02}",
        "D": str(moment.day), "EEEE": moment.strftime("%A"), "EEE": moment.strftime("%a"), "hh": f"{moment.hour:02}",
        "h": str(moment.hour), "HH": f"{twelve:02}", "H": str(twelve), "AA": "AM" if moment.hour < 12 else "PM",
        "aa": "am" if moment.hour < 12 else "pm", "mm": f"{moment.minute:02}", "m": str(moment.minute),
        "ss": f"{moment.second:02}", "s": str(moment.second), "ZZZZZ": colon, "ZZZZ": offset,
        "ZZZ": "UTC" if offset == "+0000" else offset, "Z": "Z" if offset == "+0000" else colon,
    }  # fmt: skip
    if token not in table:
        raise EvaluationError("unknown letters in the layout")
    return table[token]


def _present(name: str) -> None:
    def work() -> Value:
        return Value("unknown", Hole(f"{name}() is known only when it runs", computed=True, type="string"))

    function(name=name, result="string", partial=True)(work)


for _name in ("timestamp", "plantimestamp", "uuid"):
    _present(_name)


@function("any", variadic="any", result="string", partial=True)
def bcrypt(text: Value, *cost: Value) -> Value:
    return Value("unknown", Hole("bcrypt() gives another result every time", computed=True, type="string"))
