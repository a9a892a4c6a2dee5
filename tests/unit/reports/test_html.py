"""The HTML report: one harmless file whose numbers are those of the JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scanner.model import Drift, ScanResult, Verdict
from scanner.reports import Options
from scanner.reports import render as render_any
from scanner.reports.html import audit, render
from scanner.wording.index import Index, count_of
from scanner.wording.plain import plain
from scanner.wording.words import Outcome, outcome
from tests.support import attacks, pages, results
from tests.support.html import Element, parse
from tests.support.result_rows import GAPS

TITLES = (("nist-800-53r5", "cm-6", "Settings are set"), ("soc2", "CC6.7", "Transmission"))
RESULT = results.everything()
WHOLE = render(RESULT, Options(controls=TITLES))
PAGE = parse(WHOLE)


def number(name: str, target: str = "") -> int:
    """A count of the result table: of a target, or of the last row, which is the sum."""
    table = next(item for item in PAGE.all("table") if "Requirements by component" in item.text())
    cells = [
        cell for cell in table.all("td") if cell.get("data-count") == name and (cell.get("data-target") or "") == target
    ]
    assert len(cells) == 1
    assert cells[0].text() == cells[0].get("data-value")
    return int(cells[0].get("data-value") or "")


def section(name: str) -> Element:
    return next(item for item in PAGE.all("section") if item.get("aria-labelledby") == name)


# ------------------------------------------------------------------ one file, no script, nothing from outside


def documents() -> list[str]:
    found = [results.clean(), results.empty(), *(attacks.hostile(attack) for attack in attacks.ATTACKS)]
    return [WHOLE, *(render(item, Options()) for item in found)]


DOCUMENTS = documents()


@pytest.mark.parametrize("text", DOCUMENTS)
@pytest.mark.parametrize(
    "check", [pages.policy_fits, pages.nothing_is_loaded, pages.well_formed, pages.can_be_listened_to]
)
def test_a_report_is_one_sound_and_harmless_file(check: Callable[[str], None], text: str) -> None:
    check(text)


# ------------------------------------------------------------------ hostile values


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_hostile_text_is_shown_as_text_and_changes_no_structure(attack: str) -> None:
    page = parse(render(attacks.hostile(attack), Options()))
    calm = parse(render(attacks.hostile("x"), Options()))
    free = {"wbr", "code", "div"}  # a remedy of two lines is two steps, a name that is no control id has no second form
    assert [item.tag for item in page.all() if item.tag not in free] == [
        item.tag for item in calm.all() if item.tag not in free
    ]
    assert plain(attack) in page.text()


@pytest.mark.parametrize("attack", attacks.ATTACKS)
def test_no_unprintable_character_reaches_the_file(attack: str) -> None:
    text = render(attacks.hostile(attack), Options())
    assert all(line.isprintable() for line in text.replace("\xad", "").split("\n"))


def test_ten_megabytes_are_shortened_and_say_how_long_they_were() -> None:
    text = render(results.huge(), Options())
    assert "… (10,000,000 characters)" in text
    assert len(text) < 300_000


# ------------------------------------------------------------------ the numbers are those of the JSON


@pytest.fixture(scope="module")
def held() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(render_any("json", RESULT))
    return data


def test_every_total_is_the_number_of_the_json(held: dict[str, Any]) -> None:
    for name, value in held["coverage"].items():
        assert number(name) == value
        assert PAGE.first("p", "data-expected").get(f"data-{name.replace('_', '-')}") == str(value)


def test_every_count_of_a_target_is_that_of_its_findings_in_the_json(held: dict[str, Any]) -> None:
    for target in held["targets"]:
        mine = [item for item in held["findings"] if item["target"] == target["id"]]
        assert number("expected", target["id"]) == len(mine)
        assert number("passed", target["id"]) == sum(item["verdict"] == "pass" for item in mine)
        assert number("unknown", target["id"]) == sum(item["verdict"] == "unknown" for item in mine)
        fails = [item for item in mine if item["verdict"] == "fail"]
        assert number("failed_open", target["id"]) == sum(not item["waiver"] for item in fails)
        assert number("failed_accepted", target["id"]) == sum(bool(item["waiver"]) for item in fails)


def test_gaps_drift_rules_inputs_and_exit_code_are_those_of_the_json(held: dict[str, Any]) -> None:
    assert PAGE.first("p", "data-gaps").get("data-gaps") == str(len(held["gaps"]))
    drifts = {item.get("data-drift"): int(item.get("data-value") or "") for item in PAGE.with_attribute("data-drift")}
    heads = [row["drift"][0] for row in held["rows"] if row["drift"] and row["drift"][0] not in ("unknown", "in_sync")]
    assert drifts == {state: heads.count(state) for state in heads}
    rules = {item.get("data-baseline"): item.get("data-value") for item in PAGE.with_attribute("data-baseline")}
    assert rules == {item["id"]: str(len(item["rules"])) for item in held["baselines"]}
    assert PAGE.first("span", "data-inputs").get("data-inputs") == str(len(held["inputs"]))
    assert PAGE.first("dd", "data-exit-code").get("data-exit-code") == str(held["exit_code"])


def test_every_data_value_is_the_number_that_a_reader_sees() -> None:
    shown = [item for item in PAGE.with_attribute("data-value") if not item.get("data-drift")]
    assert len(shown) > 60
    for item in shown:
        assert item.text().strip() == item.get("data-value")


def test_the_population_holds_every_finding_with_its_end() -> None:
    table = section("population")
    told = {item.get("data-finding"): item.get("data-outcome") for item in table.with_attribute("data-outcome")}
    assert told == {item.fingerprint: outcome(item).value for item in RESULT.findings}


def test_the_digest_is_that_of_the_json_report() -> None:
    digest = hashlib.sha256(render_any("json", RESULT).encode()).hexdigest()
    assert PAGE.first("code", "data-results-sha256").text() == digest
    assert WHOLE.count(digest) == 4


# ------------------------------------------------------------------ what is told


def test_every_open_difference_is_told_in_full_with_all_its_planes() -> None:
    for finding in RESULT.findings:
        if outcome(finding) is Outcome.OPEN:
            article = next(item for item in PAGE.all("article") if item.get("id") == f"f-{finding.fingerprint}")
            text = article.text()
            assert finding.rule in text
            assert finding.remedy in text
            for word in ("declared", "provisioned", "persisted", "running", "served", "must be"):
                assert word in text.lower()


def test_a_plane_table_says_value_raw_text_place_chain_and_what_is_not_in_effect() -> None:
    text = next(item for item in PAGE.all("article") if "lowest TLS version" in item.text()).text()
    for part in (
        "infra/db.tf:21",
        "infra/production.tfvars:3 → var.tls_version → module.orders",
        "not in effect",
        "shadowed",
    ):
        assert part in text
    cors = next(item for item in PAGE.all("article") if "listed origins only" in item.text()).text()
    assert 'as the source has it: ["https://ghostquant.com"]' in cors


def test_accepted_differences_say_who_why_until_when_and_the_days_left() -> None:
    text = section("accepted").text()
    for part in ("W-2026-014", "SEC-77", "logs every connection", "400 days", "A. Example, head of platform"):
        assert part in text
    assert PAGE.first("span", "data-days-left").get("data-days-left") == "30"
    later = parse(render(RESULT, Options(now="2026-12-20T00:00:00Z")))
    assert later.first("span", "data-days-left").text() == "1 day left"


def test_an_expired_waiver_is_told_at_the_open_difference() -> None:
    assert "W-2026-009 expired on 31 October 2026" in section("open").text()


def test_drift_is_told_by_state_with_its_meaning_and_its_author_or_not_recorded() -> None:
    text = section("drift").text()
    for row in Index(RESULT).disagreeing:
        assert row.setting in text
    assert "erin (CloudTrail)" in text
    assert "not recorded" in text
    assert len(PAGE.with_attribute("data-drift")) == len(set(Drift) - {Drift.UNKNOWN, Drift.IN_SYNC})


def test_what_could_not_be_checked_is_told_with_what_would_open_it() -> None:
    text = section("unknown").text()
    for gap in GAPS:
        assert gap.reason in text
        assert gap.remedy in text
    for finding in RESULT.findings:
        if finding.verdict in (Verdict.UNKNOWN, Verdict.NOT_ASSESSED):
            assert finding.rule in text


def test_the_view_by_control_counts_each_control_and_never_calls_it_met() -> None:
    rows = {item.get("data-control"): item for item in PAGE.with_attribute("data-control")}
    referred = {reference.id for base in RESULT.baselines for rule in base.rules for reference in rule.controls}
    assert set(rows) == referred
    counts = {
        item.get("data-count"): item.get("data-value") for item in rows["ac-4"].all("td") if item.get("data-count")
    }
    assert (counts["expected"], counts["failed_open"], counts["not_assessed"]) == ("2", "1", "1")
    assert "CM-06b." in rows["cm-6_obj.b"].text()
    assert "Settings are set" in rows["cm-6_obj.b"].text()
    assert "no control is met by a scan alone" in section("controls").text()


def test_inputs_are_listed_with_their_digests_and_remarks_with_their_places() -> None:
    text = section("inputs").text()
    for item in RESULT.inputs:
        assert item.path in text
        assert item.sha256 in text
    for notice in RESULT.notices:
        assert notice.text in text
    assert "allowed_origins" in text


def test_a_baseline_without_approval_says_so() -> None:
    assert "no approval is recorded" in section("baselines").text()


def test_what_was_asked_of_each_component_is_told_plane_by_plane() -> None:
    table = next(item for item in section("coverage").all("table"))
    lines = {line.all("th")[0].text(): [cell.text() for cell in line.all("td")] for line in table.all("tr")[1:]}
    assert lines["legacy-db"] == ["– not asked", "– not asked", "– not asked", "? no answer", "– not asked"]
    assert lines["orders-db"][3] == "? answered in part"
    assert lines["api"] == ["✓ answered", "– not asked", "– not asked", "– not asked", "✓ answered"]


def test_states_are_told_by_word_and_symbol() -> None:
    for state in PAGE.all("span"):
        if (state.get("class") or "").startswith("state "):
            assert len(state.text()) > 2
            assert state.all("span")[0].get("aria-hidden") == "true"


def test_sections_with_nothing_in_them_say_so() -> None:
    page = parse(render(results.clean(), Options()))
    for name in ("open", "accepted", "drift", "unknown"):
        part = next(item for item in page.all("section") if item.get("aria-labelledby") == name)
        assert "None in this run." in part.text()


def test_counts_come_from_the_coverage_that_the_run_recorded() -> None:
    other = replace(RESULT, coverage=replace(RESULT.coverage, expected=99))
    page = parse(render(other, Options()))
    assert page.first("p", "data-expected").get("data-expected") == "99"


def test_five_thousand_findings_are_all_in_the_file() -> None:
    page = parse(render(results.many(5_000), Options()))
    assert len(page.with_attribute("data-outcome")) == 5_000


def test_the_six_counts_of_every_control_add_up() -> None:
    for _framework, found in audit.controls(Index(RESULT), ()):
        for control in found:
            assert sum(count_of(control.counts, item) for item in Outcome) == control.counts.expected


def test_a_template_cannot_print_text_that_was_not_made_harmless() -> None:
    page: ScanResult = replace(results.clean(), project="\x1b[31m<b>\u202e")
    text = render(page, Options())
    assert r"\x1b[31m&lt;b&gt;\u202e" in text
