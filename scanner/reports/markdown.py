"""The result as a comment on a pull request: the counts, what differs and where, what could not be checked and why.

Short by intent: a comment has a limit of 65,536 characters, and a reader has less. What is left out is counted. Foreign
text cannot become markup, a mention or a picture (``scanner.wording.markdown``). The first line is a mark by which a
pipeline finds its earlier comment again to replace it.
"""

from __future__ import annotations

from scanner.model import Coverage, ScanResult
from scanner.reports import Options
from scanner.wording.index import Blindness, Index, count_of, tally, together
from scanner.wording.markdown import cell, code, prose
from scanner.wording.plain import counted, listed, plain, sentence
from scanner.wording.requirement import Requirement, requirement
from scanner.wording.sentences import denominator, environments, gate, verdict_sentences
from scanner.wording.spoken import planes
from scanner.wording.words import DRIFTS, OUTCOMES, TABLE_ORDER, Outcome

MARK = "<!-- scanner -->"
SHOWN, TARGETS, BLIND, DRIFTING = 40, 30, 15, 15
"""How many differences, targets, remedies and settings are told one by one."""
SHORT = 120
LONG = 300
"""Characters of a value, and of a sentence."""


def render(result: ScanResult, options: Options) -> str:
    """The result as Markdown for a pull request."""
    index = Index(result)
    parts = [MARK, _heading(index), _table(index), _open(index), _unknown(index), _drift(index), _accepted(index)]
    last = f"{prose(denominator(result))}. {prose(gate(result))}. Run {code(result.run_id)}."
    return "\n\n".join(part for part in [*parts, last] if part) + "\n"


def _heading(index: Index) -> str:
    result = index.result
    named = [code(part, SHORT) for part in (result.project, environments(result)) if part]
    first, rest = verdict_sentences(index)
    return f"## Configuration baseline{': ' if named else ''}{', '.join(named)}\n\n**{prose(first)}** {prose(rest)}"


def _table(index: Index) -> str:
    if not index.targets:
        return ""
    words = [f"{OUTCOMES[outcome].symbol} {OUTCOMES[outcome].heading}" for outcome in TABLE_ORDER]
    lines = [_line(["Target", *words]), _line(["---", *["---:"] * len(words)])]
    found = list(index.findings_by_target.items())
    lines += [_counts(cell(name, SHORT), tally(items)) for name, items in found[:TARGETS]]
    if len(found) > TARGETS:
        rest = [item for _, items in found[TARGETS:] for item in items]
        lines.append(_counts(f"{len(found) - TARGETS:,} more", tally(rest)))
    return "\n".join([*lines, _counts("all", index.result.coverage)])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _counts(name: str, counts: Coverage) -> str:
    return _line([name, *(f"{count_of(counts, outcome):,}" for outcome in TABLE_ORDER)])


def _open(index: Index) -> str:
    found = [requirement(index, item) for item in index.of(Outcome.OPEN)]
    if not found:
        return ""
    lines = [
        f"### {OUTCOMES[Outcome.OPEN].symbol} Open differences",
        "",
        *(_difference(item) for item in found[:SHOWN]),
    ]
    return "\n".join(lines + _more(len(found) - SHOWN))


def _more(number: int) -> list[str]:
    return [f"- and {number:,} more"] if number > 0 else []


def _difference(item: Requirement) -> str:
    at = f" at {code(item.where, SHORT)}" if item.where else ""
    values = f"{code(item.setting, SHORT)} on {code(item.finding.target, SHORT)}"
    wanted = f"expected {code(item.expected, SHORT)}, observed {code(item.observed, SHORT)}"
    notes = "".join(f" {prose(sentence(text), LONG)}" for text in (item.age, item.waiver_words) if text)
    head = f"- **{item.severity}**{at}: {prose(item.title, LONG)} ({code(item.name, SHORT)})"
    repair = " ".join(item.fix.splitlines())
    fix = f"  \n  Fix: {code(repair, LONG)}" if repair else ""
    return f"{head}  \n  {values}: {wanted}.{notes}{fix}"


def _unknown(index: Index) -> str:
    if not index.blind:
        return ""
    lines = [f"### {OUTCOMES[Outcome.UNKNOWN].symbol} Could not be checked", ""]
    lines += [_blind(group) for group in index.blind[:BLIND]]
    return "\n".join(lines + _more(len(index.blind) - BLIND))


def _blind(group: Blindness) -> str:
    named = [listed([code(rule, SHORT) for rule in rules], limit=4) for rules, _ in together(group.findings)[:4]]
    why = prose("; ".join(group.reasons[:3]), LONG) or "no reason is recorded"
    remedies = "".join(f"  \n  To know it: {code(text, LONG)}" for text in group.remedies[:3])
    return f"- {counted(len(group.findings), 'requirement')} ({listed(named)}): {why}{remedies}"


def _drift(index: Index) -> str:
    rows = index.disagreeing
    if not rows:
        return ""
    lines = ["### ≠ Planes disagree", ""]
    for row in rows[:DRIFTING]:
        seen = listed([f"{said.plane} {code(said.value, 60)}" for said in planes(row) if said.readings])
        states = " and ".join(DRIFTS[state].shout for state in row.drift)
        scope = "" if row.scope == "server" else f", {code(row.scope, SHORT)}"
        lines.append(f"- {code(row.setting, SHORT)} on {code(row.target, SHORT)}{scope}: **{states}**: {seen}")
    return "\n".join(lines + _more(len(rows) - DRIFTING))


def _accepted(index: Index) -> str:
    found = [requirement(index, item) for item in index.of(Outcome.ACCEPTED)]
    if not found:
        return ""
    lines = [f"### {OUTCOMES[Outcome.ACCEPTED].symbol} Accepted differences", ""]
    for item in found[:SHOWN]:
        name = f"{code(item.name, SHORT)} on {code(plain(item.finding.target), SHORT)}"
        lines.append(f"- {name}: {prose(item.waiver_words, LONG)}")
    return "\n".join(lines + _more(len(found) - SHOWN))
