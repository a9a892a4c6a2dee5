"""The head, the table by target, and the last lines, which are all that a quiet run prints."""

from __future__ import annotations

from collections import Counter

from scanner.model import Coverage
from scanner.reports.console.pen import OUTCOME_STYLES, Pen
from scanner.wording.index import Index, count_of, tally
from scanner.wording.plain import columns, counted, padded, plain
from scanner.wording.sentences import denominator, environments, gate, verdict_sentences
from scanner.wording.words import TABLE_ORDER, Outcome, moment

_HEADS = {
    Outcome.PASSED: "pass",
    Outcome.OPEN: "fail open",
    Outcome.ACCEPTED: "accepted",
    Outcome.UNKNOWN: "unknown",
    Outcome.NOT_ASSESSED: "not assessed",
    Outcome.NOT_APPLICABLE: "n/a",
}


def head(index: Index, pen: Pen) -> list[str]:
    """What this is a report of."""
    result = index.result
    parts = [
        plain(result.project),
        environments(result),
        counted(len(index.targets), "target"),
        counted(len(result.baselines), "baseline"),
        moment(result.started),
    ]
    return pen.wrap(" · ".join(part for part in parts if part), style="bold")


def table(index: Index, pen: Pen) -> list[str]:
    """The counts of each target; a name that is too long for its column has a line of its own."""
    if not index.targets:
        return []
    drifting = Counter(row.target for row in index.disagreeing)
    heads = [*_HEADS.values(), "drift"]
    room = max(16, pen.width - sum(len(word) + 2 for word in heads))
    names = {name: plain(name) for name in index.findings_by_target}
    wide = max(columns(text) for text in (*(text for text in names.values() if columns(text) <= room), "target"))
    out = pen.rule("Summary")
    out.append(pen.ink(padded("target", wide) + "".join(f"  {word}" for word in heads), "dim"))
    for name, found in index.findings_by_target.items():
        if columns(names[name]) > wide:
            out.append(names[name])
        shown = "" if columns(names[name]) > wide else names[name]
        out.append(padded(shown, wide) + _counts(pen, tally(found)) + f"  {drifting[name] or '·':>{len('drift')}}")
    return out


def _counts(pen: Pen, counts: Coverage) -> str:
    out = ""
    for outcome in TABLE_ORDER:
        number = count_of(counts, outcome)
        text = f"{number or '·':>{len(_HEADS[outcome])}}"
        out += "  " + (pen.ink(text, OUTCOME_STYLES[outcome]) if number else pen.ink(text, "dim"))
    return out


def last(index: Index, pen: Pen) -> list[str]:
    """The result, the denominator and the gate."""
    result = index.result
    style = {0: "bold green", 1: "bold red"}.get(result.exit_code, "bold yellow")
    rows = counted(len(result.rows), "row")
    drifting = f"{len(index.disagreeing):,} of {rows} {'drifts' if len(index.disagreeing) == 1 else 'drift'}"
    return [
        "",
        *pen.wrap(" ".join(verdict_sentences(index))),
        *pen.wrap(f"{denominator(result)}; {drifting}."),
        *pen.wrap(gate(result), style=style),
    ]
