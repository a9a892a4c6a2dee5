"""SARIF: differences only and always with a place; unknowns, gaps and waivers in words of their own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import ScanResult, Severity
from scanner.reports import Options
from scanner.reports.sarif import SCORES, render
from tests.support import attacks, results


def run(result: ScanResult) -> dict[str, Any]:
    log = json.loads(render(result, Options()))
    assert log["version"] == "2.1.0"
    (found,) = log["runs"]
    held: dict[str, Any] = found
    return held


def by_rule(result: ScanResult) -> dict[str, dict[str, Any]]:
    return {item["ruleId"]: item for item in run(result)["results"]}


def place(item: dict[str, Any]) -> tuple[str, int]:
    (location,) = item["locations"]
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_only_differences_are_results_and_only_accepted_ones_are_suppressed() -> None:
    found = by_rule(results.everything())
    assert len(found) == 6
    suppressed = [name for name, item in found.items() if "suppressions" in item]
    assert suppressed == ["postgresql-log-connections"]
    (suppression,) = found["postgresql-log-connections"]["suppressions"]
    assert suppression["status"] == "accepted"
    assert "W-2026-014" in suppression["justification"]


def test_a_difference_in_a_source_points_at_its_line() -> None:
    found = by_rule(results.everything())
    assert place(found["fastapi-cors-origins"]) == ("infra/api.tf", 55)
    assert place(found["postgresql-log-connections"]) == ("infra/db.tf", 1)


def test_a_difference_on_a_live_system_points_at_its_rule() -> None:
    result = results.everything()
    rules = tuple(replace(rule, place="baselines/ours.yaml:17") for rule in result.baselines[0].rules)
    placed = replace(result, baselines=(replace(result.baselines[0], rules=rules), *result.baselines[1:]))
    assert place(by_rule(placed)["postgresql-tls-1.3"]) == ("baselines/ours.yaml", 17)
    assert place(by_rule(result)["postgresql-tls-1.3"]) == ("baselines/secure/postgresql.yaml", 1)


def test_a_file_on_a_server_is_no_place_in_the_project() -> None:
    assert place(by_rule(results.everything())["redis-no-plaintext-port"])[0] == "baselines/secure/redis.yaml"


def test_unknowns_and_gaps_are_notifications_with_their_remedies() -> None:
    found = run(results.everything())
    (invocation,) = found["invocations"]
    told = invocation["toolExecutionNotifications"]
    assert [item["descriptor"]["id"] for item in told] == ["unknown"] * 6 + ["gap"] * 3 + ["unread"]
    assert any("GRANT EXECUTE ON FUNCTION" in item["message"]["text"] for item in told)
    rules = found["tool"]["driver"]["rules"]
    for item in told[:6]:
        assert rules[item["associatedRule"]["index"]]["id"] == item["associatedRule"]["id"]
    assert len(invocation["toolConfigurationNotifications"]) == 2


def test_results_point_at_their_rules_and_fingerprints_hold_no_line() -> None:
    found = run(results.everything())
    rules = found["tool"]["driver"]["rules"]
    prints = [item["partialFingerprints"]["primaryLocationLineHash"] for item in found["results"]]
    assert len(set(prints)) == 6
    for item in found["results"]:
        rule = rules[item["ruleIndex"]]
        assert rule["id"] == item["ruleId"]
        assert float(rule["properties"]["security-severity"]) > 0
    moved = replace(
        results.everything(), findings=tuple(replace(f, fix_at="x:9") for f in results.everything().findings)
    )
    assert [item["partialFingerprints"]["primaryLocationLineHash"] for item in run(moved)["results"]] == prints


def test_the_first_address_of_a_rule_is_its_help_and_nothing_else_is() -> None:
    result = results.everything()
    references = (
        "STIG CD16-00-004900",
        "https://x.example/a",
        "https://x.example/b",
        "https://x.example/ <b>",
        "javascript:1",
    )
    rules = tuple(replace(rule, references=references) for rule in result.baselines[0].rules)
    held = run(replace(result, baselines=(replace(result.baselines[0], rules=rules),)))["tool"]["driver"]["rules"]
    assert {rule["helpUri"] for rule in held if "helpUri" in rule} == {"https://x.example/a"}


def test_every_severity_has_a_score_of_its_band() -> None:
    bands = {Severity.CRITICAL: 9.0, Severity.HIGH: 7.0, Severity.MEDIUM: 4.0, Severity.LOW: 0.1}
    for severity, lowest in bands.items():
        assert lowest <= float(SCORES[severity]) < lowest + 3


def test_the_category_is_the_same_in_every_run_and_ends_with_a_slash() -> None:
    first = run(results.everything())["automationDetails"]["id"]
    assert first == run(replace(results.everything(), run_id="x", started="y"))["automationDetails"]["id"]
    assert first.endswith("/")


def test_the_exit_code_and_its_reasons_are_told() -> None:
    (invocation,) = run(results.everything())["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (1, True)
    assert "5 open differences" in invocation["exitCodeDescription"]


@pytest.mark.parametrize("attack", [*attacks.ATTACKS, "[click](http://x)", "{0} {1}", "../../etc/passwd:1", "%2e%2e/"])
def test_hostile_values_are_no_links_placeholders_or_ways_out(attack: str) -> None:
    found = run(attacks.hostile(attack))
    assert len(found["results"]) == 6
    texts = [item["message"]["text"] for item in found["results"]]
    texts += [item["message"]["text"] for item in found["invocations"][0]["toolExecutionNotifications"]]
    for text in texts:
        assert text.isprintable()
        assert not re.search(r"(?<!\\)\]\(", text)
        assert not re.search(r"(?<!\{)\{\d+\}(?!\})", text)
    for item in found["results"]:
        uri, line = place(item)
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        assert ".." not in uri.split("/")
        assert not uri.startswith("/")
        assert line >= 1


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_leaves_every_result_with_a_place(text: str) -> None:
    for item in run(attacks.hostile(text))["results"]:
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", place(item)[0])


def test_a_path_that_leads_out_is_not_followed() -> None:
    result = results.everything()
    findings = tuple(replace(item, fix_at="../secret.tf:3") for item in result.findings)
    inputs = (replace(result.inputs[0], path="../secret.tf"),)
    for item in run(replace(result, findings=findings, inputs=inputs))["results"]:
        assert place(item)[0].startswith("baselines/")
