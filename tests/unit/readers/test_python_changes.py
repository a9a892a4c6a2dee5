"""What may change a field of a settings class after its default is written."""

from __future__ import annotations

import ast

import pytest

from scanner.readers.python_changes import changes


def changed(body: str) -> set[str]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    node = ast.parse(f"class Settings(BaseSettings):\n    debug: bool = False\n{lines}").body[0]
    assert isinstance(node, ast.ClassDef)
    return set(changes(node))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('@field_validator("debug")\ndef v(cls, value): return True', {"debug"}),
        ('@validator("debug", pre=True)\ndef v(cls, value):\n    value = True\n    return value', {"debug"}),
        ('@field_validator("*")\ndef v(cls, value): return value.strip()', {"*"}),
        ('@field_validator("debug")\ndef v(cls, value):\n    if not value: return None\n    return value', {"debug"}),
        ("def model_post_init(self, context): self.debug = True", {"debug"}),
        ('@model_validator(mode="before")\ndef v(cls, data):\n    data["debug"] = True\n    return data', {"debug"}),
        ("if LOCAL:\n    debug: bool = True", {"debug"}),
    ],
)
def test_what_may_have_the_last_word_is_named(body: str, expected: set[str]) -> None:
    assert expected <= changed(body)


@pytest.mark.parametrize(
    "body",
    [
        '@field_validator("debug")\ndef v(cls, value):\n    if not value: raise ValueError\n    return value',
        "@property\ndef address(self): return str(self.debug)",
        '@field_validator("other")\ndef v(cls, value): return value or "x"',
    ],
)
def test_what_only_refuses_or_reads_changes_nothing(body: str) -> None:
    assert "debug" not in changed(body)
