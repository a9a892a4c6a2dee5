"""The CycloneDX inventory, checked by the format's own library."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import ScanResult, Target
from scanner.reports import render
from tests.support import histories, results

VALID = JsonStrictValidator(SchemaVersion.V1_6)


@pytest.mark.parametrize("result", [results.everything(), results.clean(), histories.run(0, "TLSv1.3")])
def test_the_inventory_is_valid_by_its_own_schema(result: ScanResult) -> None:
    assert VALID.validate_str(render("cyclonedx", result)) is None


def test_a_validator_that_accepts_anything_would_be_none() -> None:
    broken = json.loads(render("cyclonedx", results.everything()))
    broken["components"][0]["owner"] = "somebody"
    assert VALID.validate_str(json.dumps(broken)) is not None


@given(st.text(), st.text())
def test_hostile_names_stay_valid(name: str, version: str) -> None:
    target = Target(name, "postgresql", name, version=version, labels=((name, version),))
    hostile = replace(histories.run(0, "TLSv1.3"), targets=(target,), project=name, run_id=name)
    assert VALID.validate_str(render("cyclonedx", hostile)) is None


def test_one_result_is_always_the_same_bytes() -> None:
    assert render("cyclonedx", results.everything()) == render("cyclonedx", results.everything())


def test_what_was_accepted_and_what_could_not_be_checked_stand_apart() -> None:
    found = json.loads(render("cyclonedx", results.everything()))
    facts: dict[str, int] = {}
    for component in found["components"]:
        for entry in component["properties"]:
            if entry["name"].startswith("scanner:requirements-"):
                facts[entry["name"]] = facts.get(entry["name"], 0) + int(entry["value"])
    coverage = results.everything().coverage
    assert facts["scanner:requirements-failed-accepted"] == coverage.failed_accepted > 0
    assert facts["scanner:requirements-unknown"] == coverage.unknown > 0
