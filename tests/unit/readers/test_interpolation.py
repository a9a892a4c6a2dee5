"""References in compose files, and the bounds on what they may grow to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.readers import interpolation

GIVEN = {"A": "x", "EMPTY": "", "HIDDEN": None}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$A-${A}", "x-x"),
        ("$$A", "$A"),
        ("${N:-d}", "d"),
        ("${N-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${A:+set}", "set"),
        ("${N:+set}", ""),
        ("${EMPTY+set}", "set"),
        ("${N:-${A}y}", "xy"),
        ("${N:-${M:-deep}}", "deep"),
        ("100%", "100%"),
        ("$", "$"),
        ("a$ b", "a$ b"),
    ],
)
def test_what_a_reference_becomes(template: str, text: str) -> None:
    found = interpolation.compose(template, GIVEN)
    assert (found.text, found.missing) == (text, ())


@pytest.mark.parametrize(
    ("template", "missing"),
    [("${N}", "N"), ("$N", "N"), ("${N:?needed}", "N"), ("${EMPTY:?needed}", "EMPTY"), ("${HIDDEN}", "HIDDEN"),
     ("${HIDDEN:-d}", "HIDDEN"), ("${N:-${M}}", "M"), ("${A", "${A"), ("${!}", "${!}")],
)  # fmt: skip
def test_what_cannot_be_filled_is_missing_by_name(template: str, missing: str) -> None:
    assert interpolation.compose(template, GIVEN).missing == (missing,)


def test_endless_nesting_is_missing_instead_of_endless() -> None:
    assert interpolation.compose("${A:-" * 500 + "x" + "}" * 500, {}).missing


def test_growth_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        interpolation.compose("$A" * 100, {"A": "x" * 100_000})


@given(st.text(st.sampled_from("$${}AN:-+?x "), max_size=60))
def test_no_text_makes_it_fail(template: str) -> None:
    assert isinstance(interpolation.compose(template, GIVEN).text, str)
    assert isinstance(interpolation.dotenv(template, GIVEN).text, str)
