"""The text of a parameter as the server hands it over, and whether the server could take a text at all.

``pg_settings`` counts in base units (pages of 8 kB, milliseconds) and writes file modes in decimal in ``reset_val``. A
line that the server reports as not applied may be wrong or may only wait for a restart: the message does not tell,
the type, the range and the choices of the parameter do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from scanner.model import Setting

Row = Mapping[str, Any]

OCTAL = frozenset({"log_file_mode", "unix_socket_permissions", "data_directory_mode"})


def readable(row: Row, text: str, setting: Setting | None = None) -> str:
    """A number as a person would write it: with its unit, and file modes in octal."""
    if row["vartype"] not in {"integer", "real"} or not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    if row["name"] in OCTAL or (setting and setting.type == "octal"):
        return f"{int(text):04o}"
    match = re.fullmatch(r"(\d*)([A-Za-z]+)", row["unit"] or "")
    if not match or text.startswith("-") or not text.strip("0.") or (setting and setting.type not in _QUANTITIES):
        return text
    number = Decimal(text) * Decimal(match[1] or 1)
    return f"{number.normalize():f}{match[2]}"


_QUANTITIES = {"size", "duration", "string"}


_BOOLEANS = ("on", "off", "true", "false", "yes", "no", "1", "0")
_UNITS: dict[str, tuple[str, Decimal]] = {
    **{name: ("bytes", Decimal(1024) ** power) for power, name in enumerate(("b", "kb", "mb", "gb", "tb"))},
    "us": ("time", Decimal("0.001")),
    "ms": ("time", Decimal(1)),
    "s": ("time", Decimal(1000)),
    "min": ("time", Decimal(60_000)),
    "h": ("time", Decimal(3_600_000)),
    "d": ("time", Decimal(86_400_000)),
}


def acceptable(row: Row, text: str) -> bool:
    """Whether the server could take this text for the parameter, by type, range and choices."""
    word = text.strip().lower()
    if row["vartype"] == "bool":
        return bool(word) and any(choice.startswith(word) for choice in _BOOLEANS)
    if row["vartype"] == "enum":
        choices = {str(choice).lower() for choice in row["enumvals"] or ()}
        return word in choices or (bool(choices & {"on", "off"}) and word in _BOOLEANS)
    if row["vartype"] not in {"integer", "real"}:
        return True
    number = _number(word, row["unit"] or "")
    try:
        return number is not None and Decimal(row["min_val"]) <= number <= Decimal(row["max_val"])
    except (InvalidOperation, TypeError):
        return number is not None


def _number(word: str, unit: str) -> Decimal | None:
    """A number in the base unit of the parameter; None when it is none or the unit does not fit."""
    match = re.fullmatch(r"([-+]?(?:0x[0-9a-f]+|\d+\.?\d*|\.\d+))\s*([a-z]*)", word)
    if not match:
        return None
    digits, name = match[1], match[2]
    octal = re.fullmatch(r"0[0-7]+", digits)
    number = Decimal(int(digits, 16) if "0x" in digits else int(digits, 8) if octal else Decimal(digits))
    if not name:
        return number
    base = re.fullmatch(r"(\d*)([a-z]+)", unit.lower())
    if not base or name not in _UNITS or base[2] not in _UNITS or _UNITS[name][0] != _UNITS[base[2]][0]:
        return None
    return number * _UNITS[name][1] / (_UNITS[base[2]][1] * Decimal(base[1] or 1))
