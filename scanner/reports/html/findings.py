"""Differences told in full: the plane table, the drift, the remedy, the waiver, the controls."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.model import CellState, Drift, Finding, Row, Rule, Target, Waiver
from scanner.records import overdue
from scanner.wording.index import Index
from scanner.wording.plain import lines, listed, plain, sentence
from scanner.wording.sentences import waiver_words
from scanner.wording.spoken import PlaneSaid, news, observed, planes
from scanner.wording.words import DRIFTS, PLANES, Outcome, days_left, outcome

LIMIT = 400
"""Characters of a value; an audit report shows more of it than a terminal."""


@dataclass(frozen=True, slots=True)
class RowTold:
    """A row with its planes and its drift in words."""

    row: Row
    planes: list[PlaneSaid]
    told: list[PlaneSaid]
    """The planes that were asked."""
    untold: list[tuple[str, str]]
    """What is to be said of the other planes, and which they are."""
    drift: str
    meaning: str
    known: str
    """What is known beyond the meaning of the state."""
    changed_by: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with everything that is known of it."""

    finding: Finding
    outcome: Outcome
    rule: Rule | None
    title: str
    target: Target
    setting: str
    observed: str
    reason: str
    """What the planes and their notes have not said."""
    rows: list[RowTold]
    fixes: list[tuple[str, list[str]]]
    waiver: Waiver | None
    waiver_words: str
    days_left: int | None
    peers: str
    overdue: bool
    """It was past its due time when the run started."""


def told(index: Index, finding: Finding, now: str = "") -> Told:
    """A finding in words."""
    rule = index.rules.get(finding.rule)
    rows = index.rows_of(finding)
    waiver = index.waivers.get(finding.waiver)
    settings = list(dict.fromkeys(row.setting for row in rows)) or ([rule.setting] if rule else [])
    return Told(
        finding=finding,
        outcome=outcome(finding),
        rule=rule,
        title=index.title(finding.rule),
        target=index.targets[finding.target],
        setting=listed([plain(name) for name in settings]),
        observed=observed(finding, rows, LIMIT),
        reason=news(finding, rows),
        rows=[row_told(row, finding) for row in rows],
        fixes=_fixes(finding, rule),
        waiver=waiver,
        waiver_words=waiver_words(index, finding),
        days_left=days_left(waiver.expires, now) if waiver else None,
        peers=listed([plain(peer) for peer in finding.peers], limit=20),
        overdue=overdue(finding, index.result.started),
    )


def _fixes(finding: Finding, rule: Rule | None) -> list[tuple[str, list[str]]]:
    if finding.remedy:
        return [("", lines(finding.remedy))]
    return [(where, lines(how)) for where, how in rule.fix] if rule else []


def row_told(row: Row, finding: Finding | None = None) -> RowTold:
    """A row in words."""
    said = planes(row, finding, LIMIT)
    headline = row.headline
    disagrees = headline is not None and DRIFTS[headline].symbol == "≠"
    return RowTold(
        row=row,
        planes=said,
        told=[plane for plane in said if plane.readings or plane.state not in _UNASKED],
        untold=_untold(said),
        drift=" and ".join(DRIFTS[state].shout for state in row.drift) if disagrees else "",
        meaning=DRIFTS[headline].meaning if headline and disagrees else "",
        known=_known(row),
        changed_by=_changed_by(said),
    )


def _changed_by(said: list[PlaneSaid]) -> str:
    """Who changed it, and on which plane where more than one says something."""
    told = {PLANES[plane.plane][0]: item.changed for plane in said for item in plane.readings if item.changed}
    if len(set(told.values())) < 2:
        return listed(list(dict.fromkeys(told.values())))
    return "; ".join(f"{name}: {who}" for name, who in told.items())


_UNASKED = {CellState.NOT_ASKED: "Not asked", CellState.CANNOT_SHOW: "Cannot show"}


def _untold(said: list[PlaneSaid]) -> list[tuple[str, str]]:
    found: dict[str, dict[str, list[str]]] = {}
    for plane in said:
        if plane.state in _UNASKED and not plane.readings:
            found.setdefault(_UNASKED[plane.state], {}).setdefault(plane.note, []).append(PLANES[plane.plane][0])
    return [(why, "; ".join(_noted(names, note) for note, names in notes.items())) for why, notes in found.items()]


def _noted(names: list[str], note: str) -> str:
    return listed(names) + (f" ({note})" if note else "")


def _known(row: Row) -> str:
    also = listed([DRIFTS[state].shout for state in row.drift[1:] if DRIFTS[state].symbol == "≠"])
    parts = [row.drift_note, f"what moved: {row.moved}" if row.moved else "", f"also {also}" if also else ""]
    return " ".join(sentence(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class DriftGroup:
    """The rows with one headline."""

    state: Drift
    rows: list[RowTold]


def drift(index: Index) -> list[DriftGroup]:
    """The rows whose planes disagree, by headline."""
    groups: dict[Drift, list[RowTold]] = {}
    for row in index.disagreeing:
        if row.headline:
            groups.setdefault(row.headline, []).append(row_told(row))
    return [DriftGroup(state, rows) for state, rows in groups.items()]
