"""Prometheus: read back by the client library's parser, series stand once, zeros and the time are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.prometheus import render
from tests.support import attacks, results

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(result: ScanResult) -> Series:
    """Every sample by name and labels; a series that stands twice is an error."""
    found: Series = {}
    for family in text_string_to_metric_families(render(result, Options())):
        assert family.type == "gauge"
        assert family.documentation
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found, key
            found[key] = sample.value
    return found


def total(series: Series, name: str, **labels: str) -> float:
    return sum(value for (named, held), value in series.items() if named == name and set(labels.items()) <= set(held))


def test_the_counts_are_those_of_the_result() -> None:
    series, coverage = read(results.everything()), results.everything().coverage
    for outcome in ("passed", "failed_open", "failed_accepted", "unknown", "not_assessed", "not_applicable"):
        assert total(series, "scanner_requirements", outcome=outcome) == getattr(coverage, outcome)
    assert total(series, "scanner_open_failures", severity="critical") == 2
    assert total(series, "scanner_drifting_settings", state="pending") == 1
    assert total(series, "scanner_gaps", target="sessions") == 1


def test_zeros_are_written_so_that_an_alert_can_end() -> None:
    names = {name for name, _ in read(results.clean())}
    assert {"scanner_requirements", "scanner_open_failures", "scanner_drifting_settings", "scanner_gaps"} <= names
    assert total(read(results.clean()), "scanner_open_failures") == 0


@pytest.mark.parametrize("result", [results.everything(), results.clean(), results.empty()])
def test_the_time_of_the_last_scan_and_its_exit_code_are_always_there(result: ScanResult) -> None:
    series = read(result)
    ended = datetime(2026, 11, 21, 21, 0, 9, tzinfo=UTC).timestamp()
    assert total(series, "scanner_last_scan_timestamp_seconds") == ended
    assert total(series, "scanner_exit_code") == result.exit_code


def test_overdue_failures_are_counted() -> None:
    assert total(read(replace(results.everything(), overdue=3)), "scanner_overdue_failures") == 3
    assert ("scanner_overdue_failures", (("project", "ghostquant"),)) in read(results.clean())


def test_a_waiver_ends_with_its_day() -> None:
    ends = total(read(results.everything()), "scanner_waiver_expires_timestamp_seconds", waiver="W-2026-014")
    assert datetime.fromtimestamp(ends, UTC).isoformat() == "2026-12-22T00:00:00+00:00"


def test_the_number_of_series_does_not_grow_with_runs() -> None:
    first, second = read(results.everything()), read(replace(results.everything(), run_id="another"))
    assert first.keys() == second.keys()


@pytest.mark.parametrize("attack", [*attacks.ATTACKS, '"} 1\nscanner_exit_code 0', "\\", '\\"', "\\n"])
def test_hostile_labels_stay_labels(attack: str) -> None:
    series = read(attacks.hostile(attack))
    assert total(series, "scanner_exit_code") == 1
    assert total(series, "scanner_requirements", outcome="failed_open") == 5


def test_names_that_become_the_same_text_are_added_up() -> None:
    result = results.everything()
    first, second = result.targets[0], replace(result.targets[0], id="orders-db\n")
    third = replace(first, id=r"orders-db\n")
    findings = tuple(replace(result.findings[0], target=item.id) for item in (second, third))
    twice = replace(result, targets=(second, third), findings=findings, rows=(), gaps=())
    assert total(read(twice), "scanner_requirements", outcome="passed") == 2


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_stays_a_label(text: str) -> None:
    assert total(read(attacks.hostile(text)), "scanner_requirements", outcome="unknown") == 6
