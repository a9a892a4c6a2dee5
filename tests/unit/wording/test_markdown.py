"""Foreign text in Markdown: a real reader finds the words and no markup."""

from __future__ import annotations

import html
import re

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options as Reading
from hypothesis import given
from hypothesis import strategies as st

from scanner.wording.markdown import cell, code, prose
from scanner.wording.plain import plain

TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("`|\\*_[]()<>!#&@:~- $^"), max_size=20)


def read(text: str) -> str:
    found: str = cmarkgfm.github_flavored_markdown_to_html(text, options=Reading.CMARK_OPT_UNSAFE)
    return found


def words(text: str) -> str:
    """What a reader sees."""
    return html.unescape(re.sub(r"<[^>]*>", "", text)).strip()


@given(TEXT)
def test_a_value_is_one_code_span_that_shows_the_value(text: str) -> None:
    shown = read(f"x {code(text)} y")
    assert re.fullmatch(r"<p>x (<code>[^<]*</code>|\(empty\)) y</p>\n", shown)
    if plain(text).strip():
        assert words(shown) == " ".join(["x", *f"{plain(text).strip(' ')}".split(" "), "y"]) or plain(text) in words(
            shown
        )


@given(TEXT)
def test_a_value_stays_in_its_cell(text: str) -> None:
    shown = read(f"| a | b |\n|---|---|\n| {cell(text)} | y |\n")
    body = shown.partition("<tbody>")[2]
    assert re.fullmatch(
        r"\s*<tr>\s*<td>(<code>[^<]*</code>|\(empty\))</td>\s*<td>y</td>\s*</tr>\s*</tbody>\s*</table>\s*", body
    )


@given(TEXT)
def test_a_sentence_has_no_markup_but_a_code_span(text: str) -> None:
    shown = read(f"{prose(text)}")
    assert set(re.findall(r"<(\w+)", shown)) <= {"p", "code"}


@pytest.mark.parametrize(
    "text", ["1. one", "10) ten", "- item", "+ item", "= line", "# head", "> quote", "***", "a & b"]
)
def test_a_sentence_that_begins_like_a_list_is_a_sentence(text: str) -> None:
    assert words(read(prose(text))) == text


@pytest.mark.parametrize(
    "text", ["@admin", "see #12", "https://x", "www.x.y", ":tick:", "&commat;admin", "a$b$", "o/r#1"]
)
def test_what_hosts_replace_later_stands_in_a_code_span(text: str) -> None:
    assert prose(text) == f"`{text}`"


def test_an_ordinary_sentence_is_left_readable() -> None:
    text = "The lowest TLS version a client can use is 1.3 (or more), W-2026-014."
    assert prose(text) == text
