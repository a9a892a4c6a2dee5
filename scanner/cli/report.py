"""``scanner report``: a saved run, rendered again. Nothing is asked and nothing is judged anew.

The exit code follows from the saved findings and the options given here, as in every command: a code that the file
states proves nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from scanner import controls as control_map
from scanner import narrow
from scanner.cli import say
from scanner.cli.drift import load_result
from scanner.cli.options import Output, output
from scanner.cli.request import gate
from scanner.evaluate import coverage
from scanner.exits import decide


@click.command(
    epilog="""\b
Examples:
  scanner report result.json                    in the terminal
  scanner report result.json -o report.html     one file for an auditor
  scanner report result.json --control cm-6 -o cm-6.html
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
@output
def report(result: Path, controls: tuple[str, ...], output: Output) -> int:
    """Render RESULT.json, written by check or drift; the exit code follows from what it holds."""
    saved = load_result(result)
    if controls:
        saved = narrow.to_controls(saved, controls, control_map.shipped())
    return say.say(decide(replace(saved, coverage=coverage(saved.findings)), gate(output)), output)
