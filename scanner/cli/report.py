"""``scanner report``: a saved run, rendered again. Nothing is asked and nothing is judged anew."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import say
from scanner.cli.drift import load_result
from scanner.cli.options import Output, output


@click.command(
    epilog="""\b
Examples:
  scanner report result.json                    in the terminal
  scanner report result.json -o report.html     one file for an auditor
"""
)
@click.argument("result", type=click.Path(path_type=Path))
@output
def report(result: Path, output: Output) -> int:
    """Render RESULT.json, written by check or drift, with the exit code it had."""
    return say.say(load_result(result), output)
