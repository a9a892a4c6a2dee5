"""The result as a table for spreadsheets: one line per requirement, and one per setting that no rule speaks of.

Nothing is left out, so that a sample can be drawn from it: the column ``outcome`` keeps the six ends apart and says
``no rule`` for the rest. A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula; such a
value stands behind an apostrophe, which spreadsheets do not show.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from scanner.model import Plane, Row, ScanResult
from scanner.reports import Options
from scanner.wording.index import Index
from scanner.wording.plain import VALUE_LIMIT, listed, plain
from scanner.wording.requirement import Requirement, requirements
from scanner.wording.spoken import planes

NO_RULE = "no rule"
COLUMNS = (
    *("target", "component", "environment", "platform", "version", "rule", "title", "setting", "scope"),
    *("severity", "outcome", "expected", "observed", "reason", "remedy", "where"),
    *(plane.value for plane in Plane),
    *("drift", "waiver", "waiver_expires", "waiver_approved_by", "waiver_note", "first_seen", "due", "controls"),
    *("baseline", "baseline_version", "baseline_sha256", "fingerprint", "run", "finished"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def render(result: ScanResult, options: Options) -> str:
    """The result as comma separated values with one line of column names."""
    index = Index(result)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    run = {"run": result.run_id, "finished": result.finished}
    for line in (*_judged(index), *_unjudged(index)):
        writer.writerow({name: _cell(value) for name, value in {**line, **run}.items()})
    return text.getvalue()


def _cell(value: str) -> str:
    text = plain(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _judged(index: Index) -> Iterator[dict[str, str]]:
    for item in requirements(index):
        found, waiver = item.finding, item.waiver
        yield {
            **_target(index, found.target),
            **_rows(index.rows_of(found)),
            "rule": found.rule,
            "title": item.title,
            "setting": item.setting,
            "scope": found.scope,
            "severity": found.severity.value,
            "outcome": item.outcome.value,
            "expected": item.expected,
            "observed": item.observed,
            "reason": item.why,
            "remedy": " ".join(item.remedies) or item.fix.replace("\n", " "),
            "where": item.where,
            "waiver": found.waiver,
            "waiver_expires": waiver.expires if waiver else "",
            "waiver_approved_by": waiver.approved_by if waiver else "",
            "waiver_note": found.waiver_note,
            "first_seen": found.first_seen,
            "due": found.due,
            "controls": _controls(item),
            **_baseline(item),
            "fingerprint": found.fingerprint,
        }


def _baseline(item: Requirement) -> dict[str, str]:
    held = item.baseline
    if held is None:
        return {}
    return {"baseline": held.id, "baseline_version": held.version, "baseline_sha256": held.digest}


def _controls(item: Requirement) -> str:
    return " ".join(f"{held.framework}:{held.id}={held.strength}" for held in item.controls)


def _unjudged(index: Index) -> Iterator[dict[str, str]]:
    judged = {name for finding in index.result.findings for name in finding.rows}
    for row in index.result.rows:
        if row.id not in judged:
            head = {"setting": row.setting, "scope": row.scope, "outcome": NO_RULE}
            yield {**_target(index, row.target), **_rows([row]), **head}


def _target(index: Index, name: str) -> dict[str, str]:
    held = index.targets[name]
    return {
        "target": held.id,
        "component": held.component,
        "environment": held.environment,
        "platform": held.platform,
        "version": held.version,
    }


def _rows(rows: list[Row]) -> dict[str, str]:
    """The value on each plane (of several rows, each once) and the states of drift."""
    values: dict[str, dict[str, None]] = {plane.value: {} for plane in Plane}
    for row in rows:
        for said in planes(row, None, VALUE_LIMIT):
            values[said.plane.value][said.value] = None
    drift = dict.fromkeys(state.value for row in rows for state in row.drift)
    return {"drift": " ".join(drift), **{name: listed(list(found), 6, " / ") for name, found in values.items()}}
