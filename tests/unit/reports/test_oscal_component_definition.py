"""OSCAL component definition: every rule of every baseline, and the controls that it is evidence for."""

from __future__ import annotations

import json
from typing import Any

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.oscal.component_definition import render
from tests.support import results


def held(result: ScanResult) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(result, Options()))["component-definition"]
    return found


def test_every_rule_stands_in_the_component_of_its_baseline() -> None:
    result = results.everything()
    found = held(result)["components"]
    rules = [[entry["value"] for entry in item["props"] if entry["name"] == "Rule_Id"] for item in found]
    assert rules == [[rule.id for rule in baseline.rules] for baseline in result.baselines]


def test_the_properties_of_a_rule_share_a_rule_set() -> None:
    props = held(results.everything())["components"][0]["props"]
    sets = {entry["remarks"] for entry in props if entry["name"] in ("Rule_Id", "Check_Id", "Rule_Description")}
    assert len(sets) == 6


def test_a_requirement_names_its_rules_and_claims_nothing() -> None:
    found = held(results.everything())["components"][0]["control-implementations"]
    nist = next(item for item in found if item["source"].startswith("https://"))
    said = {item["control-id"]: item for item in nist["implemented-requirements"]}
    assert set(said) == {"cm-6", "sc-8.1"}
    assert said["sc-8.1"]["props"][0]["value"] == "postgresql-tls-1.3"
    assert said["sc-8.1"]["description"].startswith("Evidence, not a claim")
    assert "partial" in said["sc-8.1"]["description"]


def test_an_approval_is_said_only_where_it_is_recorded() -> None:
    first, _, last = held(results.everything())["components"]
    assert "approved by A. Example" in first["description"]
    assert "no approval is recorded" in last["description"]


def test_a_run_without_baselines_has_no_components() -> None:
    assert "components" not in held(results.empty())
