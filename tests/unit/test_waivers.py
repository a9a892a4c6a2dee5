"""Waivers: what is accepted, and everything that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UserError
from scanner.model import Finding, Judgement, Plane, Severity, Verdict, Waiver
from scanner.waivers import accept, load, observed

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TEXT = """\
waivers:
  - id: W-1
    rule: tls-is-on
    target: orders
    accepted_value: off
    reason: the old client goes in July
    requested_by: Ada
    approved_by: Grace
    approved_on: 2026-06-01
    expires: 2026-06-30
"""


def finding(*values: str, verdict: Verdict = Verdict.FAIL, scope: str = "server") -> Finding:
    planes = list(Plane)
    judgements = tuple(Judgement(planes[index], verdict, value) for index, value in enumerate(values))
    return Finding("tls-is-on", "orders", scope, verdict, Severity.HIGH, "on", "", judgements=judgements)


WAIVER = Waiver("W-1", "tls-is-on", "orders", "why", "Grace", "2026-06-30", "off", requested_by="Ada", place="w.yaml:2")
WAIVER = replace(WAIVER, approved_on="2026-06-01")


def write(directory: Path, text: str) -> Path:
    path = directory / "waivers.yaml"
    path.write_text(text)
    return path


def read(directory: Path, old: str = "", new: str = "") -> tuple[Waiver, ...]:
    assert old in TEXT
    return load(write(directory, TEXT.replace(old, new) if old else TEXT))


def test_a_waiver_is_read_with_its_place(tmp_path: Path) -> None:
    (found,) = read(tmp_path)
    assert found == replace(
        WAIVER, reason="the old client goes in July", place=f"{tmp_path / 'waivers.yaml'}:2", approved_by="Grace"
    )


@pytest.mark.parametrize(("written", "text"), [("off", "off"), ("true", "true"), ("5432", "5432"), ("''", "")])
def test_the_accepted_value_is_text_however_it_is_written(tmp_path: Path, written: str, text: str) -> None:
    assert read(tmp_path, "accepted_value: off", f"accepted_value: {written}")[0].accepted_value == text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rule: tls-is-on", "rule: tls-*", "rule: a waiver names one thing, so wildcards are refused"),
        ("target: orders", "target: '*'", "target: a waiver names one thing"),
        ("target: orders", "target: orders\n    scope: role=?", "scope: a waiver names one thing"),
        ("approved_by: Grace", "approved_by: ' ADA '", "nobody approves a request of their own"),
        ("    requested_by: Ada\n", "", "requested_by: is required but missing"),
        ("requested_by: Ada", "requested_by: ''", "requested_by: is empty"),
        ("reason: the old client goes in July", "reason: ' '", "reason: is empty"),
        ("    expires: 2026-06-30\n", "", "expires: is required but missing"),
        ("    accepted_value: off\n", "", "accepted_value: is required but missing"),
        ("expires: 2026-06-30", "expires: never", "expires: is no date; allowed: 2026-06-30"),
        ("expires: 2026-06-30", "expires: 2026-06-31", "expires: is no date"),
        ("expires: 2026-06-30", "expires: 9999-12-31", "expires: has no day after it"),
        ("expires: 2026-06-30", "expires: 2026-06-30T18:00:00", "a time without its zone is not one moment"),
        ("approved_on: 2026-06-01", "approved_on: 2026-07-01", "it ends before it was approved"),
        ("reason:", "raeson: x\n    reason:", "unknown key"),
    ],
)
def test_what_is_no_considered_decision_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, old, new)
    assert words in str(caught.value)
    assert caught.value.place.startswith(f"{tmp_path / 'waivers.yaml'}:")


def test_the_same_waiver_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="this waiver stands twice"):
        load(write(tmp_path, TEXT + TEXT.removeprefix("waivers:\n")))


def test_a_failure_with_the_accepted_value_is_accepted_and_stays_a_failure() -> None:
    (found,), notices = accept([finding("off", "off")], [WAIVER], NOW)
    assert (found.verdict, found.waiver, found.accepted) == (Verdict.FAIL, "W-1", True)
    assert notices == ()


@pytest.mark.parametrize("verdict", [item for item in Verdict if item is not Verdict.FAIL])
def test_only_a_failure_can_be_accepted(verdict: Verdict) -> None:
    given_finding = finding("off", verdict=verdict)
    (found,), (notice,) = accept([given_finding], [WAIVER], NOW)
    assert found == given_finding
    assert (notice.kind, notice.place) == ("unused waiver", "w.yaml:2")
    assert f"does not fail on orders: {verdict}" in notice.text


def test_another_value_on_any_plane_reopens_the_finding() -> None:
    (found,), (notice,) = accept([finding("off", "allow")], [WAIVER], NOW)
    assert not found.accepted
    assert found.waiver_note == "W-1: “off” was accepted, but the value is “allow”"
    assert notice.text == "W-1: “off” was accepted, but the value is “allow”"


def test_a_plane_that_conforms_does_not_disturb_a_waiver() -> None:
    wrong, right = Judgement(Plane.DECLARED, Verdict.FAIL, "off"), Judgement(Plane.RUNNING, Verdict.PASS, "on")
    given_finding = replace(finding(), judgements=(wrong, right))
    assert accept([given_finding], [WAIVER], NOW)[0][0].accepted


@pytest.mark.parametrize(
    ("expires", "now", "accepted"),
    [
        ("2026-06-30", "2026-06-30T23:59:59+00:00", True),
        ("2026-06-30", "2026-07-01T00:00:00+00:00", False),
        ("2026-06-30", "2026-07-01T01:30:00+02:00", True),
        ("2026-06-30T18:00:00+02:00", "2026-06-30T15:59:59+00:00", True),
        ("2026-06-30T18:00:00+02:00", "2026-06-30T16:00:00+00:00", False),
        ("2026-06-30T18:00:00Z", "2026-06-30T17:59:59+00:00", True),
    ],
)
def test_a_waiver_holds_until_its_moment_in_its_zone(expires: str, now: str, accepted: bool) -> None:
    waiver = replace(WAIVER, expires=expires)
    (found,), notices = accept([finding("off")], [waiver], datetime.fromisoformat(now))
    assert found.accepted is accepted
    assert [notice.kind for notice in notices] == ([] if accepted else ["expired waiver"])
    assert accepted or found.waiver_note == f"W-1: expired on {expires}"


def test_a_waiver_does_not_hold_before_it_was_approved() -> None:
    (found,), _ = accept([finding("off")], [replace(WAIVER, approved_on="2026-06-16")], NOW)
    assert found.waiver_note == "W-1: approved only on 2026-06-16"


def test_a_waiver_holds_for_its_scope_alone() -> None:
    role, server = finding("off", scope="role=app"), finding("off")
    found, _ = accept([role, server], [replace(WAIVER, scope="role=app")], NOW)
    assert [item.accepted for item in found] == [True, False]
    found, _ = accept([role, server], [WAIVER], NOW)
    assert [item.accepted for item in found] == [False, True]


@pytest.mark.parametrize(
    ("waiver", "words"),
    [
        (replace(WAIVER, rule="tls-is-of"), "no rule tls-is-of was held against orders in this run"),
        (replace(WAIVER, target="order"), "no rule tls-is-on was held against order in this run"),
        (replace(WAIVER, scope="role=app"), "orders has no scope role=app for tls-is-on"),
    ],
)
def test_a_waiver_that_nothing_uses_is_reported(waiver: Waiver, words: str) -> None:
    _, (notice,) = accept([finding("off")], [waiver], NOW)
    assert notice.kind == "unused waiver"
    assert words in notice.text


def test_a_second_waiver_for_the_same_failure_is_reported_and_one_that_fits_wins() -> None:
    wrong = replace(WAIVER, id="W-0", accepted_value="allow")
    (found,), (notice,) = accept([finding("off")], [wrong, WAIVER], NOW)
    assert found.waiver == "W-1"
    assert notice.text == "W-0: W-1 accepts the same finding"


def test_for_records_the_offending_entries_are_what_is_accepted() -> None:
    offenders = "pg_hba.conf:3: type=host method=trust"
    told = replace(finding(), judgements=(Judgement(Plane.RUNNING, Verdict.FAIL, "2 entries", offenders),))
    assert observed(told) == (offenders,)
    assert accept([told], [replace(WAIVER, accepted_value=offenders)], NOW)[0][0].accepted
    assert not accept([told], [replace(WAIVER, accepted_value="2 entries")], NOW)[0][0].accepted


def test_entries_that_are_not_all_told_cannot_be_accepted() -> None:
    cut = Judgement(Plane.RUNNING, Verdict.FAIL, "9 entries", "a; b; c; d; e and 4 more")
    (found,), _ = accept([replace(finding(), judgements=(cut,))], [replace(WAIVER, accepted_value=cut.reason)], NOW)
    assert found.waiver_note == "W-1: the value that fails cannot be told apart, so it cannot be accepted"


def test_for_a_comparison_the_peers_are_what_is_accepted() -> None:
    told = replace(finding(), peers=("staging-db",))
    assert accept([told], [replace(WAIVER, accepted_value="staging-db")], NOW)[0][0].accepted
    assert not accept([told], [replace(WAIVER, accepted_value="other")], NOW)[0][0].accepted


VERDICTS = st.sampled_from(list(Verdict))
FINDINGS = st.builds(
    lambda value, verdict, scope: finding(value, verdict=verdict, scope=scope),
    st.sampled_from(["off", "on", ""]),
    VERDICTS,
    st.sampled_from(["server", "role=app"]),
)


@given(
    findings=st.lists(FINDINGS, max_size=5),
    value=st.sampled_from(["off", "on", ""]),
    scope=st.sampled_from(["", "role=app"]),
    days=st.integers(-30, 30),
)
def test_a_waiver_never_changes_a_verdict_and_accepts_only_what_it_names(
    findings: list[Finding], value: str, scope: str, days: int
) -> None:
    waiver = replace(WAIVER, accepted_value=value, scope=scope)
    now = NOW + timedelta(days=days)
    found, _ = accept(findings, [waiver], now)
    assert [item.verdict for item in found] == [item.verdict for item in findings]
    for item in found:
        named = item.scope == (scope or "server") and observed(item) == (value,)
        in_force = datetime(2026, 6, 1, tzinfo=UTC) <= now < datetime(2026, 7, 1, tzinfo=UTC)
        assert item.accepted is (item.verdict is Verdict.FAIL and named and in_force)
