"""Two runs side by side: a matrix of verdicts, what applies newly, and which values moved on which plane."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scanner.archive.compare import compare
from scanner.model import Target, Verdict
from scanner.wording.words import Outcome
from tests.support import histories
from tests.support.results import everything


def test_a_run_against_itself_moves_nothing() -> None:
    found = compare(everything(), everything())
    assert (found.changes, found.moved, found.baselines, found.newly_applicable) == ((), (), (), ())
    assert all(before is after for before, after, _ in found.matrix)
    assert sum(number for *_, number in found.matrix) == len(everything().findings)


def test_every_requirement_of_either_run_is_counted_once() -> None:
    whole = everything()
    later = replace(whole, findings=whole.findings[3:])
    found = compare(whole, later)
    assert sum(number for *_, number in found.matrix) == len(whole.findings)
    assert {item.after for item in found.changes} == {None}
    assert len(found.changes) == 3


@given(st.integers(0, 15), st.sampled_from(Verdict))
def test_a_verdict_that_moved_stands_in_the_matrix_and_in_the_list(position: int, verdict: Verdict) -> None:
    whole = everything()
    old = whole.findings[position % len(whole.findings)]
    new = replace(old, verdict=verdict, waiver="")
    later = replace(whole, findings=tuple(new if item is old else item for item in whole.findings))
    found = compare(whole, later)
    assert len(found.changes) == (old.verdict is not verdict or old.accepted)


def test_what_did_not_apply_before_is_newly_applicable() -> None:
    whole = everything()
    fresh = next(item for item in whole.findings if item.verdict is Verdict.FAIL and not item.accepted)
    before = replace(
        whole,
        findings=tuple(
            replace(item, verdict=Verdict.NOT_APPLICABLE) if item is fresh else item for item in whole.findings
        ),
    )
    found = compare(before, whole)
    assert [(item.rule, item.before, item.after) for item in found.newly_applicable] == [
        (fresh.rule, Outcome.NOT_APPLICABLE, Outcome.OPEN)
    ]


def test_a_value_that_moved_is_told_by_plane_with_the_drift() -> None:
    whole = everything()
    row = next(row for row in whole.rows if row.drift and any(cell.effective for cell in row.cells))
    cell = next(cell for cell in row.cells if cell.effective)
    changed = replace(cell, readings=(replace(cell.readings[0], text="other"), *cell.readings[1:]))
    cells = tuple(changed if item is cell else item for item in row.cells)
    later = replace(
        whole, rows=tuple(replace(row, cells=cells, drift=()) if item is row else item for item in whole.rows)
    )
    (moved,) = compare(whole, later).moved
    assert [(value.plane, value.after) for value in moved.values] == [(cell.plane, "other")]
    assert (moved.drift_before, moved.drift_after) == (", ".join(row.drift), "")


def test_other_baselines_targets_and_versions_are_told() -> None:
    whole = everything()
    first = replace(whole.baselines[0], digest="ff" * 32)
    later = replace(
        whole, baselines=(first, *whole.baselines[2:]), targets=whole.targets[1:], tool_version="0.2.0", run_id="later"
    )
    found = compare(whole, later)
    assert [(item.id, bool(item.after)) for item in found.baselines] == [
        (first.id, True),
        (whole.baselines[1].id, False),
    ]
    assert found.targets_gone == (whole.targets[0].id,)
    assert (found.tool_before, found.tool_after) == (whole.tool_version, "0.2.0")


def test_the_hours_since_the_run_before_move_nothing() -> None:
    scheduled = [
        replace(found, targets=(Target("orders-db", "schedule", "production"),))
        for found in (histories.run(0, "0.1"), histories.run(1, "24.0"))
    ]
    assert compare(*scheduled).moved == ()
