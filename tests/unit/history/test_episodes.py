"""Failures from first to last sight, the figures over them, and whether runs came often enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scanner.history import fold, freshness, metrics
from scanner.model import ScanResult, Verdict
from tests.support.histories import BEGIN, at, run

FAIL, UNKNOWN = Verdict.FAIL, Verdict.UNKNOWN
BAD, GOOD = "TLSv1.2", "TLSv1.3"


def test_a_failure_lasts_from_the_run_that_saw_it_to_the_one_that_saw_it_pass() -> None:
    (episode,) = fold([run(0, GOOD), run(1, BAD, verdict=FAIL), run(4, GOOD)]).episodes
    assert (episode.opened_at, episode.closed_at, episode.closed_by) == (at(1), at(4), "pass")
    assert episode.last_right == (BEGIN + timedelta(minutes=1)).isoformat()


def test_a_run_that_could_not_check_ends_nothing() -> None:
    (episode,) = fold([run(0, BAD, verdict=FAIL), run(1, None, verdict=UNKNOWN)]).episodes
    assert (episode.open, episode.unsure) == (True, 1)


def test_a_run_that_did_not_ask_ends_nothing() -> None:
    narrow = replace(run(1, GOOD), findings=(), baselines=())
    assert fold([run(0, BAD, verdict=FAIL), narrow]).episodes[0].open
    elsewhere = replace(run(1, GOOD), findings=(), targets=())
    assert fold([run(0, BAD, verdict=FAIL), elsewhere]).episodes[0].open


def test_a_scope_that_is_gone_while_rule_and_target_were_asked_closes() -> None:
    gone = replace(run(1, GOOD), findings=())
    (episode,) = fold([run(0, BAD, verdict=FAIL), gone]).episodes
    assert episode.closed_by == "its scope is gone"


def test_a_failure_that_comes_back_is_a_second_one() -> None:
    runs = [run(0, BAD, verdict=FAIL), run(1, GOOD), run(2, BAD, verdict=FAIL)]
    assert [item.opened_at for item in fold(runs).episodes] == [at(0), at(2)]


def test_a_failure_that_is_older_than_the_kept_runs_keeps_its_first_sight() -> None:
    (episode,) = fold([run(9, BAD, verdict=FAIL, first_seen=at(2))]).episodes
    assert episode.opened_at == at(2)


def history() -> list[ScanResult]:
    return [
        run(0, GOOD, GOOD),
        run(1, BAD, GOOD, FAIL),
        run(3, GOOD, GOOD),
        run(5, BAD, GOOD, FAIL, due=at(8)),
        run(6, BAD, GOOD, FAIL, due=at(8)),
    ]


def test_the_figures_count_what_they_are_means_of() -> None:
    told = fold(history())
    found = metrics(told.episodes, told.changes, BEGIN + timedelta(days=9))
    assert (found.opened, found.closed, found.overdue) == (2, 1, 1)
    assert dict(found.open_by_age)["1 to 7 days"] == 1
    assert (found.time_to_restore.count, found.time_to_restore.seconds) == (1, timedelta(days=2).total_seconds())
    assert found.time_to_detect.count == len(told.changes) == 3
    assert found.time_to_detect.longest == timedelta(days=2, minutes=-1).total_seconds()
    assert {str(kind): number for kind, number in found.changes_by_class} == {
        "authorised": 1,
        "unauthorised": 2,
        "unknown": 0,
    }
    assert found.changes_open == 1


def test_accepted_failures_are_counted_apart_from_open_ones() -> None:
    told = fold([run(0, BAD, verdict=FAIL, waiver="W-1", due=at(1))])
    found = metrics(told.episodes, told.changes, BEGIN + timedelta(days=40))
    assert (dict(found.open_by_age)["30 to 90 days"], dict(found.accepted_by_age)["30 to 90 days"]) == (0, 1)
    assert found.overdue == 0
    assert told.episodes[0].waivers == ("W-1",)


def pairs(*days: float) -> list[tuple[str, str]]:
    return [(at(day), at(day)) for day in days]


def test_runs_in_time_leave_no_gap() -> None:
    found = freshness(pairs(0, 1, 2), timedelta(days=1), BEGIN, BEGIN + timedelta(days=2.5))
    assert (found.gaps, found.late, found.runs) == ((), False, 3)


def test_a_missed_run_is_a_gap_and_a_run_overdue_now_is_late() -> None:
    found = freshness(pairs(0, 3), timedelta(days=1), BEGIN, BEGIN + timedelta(days=5))
    assert [(item.since, item.until, item.over, item.ongoing) for item in found.gaps] == [
        (at(0), at(3), timedelta(days=2).total_seconds(), False),
        (at(3), at(5), timedelta(days=1).total_seconds(), True),
    ]
    assert found.late


def test_a_period_without_any_run_is_one_gap_and_never_green() -> None:
    found = freshness([], timedelta(days=1), BEGIN, BEGIN + timedelta(days=30))
    assert (found.last, found.runs, found.late, len(found.gaps)) == ("", 0, True, 1)
    assert found.gaps[0].over == timedelta(days=29).total_seconds()


@pytest.mark.parametrize(("before", "gaps"), [(-0.5, 0), (-3, 1)])
def test_a_run_shortly_before_the_period_covers_its_first_hours(before: float, gaps: int) -> None:
    found = freshness(pairs(before, 0.4), timedelta(days=1), BEGIN, BEGIN + timedelta(days=1))
    assert len(found.gaps) == gaps
