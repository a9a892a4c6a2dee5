"""Two runs laid side by side: which verdicts moved, what applies for the first time, and which values changed. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scanner.model import Baseline, Finding, Plane, Row, ScanResult
from scanner.records import SCHEDULE
from scanner.wording.words import Outcome, outcome

End = Outcome | None
"""How a requirement ended; None where the run did not hold it."""


@dataclass(frozen=True)
class Change:
    """A requirement that ended otherwise than before."""

    rule: str
    target: str
    scope: str
    severity: str
    before: End
    after: End
    reason: str
    """Why it ended so in the later run."""


@dataclass(frozen=True)
class Value:
    """What a plane held before and after; empty where it held nothing or was not asked."""

    plane: Plane
    before: str
    after: str


@dataclass(frozen=True)
class Moved:
    """A setting whose values or drift are others than before."""

    target: str
    setting: str
    scope: str
    values: tuple[Value, ...]
    drift_before: str
    drift_after: str
    moved: str
    """What the later run says moved, where it had evidence."""


@dataclass(frozen=True)
class Judge:
    """A baseline that is not the one of before."""

    id: str
    before: str
    """Version and beginning of the digest, or empty where it was not used."""
    after: str


@dataclass(frozen=True)
class Comparison:
    """The later of two runs against the earlier."""

    before: str
    after: str
    matrix: tuple[tuple[End, End, int], ...]
    """How many requirements went from which end to which, those that stayed included."""
    changes: tuple[Change, ...]
    newly_applicable: tuple[Change, ...]
    """Those of ``changes`` that did not apply, or were not there, before."""
    moved: tuple[Moved, ...]
    baselines: tuple[Judge, ...]
    targets_gone: tuple[str, ...]
    targets_new: tuple[str, ...]
    tool_before: str
    tool_after: str


def compare(before: ScanResult, after: ScanResult) -> Comparison:
    """What is otherwise in ``after`` than in ``before``."""
    old, new = _findings(before), _findings(after)
    ends = {key: (_end(old.get(key)), _end(new.get(key))) for key in {**old, **new}}
    counts = Counter(ends.values())
    changes = [_change(new.get(key) or old[key], *ends[key]) for key in ends if ends[key][0] is not ends[key][1]]
    asked_before, asked_after = {item.id for item in before.targets}, {item.id for item in after.targets}
    return Comparison(
        before.run_id,
        after.run_id,
        tuple((*pair, number) for pair, number in sorted(counts.items(), key=lambda item: _order(item[0]))),
        tuple(changes),
        tuple(item for item in changes if item.before in UNHELD and item.after not in UNHELD),
        tuple(_moved(_lasting(before), _lasting(after))),
        tuple(_judges(before.baselines, after.baselines)),
        tuple(sorted(asked_before - asked_after)),
        tuple(sorted(asked_after - asked_before)),
        before.tool_version,
        after.tool_version,
    )


UNHELD: frozenset[End] = frozenset({None, Outcome.NOT_APPLICABLE})


def _findings(result: ScanResult) -> dict[tuple[str, str, str], Finding]:
    return {(item.rule, item.target, item.scope): item for item in result.findings}


def _end(finding: Finding | None) -> End:
    return outcome(finding) if finding else None


def _order(pair: tuple[End, End]) -> tuple[int, int]:
    ends = list(Outcome)
    first, second = (ends.index(item) if item else len(ends) for item in pair)
    return first, second


def _change(finding: Finding, before: End, after: End) -> Change:
    reason = finding.reason if after else "the later run does not hold it"
    return Change(finding.rule, finding.target, finding.scope, str(finding.severity), before, after, reason)


def _lasting(result: ScanResult) -> tuple[Row, ...]:
    """The rows that can be compared: how long ago the run before was differs every time."""
    passing = {target.id for target in result.targets if target.component == SCHEDULE}
    return tuple(row for row in result.rows if row.target not in passing)


def _moved(before: tuple[Row, ...], after: tuple[Row, ...]) -> list[Moved]:
    old = {row.id: row for row in before}
    found = []
    for row in after:
        earlier = old.get(row.id)
        if earlier is None:
            continue
        values = [Value(plane, _text(earlier, plane), _text(row, plane)) for plane in Plane]
        values = [item for item in values if item.before != item.after]
        if values or earlier.drift != row.drift:
            states = (", ".join(earlier.drift), ", ".join(row.drift))
            found.append(Moved(row.target, row.setting, row.scope, tuple(values), *states, row.moved))
    return found


def _text(row: Row, plane: Plane) -> str:
    """What a plane holds: the value in effect, or the word for why there is none."""
    cell = next((cell for cell in row.cells if cell.plane is plane), None)
    if cell is None:
        return ""
    return cell.effective.text if cell.effective else f"({cell.state.replace('_', ' ')})"


def _judges(before: tuple[Baseline, ...], after: tuple[Baseline, ...]) -> list[Judge]:
    old, new = {item.id: item for item in before}, {item.id: item for item in after}
    names = [name for name in {**old, **new} if _told(old.get(name)) != _told(new.get(name))]
    return [Judge(name, _told(old.get(name)), _told(new.get(name))) for name in names]


def _told(baseline: Baseline | None) -> str:
    return f"{baseline.version} ({baseline.digest[:12]})" if baseline else ""
