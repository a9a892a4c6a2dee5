"""Terraform's numbers: binary floats of 512 bits, printed as the shortest decimal that reads back the same.

An integer stays a Python integer; everything else is a fraction rounded to 512 bits, so that sums and quotients print
exactly what the real program prints.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | Fraction

BITS = 512
MAX_EXPONENT = 5_000
_TEXT = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\Z")


def rounded(value: Number) -> Number:
    """The nearest number of 512 bits, ties to even; an integer when it has no fraction."""
    if isinstance(value, int) and value.bit_length() <= BITS:
        return value
    numerator, denominator = value.numerator, value.denominator
    shift = BITS - (abs(numerator).bit_length() - denominator.bit_length())
    mantissa = _divide(numerator, denominator, shift)
    excess = abs(mantissa).bit_length() - BITS
    if excess > 0:
        shift -= excess
        mantissa = _divide(numerator, denominator, shift)
    result = Fraction(mantissa) / (Fraction(2) ** shift)
    return result.numerator if result.denominator == 1 else result


def _divide(numerator: int, denominator: int, shift: int) -> int:
    """numerator * 2**shift / denominator, rounded half to even."""
    if shift >= 0:
        numerator <<= shift
    else:
        denominator <<= -shift
    quotient, remainder = divmod(numerator, denominator)
    twice = remainder * 2
    return quotient + (1 if twice > denominator or (twice == denominator and quotient % 2) else 0)


def parse(text: str) -> Number | None:
    """A decimal text as a number, or None when it is none."""
    if len(text) > 2_000 or not _TEXT.match(text):
        return None
    _, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        return None
    return rounded(Fraction(text))


def render(value: Number) -> str:
    """The text of a number, without exponent and without trailing zeros."""
    if isinstance(value, int):
        return str(value)
    whole = abs(value)
    magnitude = len(str(whole.numerator)) - len(str(whole.denominator))
    for digits in range(1, 160):
        scale = digits - magnitude
        factor = Fraction(10) ** scale
        floor = (whole * factor).numerator // (whole * factor).denominator
        fits = [number for number in (floor, floor + 1) if rounded(Fraction(number) / factor) == whole]
        if fits:
            best = min(fits, key=lambda number: abs(Fraction(number) / factor - whole))
            return ("-" if value < 0 else "") + _place_point(best, scale)
    return str(float(value))


def _place_point(digits: int, scale: int) -> str:
    if scale <= 0:
        return str(digits * 10**-scale)
    text = str(digits).rjust(scale + 1, "0")
    return f"{text[:-scale]}.{text[-scale:]}".rstrip("0").rstrip(".")
