"""Truths, numbers, words and modes."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from scanner.model import Raw, Setting
from scanner.values.base import Malformed, Value, short, text_of, value_type

_TRUE = {"on", "true", "yes", "1", "t", "y"}
_FALSE = {"off", "false", "no", "0", "f", "n"}


@value_type("boolean")
def _boolean(setting: Setting, raw: Raw) -> Value:
    word = text_of(raw).strip().lower()
    if word not in _TRUE | _FALSE:
        raise Malformed(f"“{short(word)}” is neither true nor false")
    names = setting.choices or ("false", "true")
    return Value(word in _TRUE, names[word in _TRUE])


@value_type("integer")
def _integer(setting: Setting, raw: Raw) -> Value:
    text = text_of(raw).strip().replace("_", "")
    try:
        number = Decimal(int(text, 16)) if text.lower().startswith("0x") else Decimal(text)
        if number != number.to_integral_value():
            raise Malformed(f"“{short(text)}” is no whole number")
        return Value(int(number), f"{int(number)}")
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise error if isinstance(error, Malformed) else Malformed(f"“{short(text)}” is no whole number") from None


@value_type("real")
def _real(setting: Setting, raw: Raw) -> Value:
    text = text_of(raw).strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Malformed(f"“{short(text)}” is no number") from None
    return Value(number, format(number.normalize(), "f"))


@value_type("octal")
def _octal(setting: Setting, raw: Raw) -> Value:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Value(raw, f"{raw:04o}")
    text = text_of(raw).strip().lower().removeprefix("0o")
    if not re.fullmatch(r"[0-7]{1,8}", text):
        raise Malformed(f"“{short(text)}” is no octal mode such as 0600")
    return Value(int(text, 8), f"{int(text, 8):04o}")


@value_type("enum")
def _enum(setting: Setting, raw: Raw) -> Value:
    word = text_of(raw).strip().lower()
    known = {choice.lower(): choice for choice in setting.choices}
    if known and word not in known:
        truth = next((name for name in ("on", "off") if word in (_TRUE if name == "on" else _FALSE)), "")
        if truth not in known:
            raise Malformed(f"“{short(word)}” is none of {', '.join(setting.choices)}")
        word = truth
    return Value(word, known.get(word, word))


@value_type("string")
@value_type("path")
@value_type("timestamp")
def _string(setting: Setting, raw: Raw) -> Value:
    text = text_of(raw)
    return Value(text, text)


@value_type("secret")
def _secret(setting: Setting, raw: Raw) -> Value:
    if raw == "":
        return Value("", "")
    raise Malformed("a secret has no readable value")
