"""``.env`` text means here what it means to the application that reads it."""

from __future__ import annotations

import io

import dotenv
import pytest
from dotenv.parser import parse_stream
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Known, Unresolved
from scanner.readers import dotenv_text


def values(text: str, **given_: str) -> dict[str, object]:
    found, _ = dotenv_text.resolve(dotenv_text.parse(text), ".env", given_)
    return {item.name: getattr(item.content, "raw", None) for item in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1", {"A": "1"}),
        ("export A=1", {"A": "1"}),
        ("A = spaced # comment", {"A": "spaced"}),
        ("A=no#comment", {"A": "no#comment"}),
        ("A='single # kept'", {"A": "single # kept"}),
        ('A="two\\nlines" # said', {"A": "two\nlines"}),
        ('A="over\nlines"\nB=2', {"A": "over\nlines", "B": "2"}),
        ("A=\nB=2", {"A": "", "B": "2"}),
        ("A", {}),
        ("A=1\nA", {}),
        ("A\nB=x${A}", {"B": "x"}),
        ("A= # said", {"A": ""}),
        ("A=#said", {"A": "#said"}),
        ("# A=1", {}),
        ("\ufeffA=1", {"A": "1"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A=x\nB=${A}/y", {"A": "x", "B": "x/y"}),
        ("B=${A:-d}", {"B": "d"}),
        ('A=["https://a", "https://b"]', {"A": '["https://a", "https://b"]'}),
    ],
)
def test_what_a_line_means(text: str, expected: dict[str, str]) -> None:
    assert values(text) == expected


def test_a_reference_that_nobody_gives_is_unresolved_and_names_what_would_resolve_it() -> None:
    found, _ = dotenv_text.resolve(dotenv_text.parse("A=1\nB=${HOST}:${A}\nC=${B}"), ".env")
    assert isinstance(found[1].content, Unresolved)
    assert "HOST" in found[1].content.reason
    assert "HOST" in found[1].content.remedy
    assert isinstance(found[2].content, Unresolved), "what uses an unknown value is unknown too"


def test_a_given_value_fills_the_reference() -> None:
    assert values("B=${HOST}", HOST="db") == {"B": "db"}


def test_lines_are_counted_through_quotes_and_comments_and_a_later_line_names_the_one_it_replaces() -> None:
    found, _ = dotenv_text.resolve(dotenv_text.parse('# one\nA="x\ny"\n\nB=1\nA=2\n'), "f.env")
    assert [(item.name, item.locator, item.chain) for item in found] == [
        ("B", "f.env:5", ()),
        ("A", "f.env:6", ("replaces f.env:2",)),
    ]


@pytest.mark.parametrize("line", ["=1", 'A="open', "A='x' y", "two words"])
def test_a_line_that_is_no_assignment_is_named_and_the_others_are_read(line: str) -> None:
    parsed = dotenv_text.parse(f"X=1\n{line}\nY=2")
    assert 2 in parsed.malformed
    assert next(item.name for item in parsed.assignments) == "X"


def test_compose_leaves_single_quotes_alone_and_fills_bare_names() -> None:
    found, _ = dotenv_text.resolve(dotenv_text.parse("A=1\nB='${A}'\nC=$A"), ".env", compose=True)
    assert [item.content for item in found] == [Known("1"), Known("${A}"), Known("1")]


def test_a_bare_name_in_compose_is_what_the_deploying_shell_has() -> None:
    (item,), values = dotenv_text.resolve(dotenv_text.parse("A"), ".env", compose=True)
    assert isinstance(item.content, Unresolved)
    assert values == {"A": None}


TEXT = st.text(st.sampled_from("AB=1 '\"#\\\n\r\t${}:-x[],"), max_size=40)


@given(TEXT)
def test_every_text_means_what_the_applications_own_reader_says(text: str) -> None:
    theirs = dotenv.dotenv_values(stream=io.StringIO(text), interpolate=False)
    ours = {item.name: item.template for item in dotenv_text.parse(text).assignments}
    assert ours == dict(theirs)


@given(TEXT)
def test_a_line_is_reported_exactly_when_the_applications_own_reader_reports_one(text: str) -> None:
    theirs = [item for item in parse_stream(io.StringIO(text)) if item.error]
    assert bool(dotenv_text.parse(text).malformed) == bool(theirs)


@given(st.lists(st.sampled_from(["A=1", "B=${A}", "A=${B:-2}", "B=${A:-${C}}", "C='${A}'"]), max_size=6))
def test_references_are_filled_as_the_applications_own_reader_does(lines: list[str]) -> None:
    text = "\n".join(lines)
    theirs = dotenv.dotenv_values(stream=io.StringIO(text))
    for name, value in values(text).items():
        if value is not None:
            assert value == theirs[name]
