"""The result as a comment on a pull request: the counts, what differs and where, what could not be checked and why.

Short by intent: a comment has a limit of 65,536 characters, and a reader has less. What is left out is counted. Foreign
text cannot become markup, a mention or a picture (``scanner.wording.markdown``). The first line is a mark by which a
pipeline finds its earlier comment again to replace it.
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Coverage, Finding, Row, ScanResult
from scanner.reports import Options
from scanner.wording.index import Blindness, Index, count_of, tally, together
from scanner.wording.markdown import cell, code, prose
from scanner.wording.plain import counted, listed, sentence
from scanner.wording.requirement import requirement
from scanner.wording.sentences import denominator, environments, gate, verdict_sentences
from scanner.wording.spoken import planes
from scanner.wording.words import DRIFTS, OUTCOMES, TABLE_ORDER, Outcome

MARK = "<!-- scanner -->"
SHOWN, TARGETS, BLIND, DRIFTING = 40, 30, 15, 15
"""How many differences, targets, remedies and settings are told one by one."""
ROOM = 12_000
"""Characters of a section, so that not even the longest names and values fill a comment."""
SHORT = 120
LONG = 300
SUMMARY = 1_500
"""Characters of a value, of a sentence and of a summary."""


def render(result: ScanResult, options: Options) -> str:
    """The result as Markdown for a pull request."""
    index = Index(result)
    parts = [MARK, _heading(index), _table(index), _open(index), _unknown(index), _drift(index), _accepted(index)]
    last = f"{prose(denominator(result), SUMMARY)}. {prose(gate(result), SUMMARY)}. Run {code(result.run_id)}."
    return "\n\n".join(part for part in [*parts, last] if part) + "\n"


def _heading(index: Index) -> str:
    result = index.result
    named = [code(part, SHORT) for part in (result.project, environments(result)) if part]
    first, rest = verdict_sentences(index)
    said = f"**{prose(first, SUMMARY)}** {prose(rest, SUMMARY)}"
    return f"## Configuration baseline{': ' if named else ''}{', '.join(named)}\n\n{said}"


def _table(index: Index) -> str:
    if not index.targets:
        return ""
    words = [f"{OUTCOMES[outcome].symbol} {OUTCOMES[outcome].heading}" for outcome in TABLE_ORDER]
    found = list(index.findings_by_target.items())
    lines = _fitting((_counts(cell(name, SHORT), tally(items)) for name, items in found[:TARGETS]), TARGETS)
    rest = found[len(lines) :]
    if rest:
        left = tally(item for _, items in rest for item in items)
        lines.append(_counts(f"{len(rest):,} more", left))
    head = [_line(["Target", *words]), _line(["---", *["---:"] * len(words)])]
    return "\n".join([*head, *lines, _counts("all", index.result.coverage)])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _counts(name: str, counts: Coverage) -> str:
    return _line([name, *(f"{count_of(counts, outcome):,}" for outcome in TABLE_ORDER)])


def _fitting(lines: Iterable[str], most: int) -> list[str]:
    """As many of the lines as may be shown and fit."""
    found: list[str] = []
    room = ROOM
    for line in lines:
        room -= len(line) + 1
        if room < 0 or len(found) == most:
            break
        found.append(line)
    return found


def _section(title: str, lines: Iterable[str], number: int, most: int) -> str:
    """A heading and its list; what does not fit is counted."""
    if not number:
        return ""
    shown = _fitting(lines, most)
    more = [f"- and {number - len(shown):,} more"] if number > len(shown) else []
    return "\n".join([f"### {title}", "", *shown, *more])


def _titled(outcome: Outcome, words: str) -> str:
    return f"{OUTCOMES[outcome].symbol} {words}"


def _open(index: Index) -> str:
    found = index.of(Outcome.OPEN)
    lines = (_difference(index, item) for item in found)
    return _section(_titled(Outcome.OPEN, "Open differences"), lines, len(found), SHOWN)


def _difference(index: Index, finding: Finding) -> str:
    item = requirement(index, finding)
    at = f" at {code(item.where, SHORT)}" if item.where else ""
    values = f"{code(item.setting, SHORT)} on {code(finding.target, SHORT)}"
    wanted = f"expected {code(item.expected, SHORT)}, observed {code(item.observed, SHORT)}"
    notes = "".join(f" {prose(sentence(text), LONG)}" for text in (item.age, item.waiver_words) if text)
    head = f"- **{item.severity}**{at}: {prose(item.title, LONG)} ({code(item.name, SHORT)})"
    repair = " ".join(item.fix.splitlines())
    fix = f"  \n  Fix: {code(repair, LONG)}" if repair else ""
    return f"{head}  \n  {values}: {wanted}.{notes}{fix}"


def _unknown(index: Index) -> str:
    lines = (_blind(group) for group in index.blind)
    return _section(_titled(Outcome.UNKNOWN, "Could not be checked"), lines, len(index.blind), BLIND)


def _blind(group: Blindness) -> str:
    named = [listed([code(rule, SHORT) for rule in rules], limit=4) for rules, _ in together(group.findings)[:4]]
    why = prose("; ".join(group.reasons[:3]), LONG) or "no reason is recorded"
    remedies = "".join(f"  \n  To know it: {code(text, LONG)}" for text in group.remedies[:3])
    return f"- {counted(len(group.findings), 'requirement')} ({listed(named)}): {why}{remedies}"


def _drift(index: Index) -> str:
    rows = index.disagreeing
    return _section("≠ Planes disagree", map(_disagreement, rows), len(rows), DRIFTING)


def _disagreement(row: Row) -> str:
    seen = listed([f"{said.plane} {code(said.value, 60)}" for said in planes(row) if said.readings])
    states = " and ".join(DRIFTS[state].shout for state in row.drift)
    scope = "" if row.scope == "server" else f", {code(row.scope, SHORT)}"
    return f"- {code(row.setting, SHORT)} on {code(row.target, SHORT)}{scope}: **{states}**: {seen}"


def _accepted(index: Index) -> str:
    found = index.of(Outcome.ACCEPTED)
    lines = (_acceptance(index, item) for item in found)
    return _section(_titled(Outcome.ACCEPTED, "Accepted differences"), lines, len(found), SHOWN)


def _acceptance(index: Index, finding: Finding) -> str:
    item = requirement(index, finding)
    return f"- {code(item.name, SHORT)} on {code(finding.target, SHORT)}: {prose(item.waiver_words, LONG)}"
