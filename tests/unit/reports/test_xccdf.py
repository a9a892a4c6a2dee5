"""XCCDF: every result in its own state, waivers as messages, identifiers of the right form, whatever is put in."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.xccdf import NAMESPACE, render
from tests.support import attacks, results

IDS = {kind: re.compile(rf"xccdf_scanner_{kind}_[A-Za-z0-9._-]+") for kind in ("rule", "group", "testresult")}


def root(result: ScanResult) -> ElementTree.Element:
    return ElementTree.fromstring(render(result, Options()))


def all_(node: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return node.findall(f".//{{{NAMESPACE}}}{name}")


def text(node: ElementTree.Element, name: str) -> str:
    return node.findtext(f"{{{NAMESPACE}}}{name}") or ""


def by_rule(result: ScanResult) -> dict[str, list[ElementTree.Element]]:
    found: dict[str, list[ElementTree.Element]] = {}
    for item in all_(root(result), "rule-result"):
        found.setdefault((item.get("idref") or "").removeprefix("xccdf_scanner_rule_"), []).append(item)
    return found


def test_each_outcome_has_its_own_result() -> None:
    found = by_rule(results.everything())
    expected = {
        "postgresql-tls-1.3": "fail",
        "postgresql-log-connections": "fail",
        "postgresql-no-trust": "error",
        "postgresql-pgaudit": "notapplicable",
        "redis-tls-port": "notchecked",
    }
    assert {name: text(found[name][0], "result") for name in expected} == expected
    assert sorted(text(item, "result") for item in found["postgresql-ssl-on"]) == ["error", "pass"]


def test_a_rule_and_its_results_carry_the_numbers_that_scap_tools_follow_to_controls() -> None:
    found = root(results.everything())
    rule = next(item for item in all_(found, "Rule") if (item.get("id") or "").endswith("_postgresql-tls-1.3"))
    for node in (rule, by_rule(results.everything())["postgresql-tls-1.3"][0]):
        idents = [(item.get("system"), item.text) for item in node.findall(f"{{{NAMESPACE}}}ident")]
        numbers = [text for system, text in idents if system == "http://cyber.mil/cci"]
        assert numbers == ["CCI-000366", "CCI-002421"]
        assert ("urn:scanner:framework:nist-800-53r5", "cm-6_obj.b") in idents


def test_a_waiver_is_a_second_message_and_never_an_override() -> None:
    result = root(results.everything())
    assert all_(result, "override") == []
    messages = [
        item.text or "" for item in all_(by_rule(results.everything())["postgresql-log-connections"][0], "message")
    ]
    assert len(messages) == 2
    assert messages[1].startswith("accepted until 21 December 2026 by W-2026-014, approved by A. Example")


def test_a_rule_names_its_file_its_references_and_its_reason() -> None:
    rules = {item.get("id"): item for item in all_(root(results.everything()), "Rule")}
    rule = rules["xccdf_scanner_rule_postgresql-tls-1.3"]
    assert text(rule, "reference") == "PostgreSQL documentation, 20.3 Connections and Authentication"
    assert text(rule, "rationale").startswith("A weaker value")
    assert all_(rule, "check-content-ref")[0].get("href") == "baselines/secure/postgresql.yaml"


def test_an_unknown_says_what_opens_it() -> None:
    messages = [item.text or "" for item in all_(by_rule(results.everything())["redis-password"][0], "message")]
    assert "ACL SETUSER scanner +config|get" in messages[1]


def test_a_test_result_for_each_target_counts_its_passes() -> None:
    found = {text(item, "target"): item for item in all_(root(results.everything()), "TestResult")}
    assert list(found) == ["orders-db", "sessions", "api", "api-staging", "legacy-db"]
    score = all_(found["orders-db"], "score")[0]
    assert (score.text, score.get("maximum")) == ("1", "5")


def test_targets_that_no_rule_was_held_against_are_named() -> None:
    result = results.everything()
    findings = tuple(item for item in result.findings if item.target != "api")
    assert "No rule was held against api." in text(root(replace(result, findings=findings)), "description")


def test_the_benchmark_is_a_draft_until_every_baseline_is_approved() -> None:
    assert text(root(results.everything()), "status") == "draft"
    assert text(root(results.clean()), "status") == "accepted"


def check(result: ScanResult) -> None:
    document = root(result)
    ids = [item.get("id") or "" for item in document.iter() if item.get("id")]
    assert len(ids) == len(set(ids))
    for kind, name in (("rule", "Rule"), ("group", "Group"), ("testresult", "TestResult")):
        assert all(IDS[kind].fullmatch(item.get("id") or "") for item in all_(document, name))
    rules = {item.get("id") for item in all_(document, "Rule")}
    assert {item.get("idref") for item in all_(document, "rule-result")} == rules
    assert len(all_(document, "rule-result")) == len(result.findings)


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_hostile_values_leave_identifiers_and_references_whole(attack: str) -> None:
    check(attacks.hostile(attack))


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_leaves_identifiers_and_references_whole(text: str) -> None:
    check(attacks.hostile(text))
