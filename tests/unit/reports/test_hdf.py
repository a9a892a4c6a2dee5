"""HDF: one result per control, unknown is an error, a waiver never makes a difference not applicable."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import ScanResult, Verdict
from scanner.reports import Options
from scanner.reports.hdf import render
from tests.support import attacks, results


def held(result: ScanResult) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(result, Options()))
    return found


def controls(result: ScanResult) -> dict[tuple[str, str], dict[str, Any]]:
    """Every control by profile and id; neither may stand twice."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    names = [profile["name"] for profile in held(result)["profiles"]]
    assert len(names) == len(set(names))
    for profile in held(result)["profiles"]:
        for control in profile["controls"]:
            assert (profile["name"], control["id"]) not in found
            assert len(control["results"]) == 1
            found[profile["name"], control["id"]] = control
    return found


def test_each_outcome_has_its_own_status() -> None:
    found = controls(results.everything())
    orders, sessions = "postgresql-secure@orders-db", "redis-secure@sessions"
    expected = {
        (orders, "postgresql-ssl-on"): "passed",
        (orders, "postgresql-tls-1.3"): "failed",
        (orders, "postgresql-log-connections"): "failed",
        (orders, "postgresql-no-trust"): "error",
        (orders, "postgresql-pgaudit"): "skipped",
        (sessions, "redis-tls-port"): "skipped",
        ("postgresql-secure@legacy-db", "postgresql-ssl-on"): "error",
    }
    assert {key: found[key]["results"][0]["status"] for key in expected} == expected
    assert len(found) == len(results.everything().findings)


def test_only_what_does_not_apply_has_no_impact() -> None:
    found = controls(results.everything())
    assert [name for (_, name), item in found.items() if item["impact"] == 0.0] == ["postgresql-pgaudit"]
    assert found["postgresql-secure@orders-db", "postgresql-ssl-on"]["impact"] == 0.9


def test_a_waiver_is_told_and_does_not_skip() -> None:
    found = [item for item in controls(results.everything()).values() if "waiver_data" in item]
    (control,) = found
    assert control["waiver_data"]["run"] is True
    assert control["waiver_data"]["skipped_due_to_waiver"] is False
    assert control["waiver_data"]["expiration_date"] == "2026-12-21"
    assert "W-2026-014" in control["results"][0]["message"]


def test_scopes_of_one_rule_do_not_hide_one_another() -> None:
    result = results.clean()
    first = result.findings[0]
    scopes = (replace(first, verdict=Verdict.FAIL), replace(first, verdict=Verdict.UNKNOWN, scope="role=app"))
    found = controls(replace(result, findings=scopes))
    assert {name: item["results"][0]["status"] for (_, name), item in found.items()} == {
        "postgresql-ssl-on": "failed",
        "postgresql-ssl-on (role=app)": "error",
    }


def test_controls_are_tagged_as_readers_of_the_format_write_them() -> None:
    tags = controls(results.everything())["postgresql-secure@orders-db", "postgresql-tls-1.3"]["tags"]
    assert tags["nist"] == ["CM-6", "SC-8 (1)"]
    assert tags["cci"] == ["CCI-000366", "CCI-002421"]
    assert tags["soc2"] == ["CC6.7"]
    assert tags["outcome"] == "failed_open"


def test_gaps_and_the_denominator_are_passed_through() -> None:
    passed = held(results.everything())["passthrough"]
    assert len(passed["gaps"]) == 3
    assert "6 unknown" in passed["denominator"]


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_hostile_values_change_no_status(attack: str) -> None:
    states = [item["results"][0]["status"] for item in controls(attacks.hostile(attack)).values()]
    assert sorted(states) == sorted(item["results"][0]["status"] for item in controls(results.everything()).values())


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_changes_no_status(text: str) -> None:
    assert len(controls(attacks.hostile(text))) == len(results.everything().findings)
