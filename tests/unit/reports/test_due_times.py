"""Overdue failures in every report that people read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scanner.model import ScanResult, Verdict
from scanner.reports import render
from scanner.wording.index import Index
from scanner.wording.sentences import age_words, verdict_sentences
from tests.support import results

SEEN, DUE = "2026-11-01T09:00:00+00:00", "2026-11-04T09:00:00+00:00"


def aged(first_seen: str = SEEN, due: str = DUE) -> ScanResult:
    """A result of which one open failure is known since a while."""
    result = results.everything()
    (first, *_) = [item for item in result.findings if item.verdict is Verdict.FAIL and not item.accepted]
    changed = replace(first, first_seen=first_seen, due=due)
    findings = tuple(changed if item is first else item for item in result.findings)
    return replace(result, findings=findings, overdue=1)


LATE = aged()


def test_the_result_counts_what_is_overdue() -> None:
    assert "5 are open, 1 of them overdue." in verdict_sentences(Index(LATE))[1]
    assert "overdue" not in verdict_sentences(Index(results.everything()))[1]


def test_the_terminal_says_since_when_and_until_when() -> None:
    text = " ".join(render("console", LATE).split())
    assert "overdue since 4 November 2026 09:00 UTC, first seen 1 November 2026 09:00 UTC" in text


def test_the_page_marks_it_in_the_list_and_in_full() -> None:
    page = render("html", LATE)
    assert f'<strong data-overdue="{DUE}">overdue</strong>' in page
    assert "4 November 2026 09:00 UTC, <strong>overdue</strong>; first seen 1 November 2026 09:00 UTC" in page
    assert "overdue" not in render("html", aged(due="2026-12-04T09:00:00+00:00")).replace("not overdue", "")


def test_the_json_holds_both_times_and_the_count() -> None:
    data = json.loads(render("json", LATE))
    assert data["overdue"] == 1
    assert [item["due"] for item in data["findings"] if item["first_seen"] == SEEN] == [DUE]


def test_what_this_run_saw_first_is_not_told_as_old() -> None:
    result = aged(first_seen=results.everything().started, due="2026-12-04T09:00:00+00:00")
    assert all(age_words(Index(result), item) == "" for item in result.findings)


@pytest.mark.parametrize("due", ["soon", "2026-11-04", "<script>"])
def test_a_saved_time_that_is_none_is_not_overdue_and_harmless(due: str) -> None:
    result = aged(due=due)
    assert Index(result).overdue == []
    assert "<script>" not in render("html", result)
