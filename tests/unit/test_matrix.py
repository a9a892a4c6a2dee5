"""The control matrix, and a result cut down to one control."""

from __future__ import annotations

import pytest

from scanner import controls, matrix, narrow, selections
from scanner.cli import request
from scanner.controls import NIST
from scanner.errors import UserError
from scanner.evaluate import coverage
from scanner.matrix import Line
from scanner.model import Coverage, ScanResult, Strength
from tests.support import results

KNOWN = controls.shipped()
BASELINES = request.load_baselines(())
LINES = {(line.framework, line.id): line for line in matrix.matrix(BASELINES, KNOWN)}


def line(identifier: str) -> Line:
    return matrix.choose(list(LINES.values()), (identifier,), KNOWN)[0]


def found_rules(result: ScanResult, control: str) -> set[str]:
    return {
        rule.id
        for baseline in result.baselines
        for rule in baseline.rules
        for at in rule.controls
        if at.id.partition("_obj")[0] == control
    }


def test_withdrawn_controls_have_no_line_of_their_own() -> None:
    assert (NIST, "cm-2.1") not in LINES
    assert line("CM-2(1)").id == "cm-2"


def test_every_rule_is_evidence_for_the_settings_objective() -> None:
    every = {rule.id for baseline in BASELINES for rule in baseline.rules}
    objective = next(item for item in line("cm-6").objectives if item.id == "cm-6_obj.b")
    assert {item.rule for item in objective.cited_by} == every
    assert objective.strength == Strength.MEASURED


def test_a_control_without_rules_stands_in_the_matrix_with_what_every_run_holds() -> None:
    retained = line("cm-2.3")
    assert retained.rules == ()
    assert retained.objectives[0].shown_by == ("baselines", "archive")


def test_an_indicator_has_the_rules_of_the_controls_that_feed_it() -> None:
    fed = line("KSI-SVC-VCM")
    assert fed.fed_by == ("sc-23", "si-7.1")
    assert fed.rules == tuple(sorted({*line("sc-23").rules, *line("si-7.1").rules}))
    assert "postgresql-certificate-names-its-host" in fed.rules or "fastapi-certificate-for-this-host" in fed.rules


def test_a_selection_says_what_is_required_on_the_lines_of_its_framework_only() -> None:
    chosen, level = selections.choose("fedramp-2024:moderate")
    found = {(item.framework, item.id): item for item in matrix.matrix(BASELINES, KNOWN, chosen, level)}
    assert found[NIST, "cm-6.1"].standing == "required"
    assert found["soc2", "CC7.1"].standing == ""


def test_a_result_gives_the_ends_of_the_rules_of_each_control() -> None:
    everything = results.everything()
    found = {item.id: item.counts for item in matrix.matrix(everything.baselines, KNOWN, result=everything)}
    rules = found_rules(everything, "cm-6")
    assert found["cm-6"] == coverage(tuple(item for item in everything.findings if item.rule in rules))
    assert found["cm-6"] is not None and found["cm-6"].failed_open > 0
    assert found["cm-2.3"] == Coverage()


@pytest.mark.parametrize("identifier", ["cm-66", "nothing", "KSI-XXX"])
def test_an_id_that_no_framework_has_is_refused(identifier: str) -> None:
    with pytest.raises(UserError, match="no framework has this id"):
        matrix.choose(list(LINES.values()), (identifier,), KNOWN)


def test_a_narrowed_result_holds_the_evidence_of_the_control_and_says_how_much_it_left_out() -> None:
    whole = results.everything()
    cited = {rule.id for item in whole.baselines for rule in item.rules for at in rule.controls if at.id == "sc-8.1"}
    assert cited, "the hand-built result cites SC-8(1)"
    cut = narrow.to_controls(whole, ("SC-8(1)",), KNOWN)
    assert {item.rule for item in cut.findings} == cited & {item.rule for item in whole.findings}
    assert cut.coverage.expected == len(cut.findings) < whole.coverage.expected
    assert {row.id for row in cut.rows} == {name for item in cut.findings for name in item.rows} & {
        row.id for row in whole.rows
    }
    assert cut.notices[0].text.endswith(
        f"{len(cut.findings)} of {len(whole.findings)} requirements, {len(cut.targets)} of {len(whole.targets)} targets"
    )
    assert {item.id for item in cut.targets} == {item.target for item in cut.findings} | {
        gap.target for gap in whole.gaps if gap.target in {item.id for item in whole.targets}
    }


def test_narrowing_keeps_the_gaps_so_that_nothing_turns_green_by_it() -> None:
    whole = results.everything()
    assert narrow.to_controls(whole, ("cm-2.3",), KNOWN).gaps == whole.gaps


def test_an_objective_narrows_to_itself_and_a_control_to_all_its_objectives() -> None:
    whole = results.everything()
    objective = narrow.to_controls(whole, ("cm-6_obj.b",), KNOWN).findings
    control = narrow.to_controls(whole, ("cm-6",), KNOWN).findings
    assert len(control) == len([item for item in whole.findings if item.rule in found_rules(whole, "cm-6")])
    assert objective == control
    assert narrow.to_controls(whole, ("cm-6_obj.c-1",), KNOWN).findings == ()
