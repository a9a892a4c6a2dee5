"""Since when a failure is known, and until when it is to be closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scanner.model import Coverage, Finding, Policy, ScanResult, Severity, Verdict
from scanner.records import aged, elsewhere, late, overdue

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEFORE = "2026-11-20T12:00:00+00:00"
FAIL = Finding("tls-is-on", "orders", "server", Verdict.FAIL, Severity.HIGH, "on", "off")


def result(*findings: Finding, started: str = BEFORE) -> ScanResult:
    return ScanResult("1", "0", "run", "check", "p", started, started, (), (), (), findings, (), Coverage())


def one(finding: Finding, previous: ScanResult | None = None, policy: Policy = Policy()) -> Finding:  # noqa: B008
    (found,) = aged([finding], previous, policy, NOW)
    return found


@pytest.mark.parametrize(
    ("severity", "later"),
    [
        (Severity.CRITICAL, timedelta(hours=24)),
        (Severity.HIGH, timedelta(days=3)),
        (Severity.MEDIUM, timedelta(days=14)),
        (Severity.LOW, timedelta(days=30)),
    ],
)
def test_a_failure_is_due_by_its_severity(severity: Severity, later: timedelta) -> None:
    found = one(replace(FAIL, severity=severity))
    assert found.first_seen == NOW.isoformat()
    assert datetime.fromisoformat(found.due) == NOW + later


def test_a_project_may_set_other_limits() -> None:
    policy = Policy(due_hours=((Severity.HIGH, 1),))
    assert datetime.fromisoformat(one(FAIL, policy=policy).due) == NOW + timedelta(hours=1)


def test_a_failure_of_the_previous_run_goes_on() -> None:
    assert one(FAIL, result(FAIL)).first_seen == BEFORE
    older = "2026-10-01T00:00:00+00:00"
    assert one(FAIL, result(replace(FAIL, first_seen=older))).first_seen == older


@pytest.mark.parametrize("verdict", [Verdict.UNKNOWN, Verdict.NOT_ASSESSED])
def test_a_run_that_could_not_tell_is_no_repair(verdict: Verdict) -> None:
    between = one(replace(FAIL, verdict=verdict), result(FAIL))
    assert (between.first_seen, between.due) == (BEFORE, "")
    assert one(FAIL, result(between, started="2026-11-21T12:00:00+00:00")).first_seen == BEFORE


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.NOT_APPLICABLE])
def test_a_pass_ends_the_clock_and_the_next_failure_starts_it_anew(verdict: Verdict) -> None:
    closed = one(replace(FAIL, verdict=verdict), result(FAIL))
    assert closed.first_seen == ""
    assert one(FAIL, result(closed)).first_seen == NOW.isoformat()


def test_an_accepted_failure_is_not_due_and_is_as_old_as_it_is_when_its_waiver_ends() -> None:
    accepted = one(replace(FAIL, waiver="W-1"), result(FAIL))
    assert (accepted.first_seen, accepted.due) == (BEFORE, "")
    reopened = one(FAIL, result(accepted, started="2026-11-21T12:00:00+00:00"))
    assert datetime.fromisoformat(reopened.due) == datetime.fromisoformat(BEFORE) + timedelta(days=3)


@pytest.mark.parametrize("since", ["2099-01-01T00:00:00+00:00", "yesterday", "2026-11-20"])
def test_a_saved_time_that_cannot_be_true_is_not_believed(since: str) -> None:
    assert one(FAIL, result(replace(FAIL, first_seen=since))).first_seen == NOW.isoformat()


def test_overdue_is_an_open_failure_past_its_time() -> None:
    due = replace(FAIL, due=BEFORE)
    assert overdue(due, NOW.isoformat())
    assert not overdue(due, BEFORE)
    assert not overdue(replace(due, waiver="W-1"), NOW.isoformat())
    assert not overdue(replace(due, verdict=Verdict.PASS), NOW.isoformat())
    assert not overdue(replace(due, due="soon"), NOW.isoformat())
    assert late(result(due, FAIL, started=NOW.isoformat())) == 1


def test_the_last_moment_there_is_is_no_bug() -> None:
    (found,) = aged([FAIL], None, Policy(), datetime(9999, 12, 31, 23, tzinfo=UTC))
    assert found.due.startswith("9999-12-31")


def test_a_run_that_did_not_look_is_no_repair() -> None:
    other = replace(FAIL, target="payments")
    narrow = replace(result(other), failing_elsewhere=elsewhere([other], result(FAIL)))
    assert narrow.failing_elsewhere == ((FAIL.fingerprint, BEFORE),)
    assert one(FAIL, replace(narrow, started="2026-11-21T12:00:00+00:00")).first_seen == BEFORE
    assert elsewhere([FAIL], narrow) == ((other.fingerprint, BEFORE),)
    assert elsewhere([FAIL], None) == ()
