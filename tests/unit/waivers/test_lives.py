"""How long a waiver lasts, in which state it is, and what it may not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.errors import UserError
from scanner.model import Finding, Judgement, Notice, Plane, Policy, Severity, Verdict, Waiver
from scanner.readers.secrecy import REDACTED
from scanner.waivers import Known, accept, harmless, read

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
WAIVER = Waiver(
    "W-1", "tls-is-on", "orders", "why", "Grace", "2026-06-30", "off", "", "Ada", "2026-06-01", place="w.yaml:2"
)
TEXT = """\
waivers:
  - id: W-1
    rule: tls-is-on
    target: orders
    accepted_value: off
    reason: the old client goes in July
    requested_by: Ada
    expires: 2026-06-30
"""
APPROVED = "    approved_by: Grace\n    approved_on: 2026-06-01\n"


def finding(severity: Severity = Severity.HIGH) -> Finding:
    judgement = Judgement(Plane.DECLARED, Verdict.FAIL, "off")
    return Finding("tls-is-on", "orders", "server", Verdict.FAIL, severity, "on", "", judgements=(judgement,))


def held(waiver: Waiver, severity: Severity = Severity.HIGH, policy: Policy = Policy()) -> tuple[Finding, list[Notice]]:  # noqa: B008
    (found,), notices = accept([finding(severity)], [waiver], NOW, policy)
    return found, list(notices)


@pytest.mark.parametrize(
    ("severity", "last", "too_late"),
    [
        (Severity.CRITICAL, "2026-07-01", "2026-07-02"),
        (Severity.HIGH, "2026-08-30", "2026-08-31"),
        (Severity.MEDIUM, "2026-11-28", "2026-11-29"),
        (Severity.LOW, "2027-06-01", "2027-06-02"),
    ],
)
def test_a_waiver_lasts_no_longer_than_its_severity_allows(severity: Severity, last: str, too_late: str) -> None:
    assert held(replace(WAIVER, expires=last), severity)[0].accepted
    found, (notice,) = held(replace(WAIVER, expires=too_late), severity)
    assert not found.accepted
    assert f"is the most for severity {severity}" in found.waiver_note
    assert notice.kind == "unused waiver"


def test_the_longest_life_is_the_project_s_and_counts_from_the_start() -> None:
    policy = Policy(waiver_max_days=((Severity.HIGH, 10),))
    assert not held(WAIVER, policy=policy)[0].accepted
    assert held(replace(WAIVER, expires="2026-06-20", starts="2026-06-10"), policy=policy)[0].accepted


def test_a_waiver_that_does_not_say_when_it_was_approved_accepts_nothing() -> None:
    found, _ = held(replace(WAIVER, approved_on=""))
    assert found.waiver_note == "W-1: it does not say when it was approved, so its longest life cannot be told"


def test_a_waiver_accepts_nothing_before_it_starts() -> None:
    assert held(replace(WAIVER, starts="2026-06-16"))[0].waiver_note == "W-1: begins only on 2026-06-16"


@pytest.mark.parametrize(
    ("status", "kind", "note"),
    [
        ("requested", "requested waiver", "W-1: requested by Ada and not approved yet"),
        ("revoked", "revoked waiver", "W-1: revoked"),
        ("expired", "expired waiver", "W-1: expired on 2026-06-30"),
    ],
)
def test_only_an_approved_waiver_accepts_anything(status: str, kind: str, note: str) -> None:
    found, (notice,) = held(replace(WAIVER, status=status))  # type: ignore[arg-type]
    assert (found.accepted, found.waiver_note, notice.kind) == (False, note, kind)


def test_a_waiver_that_was_to_be_looked_at_again_says_so_and_still_holds() -> None:
    found, (notice,) = held(replace(WAIVER, review_on="2026-06-10"))
    assert found.accepted
    assert (notice.kind, notice.text) == ("waiver to review", "W-1 was to be looked at again on 2026-06-10")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (Known(frozenset({"other-rule"}), frozenset({"orders"})), "no baseline of this run has a rule tls-is-on"),
        (Known(frozenset({"tls-is-on"}), frozenset({"payments"})), "there is no target orders"),
    ],
)
def test_a_waiver_of_what_does_not_exist_is_orphaned(known: Known, words: str) -> None:
    _, (notice,) = accept([], [WAIVER], NOW, Policy(), known)
    assert (notice.kind, notice.text) == ("orphaned waiver", f"W-1: {words}")


def test_what_this_run_did_not_choose_is_not_orphaned() -> None:
    _, (notice,) = accept([], [WAIVER], NOW, Policy(), Known(frozenset({"tls-is-on"}), None))
    assert notice.kind == "unused waiver"


def test_without_an_approver_a_waiver_is_requested() -> None:
    assert read(TEXT, "w.yaml")[0].status == "requested"
    assert read(TEXT + APPROVED, "w.yaml")[0].status == "approved"
    assert read(TEXT + APPROVED + "    status: revoked\n", "w.yaml")[0].status == "revoked"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("    status: approved\n", "approved_by: it is approved, but by nobody"),
        (APPROVED + "    status: requested\n", "status: it has an approver and is only requested"),
        ("    approved_by: Grace\n", "approved_on: an approval needs its date"),
        (APPROVED + "    status: open\n", "status: input should be 'requested', 'approved', 'expired'"),
        (APPROVED + "    starts: 2026-07-01\n", "expires: it ends before it begins"),
        (APPROVED + "    review_on: later\n", "review_on: is no date"),
        (APPROVED + "    ticket: password=hunter2\n", "ticket: looks as if it held a secret"),
        (APPROVED + "    risk: see postgresql://app:hunter2@db/x\n", "risk: looks as if it held a secret"),
    ],
)
def test_what_does_not_fit_together_is_refused(more: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        read(TEXT + more, "w.yaml")
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", ["set (literal, weak)", "set (reference)", "not set", "cannot be known"])
def test_a_rule_on_a_secret_is_pinned_by_what_reports_say_of_it(value: str) -> None:
    text = TEXT.replace("accepted_value: off", f"accepted_value: {value}")
    assert read(text, "w.yaml", {"tls-is-on"})[0].accepted_value == value


@pytest.mark.parametrize("value", ["hunter2", "set (literal, hunter2)", "correct-horse", "orders"])
def test_the_text_of_a_secret_is_refused_without_being_told(value: str) -> None:
    text = TEXT.replace("accepted_value: off", f"accepted_value: {value}")
    with pytest.raises(UserError, match="accepted_value: may be the text of a secret") as caught:
        read(text, "w.yaml", {"tls-is-on"})
    assert value not in str(caught.value)


def test_a_value_that_may_be_a_secret_goes_no_further_whoever_handed_it_over() -> None:
    told = replace(WAIVER, accepted_value="hunter2")
    assert harmless([told], {"tls-is-on"}, {"orders"})[0].accepted_value == REDACTED
    assert harmless([told], set(), {"orders"}) == (told,)
    peers = replace(WAIVER, accepted_value="orders, payments")
    assert harmless([peers], {"tls-is-on"}, {"orders", "payments"}) == (peers,)
    (found,), notices = accept([finding()], harmless([told], {"tls-is-on"}, ()), NOW)
    assert "hunter2" not in f"{found}{notices}"


def test_a_target_of_a_terraform_root_may_bear_brackets() -> None:
    text = TEXT.replace("target: orders", 'target: "infra:module.db[staging]"')
    assert read(text, "w.yaml")[0].target == "infra:module.db[staging]"


def test_an_empty_file_or_several_documents_are_refused(tmp_path: Path) -> None:
    for text in ("", TEXT + "---\n" + TEXT):
        with pytest.raises(UserError):
            read(text, "w.yaml")
