"""Every state has a word, a symbol and a meaning of its own, and no word claims more than was seen."""

from __future__ import annotations

import pytest

from scanner.errors import ExitCode
from scanner.model import CellState, Drift, Plane, Strength, TakesEffect, Verdict
from scanner.wording import words
from scanner.wording.words import Outcome
from tests.support import results


def test_every_state_of_the_model_has_words() -> None:
    assert set(words.DRIFTS) == set(Drift)
    assert set(words.PLANES) == set(Plane)
    assert set(words.CELL_STATES) == set(CellState)
    assert set(words.STRENGTHS) == set(Strength)
    assert set(words.WAITS) == set(TakesEffect)
    assert set(words.EXITS) == {int(code) for code in ExitCode}
    assert set(words.OUTCOMES) == set(words.TABLE_ORDER) == set(Outcome)


def test_no_two_outcomes_share_a_symbol_or_a_word() -> None:
    for part in ("symbol", "shout", "heading", "meaning"):
        said = [getattr(item, part) for item in words.OUTCOMES.values()]
        assert len(set(said)) == len(said)


def test_a_waiver_never_turns_a_fail_into_a_pass() -> None:
    accepted = next(item for item in results.everything().findings if item.waiver)
    assert words.outcome(accepted) is Outcome.ACCEPTED
    assert {words.outcome_of(verdict) for verdict in Verdict} == set(Outcome) - {Outcome.ACCEPTED}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-21T21:00:03Z", "21 November 2026 21:00 UTC"),
        ("2026-11-21T23:30:00+02:00", "21 November 2026 21:30 UTC"),
        ("2026-11-21", "21 November 2026"),
        ("2026-11-21T21:00:03", "21 November 2026"),
        ("yesterday\x1b", r"yesterday\x1b"),
        ("", ""),
    ],
)
def test_times_are_said_with_month_names_in_utc(text: str, said: str) -> None:
    assert words.moment(text) == said


def test_days_left_counts_calendar_days_and_knows_what_is_no_date() -> None:
    assert words.days_left("2026-12-21", "2026-11-21T23:59:59Z") == 30
    assert words.days_left("2026-11-20", "2026-11-21") == -1
    assert words.days_left("soon", "2026-11-21") is None


def test_names_are_written_as_their_makers_write_them() -> None:
    assert (words.component("postgresql"), words.component("mongodb")) == ("PostgreSQL", "mongodb")
    assert words.framework("nist-800-53r5") == "NIST SP 800-53 revision 5"
