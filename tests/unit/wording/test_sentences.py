"""The sentences count before they judge and keep the six outcomes apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.model import Coverage, Verdict
from scanner.wording.index import Index
from scanner.wording.sentences import denominator, gate, verdict_sentences, waiver_words
from tests.support import results
from tests.support.result_parts import ORDERS, finding
from tests.support.result_rules import SSL


def said(coverage: Coverage) -> str:
    return verdict_sentences(Index(replace(results.clean(), coverage=coverage)))[0]


@pytest.mark.parametrize(
    ("coverage", "sentence"),
    [
        (Coverage(), "No requirement was assessed: nothing that the rules speak of was found."),
        (Coverage(3, unknown=3), "None of 3 requirements could be assessed."),
        (Coverage(1, passed=1), "The setting of the one assessed requirement matches the approved baseline."),
        (Coverage(9, passed=5, unknown=4), "The settings match the approved baseline in all 5 assessed requirements."),
        (Coverage(3, passed=2, failed_open=1), "1 of 3 assessed requirements does not match the approved baseline."),
        (Coverage(3, passed=1, failed_accepted=2), "2 of 3 assessed requirements do not match the approved baseline."),
    ],
)
def test_the_result_is_said_of_what_was_assessed_only(coverage: Coverage, sentence: str) -> None:
    assert said(coverage) == sentence


def test_the_baseline_is_called_approved_only_when_every_approval_is_recorded() -> None:
    assert "the approved baseline" in verdict_sentences(Index(results.clean()))[0]
    assert "the approved baseline" not in verdict_sentences(Index(results.everything()))[0]


def test_open_accepted_unknown_and_the_rest_are_said_apart() -> None:
    assert verdict_sentences(Index(results.everything()))[1] == (
        "5 are open. 1 is accepted until 21 December 2026 (W-2026-014). 6 could not be checked. "
        "2 were not assessed. 1 does not apply."
    )


def test_the_denominator_prints_all_six_counts_even_when_they_are_zero() -> None:
    assert denominator(results.everything()) == (
        "16 requirements: 14 rules held against 5 targets; 7 assessed (1 pass, 5 fail open, 1 fail accepted), "
        "6 unknown, 2 not assessed, 1 not applicable"
    )
    assert "0 assessed (0 pass, 0 fail open, 0 fail accepted), 0 unknown, 0 not assessed" in denominator(
        results.empty()
    )


def test_the_gate_gives_all_reasons_or_says_what_the_code_means() -> None:
    assert gate(results.everything()).startswith("exit 1: 5 open differences at or above low; 6 requirements")
    assert gate(results.clean()) == "exit 0: everything that was asked was answered and conforms"


def test_a_waiver_is_told_whether_it_accepts_or_not() -> None:
    index = Index(results.everything())
    told = [waiver_words(index, item) for item in index.result.findings if item.verdict is Verdict.FAIL]
    assert "not accepted: W-2026-009 expired on 31 October 2026" in told
    assert any(text.startswith("accepted until 21 December 2026 by W-2026-014") for text in told)
    stray = finding(SSL, ORDERS, Verdict.FAIL, "on", "", waiver="W-1")
    assert waiver_words(index, stray) == "accepted by W-1"
