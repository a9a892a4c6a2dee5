"""Look-ups and orderings that all reports share."""

from __future__ import annotations

from dataclasses import replace

from scanner.model import Coverage, Drift, Finding, Severity, Verdict
from scanner.wording.index import Index, assessed, count_of, tally, together, urgent_first
from scanner.wording.words import Outcome, outcome
from tests.support import results
from tests.support.result_parts import API, ORDERS, finding
from tests.support.result_rows import CONFIG_ACL
from tests.support.result_rules import CORS, SSL
from tests.support.results import COVERAGE

INDEX = Index(results.everything())


def test_the_tally_of_the_findings_is_the_coverage_of_the_result() -> None:
    assert tally(INDEX.result.findings) == COVERAGE == INDEX.result.coverage


def test_the_counts_of_a_coverage_add_up() -> None:
    assert sum(count_of(COVERAGE, item) for item in Outcome) == COVERAGE.expected
    assert assessed(COVERAGE) == 7
    assert assessed(Coverage(1, unknown=1)) == 0


def test_every_unknown_finding_is_told_exactly_once() -> None:
    told = [item.fingerprint for group in INDEX.blind for item in group.findings]
    unknown = [item.fingerprint for item in INDEX.result.findings if item.verdict is Verdict.UNKNOWN]
    assert sorted(told) == sorted(unknown)


def test_a_remedy_that_opens_most_is_said_first_and_once() -> None:
    first = INDEX.blind[0]
    assert first.remedies == (CONFIG_ACL,)
    assert len(first.findings) == 2
    assert [group.remedies for group in INDEX.blind].count((CONFIG_ACL,)) == 1


def test_an_unknown_finding_without_a_remedy_of_its_own_takes_those_of_its_gaps() -> None:
    blind = next(item for item in INDEX.result.findings if item.rule == "redis-password")
    without = replace(blind, judgements=())
    assert Index(replace(INDEX.result, findings=(without,))).blind[0].remedies == (CONFIG_ACL,)


def test_an_unknown_finding_that_nothing_opens_comes_last_with_its_reason() -> None:
    lost = finding(SSL, ORDERS, Verdict.UNKNOWN, "on", "nobody knows", rows=())
    index = Index(replace(INDEX.result, findings=(lost, *INDEX.result.findings)))
    assert index.blind[-1].remedies == ()
    assert index.blind[-1].reasons == ("nobody knows",)


def test_open_comes_before_unknown_and_critical_before_low() -> None:
    def one(verdict: Verdict, severity: Severity, name: str) -> Finding:
        return replace(finding(SSL, ORDERS, verdict, "", ""), severity=severity, rule=name)

    low, high = one(Verdict.FAIL, Severity.LOW, "a"), one(Verdict.FAIL, Severity.CRITICAL, "b")
    passed, unknown = one(Verdict.PASS, Severity.CRITICAL, "c"), one(Verdict.UNKNOWN, Severity.LOW, "d")
    assert urgent_first([passed, unknown, low, high]) == [high, low, unknown, passed]


def test_rows_that_disagree_are_ordered_by_their_headline_and_silence_is_no_disagreement() -> None:
    states = [row.headline for row in INDEX.disagreeing]
    assert states == sorted(states, key=list(Drift).index)  # type: ignore[arg-type]
    assert not {Drift.UNKNOWN, Drift.IN_SYNC, None} & set(states)
    assert len(states) == 8


def test_a_target_that_only_a_finding_names_is_not_lost() -> None:
    index = Index(replace(INDEX.result, targets=()))
    assert set(index.targets) == {item.target for item in INDEX.result.findings}
    assert index.targets["api"].component == ""


def test_a_rule_that_the_result_does_not_hold_is_called_by_its_id() -> None:
    assert Index(replace(INDEX.result, baselines=())).title(CORS.id) == CORS.id
    assert INDEX.title(CORS.id) == CORS.title


def test_failing_rows_know_their_findings() -> None:
    found = INDEX.fails_by_row[f"{API.id}|cors_origins|server"]
    assert [outcome(item) for item in found] == [Outcome.OPEN]


def test_rules_that_wait_on_the_same_targets_are_named_together_and_each_once() -> None:
    def one(rule: str, target: str, scope: str = "server") -> Finding:
        return replace(finding(SSL, ORDERS, Verdict.UNKNOWN, "", ""), rule=rule, target=target, scope=scope)

    found = [one("a", "x"), one("a", "y"), one("b", "y"), one("b", "x"), one("c", "x"), one("c", "x", "role=app")]
    assert together(found) == [(["a", "b"], ["x", "y"]), (["c"], ["x", "x, role=app"])]
