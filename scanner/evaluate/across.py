"""Rules between environments: a secret must not be the same in two of them (or a setting must be).

Every scope of a target is held against every value that the other environments show. A value that was asked for and
cannot be known may be the shared one, so it is unknown; a secret in a store is not at hand, which is not assessed. A
shadowed secret that stands elsewhere too is as much shared as the one in effect: its text is out in both places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from scanner.model import (
    SERVER,
    CellState,
    Finding,
    Known,
    Present,
    Reading,
    ReadingState,
    Row,
    Rule,
    Target,
    Unresolved,
    Verdict,
)

Outcome = tuple[Verdict, str, tuple[str, ...]]
"""Verdict, reason and the peers that decided it."""

ORDER = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_ASSESSED)
"""Which of the outcomes of several planes speaks for the row."""

NOT_SHOWN = "this target does not show it"


def compare_environments(rule: Rule, targets: Mapping[str, Target], rows: Sequence[Row]) -> list[Finding]:
    """A finding for every scope of every target of the rule's component, with the peers that decided it."""
    own: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.setting == rule.setting:
            own[row.target].append(row)
    told = {name: readings for name, of_target in own.items() if (readings := _told(of_target))}
    found = []
    for target in (target for target in targets.values() if target.component == rule.component):
        others = {
            name: told[name]
            for name, other in targets.items()
            if name in told and other.environment != target.environment
        }
        shown = own.get(target.id)
        found += [_finding(rule, target, row, others) for row in shown or [Row(target.id, rule.setting, SERVER, ())]]
    return found


def _told(rows: Iterable[Row]) -> list[Reading]:
    """Every value of these rows of a target that can be compared, on all planes and in all scopes."""
    return [item for row in rows for item in (*_shown(row), *_shadowed(row))]


def _shown(row: Row) -> list[Reading]:
    found = [cell.effective for cell in row.cells if cell.effective is not None]
    return [item for item in found if isinstance(item.observation.content, Present | Known)]


def _shadowed(row: Row) -> list[Reading]:
    """Secrets that something stronger replaces."""
    found = [item for cell in row.cells for item in cell.readings if item.state is ReadingState.SHADOWED]
    return [item for item in found if isinstance(item.observation.content, Present)]


def _finding(rule: Rule, target: Target, row: Row, others: Mapping[str, list[Reading]]) -> Finding:
    compared = [(_compare(rule, reading, others), reading) for reading in (*_shown(row), *_shadowed(row))]
    failures = [(outcome, reading) for outcome, reading in compared if outcome[0] is Verdict.FAIL]
    outcomes = [outcome for outcome, _ in compared[: len(_shown(row))]] + _hidden(row)
    told = min(outcomes, key=lambda item: ORDER.index(item[0]), default=(Verdict.NOT_ASSESSED, NOT_SHOWN, ()))
    verdict, reason, peers = failures[0][0] if failures else told
    return Finding(
        rule.id,
        target.id,
        row.scope,
        verdict,
        rule.severity,
        "another value than in other environments" if _distinct(rule) else "the same value in every environment",
        reason,
        (row.id,),
        peers,
        fix_at=failures[0][1].observation.provenance.locator if failures else "",
        remedy=rule.fix[0][1] if rule.fix and failures else "",
    )


def _hidden(row: Row) -> list[Outcome]:
    """What was asked for and cannot be known: a silent plane, an expression, places that disagree."""
    found: list[Outcome] = []
    for cell in row.cells:
        reading = cell.readings[0] if cell.readings else None
        if cell.state is CellState.SILENT or cell.gaps:
            found.append((Verdict.UNKNOWN, cell.gaps[0].reason if cell.gaps else "no answer", ()))
        elif reading is not None and reading.state is ReadingState.CONFLICT:
            found.append((Verdict.UNKNOWN, "places of equal rank disagree", ()))
        elif reading is not None and isinstance(reading.observation.content, Unresolved):
            found.append((Verdict.UNKNOWN, reading.observation.content.reason, ()))
    return found


def _distinct(rule: Rule) -> bool:
    return rule.compare is not None and rule.compare.expect == "distinct"


def _compare(rule: Rule, reading: Reading, others: Mapping[str, list[Reading]]) -> Outcome:
    content = reading.observation.content
    if not others:
        return Verdict.NOT_ASSESSED, "no other environment of this run shows it", ()
    if isinstance(content, Present):
        if not content.comparable:
            return Verdict.NOT_ASSESSED, "its text is not at hand, so it cannot be compared", ()
        comparable = {name for name, items in others.items() if any(_comparable(item) for item in items)}
        equal = tuple(sorted(name for name in content.equal_to if name in others))
    else:
        comparable = set(others)
        equal = tuple(
            sorted(name for name, items in others.items() if any(item.text == reading.text for item in items))
        )
    unequal = tuple(sorted(comparable - set(equal)))
    offenders = equal if _distinct(rule) else unequal
    if offenders:
        word = "the same value in" if _distinct(rule) else "another value in"
        return Verdict.FAIL, f"{word} {', '.join(offenders)}", offenders
    if not comparable:
        return Verdict.NOT_ASSESSED, "no other environment's text is at hand to compare with", ()
    return Verdict.PASS, f"compared with {len(comparable)} other", tuple(sorted(comparable))


def _comparable(reading: Reading) -> bool:
    content = reading.observation.content
    shadowed = reading.state is ReadingState.SHADOWED
    return isinstance(content, Known) or (isinstance(content, Present) and content.comparable and not shadowed)
