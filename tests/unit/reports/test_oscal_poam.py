"""OSCAL plan of action and milestones: a combined item, one per control, and the unknowns apart."""

from __future__ import annotations

import json
from typing import Any

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.oscal.poam import render
from tests.support import results


def held(result: ScanResult) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(result, Options()))["plan-of-action-and-milestones"]
    return found


def test_the_combined_item_holds_every_difference_and_each_control_its_own() -> None:
    items = {item["title"]: item for item in held(results.everything())["poam-items"]}
    assert list(items) == [
        "CM-6, combined: 5 differences open, 1 accepted",
        "AC-4: 1 difference open, 0 accepted",
        "SC-8(1): 1 difference open, 0 accepted",
        "Could not be checked: 6 requirements",
    ]
    assert len(items["CM-6, combined: 5 differences open, 1 accepted"]["related-risks"]) == 6
    assert len(items["SC-8(1): 1 difference open, 0 accepted"]["related-risks"]) == 1


def test_what_could_not_be_checked_is_work_and_no_risk() -> None:
    item = held(results.everything())["poam-items"][-1]
    assert len(item["related-observations"]) == 6
    assert "related-risks" not in item


def test_a_run_with_nothing_open_says_so() -> None:
    found = held(results.clean())
    assert [item["title"] for item in found["poam-items"]] == [
        "Nothing is open in this run: no open difference, no unknown"
    ]
    assert "risks" not in found


def test_the_item_of_a_project_keeps_its_identifier_over_runs() -> None:
    from dataclasses import replace

    result = results.everything()
    other = held(replace(result, run_id="another"))
    assert [item["uuid"] for item in held(result)["poam-items"]] == [item["uuid"] for item in other["poam-items"]]
