"""The verdict law: one expectation against one row, plane by plane.

Any violation fails, even beside gaps; otherwise any plane that was asked and is silent or unresolved makes it unknown;
otherwise one answer that conforms passes. Where no plane was asked that could show the setting, it is not assessed. A
setting that a source leaves out, without a documented default, neither conforms nor violates: another plane must say.
"""

from __future__ import annotations

from collections.abc import Sequence

from scanner.evaluate.expectation import Judge, Outcome
from scanner.model import (
    Absent,
    Cell,
    CellState,
    Expectation,
    Judgement,
    Plane,
    Reading,
    ReadingState,
    Row,
    Setting,
    TakesEffect,
    Unresolved,
    Verdict,
)
from scanner.values import Malformed

STANDS_IN = (Plane.RUNNING, Plane.PERSISTED)
"""Planes for which the control plane may answer where the catalogue says so."""

NOT_SET = "not set here"

WAY_OUT = "set it explicitly, or add a source that shows it"


def judge_row(row: Row, setting: Setting, expectation: Expectation, judge: Judge) -> tuple[Verdict, list[Judgement]]:
    """The verdict on a row and what was said of each plane. Raises MissingParameter."""
    judgements = [item for cell in row.cells for item in _cell(cell, expectation, judge)]
    judgements = _stand_in(_not_yet(judgements, row), row, setting)
    answered = [item for item in judgements if item.verdict is not Verdict.NOT_ASSESSED]
    for decisive in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS):
        if any(item.verdict is decisive for item in answered):
            return decisive, judgements
    return _only_absent(row, expectation, judgements, judge)


def _only_absent(
    row: Row, expectation: Expectation, judgements: list[Judgement], judge: Judge
) -> tuple[Verdict, list[Judgement]]:
    """Every source that was asked leaves the setting out: ``is_set`` can say something, other operators cannot."""
    contents = {cell.plane: cell.effective.observation.content for cell in row.cells if cell.effective}
    absent = [plane for plane, content in contents.items() if isinstance(content, Absent)]
    if len(absent) < len(contents) or not absent:
        return Verdict.NOT_ASSESSED, judgements
    outcome = judge.holds(expectation, Absent())
    verdict = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.UNKNOWN}[outcome.holds]
    changed = [
        Judgement(item.plane, verdict, item.text, outcome.reason, item.locator, WAY_OUT)
        if item.plane in absent
        else item
        for item in judgements
    ]
    return verdict, changed


def _cell(cell: Cell, expectation: Expectation, judge: Judge) -> list[Judgement]:
    if cell.state is CellState.SILENT:
        return [_silent(cell)]
    if cell.state is not CellState.ANSWERED:
        return []
    first = cell.readings[0]
    if first.state is ReadingState.CONFLICT:
        return [_conflict(cell)]
    judgement = _reading(cell.plane, first, expectation, judge)
    if cell.gaps and judgement.verdict is not Verdict.FAIL:
        return [judgement, _silent(cell)]
    return [judgement]


def _silent(cell: Cell) -> Judgement:
    gap = cell.gaps[0]
    return Judgement(cell.plane, Verdict.UNKNOWN, "no answer", gap.reason, gap.locator or gap.collector, gap.remedy)


def _conflict(cell: Cell) -> Judgement:
    told = [item for item in cell.readings if item.state is ReadingState.CONFLICT]
    places = "; ".join(f"{item.text} ({item.observation.provenance.locator})" for item in told)
    reason = f"places of equal rank disagree: {places}"
    return Judgement(
        cell.plane, Verdict.UNKNOWN, "conflict", reason, told[0].observation.provenance.locator, "keep one of them"
    )


def _reading(plane: Plane, reading: Reading, expectation: Expectation, judge: Judge) -> Judgement:
    content, locator = reading.observation.content, reading.observation.provenance.locator
    if isinstance(content, Absent):
        return Judgement(plane, Verdict.NOT_ASSESSED, reading.text, NOT_SET, locator)
    try:
        outcome = judge.holds(expectation, content)
    except Malformed as problem:
        outcome = Outcome(None, f"a parameter cannot be read: {problem}")
    if outcome.holds is None and not outcome.shown:
        return Judgement(plane, Verdict.NOT_ASSESSED, reading.text, outcome.reason, locator)
    if outcome.holds is None:
        remedy = content.remedy if isinstance(content, Unresolved) else ""
        return Judgement(plane, Verdict.UNKNOWN, reading.text, outcome.reason or "cannot be told", locator, remedy)
    verdict = Verdict.PASS if outcome.holds else Verdict.FAIL
    return Judgement(plane, verdict, reading.text, outcome.reason, outcome.place or locator)


def _not_yet(judgements: Sequence[Judgement], row: Row) -> list[Judgement]:
    """A value that the platform holds and that still waits is no proof of what runs."""
    held = row.cell(Plane.PROVISIONED).effective if row.cells else None
    waits = held is not None and held.observation.pending and held.observation.takes_effect is not TakesEffect.NOW
    if held is None or not waits or row.cell(Plane.RUNNING).state is CellState.ANSWERED:
        return list(judgements)
    reason, way_out = f"what runs is not known: {held.observation.pending}", "restart it, or add a source that asks it"
    return [
        Judgement(item.plane, Verdict.UNKNOWN, item.text, reason, item.locator, way_out)
        if item.plane is Plane.PROVISIONED and item.verdict is Verdict.PASS
        else item
        for item in judgements
    ]


def _stand_in(judgements: Sequence[Judgement], row: Row, setting: Setting) -> list[Judgement]:
    """The control plane's answer in place of a silent server's, for the planes of which it knows."""
    told = [item for item in judgements if item.plane is Plane.PROVISIONED]
    decided = any(item.verdict in (Verdict.PASS, Verdict.FAIL) for item in told)
    planes = STANDS_IN if setting.provisioned_stands_in and decided else ()
    held = row.cell(Plane.PROVISIONED).effective if told else None
    if held is not None and held.observation.provenance.collector in setting.persisted_by:
        planes = planes if any(item.verdict is Verdict.UNKNOWN for item in told) else (*planes, Plane.PERSISTED)
    return [
        Judgement(item.plane, Verdict.NOT_ASSESSED, "answered by the control plane", item.reason, item.locator)
        if item.plane in planes and item.verdict is Verdict.UNKNOWN
        else item
        for item in judgements
    ]
