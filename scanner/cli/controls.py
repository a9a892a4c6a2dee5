"""``scanner controls``: what the scanner holds for each control, how far it carries, and what it cannot show."""

from __future__ import annotations

import csv
import io
import textwrap
from pathlib import Path

import click

from scanner import controls as control_map
from scanner import document, matrix, selections
from scanner.cli import request
from scanner.cli.drift import load_result
from scanner.matrix import Citation, Line, Objective
from scanner.model import ScanResult
from scanner.wording import words
from scanner.wording.index import assessed
from scanner.wording.plain import counted

FORMATS = ("console", "json", "csv")
MOST = 12
"""Rules of one objective that a terminal names."""


@click.command(
    epilog="""\b
Examples:
  scanner controls                                  the whole matrix
  scanner controls CM-6 'SC-8(1)'                   objective by objective
  scanner controls --selection fedramp-2024:moderate
  scanner controls --result result.json -f csv      with the counts of a run

\b
Exit codes: 0 printed, 2 your input. What a run found is not judged here."""
)
@click.argument("ids", nargs=-1, metavar="[CONTROL]...")
@click.option("--framework", metavar="NAME", help="Only this framework, such as nist-800-53r5 or soc2.")
@click.option("--selection", metavar="NAME[:LEVEL]", help="Say what a published baseline requires, at a level.")
@click.option("--result", "saved", type=click.Path(path_type=Path), metavar="FILE", help="Count the ends in this run.")
@click.option("--baseline", "paths", multiple=True, type=click.Path(path_type=Path), help="Rules of this file instead.")
@click.option("--format", "-f", "format_", type=click.Choice(FORMATS), default="console", show_default=True)
def controls(
    ids: tuple[str, ...],
    framework: str | None,
    selection: str | None,
    saved: Path | None,
    paths: tuple[Path, ...],
    format_: str,
) -> int:
    """Print for each CONTROL the rules that are evidence for it, how far they carry, and why not further.

    An id may be a control (CM-6), an objective (cm-6_obj.b), a criterion (CC7.1) or an indicator (KSI-SVC-ACM). No
    control is met by a scan alone.
    """
    known = control_map.shipped()
    if framework is not None and framework not in known.frameworks:
        raise click.BadParameter(f"{framework!r}; allowed: {', '.join(known.frameworks)}", param_hint="--framework")
    chosen, level = selections.choose(selection) if selection else (None, "")
    result = load_result(saved) if saved else None
    baselines = result.baselines if result else request.load_baselines(paths) + request.load_records()
    lines = matrix.choose(matrix.matrix(baselines, known, chosen, level, result), ids, known)
    lines = [line for line in lines if framework in {None, line.framework}]
    click.echo(_SAY[format_](lines, bool(ids), result), nl=False)
    if chosen and format_ == "console":
        click.echo(f"\n{chosen.title}, {chosen.edition}: {chosen.in_force}. [{chosen.source}]")
    return 0


def _json(lines: list[Line], _whole: bool, _result: ScanResult | None) -> str:
    return document.to_json(lines, list[Line]) + "\n"


def _csv(lines: list[Line], _whole: bool, result: ScanResult | None) -> str:
    """One line for each objective, or for a control that has none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    counts = [outcome.value for outcome in words.TABLE_ORDER] if result else []
    head = ["framework", "control", "title", "objective", "strength", "shown by", "rules", "why", "standing", "cci"]
    writer.writerow([*head, *counts])
    for line in lines:
        ends = [getattr(line.counts, name) for name in counts]
        whole = Objective(line.id, line.label, line.strength, line.why, line.shown_by, line.cited_by, line.cci)
        parts = (whole, *line.objectives) if line.cited_by or not line.objectives else line.objectives
        for part in parts:
            rules = " ".join(sorted({item.rule for item in part.cited_by}))
            shown = " ".join(part.shown_by)
            row = [line.framework, line.label, line.title, part.label, part.strength, shown, rules, part.why]
            writer.writerow([*row, line.standing, " ".join(part.cci), *ends])
    return text.getvalue()


def _console(lines: list[Line], whole: bool, _result: ScanResult | None) -> str:
    if whole:
        return "\n".join(_whole(line) for line in lines)
    said: list[str] = []
    for name in dict.fromkeys(line.framework for line in lines):
        said += [words.framework(name), ""]
        said += [_short(line) for line in lines if line.framework == name]
        said.append("")
    return "\n".join(said[:-1]) + "\n" if said else "no control\n"


def _short(line: Line) -> str:
    rules = f"{len(line.rules):3} {'rule' if len(line.rules) == 1 else 'rules'}" if line.rules else "  - rules"
    ended = f"  {_counts(line)}" if line.counts else ""
    standing = f"  [{line.standing}]" if line.standing else ""
    return f"  {line.label:12} {line.strength:9} {rules:9}  {line.title}{standing}{ended}"


def _counts(line: Line) -> str:
    if line.counts is None or not line.counts.expected:
        return "nothing in this run"
    held = line.counts
    open_ = f"{held.failed_open} fail open, {held.failed_accepted} accepted, {held.unknown} unknown"
    return f"{assessed(held)} of {held.expected} assessed: {held.passed} pass, {open_}"


def _whole(line: Line) -> str:
    head = f"{line.label} {line.title}   ({words.framework(line.framework)})"
    said = [head, *_wrapped(line.says, "  ")]
    said += [f"  {line.strength}: {line.why}"] if line.why else [f"  {line.strength}"]
    if line.standing:
        said.append(f"  required at: {line.standing}" if "," in line.standing else f"  {line.standing}")
    said += [text for fixed in line.fixes for text in _wrapped(f"fixed there: {fixed}", "  ")]
    said += [f"  fed by {', '.join(control_map.label(name) for name in line.fed_by)}"] if line.fed_by else []
    said += [f"  in this run: {_counts(line)}"] if line.counts else []
    said += _evidence(line.shown_by, line.cited_by, "  ")
    for part in line.objectives:
        said += ["", "   ".join(filter(None, (f"  {part.label}", part.id, part.strength, " ".join(part.cci))))]
        said += _wrapped(part.why, "    ")
        said += _evidence(part.shown_by, part.cited_by, "    ")
    return "\n".join(said) + "\n"


def _evidence(shown: tuple[str, ...], cited: tuple[Citation, ...], indent: str) -> list[str]:
    found = [f"{indent}shown by every run's {', '.join(shown)}"] if shown else []
    strengths: dict[str, list[str]] = {}
    for item in cited:
        strengths.setdefault(item.strength, []).append(item.rule)
    for strength, rules in strengths.items():
        names = sorted(rules)
        many = f", and {len(names) - MOST} more (-f csv names all)" if len(names) > MOST else ""
        named = f"{', '.join(names[:MOST])}{many}"
        found += _wrapped(f"{strength} by {counted(len(names), 'rule')}: {named}", indent)
    return found


def _wrapped(text: str, indent: str) -> list[str]:
    options = {"initial_indent": indent, "subsequent_indent": indent, "break_on_hyphens": False}
    return textwrap.wrap(text, 110, **options) if text else []  # type: ignore[arg-type]


_SAY = {"console": _console, "json": _json, "csv": _csv}
