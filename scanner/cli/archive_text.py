"""How an archive is told in a terminal and as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from scanner.archive import Archive, Run
from scanner.archive.compare import Change, Comparison, End
from scanner.archive.verification import Verification
from scanner.errors import UserError
from scanner.wording.plain import counted, padded, plain
from scanner.wording.words import OUTCOMES, TABLE_ORDER

COLUMNS = ("run", "kept", "command", "exit", "match", "open", "accepted", "unknown", "note")


def days(text: str) -> int:
    """A retention such as ``400d``. UserError when it is none."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}d", text):
        raise UserError("is no number of days", key=text, allowed="such as 400d")
    return int(text[:-1])


def table(opened: Archive) -> list[str]:
    """One line for each run, oldest first."""
    rows = [COLUMNS, *(_row(run) for run in opened.runs)]
    widths = [max(len(row[position]) for row in rows) for position in range(len(COLUMNS))]
    lines = ["  ".join(padded(text, width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, "", f"{counted(len(opened.runs), 'run')}; head {opened.head}"]


def _row(run: Run) -> tuple[str, ...]:
    note = "removed by retention" if run.pruned else f"damaged: {run.trouble}" if run.trouble else ""
    told = run.record
    if told is None:
        return (run.id, run.kept, *[""] * 6, plain(note))
    covered = told.coverage
    counts = (covered.passed, covered.failed_open, covered.failed_accepted, covered.unknown)
    return (run.id, run.kept, plain(told.command, 20), str(told.exit_code), *map(str, counts), plain(note))


def list_json(opened: Archive) -> str:
    """Every run with its record."""
    runs = [_plain_data(run) for run in opened.runs]
    return json.dumps({"head": opened.head, "runs": runs}, indent=2) + "\n"


def _plain_data(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "kept": run.kept,
        "sha256sums": run.digest,
        "head": run.head,
        "pruned": run.pruned,
        "trouble": run.trouble,
        "record": json.loads(run.record.to_json()) if run.record else None,
    }


def verification(found: Verification, place: str) -> list[str]:
    """What was looked at, what is wrong, and what could not be known."""
    lines = [f"{item.kind.upper()}  {plain(item.place)} {plain(item.text)}" for item in found.problems]
    lines += [f"note: {text}" for text in found.remarks]
    signed = f", {counted(found.signed, 'good signature')}" if found.signed else ""
    told = f"{counted(found.lines, 'line')}, {counted(found.runs, 'run')}, {found.pruned} removed by retention{signed}"
    if found.problems:
        return [*lines, f"{place} is NOT what was kept: {counted(len(found.problems), 'problem')} in {told}"]
    if not found.lines:
        return [*lines, f"{place} holds nothing: no line, no run; head {found.head}"]
    return [*lines, f"{place} is what was kept: {told}; head {found.head}"]


def comparison(found: Comparison) -> list[str]:
    """The transition matrix, what moved, and why."""
    lines = [f"{found.before} -> {found.after}", ""]
    if found.tool_before != found.tool_after:
        lines.append(f"judged by another version: {found.tool_before} -> {found.tool_after}")
    for judge in found.baselines:
        lines.append(f"baseline {plain(judge.id)}: {judge.before or 'not used'} -> {judge.after or 'not used'}")
    lines += [f"target {plain(name)} is new" for name in found.targets_new]
    lines += [f"target {plain(name)} is gone" for name in found.targets_gone]
    lines += [*_matrix(found), ""]
    new = {(item.rule, item.target, item.scope) for item in found.newly_applicable}
    for item in found.changes:
        mark = "  (newly applicable)" if (item.rule, item.target, item.scope) in new else ""
        lines.append(f"{_ended(item.before)} -> {_ended(item.after)}: {_named(item)}{mark}")
        lines += [f"    {plain(item.reason)}"] if item.reason else []
    lines += [""] if found.changes else []
    for row in found.moved:
        scope = "" if row.scope == "server" else f" [{plain(row.scope)}]"
        drift = f"  drift: {row.drift_before} -> {row.drift_after}" if row.drift_before != row.drift_after else ""
        lines.append(f"{plain(row.target)}: {plain(row.setting)}{scope}{drift}")
        lines += [f"    {value.plane}: {_value(value.before)} -> {_value(value.after)}" for value in row.values]
        lines += [f"    what moved: {plain(row.moved)}"] if row.moved else []
    told = (counted(len(found.changes), "verdict"), counted(len(found.moved), "setting"))
    return [*lines, f"{told[0]} and {told[1]} moved"]


def _matrix(found: Comparison) -> list[str]:
    """Rows are ends before, columns ends after; only those that occur."""
    order: list[End] = [*TABLE_ORDER, None]
    before = [end for end in order if any(pair[0] is end for pair in found.matrix)]
    after = [end for end in order if any(pair[1] is end for pair in found.matrix)]
    counts = {(first, second): number for first, second, number in found.matrix}
    rows = [["before \\ after", *(_ended(end) for end in after)]]
    rows += [[_ended(first), *(str(counts.get((first, second), 0)) for second in after)] for first in before]
    widths = [max(len(row[position]) for row in rows) for position in range(len(rows[0]))]
    return ["  ".join(padded(text, width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _ended(end: End) -> str:
    return OUTCOMES[end].heading.lower() if end else "not held"


def _named(item: Change) -> str:
    scope = "" if item.scope == "server" else f" [{plain(item.scope)}]"
    return f"{plain(item.rule)} on {plain(item.target)}{scope} ({item.severity})"


def _value(text: str) -> str:
    return plain(text, 80) or "(nothing)"
