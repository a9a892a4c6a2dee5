"""Cookie attributes as they were sent; never a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Known, Unresolved
from scanner.probes import cookies


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("session=abc; path=/; Max-Age=5; httponly; samesite=lax; Secure", (True, True, "lax")),
        ("session=abc", (False, False, "")),
        ("session=abc; SECURE ; HttpOnly=; SameSite = Strict", (True, True, "strict")),
        ("session=secure; x=httponly", (False, False, "")),
        ("session=abc; SameSite=None; SameSite=Strict", (False, False, "strict")),
        ("session=abc; SameSite=other", (False, False, "")),
        ("", (False, False, "")),
    ],
)
def test_the_attributes_of_a_cookie(header: str, expected: tuple[bool, bool, str]) -> None:
    found = cookies.read(header)
    assert (found.secure, found.http_only, found.same_site) == expected


def test_the_weakest_cookie_counts_unless_one_is_named() -> None:
    headers = ["session=a; secure; httponly; samesite=strict", "other=b; samesite=lax"]
    every, names = cookies.contents(headers, "")
    assert names == "other, session"
    assert list(every.values()) == [Known(False), Known(False), Known("lax")]
    one, _ = cookies.contents(headers, "session")
    assert list(one.values()) == [Known(True), Known(True), Known("strict")]


@pytest.mark.parametrize(("headers", "name"), [([], ""), (["other=1"], "session")])
def test_without_the_cookie_nothing_is_known_and_the_remedy_is_said(headers: list[str], name: str) -> None:
    found, names = cookies.contents(headers, name)
    assert names == ""
    assert all(isinstance(content, Unresolved) and "cookie_path" in content.remedy for content in found.values())


@given(st.text(max_size=80), st.text(min_size=9, max_size=20).filter(lambda text: ";" not in text and "=" not in text))
def test_the_value_is_never_kept(tail: str, value: str) -> None:
    found = cookies.read(f"session={value};{tail.replace(value, '')}")
    assert value not in repr(found)
