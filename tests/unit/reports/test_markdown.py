"""Markdown: short, and read by a real Markdown reader, in which nothing foreign becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options as Reading
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Drift, ScanResult, Verdict
from scanner.reports import Options
from scanner.reports.markdown import MARK, render
from tests.support import attacks, results

OURS = {"h2", "h3", "p", "strong", "ul", "li", "code", "br", "table", "thead", "tbody", "tr", "th", "td"}
LIMIT = 65_536
"""Characters that a code host takes in a comment."""


def shown(result: ScanResult) -> str:
    """The comment as HTML, with raw HTML let through, so that any that got in is seen."""
    text = render(result, Options())
    assert text.startswith(MARK)
    html: str = cmarkgfm.github_flavored_markdown_to_html(text, options=Reading.CMARK_OPT_UNSAFE)
    return html.removeprefix(MARK)


def elements(html: str) -> set[str]:
    return set(re.findall(r"<([a-z][a-z0-9]*)", html))


def test_the_verdict_the_table_and_every_section_are_there() -> None:
    text = render(results.everything(), Options())
    assert "**6 of 7 assessed requirements do not match the baseline.**" in text
    assert "| all | 1 | 5 | 1 | 6 | 2 | 1 |" in text
    titles = ["Open differences", "Could not be checked", "Planes disagree", "Accepted differences"]
    assert [line[6:] for line in text.splitlines() if line.startswith("### ")] == titles


def test_open_differences_come_with_file_and_line_and_unknowns_with_what_opens_them() -> None:
    text = render(results.everything(), Options())
    assert "- **high** at `infra/api.tf:55`:" in text
    assert "To know it: `ACL SETUSER scanner +config|get`" in text


def test_a_clean_run_is_a_sentence_and_a_table() -> None:
    text = render(results.clean(), Options())
    assert "###" not in text
    assert "The setting of the one assessed requirement matches the approved baseline." in text


@pytest.mark.parametrize("result", [results.everything(), results.many(), results.huge(1_000_000)])
def test_it_fits_into_a_comment_and_counts_what_it_leaves_out(result: ScanResult) -> None:
    text = render(result, Options())
    assert len(text) < LIMIT
    if len(result.findings) > 1000:
        assert "- and 460 more" in text
        assert "| 20 more |" in text


@pytest.mark.parametrize("letter", ["A", "*", "`", "|", "\x00", "@"])
def test_it_fits_into_a_comment_whatever_the_names_and_values(letter: str) -> None:
    whole = results.many(400)
    failing = replace(
        whole,
        findings=tuple(
            replace(
                item, verdict=Verdict.FAIL if number % 2 else Verdict.UNKNOWN, waiver="W-1" if number % 4 == 1 else ""
            )
            for number, item in enumerate(whole.findings)
        ),
        rows=tuple(replace(row, drift=(Drift.CHANGED,)) for row in whole.rows),
        waivers=results.everything().waivers,
    )
    text = render(attacks.attacked(failing, letter * 5_000), Options())
    assert len(text) < LIMIT
    assert text.count("more") >= 4


@pytest.mark.parametrize(
    "attack",
    [
        *attacks.ATTACKS,
        "`code` ``` fence",
        "| a | b |\n|---|---|",
        "\\| \\` \\",
        "[link](javascript:alert(1)) ![picture](https://x/y.png)",
        "https://evil.example www.evil.example a@evil.example",
        "@admin #1 :white_check_mark: GH-1",
        "&lt;b&gt; &#60;i&#62; &commat;admin",
        "# heading\n- item\n1. item\n> quote\n***",
        "~~gone~~ __bold__ <!-- hidden -->",
        "$$ \\frac $$ [^1] [x] ---",
    ],
)
def test_nothing_foreign_becomes_markup(attack: str) -> None:
    html = shown(attacks.hostile(attack))
    assert elements(html) <= OURS
    assert html.count("<table>") == 1
    assert "<!--" not in html
    plain = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    for late in ("@admin", "#1", ":white_check_mark:", "https://", "www.evil", "@evil"):
        assert late not in plain


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("`|\\*_[]()<>!#&@:~-"), min_size=1, max_size=20))
def test_any_text_at_all_stays_text(text: str) -> None:
    html = shown(attacks.hostile(text))
    assert elements(html) <= OURS
    cells = [row.count("<td") for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL)[1:]]
    assert set(cells) == {7}


def test_a_repeated_comment_can_be_found_again() -> None:
    assert render(replace(results.everything(), run_id="x"), Options()).splitlines()[0] == "<!-- scanner -->"
