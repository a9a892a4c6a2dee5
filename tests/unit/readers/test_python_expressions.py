"""Expressions are read, never executed; what cannot be read shows no text of its own."""

from __future__ import annotations

import ast

import pytest

from scanner.readers import python_expressions


def written(text: str, before: str = "") -> python_expressions.Written:
    names = python_expressions.constants(ast.parse(before))
    return python_expressions.written(ast.parse(text, mode="eval").body, names)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-1.5", -1.5), ("None", None), ("('a', 'b')", ["a", "b"]), ("{'b', 'a'}", ["a", "b"]),
     ("{'a': 1}", {"a": 1}), ("b'x'", "x"), ("AnyHttpUrl('https://a')", "https://a"), ("[A, 'y']", ["x", "y"]),
     ("L.INFO", 20), ("L.INFO.value", 20)],
)  # fmt: skip
def test_what_is_written_out_is_a_literal(text: str, value: object) -> None:
    found = written(text, "A = 'x'\nclass L:\n    INFO = 20")
    assert (found.kind, found.value) == ("literal", value)


@pytest.mark.parametrize("text", ["SecretStr('x')", "SecretStr(A)", "Secret[str]('x')"])
def test_what_is_wrapped_as_a_secret_is_one(text: str) -> None:
    assert written(text, "A = 'x'").secret


@pytest.mark.parametrize("text", ["open('x')", "a + 'hunter2'", "f'{a}hunter2'", "B", "1j", "...", "lambda: 'hunter2'"])
def test_everything_else_is_unknown_and_blanked(text: str) -> None:
    found = written(text, "B = 1\nB = 2")
    assert found.kind != "literal"
    assert "hunter2" not in found.source


def test_names_that_lead_to_themselves_end() -> None:
    assert written("A", "A = B\nB = A").kind != "literal"
    assert written("A", "A = [A, A]").kind != "literal"


def test_names_that_change_are_not_constants() -> None:
    changed = [
        "A = 1\nA += 1",
        "A = 1\ndef f():\n    global A\n    A = 2",
        "for A in x: pass",
        "A = 1\nif x:\n    A = 2",
    ]
    for before in changed:
        assert written("A", before).kind != "literal", before
