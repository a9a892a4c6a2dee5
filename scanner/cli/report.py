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
from scanner.cli.period import Given
from scanner.cli.period import report as of_period
from scanner.cli.request import gate, load_baselines
from scanner.errors import UserError
from scanner.evaluate import coverage
from scanner.exits import decide


@click.command(
    epilog="""\b
Examples:
  scanner report result.json                    in the terminal
  scanner report result.json -o report.html     one file for an auditor
  scanner report result.json --control cm-6 -o cm-6.html
  scanner report --period 2026-Q4 -o q4.html    what the kept runs of a quarter say together
  scanner report result.json --baseline newer.yaml      what that run saw, judged by another baseline

\b
Exit codes: as of check, from the findings and the options given here. With --period: 1 for a failure or an
unauthorised change that stands open, or a run that came late; 3 for a run that cannot be read, a period without one,
a change that nothing explains, or what the last run could not see; 4 where only its planes disagree."""
)
@click.argument("result", type=click.Path(path_type=Path), required=False)
@click.option(
    "--period", metavar="PERIOD", help="The kept runs of 2026-Q4, 2026-11, 2026, or two dates with `..` instead."
)
@click.option("--archive", "place", type=click.Path(path_type=Path), metavar="DIR", help="Where runs are kept.")
@click.option("--every-selection", is_flag=True, help="Take runs of different targets or rules together (--period).")
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
def report(
    result: Path | None,
    period: str | None,
    place: Path | None,
    every_selection: bool,
    controls: tuple[str, ...],
    baselines: tuple[Path, ...],
    output: Output,
) -> int:
    """Render RESULT.json, written by check or drift; the exit code follows from what it holds.

    With --period the kept runs of a directory (here, unless RESULT names another) become one report: .html, .json, or
    .csv with the figures of each day by control.
    """
    if period:
        if controls or baselines:
            raise UserError("go with one run", key="--control, --baseline", hint="leave out --period")
        return of_period(Given(result or Path(), place, period, every_selection, output))
    if place is not None or every_selection:
        raise UserError("go with --period", key="--archive, --every-selection", hint="or leave them out")
    if result is None:
        raise UserError("names no result", key="RESULT.json", hint="give a saved result, or --period 2026-Q4")
    saved = load_result(result)
    if baselines:
        saved = again.judge_again(saved, load_baselines(baselines), catalogue.shipped(), gate(output))
    if controls:
        saved = narrow.to_controls(saved, controls, control_map.shipped())
    counted = replace(saved, coverage=coverage(saved.findings), overdue=records.late(saved))
    return say.say(decide(counted, gate(output)), output)
