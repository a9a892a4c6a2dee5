"""Sizes and durations: one number whatever the unit it is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from scanner.model import Raw, Setting
from scanner.values.base import Malformed, Value, short, text_of, value_type

_QUANTITY = re.compile(r"\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+))\s*([a-zA-Z]*)\s*")
_BYTES: dict[str, Decimal | int] = {
    "": 1,
    "b": 1,
    "k": 1000,
    "kb": 1024,
    "m": 1000**2,
    "mb": 1024**2,
    "g": 1000**3,
    "gb": 1024**3,
    "tb": 1024**4,
}
_MILLISECONDS: dict[str, Decimal | int] = {
    "us": Decimal("0.001"),
    "ms": 1,
    "s": 1000,
    "min": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
}


def _quantity(raw: Raw, unit: str, units: Mapping[str, Decimal | int]) -> int:
    match = _QUANTITY.fullmatch(text_of(raw))
    if not match:
        raise Malformed(f"“{short(text_of(raw))}” is no number with a unit; units: {', '.join(filter(None, units))}")
    number, name = Decimal(match[1]), match[2].lower()
    if name and name not in units:
        raise Malformed(f"“{match[2]}” is no unit; allowed: {', '.join(filter(None, units))}")
    if not name and number <= 0:
        return int(number)
    factor = Decimal(units[name]) if name else _factor(unit, units)
    return int((number * factor).to_integral_value())


def _factor(unit: str, units: Mapping[str, Decimal | int]) -> Decimal:
    match = re.fullmatch(r"(\d*)([a-zA-Z]*)", unit)
    if not match or match[2].lower() not in {*units, ""}:
        raise Malformed(f"the catalogue gives an unknown unit, {unit}")
    return Decimal(match[1] or 1) * Decimal(units.get(match[2].lower(), 1))


@value_type("size")
def _size(setting: Setting, raw: Raw) -> Value:
    amount = _quantity(raw, setting.unit or "B", _BYTES)
    return Value(amount, _largest(amount, (("TB", 1024**4), ("GB", 1024**3), ("MB", 1024**2), ("kB", 1024)), "B"))


@value_type("duration")
def _duration(setting: Setting, raw: Raw) -> Value:
    amount = _quantity(raw, setting.unit or "ms", _MILLISECONDS)
    steps = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000))
    return Value(amount, _largest(amount, steps, "ms"))


def _largest(amount: int, steps: tuple[tuple[str, int], ...], base: str) -> str:
    if amount <= 0:
        return str(amount)
    return next((f"{amount // size} {name}" for name, size in steps if amount % size == 0), f"{amount} {base}")
