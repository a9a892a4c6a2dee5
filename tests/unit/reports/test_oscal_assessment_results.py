"""OSCAL assessment results: valid, every reference leads somewhere, and no state is claimed that was not seen."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Notice, ScanResult, Strength, Verdict
from scanner.reports import Options
from scanner.reports.oscal import assessment_results, component_definition, poam
from scanner.wording.words import outcome
from tests.support import attacks, oscal, results, with_records
from tests.support.satisfied import citing

RENDER = {
    "oscal-assessment-results": assessment_results.render,
    "oscal-component-definition": component_definition.render,
    "oscal-poam": poam.render,
}
MEASURED, PARTIAL = Strength.MEASURED, Strength.PARTIAL


def held(result: ScanResult) -> dict[str, Any]:
    """The one result of the document."""
    document = json.loads(assessment_results.render(result, Options()))
    found: dict[str, Any] = document["assessment-results"]["results"][0]
    return found


def states(result: ScanResult) -> dict[str, str]:
    findings = held(result).get("findings", [])
    return {item["target"]["target-id"]: item["target"]["status"]["state"] for item in findings}


def prop(item: dict[str, Any], name: str) -> list[str]:
    return [entry["value"] for entry in item.get("props", []) if entry["name"] == name]


@pytest.mark.parametrize("name", RENDER)
@pytest.mark.parametrize("result", [results.everything(), results.clean(), results.empty(), results.many(200)])
def test_trestle_reads_every_document_and_every_reference_leads_somewhere(name: str, result: ScanResult) -> None:
    text = RENDER[name](result, Options())
    oscal.accepted(name, text)
    assert oscal.problems(json.loads(text)) == []


@pytest.mark.parametrize("name", ["oscal-assessment-results", "oscal-poam"])
def test_a_record_that_people_keep_is_no_item_of_the_inventory(name: str) -> None:
    text = RENDER[name](with_records.judged(), Options())
    oscal.accepted(name, text)
    document = json.loads(text)
    assert oscal.problems(document) == []
    (found,) = document.values()
    found = found["results"][0] if "results" in found else found
    items = {entry["value"] for item in found["local-definitions"]["inventory-items"] for entry in item["props"]}
    assert with_records.RECORD not in items
    assert {target.id for target in results.everything().targets} <= items
    kinds = {item["uuid"]: item["type"] for item in found["local-definitions"]["components"]}
    (seen,) = [item for item in found["observations"] if prop(item, "rule-id") == ["baseline-is-approved"]]
    (subject,) = seen["subjects"]
    assert (subject["type"], kinds[subject["subject-uuid"]]) == ("component", "standard")


@pytest.mark.parametrize("name", RENDER)
@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_hostile_values_leave_every_document_valid(name: str, attack: str) -> None:
    text = RENDER[name](attacks.hostile(attack), Options())
    oscal.accepted(name, text)
    assert oscal.problems(json.loads(text)) == []


@settings(max_examples=15)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_leaves_every_document_valid(text: str) -> None:
    for name, render in RENDER.items():
        document = render(attacks.hostile(text), Options())
        oscal.accepted(name, document)
        assert oscal.problems(json.loads(document)) == []


def test_the_check_of_references_sees_what_trestle_does_not() -> None:
    document = json.loads(assessment_results.render(results.everything(), Options()))
    first = document["assessment-results"]["results"][0]
    first["findings"][0]["related-observations"][0]["observation-uuid"] = "2cb9726b-2cf1-4ead-925d-000000000000"
    first["observations"][0]["methods"] = ["GUESS"]
    oscal.accepted("oscal-assessment-results", json.dumps(document))
    assert len(oscal.problems(document)) == 2


def test_every_requirement_is_an_observation_with_its_own_outcome() -> None:
    result = results.everything()
    found = held(result)["observations"]
    assert sorted(value for item in found for value in prop(item, "outcome")) == sorted(
        outcome(item).value for item in result.findings
    )
    assert len([item for item in found if prop(item, "gap")]) == len(result.gaps)
    assert len([item for item in found if prop(item, "drift")]) == 8


def test_the_six_counts_stand_apart() -> None:
    counts = {name: prop(held(results.everything()), name) for name in ("passed", "failed_open", "failed_accepted")}
    assert counts == {"passed": ["1"], "failed_open": ["5"], "failed_accepted": ["1"]}
    assert prop(held(results.everything()), "unknown") == ["6"]


def test_findings_are_on_objectives_only_one_combined_and_one_for_each_other() -> None:
    found = held(results.everything())["findings"]
    assert {item["target"]["type"] for item in found} == {"objective-id"}
    assert [item["target"]["target-id"] for item in found] == ["cm-6_obj.b", "ac-4_obj", "sc-8.1_obj"]
    assert [prop(item, "roll-up") for item in found] == [["combined"], ["control"], ["control"]]
    assert len(found[0]["related-observations"]) == len(results.everything().findings)
    assert "orders-db" in found[0]["target"]["status"]["remarks"]
    assert "2026-11-21T21:00:09Z" in found[0]["target"]["status"]["remarks"]


def test_an_open_difference_is_an_open_risk_and_an_accepted_one_an_approved_deviation() -> None:
    found = {prop(item, "rule-id")[0]: item for item in held(results.everything())["risks"]}
    assert len(found) == 6
    accepted = found["postgresql-log-connections"]
    assert accepted["status"] == "deviation-approved"
    assert accepted["deadline"] == "2026-12-22T00:00:00Z"
    acceptance = accepted["remediations"][0]
    assert acceptance["props"][0] == {"name": "type", "value": "accept"}
    assert prop(acceptance, "requested-by") == ["B. Example"]
    assert prop(acceptance, "approved-by") == ["A. Example, head of platform"]
    assert prop(acceptance, "ticket") == ["SEC-77"]
    assert accepted["risk-log"]["entries"][0]["status-change"] == "deviation-approved"
    assert found["postgresql-tls-1.3"]["status"] == "open"
    assert "risk-log" not in found["postgresql-tls-1.3"]


def test_an_open_difference_is_to_be_closed_when_it_is_due() -> None:
    result = results.everything()
    due = tuple(
        replace(item, due="2026-11-24T21:00:03Z", first_seen="2026-11-21T21:00:03Z") for item in result.findings
    )
    for item in held(replace(result, findings=due))["risks"]:
        accepted = item["status"] == "deviation-approved"
        assert item["deadline"] == ("2026-12-22T00:00:00Z" if accepted else "2026-11-24T21:00:03Z")
        assert prop(item, "first-seen") == ["2026-11-21T21:00:03Z"]


def test_a_measured_objective_whose_every_rule_passes_is_the_only_one_that_is_satisfied() -> None:
    assert states(citing(("cm-6_obj.b", MEASURED))) == {"cm-6_obj.b": "satisfied"}
    assert states(citing(("cm-6_obj.b", PARTIAL))) == {}
    both = citing(("cm-6_obj.b", MEASURED), ("sc-8.1", PARTIAL), ("au-9", Strength.RECORD))
    assert states(both) == {"cm-6_obj.b": "satisfied"}


def test_a_rule_that_does_not_measure_cm_6_takes_the_combined_state_back() -> None:
    assert states(citing(("cm-2.2_obj-3", MEASURED))) == {"cm-2.2_obj-3": "satisfied"}


@pytest.mark.parametrize("name", ["cm-6", "cm-6_obj", "sc-8_obj", "cm-2.3", "cm-6.2_obj"])
def test_no_whole_control_is_ever_satisfied(name: str) -> None:
    assert states(citing((name, MEASURED))) == {}


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.FAIL, {"cm-6_obj.b": "not-satisfied"}),
        (Verdict.UNKNOWN, {"cm-6_obj.b": "not-satisfied"}),
        (Verdict.NOT_ASSESSED, {}),
        (Verdict.NOT_APPLICABLE, {}),
    ],
)
def test_another_verdict_beside_the_pass_takes_satisfied_back(verdict: Verdict, state: dict[str, str]) -> None:
    result = citing(("cm-6_obj.b", MEASURED))
    second = replace(result.findings[0], verdict=verdict, scope="role=app")
    both = states(replace(result, findings=(*result.findings, second)))
    assert both == (state if verdict is not Verdict.NOT_APPLICABLE else {"cm-6_obj.b": "satisfied"})
    assert states(replace(result, findings=(second,))) == state


def test_an_accepted_difference_does_not_satisfy() -> None:
    result = citing(("cm-6_obj.b", MEASURED))
    accepted = replace(result.findings[0], verdict=Verdict.FAIL, waiver="W-1")
    assert states(replace(result, findings=(accepted,))) == {"cm-6_obj.b": "not-satisfied"}


def test_a_gap_or_an_unread_part_anywhere_takes_satisfied_back() -> None:
    result = citing(("cm-6_obj.b", MEASURED))
    assert states(replace(result, gaps=results.everything().gaps)) == {}
    assert states(replace(result, notices=(Notice("unreadable file", "x", incomplete=True),))) == {}
    assert states(replace(result, notices=(Notice("unused waiver", "x"),))) == {"cm-6_obj.b": "satisfied"}


def test_a_part_of_a_result_satisfies_nothing() -> None:
    result = citing(("cm-6_obj.b", MEASURED))
    assert states(replace(result, notices=(Notice("filtered", "only evidence for cm-6 is shown"),))) == {}
    assert states(replace(result, only=("postgresql-*",))) == {}
    assert prop(held(replace(result, only=("postgresql-*",))), "only") == ["postgresql-*"]


def test_the_same_result_is_the_same_bytes_and_another_run_has_other_identifiers() -> None:
    result = results.everything()
    text = assessment_results.render(result, Options())
    assert assessment_results.render(result, Options()) == text
    other = json.loads(assessment_results.render(replace(result, run_id="another"), Options()))
    first, second = json.loads(text)["assessment-results"], other["assessment-results"]
    assert first["uuid"] != second["uuid"]
    assert [item["uuid"] for item in first["results"][0]["risks"]] == [
        item["uuid"] for item in second["results"][0]["risks"]
    ]


def test_only_ids_of_controls_reach_the_reviewed_controls() -> None:
    hostile = held(attacks.hostile("<b>"))["reviewed-controls"]
    assert hostile["control-selections"] == [{"include-controls": [{"control-id": "cm-6"}]}]
    reviewed = held(results.everything())["reviewed-controls"]["control-selections"][0]["include-controls"]
    assert [item["control-id"] for item in reviewed] == ["ac-4", "au-9", "cm-6", "sc-8.1"]
