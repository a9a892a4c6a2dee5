"""JUnit XML: read by junitparser; green is never less than what exit code 0 means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from scanner.model import Drift, Notice, ScanResult
from scanner.reports import Options
from scanner.reports.junit import RUN, render
from tests.support import attacks, results


def suites(result: ScanResult) -> list[TestSuite]:
    document = JUnitXml.fromstring(render(result, Options()).encode())
    assert document.tests == sum(suite.tests for suite in document)
    assert document.failures == sum(suite.failures for suite in document)
    assert document.errors == sum(suite.errors for suite in document)
    for suite in document:
        found = [type(entry) for case in suite for entry in case.result]
        assert suite.tests == len(list(suite))
        counts = (suite.failures, suite.errors, suite.skipped)
        assert counts == tuple(found.count(kind) for kind in (Failure, Error, Skipped))
    return list(document)


def cases(result: ScanResult) -> dict[str, TestCase]:
    return {f"{case.classname} {case.name}": case for suite in suites(result) for case in suite}


def kind(case: TestCase) -> type | None:
    return type(case.result[0]) if case.result else None


def red(result: ScanResult) -> bool:
    return any(kind(case) in (Failure, Error) for case in cases(result).values())


def test_a_suite_for_each_target_and_one_for_the_run() -> None:
    names = [suite.name for suite in suites(results.everything())]
    assert names == ["orders-db", "sessions", "api", "api-staging", "legacy-db", RUN]


def test_each_outcome_has_its_own_word() -> None:
    found = cases(results.everything())
    assert kind(found["postgresql.orders-db postgresql-ssl-on"]) is None
    assert kind(found["postgresql.orders-db postgresql-tls-1.3"]) is Failure
    assert kind(found["postgresql.orders-db postgresql-no-trust"]) is Error
    skipped = {
        "postgresql.orders-db postgresql-log-connections": "accepted difference: accepted until 21 December 2026",
        "postgresql.orders-db postgresql-pgaudit": "not applicable: ",
        "redis.sessions redis-tls-port": "not assessed: ",
    }
    for name, start in skipped.items():
        assert kind(found[name]) is Skipped
        assert found[name].result[0].message.startswith(start)


def test_a_failure_tells_where_and_how_to_fix_it() -> None:
    (failure,) = cases(results.everything())["fastapi.api fastapi-cors-origins"].result
    assert "at: infra/api.tf:55" in failure.text
    assert "fix: Set CORS_ORIGINS" in failure.text


def test_a_clean_run_is_green() -> None:
    assert not red(results.clean())


def test_a_run_that_found_nothing_is_red() -> None:
    assert red(results.empty())


def test_a_gap_that_no_rule_asks_about_is_red() -> None:
    assert red(replace(results.clean(), gaps=results.everything().gaps[:1]))


def test_a_file_that_was_not_read_is_red() -> None:
    assert red(replace(results.clean(), notices=(Notice("unreadable file", "x", incomplete=True),)))


def test_a_run_that_is_incomplete_by_its_options_is_red() -> None:
    strict = replace(results.clean(), exit_code=3, exit_reasons=("1 requirement was not assessed",))
    (error,) = cases(strict)["scanner everything that was asked was answered"].result
    assert error.message == "1 requirement was not assessed"


def test_planes_that_disagree_are_red_and_say_on_what() -> None:
    clean = results.clean()
    drifting = replace(clean, rows=tuple(replace(row, drift=(Drift.CHANGED,)) for row in clean.rows))
    case = cases(drifting)["scanner planes agree"]
    assert kind(case) is Failure
    assert "ssl on orders-db: changed" in case.result[0].text


@pytest.mark.parametrize("attack", [*attacks.ATTACKS, "]]>", "&amp;&#x0;", "<![CDATA[x]]>", "￾￿"])
def test_hostile_values_leave_the_same_tree(attack: str) -> None:
    shape = [[kind(case) for case in suite] for suite in suites(results.everything())]
    assert [[kind(case) for case in suite] for suite in suites(attacks.hostile(attack))] == shape


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_leaves_the_same_tree(text: str) -> None:
    assert [suite.tests for suite in suites(attacks.hostile(text))] == [6, 4, 3, 2, 1, 2]
