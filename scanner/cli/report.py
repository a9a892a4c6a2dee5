"""``scanner report``: a saved run, rendered again. Nothing is asked; it is judged anew only by ``--baseline``.

The exit code follows from the saved findings and the options given here, as in every command: a code that the file
states proves nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from scanner import again, catalogue, narrow, records
from scanner import controls as control_map
from scanner.cli import say
from scanner.cli.drift import load_result
from scanner.cli.options import Output, output
from scanner.cli.request import gate, load_baselines
from scanner.evaluate import coverage
from scanner.exits import decide


@click.command(
    epilog="""\b
Examples:
  scanner report result.json                    in the terminal
  scanner report result.json -o report.html     one file for an auditor
  scanner report result.json --control cm-6 -o cm-6.html
  scanner report result.json --baseline newer.yaml      what that run saw, judged by another baseline
"""
)
@click.argument("result", type=click.Path(path_type=Path))
@click.option(
    "--control",
    "controls",
    multiple=True,
    metavar="ID",
    help="Only what is evidence for this control, objective, criterion or indicator (cm-6, CC7.1). Repeatable.",
)
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Judge what the run saw by this baseline instead, and say so. Repeatable.",
)
@output
def report(result: Path, controls: tuple[str, ...], baselines: tuple[Path, ...], output: Output) -> int:
    """Render RESULT.json, written by check or drift; the exit code follows from what it holds."""
    saved = load_result(result)
    if baselines:
        saved = again.judge_again(saved, load_baselines(baselines), catalogue.shipped(), gate(output))
    if controls:
        saved = narrow.to_controls(saved, controls, control_map.shipped())
    counted = replace(saved, coverage=coverage(saved.findings), overdue=records.late(saved))
    return say.say(decide(counted, gate(output)), output)
